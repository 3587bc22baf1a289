/** The messages of a load generator: who says it, which of its messages it is, when it was sent, and some text. Pure. */

/** Texts as people write them, a long one too; of several lines only where the dialect has them. */
const TEXTS = [
  "hola a todos",
  "¿quedamos a las cinco? 👋",
  "日本語も少し",
  "a longer one, that somebody has written who explains something in all its details to everybody else",
  "x".repeat(400),
];
const SEVERAL_LINES = "a paste\n  of three lines\n  each of which counts";

const MESSAGE = /^§(\d+)\.(\d+)\.(\d+) ([^]*)$/;

export interface Message {
  sender: number;
  number: number;
  /** In whole milliseconds, by the generator's own clock; 0 where it is not to be timed. */
  sentAt: number;
}

/** The text to be sent. */
export function writeMessage({ sender, number, sentAt }: Message, hasLines: boolean): string {
  return `§${sender}.${number}.${sentAt} ${textOf(number, hasLines)}`;
}

/**
 * What a text is that came: a message, "damaged" where it is not as it was sent, or undefined for what is none. Of several
 * lines, the first one may be all that there is.
 */
export function readMessage(text: string): Message | "damaged" | undefined {
  if (!text.startsWith("§")) return undefined;
  const [, sender, number, sentAt, rest] = MESSAGE.exec(text) ?? [];
  if (rest === undefined) return "damaged";
  const whole = [textOf(Number(number), false), textOf(Number(number), true)];
  if (!whole.some((each) => each === rest || each.split("\n")[0] === rest)) return "damaged";
  return { sender: Number(sender), number: Number(number), sentAt: Number(sentAt) };
}

function textOf(number: number, hasLines: boolean): string {
  if (hasLines && number % 10 === 0) return SEVERAL_LINES;
  return TEXTS[number % TEXTS.length]!;
}
