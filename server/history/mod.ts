/** What was said in the rooms, kept for those who come later. Private messages are never kept. */

import type { MessageFrame } from "../../protocol/frame.ts";
import type { Author } from "../ignored.ts";

/** A message and who said it, which the message itself does not tell for good. */
export interface Said {
  readonly message: MessageFrame;
  readonly author: Author;
}

export interface History {
  /** Keeps a message. What is too old or too much is dropped for it. */
  add(said: Said): void;
  /** The last messages of a room, the oldest first; at most `count`. */
  last(room: string, count: number): Said[];
  /** The room is no more. */
  forget(room: string): void;
}
