/**
 * The latest answers to a session, by ref. A client that resumes repeats what it got no answer to, and must get the
 * same answer without anything being done twice.
 */

import type { ReplyCode } from "../../common/protocol/codes.ts";
import type { AckFrame, ErrorFrame, Ref, ReplyFrame } from "../../common/protocol/frame.ts";
import { encodeFrame } from "../../common/protocol/frame_codec.ts";

/** An answer to something with a ref. */
export type Answer = AckFrame | ReplyFrame | ErrorFrame;

/** Answers that are kept for a session. */
export const MAX_ANSWERS = 128;
/** Their size without acks, in UTF-16 units of JSON. */
const MAX_SIZE = 256 * 1024;

/** Fills a free place of the ring. */
const NOTHING: Answer = { type: "ack", ref: "", id: 0, ts: 0 };

/** Replies to questions: they are not kept, since asking again does no harm. */
const REPEATABLE: ReadonlySet<string> = new Set<ReplyCode>(
  ["banned", "help", "history", "ignored", "muted", "rooms", "search", "who"],
);

/** Replies to commands that do something else the second time: they follow the user to another hub. */
const ONCE_ONLY: ReadonlySet<string> = new Set<ReplyCode>(
  ["announce", "away", "ban", "delete", "ignore", "kick", "lock", "pause", "unban"],
);
/** The number of these, the latest, that follow a user to another hub. */
export const MAX_CARRIED_OVER = 4;

/** Whether an answer follows the user to another hub. */
export function isCarriedOver(answer: Answer): answer is ReplyFrame {
  return answer.type === "reply" && ONCE_ONLY.has(answer.code);
}

/** A ring: V8 keeps deleted entries of a busy Map until a full garbage collection, and hashing each ref is slow. */
export class ReplyCache {
  /** The newest answer is before `#next`. */
  readonly #ring: Answer[] = [];
  /** {@linkcode hashOf} their refs. */
  readonly #hashes: number[] = [];
  #next = 0;
  #count = 0;
  #size = 0;

  /** Approximate size without acks, in bytes. */
  get bytes(): number {
    return 2 * this.#size;
  }

  /** Keeps an answer unless it is repeatable or has no ref. The oldest are dropped for it. */
  add(answer: Answer): void {
    const { ref = "" } = answer;
    if (ref === "" || (answer.type === "reply" && REPEATABLE.has(answer.code))) return;
    if (this.#count === MAX_ANSWERS) this.#dropOldest();
    this.#ring[this.#next] = answer;
    this.#hashes[this.#next] = hashOf(ref);
    this.#next = (this.#next + 1) % MAX_ANSWERS;
    this.#count++;
    this.#size += sizeOf(answer);
    this.trim(2 * MAX_SIZE);
  }

  /** Drops the oldest answers above this many bytes. */
  trim(max: number): void {
    while (this.bytes > max) this.#dropOldest();
  }

  /** The latest answer to a ref. */
  find(ref: Ref): Answer | undefined {
    const hash = hashOf(ref);
    for (let at = this.#next, left = this.#count; left > 0; left--) {
      at = at === 0 ? MAX_ANSWERS - 1 : at - 1;
      if (this.#hashes[at] === hash && this.#ring[at]!.ref === ref) return this.#ring[at];
    }
    return undefined;
  }

  /** The answers that follow the user to another hub, oldest first. */
  carriedOver(): ReplyFrame[] {
    const oldestFirst = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return oldestFirst.filter(isCarriedOver).slice(-MAX_CARRIED_OVER);
  }

  #dropOldest(): void {
    const oldest = (this.#next - this.#count + MAX_ANSWERS) % MAX_ANSWERS;
    this.#size -= sizeOf(this.#ring[oldest]!);
    this.#count--;
    this.#ring[oldest] = NOTHING; // frees a long answer before its place is used again
  }
}

/** Differs for most refs, by their last four characters. */
function hashOf(given: Ref): number {
  const ref = String(given);
  let hash = ref.length;
  for (let at = Math.max(0, ref.length - 4); at < ref.length; at++) {
    hash = (hash * 64 + ref.charCodeAt(at)) | 0;
  }
  return hash;
}

function sizeOf(answer: Answer): number {
  return answer.type === "ack" ? 0 : encodeFrame(answer).length;
}
