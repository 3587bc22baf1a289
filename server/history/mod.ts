/** The history of rooms, for replay. Private messages are never part of it. */

import type { After } from "../../common/cli/timers.ts";
import type { NoticeCode, Params } from "../../common/protocol/codes.ts";
import type { Log } from "../log.ts";
import type { Author, HiddenAuthors, Posted } from "../types.ts";
import type { RuleTable } from "./rule_table.ts";
import type { Found, Search } from "./search.ts";

/** Messages that are no longer kept, with consecutive ids from `first` on, all by one author. */
export interface DroppedRun {
  readonly first: number;
  readonly messages: number;
  readonly author: Author;
}

/** The messages after some id; both lists the oldest first. */
export interface MissedMessages {
  readonly kept: readonly Posted[];
  readonly dropped: readonly DroppedRun[];
}

/** How much of a history on disk is kept. */
export type Retention = { readonly days: number } | { readonly messages: number };

export interface SqliteOptions {
  /** Path of the file, for the log. */
  path: string;
  keep: Retention;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds of a clock that is never set. */
  elapsed: () => number;
  /** What is at a path, if anything is; without it, nobody notices that the file was moved or deleted. */
  look?: ((path: string) => Promise<{ dev: number; ino: number | null } | undefined>) | undefined;
  /** For slow work between two sweeps; without it, each sweep does a step. */
  after?: After;
  /** Limits of what waits while the file cannot be written. */
  unsaved?: { messages: number; bytes: number };
}

/** A notice for all users about the state of the history. */
export interface HistoryNotice {
  readonly code: Extract<NoticeCode, "history_unsaved" | "history_saved">;
  readonly params: Params;
}

/** No method throws: a failing history must not stop the chat. */
export interface History {
  /** The last id that was given before the hub started; 0 if unknown. */
  readonly lastId: number;
  /** Whether messages cannot be written to the disk at the moment. */
  readonly isFailing: boolean;
  /** What it takes on the disk, with the write-ahead log (`walBytes`); all 0 in memory. */
  readonly diskUse: { fileBytes: number; walBytes: number; messages: number };
  /** Only of a history on disk. */
  readonly rules?: RuleTable;
  /** Adds a message, and drops old ones above the limits. */
  add(posted: Posted): void;
  /** The last messages of a room, oldest first, without hidden ones, of which it passes a limited number. */
  last(room: string, count: number, hidden?: HiddenAuthors): Posted[];
  /** The messages of a room with greater ids, as far back as the hub's start. */
  after(room: string, id: number): MissedMessages;
  /** The latest messages of a room that have some words. Looks at a limited number of messages. */
  search(search: Search): Found;
  /** Called when a room is closed. */
  forget(room: string): void;
  /** Removes messages of a room for good, and returns those that there were, the newest last. */
  remove(room: string, ids: readonly number[]): Posted[];
  /** What another program has removed from the disk since the last call. */
  takeRemoved(): readonly { readonly room: string; readonly ids: readonly number[] }[];
  /** Makes what was added durable, before each delivery. `lastId`: the last given, even to a private message. */
  commit(lastId: number): HistoryNotice | undefined;
  /** Does slow work in small steps. Called about once a second. */
  sweep(): HistoryNotice | undefined;
  /** Called last. What it does at once saves the messages. */
  close(): void | Promise<void>;
}
