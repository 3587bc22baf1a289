/**
 * Messages as a history has them: what one person says in one room at one moment, with nothing else in between, is one
 * run. A run costs far more than what is in it, so that a flood becomes cheap; what stands alone is a run of one. Pure.
 */

import type { Posted } from "../types.ts";

/** What one run may hold, so that one can be read, and cut, in a moment. A single text may be longer. */
export const RUN_LIMITS = { messages: 1024, characters: 64 * 1024 } as const;

/** The ids of the messages follow on each other without a gap. */
export interface Run {
  readonly first: Posted;
  readonly texts: readonly string[];
}

/** Puts messages into as few runs as may be. The oldest come first. */
export class RunBuilder {
  #runs: Run[] = [];
  /** Those of the last run, and their characters. */
  #texts: string[] = [];
  #characters = 0;

  /** The message must be newer than those before it. */
  add(said: Posted): void {
    const { text } = said.message;
    const last = this.#runs.at(-1);
    this.#characters += text.length;
    if (
      last !== undefined && this.#texts.length < RUN_LIMITS.messages &&
      this.#characters <= RUN_LIMITS.characters && belongs(said, last.first, this.#texts.length)
    ) {
      this.#texts.push(text);
      return;
    }
    this.#texts = [text];
    this.#characters = text.length;
    this.#runs.push({ first: said, texts: this.#texts });
  }

  /** All that were made of what was added; what follows is in others. */
  take(): Run[] {
    const runs = this.#runs;
    if (runs.length > 0) this.#runs = [];
    return runs;
  }
}

/** Whether a message may stand in a run, so many behind its first. */
function belongs(
  { message, author }: Posted,
  { message: first, author: by }: Posted,
  distance: number,
): boolean {
  return message.id === first.id + distance && message.ts === first.ts &&
    message.room === first.room && message.nick === first.nick && message.kind === first.kind &&
    (author === by || (author.id === by.id && author.key === by.key));
}

/** A message by itself. */
export function singleRun(said: Posted): Run {
  return { first: said, texts: [said.message.text] };
}

/** One message of a run. */
export function messageAt({ first: { message, author }, texts }: Run, place: number): Posted {
  const { id, room, nick, ts, kind } = message;
  return {
    message: { type: "message", id: id + place, room, nick, text: texts[place]!, ts, kind },
    author,
  };
}

/** The run without its oldest messages, of which one at least must stay. */
export function trimRun(run: Run, count: number): Run {
  return { first: messageAt(run, count), texts: run.texts.slice(count) };
}
