/**
 * What a session was answered lately, by ref: who comes back after its connection broke asks again what it has got no
 * answer to, and must get that answer without anything being done twice.
 */

import type { ReplyCode } from "../protocol/codes.ts";
import { type AckFrame, encodeFrame, type ErrorFrame, type ReplyFrame } from "../protocol/frame.ts";

export type Answer = AckFrame | ReplyFrame | ErrorFrame;

/** So many answers are kept for a session, and besides bare acks so many UTF-16 units of them. */
export const MAX_ANSWERS = 128;
const MAX_SIZE = 256 * 1024;

/** Answers that only tell how things are: asked again, they are given anew. */
const TELLING: ReadonlySet<string> = new Set<ReplyCode>([
  "help",
  "history",
  "ignored",
  "rooms",
  "who",
]);

export class Answers {
  /** The oldest first. */
  readonly #answers: Map<string, Answer> = new Map();
  #size = 0;

  /** What they hold besides bare acks, about, in bytes. */
  get bytes(): number {
    return 2 * this.#size;
  }

  /** Keeps an answer, unless it can be given anew or has no ref. What is too old or too much is dropped for it. */
  add(answer: Answer): void {
    const { ref = "" } = answer;
    if (ref === "" || (answer.type === "reply" && TELLING.has(answer.code))) return;
    this.#drop(ref);
    this.#answers.set(ref, answer);
    this.#size += sizeOf(answer);
    for (const [oldest] of this.#answers) {
      if (this.#answers.size <= MAX_ANSWERS && this.#size <= MAX_SIZE) break;
      this.#drop(oldest);
    }
  }

  find(ref: string): Answer | undefined {
    return this.#answers.get(ref);
  }

  #drop(ref: string): void {
    const answer = this.#answers.get(ref);
    if (!answer) return;
    this.#answers.delete(ref);
    this.#size -= sizeOf(answer);
  }
}

function sizeOf(answer: Answer): number {
  return answer.type === "ack" ? 0 : encodeFrame(answer).length;
}
