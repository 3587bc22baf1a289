/**
 * What a session was answered lately, by ref: who comes back after its connection broke asks again what it has got no
 * answer to, and must get that answer without anything being done twice.
 */

import type { ReplyCode } from "../protocol/codes.ts";
import { type AckFrame, encodeFrame, type ErrorFrame, type ReplyFrame } from "../protocol/frame.ts";

import { Queue } from "./queue.ts";

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
  readonly #inOrder = new Queue<Answer>();
  /** By what {@linkcode hashOf} gives for their refs. */
  readonly #byHash: Map<number, Answer[]> = new Map();
  #size = 0;

  /** What they hold besides bare acks, about, in bytes. */
  get bytes(): number {
    return 2 * this.#size;
  }

  /** Keeps an answer, unless it can be given anew or has no ref. What is too old or too much is dropped for it. */
  add(answer: Answer): void {
    const { ref = "" } = answer;
    if (ref === "" || (answer.type === "reply" && TELLING.has(answer.code))) return;
    const hash = hashOf(ref);
    const alike = this.#byHash.get(hash);
    if (alike) alike.push(answer);
    else this.#byHash.set(hash, [answer]);
    this.#inOrder.push(answer);
    this.#size += sizeOf(answer);
    while (this.#inOrder.length > MAX_ANSWERS || this.#size > MAX_SIZE) this.#dropOldest();
  }

  /** The answer that a ref got last. */
  find(ref: string): Answer | undefined {
    return this.#byHash.get(hashOf(ref))?.findLast((answer) => answer.ref === ref);
  }

  #dropOldest(): void {
    const answer = this.#inOrder.shift()!;
    const hash = hashOf(answer.ref!);
    const alike = this.#byHash.get(hash)!;
    if (alike.length === 1) this.#byHash.delete(hash);
    else alike.shift(); // they stand in the same order
    this.#size -= sizeOf(answer);
  }
}

/** Tells most refs apart, by their ends. To make a new string a key of a Map takes V8 longer than all else about its message. */
function hashOf(ref: string): number {
  let hash = ref.length;
  for (let at = Math.max(0, ref.length - 4); at < ref.length; at++) {
    hash = hash * 64 + ref.charCodeAt(at);
  }
  return hash;
}

function sizeOf(answer: Answer): number {
  return answer.type === "ack" ? 0 : encodeFrame(answer).length;
}
