/** A room at a besieged hub: a member who sends anything, and members of both dialects who watch. */

import { assertEquals } from "@std/assert";
import { bare, frames } from "../support/besieged.ts";
import type { Hub } from "../support/program.ts";

export const LF = "\n";

type Dialect = "text" | "frames";
export const DIALECTS: readonly Dialect[] = ["text", "frames"];

let rooms = 0;

/** A member who sends, and one of each dialect who receive. */
export async function openRoom(hub: Hub, dialect: Dialect) {
  const nick = `eve${++rooms}`;
  const stack = new AsyncDisposableStack();
  const nc = stack.use(await bare(hub, `nc${rooms}`));
  const bot = stack.use(await frames(hub, `bot${rooms}`));
  const eve = stack.use(await (dialect === "text" ? bare : frames)(hub, nick));
  await nc.until(nick);
  await bot.until(nick);
  const before = bot.received().length;
  return {
    nick,
    eve,
    /** Asserts that both receive exactly these texts of hers next. */
    async assertReceived(...texts: string[]): Promise<void> {
      for (const text of texts) {
        const message = await bot.untilFrame("message");
        assertEquals([message.nick, message.text], [nick, text]);
        const [first, ...others] = text.split(LF);
        assertEquals(await nc.until(SAID), `${nick}: ${first}`);
        for (const other of others) assertEquals(await nc.until(SAID), `  | ${other}`);
      }
      assertEquals(nc.pending().filter((line) => SAID.test(line)), []);
      assertEquals(bot.pending().filter((line) => line.includes('"type":"message"')), []);
    },
    /** The joins that were announced after hers. */
    joined: () =>
      new TextDecoder().decode(bot.received().subarray(before)).match(/"joined"/g) ?? [],
    /** The code of the error that she gets next. */
    async refused(): Promise<string> {
      if (dialect === "frames") return (await eve.untilFrame("error")).code;
      const line = await eve.until(/^! /);
      if (line.includes("line too long")) return "line_too_long";
      return line.includes("not valid UTF-8") ? "not_utf8" : line;
    },
    /** A line that posts a text. */
    line: (text: string) => dialect === "text" ? text : say(text),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Lines that are not about joins and leaves. */
const SAID = /^(?!\* )/;

let refs = 0;

export function nextRef(): string {
  return String(++refs);
}

export function say(text: string): string {
  return JSON.stringify({ type: "say", ref: nextRef(), text });
}
