/** The latest answers to a session, by ref: what a client repeats after resuming must not be done twice. */

import type { ReplyCode } from "../../common/protocol/codes.ts";
import type { AckFrame, ErrorFrame, Ref, ReplyFrame } from "../../common/protocol/frame.ts";
import { encodeFrame } from "../../common/protocol/frame_codec.ts";

/** An answer to something with a ref. */
export type Answer = AckFrame | ReplyFrame | ErrorFrame;

export const MAX_ANSWERS = 128;
/** Their size without acks, in UTF-16 units of JSON. */
const MAX_SIZE = 256 * 1024;

/** Replies to questions: they are not kept, since asking again does no harm. */
const REPEATABLE: ReadonlySet<string> = new Set<ReplyCode>(
  ["banned", "help", "history", "ignored", "muted", "rooms", "search", "who"],
);

/** Replies to commands that do something else the second time: they follow the user to another hub. */
const ONCE_ONLY: ReadonlySet<string> = new Set(
  "announce away ban delete ignore invite kick lock op pause remove unban".split(" "),
);
/** The number of these, the latest, that follow a user to another hub. */
export const MAX_CARRIED_OVER = 4;

export function isCarriedOver(answer: Answer): answer is ReplyFrame {
  return answer.type === "reply" && ONCE_ONLY.has(answer.code);
}

/** Not a Map: V8 keeps deleted entries of a busy one until a full garbage collection, and hashing each ref is slow. */
export class ReplyCache {
  /** Oldest first. */
  readonly #answers: Answer[] = [];
  /** {@linkcode hashOf} their refs. */
  readonly #hashes: number[] = [];
  #size = 0;

  /** Approximate size without acks, in bytes. */
  get bytes(): number {
    return 2 * this.#size;
  }

  /** Keeps an answer unless it is repeatable or has no ref. The oldest are dropped for it. */
  add(answer: Answer): void {
    const { ref = "" } = answer;
    if (ref === "" || (answer.type === "reply" && REPEATABLE.has(answer.code))) return;
    if (this.#answers.length === MAX_ANSWERS) this.#dropOldest();
    this.#answers.push(answer);
    this.#hashes.push(hashOf(ref));
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
    for (let at = this.#answers.length - 1; at >= 0; at--) {
      if (this.#hashes[at] === hash && this.#answers[at]!.ref === ref) return this.#answers[at];
    }
    return undefined;
  }

  /** The answers that follow the user to another hub, oldest first. */
  carriedOver(): ReplyFrame[] {
    return this.#answers.filter(isCarriedOver).slice(-MAX_CARRIED_OVER);
  }

  #dropOldest(): void {
    this.#size -= sizeOf(this.#answers.shift()!);
    this.#hashes.shift();
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
