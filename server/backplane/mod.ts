/**
 * What lies between hubs that are one chat: it gives what is said its place in the one order, keeps nicks apart, and lets
 * each hub know of the people at the others. A hub that is alone has the local one, where there is nobody else.
 *
 * The hub never awaits: it asks, and is called back, in a later task or at once.
 */

import type { Lang } from "../../i18n/mod.ts";
import type { ByeCode, NoticeCode, Params } from "../../protocol/codes.ts";
import type { HubFrame, MessageFrame, ReplyFrame } from "../../protocol/frame.ts";
import type { Why } from "../batch.ts";
import type { Said } from "../history/mod.ts";
import type { Author } from "../ignored.ts";

/** A message that is to be accepted. */
export interface Post {
  /** For a room, or where {@linkcode to} is set for one person. The backplane sets its id and time when it is accepted. */
  readonly message: MessageFrame;
  readonly author: Author;
  /** The id of the person whom it is for; undefined where it is for a room. */
  readonly to: string | undefined;
  /** The same author and ref are the same message, however often and at how many hubs it is published. */
  readonly ref: string;
  /**
   * Called once, behind all that {@linkcode Ears.heard} tells of messages with lower ids, and before those with higher ones.
   * `before`: it was accepted earlier, at whatever hub, and is among what this one has heard already, be it as the past of a
   * room: its people are not to be told again.
   */
  accepted(how: "now" | "before"): void;
}

/** Somebody in the chat, as every hub knows it. */
export interface Person extends Author {
  /** Where it is; the id of that hub's life. */
  readonly hub: string;
  /** The host from which it comes. */
  readonly host: string;
  /** The rooms that it is in, in the order in which it came, each with the id of the last message before that. */
  readonly rooms: readonly (readonly [name: string, after: number])[];
  /** The current one of them. */
  readonly room: string;
  readonly lang: Lang;
  /** Whether its peer knows a token, and can go on at another hub. */
  readonly canResume: boolean;
  /** Whether its connection is broken, and its hub waits for it. */
  readonly isAway: boolean;
  readonly isModerator: boolean;
  readonly ignored: readonly Author[];
  /** What it was answered last to what must not be done twice: at most MAX_ANSWERS_ALONG (answers.ts). */
  readonly answers: readonly ReplyFrame[];
  /** The one with whom it last spoke in private, by id. */
  readonly correspondent?: string;
}

/** A person that goes on at this hub, and what others have written to it in private after the last message that it saw. */
export interface Taken {
  readonly person: Person;
  readonly letters: readonly Said[];
}

/** What moderators and members lay down, for all hubs; undefined where it is lifted. */
export type Rule =
  | {
    readonly kind: "room";
    readonly room: string;
    readonly state: RoomState | undefined;
    /** What those in the room are told, where it is news. */
    readonly news?: HubFrame;
  }
  | { readonly kind: "ban"; readonly key: string; readonly ban: Ban | undefined }
  | { readonly kind: "mute"; readonly key: string; readonly mute: Mute | undefined };

/** See room.ts. */
export interface RoomState {
  readonly topic: string;
  readonly isLocked: boolean;
  readonly isPaused: boolean;
  readonly slow: number;
}

export interface Ban extends Author {
  readonly host?: string;
}

export interface Mute {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What one hub asks of the one at which somebody is. */
export type Order =
  | {
    readonly kind: "dismiss";
    readonly id: string;
    readonly code: ByeCode;
    readonly params: Params;
    /** What the others learn besides the code (LeftFrame.params). */
    readonly told?: Params;
  }
  | {
    readonly kind: "notify";
    readonly id: string;
    readonly code: NoticeCode;
    readonly params: Params;
  };

/**
 * What a hub is told by the backplane. None of it throws, awaits, or concerns what the hub did itself.
 */
export interface Ears {
  /** A message for a room that is open here, or by {@linkcode to} for somebody who is. Ids grow. */
  heard(said: Said, to?: string): void;
  /** Somebody came at another hub, or is known otherwise than before; or went on there who was here. */
  met(person: Person): void;
  /** Somebody who was at another hub is gone. */
  gone(id: string, why: Why): void;
  /** A rule at another hub; or, before there is anybody here, one that holds already, without its news. */
  ruled(rule: Rule): void;
  /** Another hub wants something of somebody who is here. */
  ordered(order: Order): void;
  /** Nothing can be accepted for now; or it can again, and all that was said meanwhile elsewhere has been heard. */
  away(isAway: boolean): void;
}

export interface Backplane {
  /** Whether there can be no other hub: nobody need be told then who is here. */
  readonly isAlone: boolean;
  /** Names the chat: with another one, ids of messages begin anew. */
  readonly epoch: string;
  /** The id of this hub's life. */
  readonly hub: string;
  /** The last id that was given before the hub came; 0 where none is known of. */
  readonly lastId: number;
  /** Whether nothing can be accepted for now. */
  readonly isAway: boolean;

  /** The id of the session of a token, from which that cannot be found. */
  identify(token: string): string;

  /** Tells those ears from now on, beginning with all the people and rules that there are. To be called once, first. */
  attach(ears: Ears): void;

  /** Lets a message be accepted, however long that takes. Of one author, the next one may be given when it was. */
  publish(post: Post): void;

  /**
   * Makes a nick, by its key, that of a person; `taken` where it is another's. One's own is claimed again without harm.
   */
  claim(key: string, id: string, done: (outcome: "claimed" | "taken" | "away") => void): void;
  /** The nick of a key is free again, where it is that person's. */
  release(key: string, id: string): void;

  /**
   * From now on what is said in a room is heard. Gives what was said there last, the oldest first, with all that came after the
   * message of an id as far as it is there; undefined while others cannot be reached.
   */
  open(room: string, after: number, done: (past: readonly Said[] | undefined) => void): void;
  /** Nobody of the room is here any more. */
  close(room: string): void;

  /** Somebody came to this hub, or is known otherwise than before. */
  put(person: Person): void;
  /** Somebody who was at this hub is gone. */
  remove(id: string, why: Why): void;
  /**
   * Somebody who was at another hub, or is waited for there, goes on at this one, having seen all up to the message of an id.
   * Gives undefined where there is no such person, and `away` where that one could not be had for now: it may be tried again.
   * From then on it is here, and the hub puts it when its rooms are open.
   */
  take(id: string, after: number, done: (taken: Taken | "away" | undefined) => void): void;

  /** Asks something of the hub at which somebody is. It is lost where that hub is not there. */
  order(hub: string, order: Order): void;
  /** Lays down a rule for all hubs, or lifts it. */
  rule(rule: Rule): void;
}
