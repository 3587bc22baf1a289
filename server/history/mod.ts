/** What was said in the rooms, kept for those who come later. Private messages are never kept. */

import type { MessageFrame } from "../../protocol/frame.ts";
import type { Author } from "../ignored.ts";

/** A message and who said it, which the message itself does not tell for good. */
export interface Said {
  readonly message: MessageFrame;
  readonly author: Author;
}

/** A message that is no longer kept: who said it, and its id. */
export interface Dropped {
  readonly id: number;
  readonly author: Author;
}

/** What somebody missed; in both lists, the oldest first. */
export interface Missed {
  readonly kept: readonly Said[];
  readonly dropped: readonly Dropped[];
}

export interface History {
  /** Keeps a message. What is too old or too much is dropped for it. */
  add(said: Said): void;
  /** The last messages of a room, the oldest first; at most `count`. */
  last(room: string, count: number): Said[];
  /** What was said in a room after the message of an id, in this life of the hub. */
  after(room: string, id: number): Missed;
  /** The room is no more. */
  forget(room: string): void;
}
