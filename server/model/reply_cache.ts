/**
 * What a session was answered lately, by ref: who comes back after its connection broke asks again what it has got no
 * answer to, and must get that answer without anything being done twice.
 */

import type { ReplyCode } from "../../common/protocol/codes.ts";
import {
  type AckFrame,
  encodeFrame,
  type ErrorFrame,
  type ReplyFrame,
} from "../../common/protocol/frame.ts";

export type Answer = AckFrame | ReplyFrame | ErrorFrame;

/** So many answers are kept for a session, and besides bare acks so many UTF-16 units of them. */
export const MAX_ANSWERS = 128;
const MAX_SIZE = 256 * 1024;

/** In a place of the ring where there is none. */
const NOTHING: Answer = { type: "ack", ref: "", id: 0, ts: 0 };

/** Answers that only tell how things are: asked again, they are given anew. */
const REPEATABLE: ReadonlySet<string> = new Set<ReplyCode>([
  "help",
  "history",
  "ignored",
  "rooms",
  "who",
]);

/** Answers to what turns something on and off, or finds nobody the second time: other hubs must not do it again either. */
const ONCE_ONLY: ReadonlySet<string> = new Set<ReplyCode>([
  "ban",
  "ignore",
  "kick",
  "lock",
  "pause",
  "unban",
]);
/** So many of these go along to another hub, the last ones. */
export const MAX_CARRIED_OVER = 4;

/** Whether an answer is to go along to another hub. */
export function isCarriedOver(answer: Answer): answer is ReplyFrame {
  return answer.type === "reply" && ONCE_ONLY.has(answer.code);
}

/**
 * A ring, and no Map: of a Map to which is always added and from which is always taken V8 keeps what was in it until it
 * collects all garbage, and a string that is new, as refs are, takes it long to hash.
 */
export class ReplyCache {
  /** The newest one stands before `#next`, as far as there are any. */
  readonly #ring: Answer[] = [];
  /** What {@linkcode hashOf} gives for their refs. */
  readonly #hashes: number[] = [];
  #next = 0;
  #count = 0;
  #size = 0;

  /** What they hold besides bare acks, about, in bytes. */
  get bytes(): number {
    return 2 * this.#size;
  }

  /** Keeps an answer, unless it can be given anew or has no ref. What is too old or too much is dropped for it. */
  add(answer: Answer): void {
    const { ref = "" } = answer;
    if (ref === "" || (answer.type === "reply" && REPEATABLE.has(answer.code))) return;
    if (this.#count === MAX_ANSWERS) this.#dropOldest();
    this.#ring[this.#next] = answer;
    this.#hashes[this.#next] = hashOf(ref);
    this.#next = (this.#next + 1) % MAX_ANSWERS;
    this.#count++;
    this.#size += sizeOf(answer);
    while (this.#size > MAX_SIZE) this.#dropOldest();
  }

  /** The answer that a ref got last. */
  find(ref: string): Answer | undefined {
    const hash = hashOf(ref);
    for (let at = this.#next, left = this.#count; left > 0; left--) {
      at = at === 0 ? MAX_ANSWERS - 1 : at - 1;
      if (this.#hashes[at] === hash && this.#ring[at]!.ref === ref) return this.#ring[at];
    }
    return undefined;
  }

  /** Those that go along to another hub, the oldest first. */
  carriedOver(): ReplyFrame[] {
    const oldestFirst = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return oldestFirst.filter(isCarriedOver).slice(-MAX_CARRIED_OVER);
  }

  #dropOldest(): void {
    const oldest = (this.#next - this.#count + MAX_ANSWERS) % MAX_ANSWERS;
    this.#size -= sizeOf(this.#ring[oldest]!);
    this.#count--;
    this.#ring[oldest] = NOTHING; // else a long one would be held until its place is taken
  }
}

/** Tells most refs apart, by their ends. */
function hashOf(ref: string): number {
  let hash = ref.length;
  for (let at = Math.max(0, ref.length - 4); at < ref.length; at++) {
    hash = (hash * 64 + ref.charCodeAt(at)) | 0;
  }
  return hash;
}

function sizeOf(answer: Answer): number {
  return answer.type === "ack" ? 0 : encodeFrame(answer).length;
}
