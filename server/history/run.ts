/**
 * Messages as the file has them: what one person says in one room at one moment, with nothing else in between, is one run
 * and one row. A row costs far more than what is in it, so that a flood becomes cheap; what stands alone is a run of one.
 * Pure: it knows no file.
 */

import type { MessageFrame } from "../../protocol/frame.ts";
import type { Said } from "./mod.ts";

/** A row. */
export interface Run {
  /** The id of the first message; those of the others follow on it without a gap. */
  readonly first: number;
  readonly messages: number;
  readonly ts: number;
  readonly room: string;
  readonly nick: string;
  readonly key: string;
  readonly kind: string;
  /** A list in JSON. */
  readonly texts: string;
}

/** What one run may hold, so that one can be read, and cut, in a moment. A single text may be longer. */
export const RUN_LIMITS = { messages: 256, characters: 32 * 1024 } as const;

/** All messages in as few runs as may be. The oldest come first, there as here. */
export function toRuns(all: readonly Said[]): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < all.length;) {
    const texts = textsOfRun(all, start);
    runs.push(toRun(all[start]!, texts));
    start += texts.length;
  }
  return runs;
}

/** Of the run that starts somewhere. */
function textsOfRun(all: readonly Said[], start: number): string[] {
  const first = all[start]!;
  const most = Math.min(all.length - start, RUN_LIMITS.messages);
  const texts = [first.message.text];
  let characters = first.message.text.length;
  while (texts.length < most) {
    const said = all[start + texts.length]!;
    const { text } = said.message;
    characters += text.length;
    if (characters > RUN_LIMITS.characters || !belongs(said, first, texts.length)) break;
    texts.push(text);
  }
  return texts;
}

/** Whether a message may stand in a run, so many behind its first. */
function belongs({ message, author }: Said, first: Said, distance: number): boolean {
  const { id, ts, room, nick, kind } = first.message;
  return message.id === id + distance && message.ts === ts && message.room === room &&
    message.nick === nick && message.kind === kind && author.key === first.author.key;
}

function toRun({ message, author: { key } }: Said, texts: string[]): Run {
  const { id, ts, room, nick, kind } = message;
  const json = JSON.stringify(texts);
  return { first: id, messages: texts.length, ts, room, nick, key, kind, texts: json };
}

/**
 * The messages of a run, the oldest first. The token of who said them was of another life of the hub, and is not known.
 *
 * @throws when its texts are not those of so many messages.
 */
export function fromRun(run: Run): Said[] {
  const { first, ts, room, nick, key, kind } = run;
  return readTexts(run).map((text, index) => ({
    message: {
      type: "message",
      id: first + index,
      room,
      nick,
      text,
      ts,
      kind: kind as MessageFrame["kind"],
    },
    author: { token: "", key, nick },
  }));
}

/**
 * The run without its oldest messages, of which one at least must stay.
 *
 * @throws when its texts are not those of so many messages.
 */
export function cutRun(run: Run, count: number): Run {
  const texts = readTexts(run).slice(count);
  return {
    ...run,
    first: run.first + count,
    messages: texts.length,
    texts: JSON.stringify(texts),
  };
}

function readTexts({ first, messages, texts }: Run): string[] {
  const read: unknown = JSON.parse(texts);
  const isSound = Array.isArray(read) && read.length === messages &&
    read.every((text) => typeof text === "string");
  if (!isSound) throw new Error(`the texts of the messages from ${first} on are damaged`);
  return read;
}
