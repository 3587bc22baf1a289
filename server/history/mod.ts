/** What was said in the rooms, kept for those who come later. Private messages are never kept. */

import type { MessageFrame } from "../../protocol/frame.ts";

export interface History {
  /** Keeps a message. What is too old or too much is dropped for it. */
  add(message: MessageFrame): void;
  /** The last messages of a room, the oldest first; at most `count`. */
  last(room: string, count: number): MessageFrame[];
  /** The room is no more. */
  forget(room: string): void;
}
