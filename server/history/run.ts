/**
 * Runs: consecutive messages by one author, in one room, with one timestamp. Histories store runs, as a run costs far
 * more than each message in it: that makes a flood cheap. A single message is a run of length 1.
 */

import type { Posted } from "../types.ts";

/** Limits of a run, so that it can be read and trimmed quickly. A single text may be longer. */
export const RUN_LIMITS = { messages: 1024, characters: 64 * 1024 } as const;

/** The ids of the messages are consecutive. */
export interface Run {
  readonly first: Posted;
  readonly texts: readonly string[];
}

/** Collects messages, the oldest first, into as few runs as possible. */
export class RunBuilder {
  #runs: Run[] = [];
  /** The texts of the last run, and their length. */
  #texts: string[] = [];
  #characters = 0;

  /** Adds a message, which must be newer than those before it. */
  add(posted: Posted): void {
    const { text } = posted.message;
    const last = this.#runs.at(-1);
    this.#characters += text.length;
    if (
      last !== undefined && this.#texts.length < RUN_LIMITS.messages &&
      this.#characters <= RUN_LIMITS.characters && continues(posted, last.first, this.#texts.length)
    ) {
      this.#texts.push(text);
      return;
    }
    this.#texts = [text];
    this.#characters = text.length;
    this.#runs.push({ first: posted, texts: this.#texts });
  }

  /** Removes and returns the runs so far. */
  take(): Run[] {
    const runs = this.#runs;
    if (runs.length > 0) this.#runs = [];
    return runs;
  }
}

/** Whether a message continues a run, `distance` messages after its first. */
function continues({ message, author }: Posted, start: Posted, distance: number): boolean {
  const { message: first, author: by } = start;
  return message.id === first.id + distance && message.ts === first.ts &&
    message.room === first.room && message.nick === first.nick && message.kind === first.kind &&
    message.as === first.as && (author === by || (author.id === by.id && author.key === by.key));
}

export function messageAt({ first: { message, author }, texts }: Run, index: number): Posted {
  return { message: { ...message, id: message.id + index, text: texts[index]! }, author };
}

/** The run without its `count` oldest messages; at least one must remain. */
export function trimRun(run: Run, count: number): Run {
  return { first: messageAt(run, count), texts: run.texts.slice(count) };
}

/** What is left of a run without some messages. */
export function cutRun(run: Run, ids: ReadonlySet<number>): Run[] {
  const kept = new RunBuilder();
  for (let at = 0; at < run.texts.length; at++) {
    const posted = messageAt(run, at);
    if (!ids.has(posted.message.id)) kept.add(posted);
  }
  return kept.take();
}
