/** Plain records that several folders of the server share. */

import type { Lang } from "../common/i18n/mod.ts";
import type { ByeCode, LEAVE_REASONS, NoticeCode, Params } from "../common/protocol/codes.ts";
import type { HubFrame, MessageFrame, ReplyFrame } from "../common/protocol/frame.ts";

/** The author of a message: the session's id, and the nick and its key when the message was written. */
export interface Author {
  readonly id: string;
  readonly key: string;
  readonly nick: string;
}

/** A message with its author, whom the message itself names only by a nick that may change hands. */
export interface Posted {
  readonly message: MessageFrame;
  readonly author: Author;
}

/** Authors whose messages a reader does not see. */
export interface HiddenAuthors {
  /** Of their nicks when they were hidden. */
  readonly keys: Iterable<string>;
  hides(author: Author): boolean;
}

/** Why a user left (LeftFrame). */
export interface Departure {
  reason?: (typeof LEAVE_REASONS)[number];
  params?: Params;
}

/** A user of the chat, as all hubs share them. */
export interface User extends Author {
  /** The instance id of the hub that they are at. */
  readonly hub: string;
  /** The host from which they connect. */
  readonly host: string;
  /** Their rooms in the order in which they joined, each with the id of the last message before that. */
  readonly rooms: readonly (readonly [name: string, after: number])[];
  /** Those of these rooms that they moderate. */
  readonly moderates?: readonly string[];
  /** The current one of these rooms. */
  readonly room: string;
  readonly lang: Lang;
  /** Whether their client has a token and can resume at another hub. */
  readonly canResume: boolean;
  /** Whether their connection is broken and their hub waits for them. */
  readonly isAway: boolean;
  /** What they say about being away by their own word. */
  readonly awayText?: string;
  /** What they say about themselves with an IRC client. */
  readonly about?: { readonly user: string; readonly realName: string };
  readonly isModerator: boolean;
  readonly ignored: readonly Author[];
  /** The last replies to what must not be done twice: at most MAX_CARRIED_OVER (model/reply_cache.ts). */
  readonly answers: readonly ReplyFrame[];
  /** The id of whoever they last exchanged private messages with, and their nick then. */
  readonly correspondent?: string;
  readonly correspondentNick?: string;
  /** Why they left a room, in the record that takes them out of it. */
  readonly departure?: Departure;
}

/** A setting that holds at all hubs; undefined where it is lifted. */
export type Rule =
  | {
    readonly kind: "room";
    readonly room: string;
    readonly state: RoomState | undefined;
    /** What the room's members are shown if the setting is new. */
    readonly news?: HubFrame;
  }
  | { readonly kind: "ban"; readonly key: string; readonly ban: Ban | undefined }
  | { readonly kind: "mute"; readonly key: string; readonly mute: Mute | undefined };

/** The settings of a room (model/room.ts). */
export interface RoomState {
  readonly topic: string;
  readonly isLocked: boolean;
  readonly isPaused: boolean;
  readonly slow: number;
  /** Missing in records of older hubs, as the key is. */
  readonly limit?: number;
  readonly key?: string;
  readonly invited?: readonly string[];
}

/** A ban of a session and its nick, or of a network alone, whose key and nick are it (common/protocol/ip.ts). */
export interface Ban extends Author {
  /** The address or network that is banned too, if any. */
  readonly host?: string;
  /** The nick of the moderator; missing in records of older hubs, here and in mutes. */
  readonly by?: string;
  readonly reason?: string;
  /** When it ends by itself, in milliseconds since 1970. Older hubs do not end it. */
  readonly until?: number;
}

export interface Mute {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly nick?: string;
  readonly by?: string;
}

/** What a hub asks of the hub that a user is at, or of all users there if `id` is empty. */
export type RemoteCommand =
  & { readonly id: string; readonly params: Params }
  & (
    /** `told`: what the others are shown besides the code (LeftFrame.params). */
    | { readonly kind: "dismiss"; readonly code: ByeCode; readonly told?: Params }
    | { readonly kind: "notify"; readonly code: NoticeCode }
    /** Puts the user out of a room (`params`: as of LeftFrame), or makes them moderate it, or no longer. */
    | { readonly kind: "remove" | "op" | "deop"; readonly room: string }
  );
