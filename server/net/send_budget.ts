/** What a peer may send, in lines and in bytes: by itself, and together with the other connections of its address. */

import { MAX_TEXT_LINE } from "../../common/protocol/frame.ts";
import type { Limits } from "../limits.ts";
import { type RateLimit, TokenBucket } from "../../common/rate_limit.ts";

export interface SendLimits {
  readonly lines: RateLimit;
  readonly bytes: RateLimit;
}

/** Bytes that a peer may send for each line that it may send. */
const BYTES_PER_LINE = MAX_TEXT_LINE;
/** Bytes that pass at once besides a whole frame: a `hello` and shorter lines. */
const ROOM = 16 * 1024;

/** The limits of a connection: `lines`, and the bytes that go with them. The longest frame always passes at once. */
export function sendLimits(lines: RateLimit, { frame }: Pick<Limits, "frame">): SendLimits {
  const { rate, burst } = lines;
  if (rate === 0 || burst === 0) return { lines, bytes: { rate: 0, burst: 0 } };
  const bytes = Math.max(BYTES_PER_LINE * burst, frame + ROOM);
  return { lines, bytes: { rate: BYTES_PER_LINE * rate, burst: bytes } };
}

/** How many times as much an address may send: a class of 60 that writes at once, and then a line a second each. */
const SHARED = { rate: 12, burst: 60 };

/** The limits of the connections of an address together. */
export function sharedLimits({ lines, bytes }: SendLimits): SendLimits {
  const { rate, burst } = SHARED;
  const times = (each: RateLimit) => ({ rate: rate * each.rate, burst: burst * each.burst });
  return { lines: times(lines), bytes: times(bytes) };
}

export class SendBudget {
  readonly #lines: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #shared: SendBudget | undefined;

  /** `now` is in milliseconds. What is taken is also taken from `shared`. */
  constructor({ lines, bytes }: SendLimits, now: () => number, shared?: SendBudget) {
    this.#lines = new TokenBucket(lines, now);
    this.#bytes = new TokenBucket(bytes, now);
    this.#shared = shared;
  }

  /** Whether all of it is available. */
  get isFull(): boolean {
    return this.#lines.isFull && this.#bytes.isFull;
  }

  /** Takes a line, on credit if none is left, and returns the milliseconds until the peer may send it. */
  takeLine(): number {
    return Math.max(this.#lines.take(), this.#shared?.takeLine() ?? 0);
  }

  /** The same for bytes. */
  takeBytes(count: number): number {
    return Math.max(this.#bytes.take(count), this.#shared?.takeBytes(count) ?? 0);
  }
}
