/** Replaying: which messages fit, and how far long ones are shortened so that the others are shown as well. */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import type { DroppedRun } from "../history/mod.ts";
import type { Posted } from "../types.ts";

/** Approximate size of a message besides its text, in UTF-16 units. */
const MESSAGE_OVERHEAD = 300;
/** What every message keeps of its text at least, in UTF-16 units. */
const MIN_KEPT = 200;
/** What an excerpt has of a text before and after a place, in UTF-16 units. */
const AROUND = 150;

/** What somebody has missed, and how many further messages of that are not replayed. */
export interface Missed {
  readonly messages: readonly MessageFrame[];
  readonly missing: number;
}

/** The newest messages, whole, up to `max` UTF-16 units in all, as missed; `dropped` are no longer kept. */
export function replayMissed(
  posted: readonly Posted[],
  dropped: readonly DroppedRun[],
  max: number,
): Missed {
  const messages = newest(posted, max, sizeOf)
    .map(({ message }) => ({ ...message, replay: true } as const));
  const gone = dropped.reduce((sum, run) => sum + run.messages, 0);
  return { messages, missing: gone + posted.length - messages.length };
}

/** As many of the newest messages as fit into `max` UTF-16 units if the long ones are shortened, the longest most. */
export function replayShortened(posted: readonly Posted[], max: number): MessageFrame[] {
  const kept = newest(posted, max, (text) => Math.min(sizeOf(text), MIN_KEPT));
  const room = max - kept.length * MESSAGE_OVERHEAD;
  const share = fairShare(kept.map(({ message: { text } }) => sizeOf(text)), room);
  return kept.map(({ message }) => ({ ...shorten(message, share), replay: true }));
}

/** The part of a text around a place, if it is longer. */
export function excerpt(text: string, at: number): string {
  if (text.length <= 2 * AROUND) return text;
  const [start, end] = [Math.max(0, at - AROUND), at + AROUND];
  const part = text.slice(start, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
  return (start > 0 ? "…" : "") + part + (end < text.length ? "…" : "");
}

function newest(posted: readonly Posted[], max: number, sizeOf: (text: string) => number) {
  let size = 0;
  const first = posted.findLastIndex(({ message: { text } }) =>
    (size += sizeOf(text) + MESSAGE_OVERHEAD) > max
  );
  return posted.slice(first + 1);
}

/** A newline counts as two, since each further line of a message has a prefix for text peers. */
function sizeOf(text: string): number {
  return text.length + text.split("\n").length - 1;
}

/** The most that each may have so that all fit into `room`: those that need less leave the rest to the others. */
function fairShare(sizes: readonly number[], room: number): number {
  let left = room;
  for (const [index, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return share;
    left -= size;
  }
  return Infinity;
}

/** The first lines of a message, up to `max` UTF-16 units; if its first line is longer, the beginning of that. */
function shorten(message: MessageFrame, max: number): MessageFrame {
  if (sizeOf(message.text) <= max) return message;
  const lines = message.text.split("\n");
  let size = 0;
  const fitting = lines.findIndex((line) => (size += line.length + 2) > max);
  if (fitting > 0) {
    return { ...message, text: lines.slice(0, fitting).join("\n"), more: lines.length - fitting };
  }
  const begun = lines[0]!.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "");
  return { ...message, text: `${begun}…`, more: lines.length - 1 };
}
