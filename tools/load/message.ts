/** The messages of a load generator: each has its sender, its number, the time it was sent, and some text. */

/** Texts as people write them, one of them long. */
const TEXTS = [
  "hola a todos",
  "¿quedamos a las cinco? 👋",
  "日本語も少し",
  "a longer one, in which somebody explains something to everybody else in all its details, and with care",
  "x".repeat(400),
];
/** Only for dialects with multi-line messages. */
const SEVERAL_LINES = "a paste\n  of three lines\n  each of which counts";

const MESSAGE = /^§(\d+)\.(\d+)\.(\d+) ([^]*)$/;

export interface Message {
  sender: number;
  number: number;
  /** Whole milliseconds by the generator's own clock; 0 if the message is not timed. */
  sentAt: number;
}

/** The text to send. `hasLines`: whether it may have several lines. */
export function writeMessage({ sender, number, sentAt }: Message, hasLines: boolean): string {
  return `§${sender}.${number}.${sentAt} ${textOf(number, hasLines)}`;
}

/**
 * Reads a received text: gives "damaged" if it differs from what was sent, and undefined if it is another text. Of a
 * multi-line message, the first line is enough.
 */
export function readMessage(text: string): Message | "damaged" | undefined {
  if (!text.startsWith("§")) return undefined;
  const [, sender, number, sentAt, rest] = MESSAGE.exec(text) ?? [];
  if (rest === undefined) return "damaged";
  const texts = [textOf(Number(number), false), textOf(Number(number), true)];
  if (!texts.some((text) => text === rest || text.split("\n")[0] === rest)) return "damaged";
  return { sender: Number(sender), number: Number(number), sentAt: Number(sentAt) };
}

function textOf(number: number, hasLines: boolean): string {
  if (hasLines && number % 10 === 0) return SEVERAL_LINES;
  return TEXTS[number % TEXTS.length]!;
}
