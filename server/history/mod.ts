/** What was said in the rooms, kept for those who come later. Private messages are never kept. */

import type { NoticeCode, Params } from "../../common/protocol/codes.ts";
import type { Author, Posted } from "../types.ts";

/** Messages that are no longer kept: who said them, and the id of the first, on which the others follow. */
export interface DroppedRun {
  readonly first: number;
  readonly messages: number;
  readonly author: Author;
}

/** What somebody missed; in both lists, the oldest first. */
export interface MissedMessages {
  readonly kept: readonly Posted[];
  readonly dropped: readonly DroppedRun[];
}

/** How much of a history on disk is kept. */
export type Retention = { readonly days: number } | { readonly messages: number };

/** What has become of the history, for everyone to be told. */
export interface HistoryNotice {
  readonly code: Extract<NoticeCode, "history_unsaved" | "history_saved">;
  readonly params: Params;
}

/** Nothing of it ever throws: a history that fails does not stop the chat. */
export interface History {
  /** The last id that was given in an earlier life of the hub; 0 where none is known of. */
  readonly lastId: number;
  /** Whether what is said is not written to the disk for now. */
  readonly isFailing: boolean;
  /** Keeps a message. What is too old or too much is dropped for it. */
  add(said: Posted): void;
  /** The last messages of a room, the oldest first; at most `count`. */
  last(room: string, count: number): Posted[];
  /** What was said in a room after the message of an id, in this life of the hub. */
  after(room: string, id: number): MissedMessages;
  /** The room is no more. */
  forget(room: string): void;
  /**
   * Called before anything of a tick is told: what was added survives the hub from now on, if it can. `lastId` is the last
   * id that was given, also to a message that is not kept.
   */
  commit(lastId: number): HistoryNotice | undefined;
  /** Called every second or so, for what takes its time. */
  sweep(): HistoryNotice | undefined;
  /** Nothing more will be added. */
  close(): void;
}
