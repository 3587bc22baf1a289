/**
 * What lies between hubs that are one chat: it gives what is said its place in the one order, keeps nicks apart, and lets
 * each hub know of the people at the others. A hub that is alone has the local one, where there is nobody else.
 *
 * The hub never awaits: it asks, and is called back, in a later task or at once.
 */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import type { Author, Departure, Posted, RemoteCommand, Rule, User } from "../types.ts";

/** A message that is to be accepted. */
export interface Post {
  /** For a room, or where {@linkcode to} is set for one person. The cluster sets its id and time when it is accepted. */
  readonly message: MessageFrame;
  readonly author: Author;
  /** The id of the person whom it is for; undefined where it is for a room. */
  readonly to: string | undefined;
  /** The same author and ref are the same message, however often and at how many hubs it is published. */
  readonly ref: string;
  /**
   * Called once, behind all that {@linkcode ClusterListener.onMessage} tells of messages with lower ids, and before those with higher ones.
   * `before`: it was accepted earlier, at whatever hub, and is among what this one has heard already, be it as the past of a
   * room: its people are not to be told again.
   */
  accepted(how: "now" | "before"): void;
}

/** A person that goes on at this hub, and what others have written to it in private after the last message that it saw. */
export interface MovedUser {
  readonly user: User;
  readonly privateMessages: readonly Posted[];
}

/**
 * What a hub is told by the cluster. None of it throws, awaits, or concerns what the hub did itself.
 */
export interface ClusterListener {
  /** A message for a room that is open here, or by {@linkcode to} for somebody who is. Ids grow. */
  onMessage(said: Posted, to?: string): void;
  /** Somebody came at another hub, or is known otherwise than before; or went on there who was here. */
  onUser(person: User): void;
  /** Somebody who was at another hub is gone. */
  onUserGone(id: string, why: Departure): void;
  /** A rule at another hub; or, before there is anybody here, one that holds already, without its news. */
  onRule(rule: Rule): void;
  /** Another hub wants something of somebody who is here. */
  onCommand(order: RemoteCommand): void;
  /** Nothing can be accepted for now; or it can again, and all that was said meanwhile elsewhere has been heard. */
  onOffline(isAway: boolean): void;
}

export interface Cluster {
  /** Whether there can be no other hub: nobody need be told then who is here. */
  readonly isAlone: boolean;
  /** Names the chat: with another one, ids of messages begin anew. */
  readonly epoch: string;
  /** The id of this hub's life. */
  readonly hub: string;
  /** The last id that was given before the hub came; 0 where none is known of. */
  readonly lastId: number;
  /** Whether nothing can be accepted for now. */
  readonly isOffline: boolean;

  /** The id of the session of a token, from which that cannot be found. */
  sessionId(token: string): string;

  /** Tells those ears from now on, beginning with all the people and rules that there are. To be called once, first. */
  attach(ears: ClusterListener): void;

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
  openRoom(room: string, after: number, done: (past: readonly Posted[] | undefined) => void): void;
  /** Nobody of the room is here any more. */
  closeRoom(room: string): void;

  /** Somebody came to this hub, or is known otherwise than before. */
  putUser(person: User): void;
  /** Somebody who was at this hub is gone. */
  removeUser(id: string, why: Departure): void;
  /**
   * Somebody who was at another hub, or is waited for there, goes on at this one, having seen all up to the message of an id.
   * Gives undefined where there is no such person, and `away` where that one could not be had for now: it may be tried again.
   * From then on it is here, and the hub puts it when its rooms are open.
   */
  takeUser(id: string, after: number, done: (taken: MovedUser | "away" | undefined) => void): void;

  /** Asks something of the hub at which somebody is. It is lost where that hub is not there. */
  sendCommand(hub: string, order: RemoteCommand): void;
  /** Lays down a rule for all hubs, or lifts it. */
  putRule(rule: Rule): void;
}
