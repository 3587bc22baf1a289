/** Users for the end-to-end tests: terminals in which `chat client` has joined, and the state of their prompt. */

import { assertEquals } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { chat, type Hub } from "../support/program.ts";
import { NO_PTY, type TerminalOptions, TestTerminal } from "../support/terminal.ts";
import type { ScriptedHub } from "./scripted_hub.ts";

/** A test that needs a terminal. */
export function testInPty(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NO_PTY, fn });
}

export interface JoinOptions extends TerminalOptions {
  /** More arguments of the client. */
  args?: string[];
  /** The nick that the hub assigns, if it differs from the requested nick. */
  given?: string;
  /** Wraps the client's command line. */
  wrap?: (command: string[]) => string[];
}

/** Opens a terminal with a client in it, and waits for its prompt. */
export async function join(
  { port }: { port: number },
  nick: string,
  { args = [], given = nick, wrap = (command) => command, ...options }: JoinOptions = {},
): Promise<TestTerminal> {
  const command = chat("client", "127.0.0.1", String(port), "--name", nick, ...args);
  const terminal = TestTerminal.open(wrap(command), options);
  try {
    await terminal.until((it) => readInput(it)?.rows[0] === `${given}>`, `the prompt of ${given}`);
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

/** Joins a user with `nc`, and sets the nick. */
export async function joinWithNc(port: number, nick: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  peer.send(`/name ${nick}\n`);
  await peer.until(`* you are now ${nick}`);
  return peer;
}

/** The same at a scripted hub, for ana. */
export async function joinScripted(
  hub: ScriptedHub,
  options: JoinOptions = {},
): Promise<TestTerminal> {
  const joining = join(hub, "ana", options);
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana");
  return await joining;
}

/** The arguments of `chat` for a client named ana. */
export function clientArgs({ port }: { port: number }, ...args: string[]): string[] {
  return ["client", "127.0.0.1", String(port), "--name", "ana", ...args];
}

/** A bot that has been welcomed; without `history` it gets as much as the hub gives unasked. */
export async function joinAsBot(
  { port }: { port: number },
  nick: string,
  fields: { history?: number } = {},
): Promise<Peer> {
  const bot = await Peer.connect(port);
  bot.sendFrame({ type: "hello", protocol: 1, nick, ...fields });
  await bot.untilFrame("welcome");
  return bot;
}

/**
 * A member that reads nothing, and a bot that has said enough for the hub to disconnect it as a slow consumer. The hub waits
 * for it to read why.
 */
export async function stall(hub: Hub): Promise<{ stuck: Peer; bot: Peer }> {
  const stuck = await Peer.connect(hub.port, { reading: false });
  stuck.send("/name stuck\n");
  const bot = await joinAsBot(hub, "bot");
  // More than the buffers of the system and the hub.
  const text = "x".repeat(60_000);
  const isOver = hub.untilStderr(/reason=slow_consumer/).then(() => true);
  for (let ref = 0, over = false; !over; ref++) {
    bot.sendFrame({ type: "say", ref: String(ref), text });
    over = await Promise.race([isOver, bot.untilFrame("ack").then(() => false)]);
  }
  return { stuck, bot };
}

/** The input: its rows, blanks at their ends left out, and where in them the cursor is. */
export interface Input {
  rows: string[];
  x: number;
  row: number;
}

/** A nick, preceded by the room unless it is the first and nothing is unread elsewhere, preceded by the state of a lost connection. */
const PROMPT = /^(\((again in|connecting)[^)]*\) )?(#\S+ |\[\S+\] (\S+ )+)?[^\s:]+>( |$)/;

/** Reads the last prompt on the screen, and everything below it. */
export function readInput(terminal: TestTerminal): Input | undefined {
  const screen = terminal.screen();
  const top = screen.findLastIndex((row) => PROMPT.test(row));
  if (top === -1) return undefined;
  const { x, y } = terminal.cursor();
  const bottom = screen.findLastIndex((row) => row !== "");
  return { rows: screen.slice(top, Math.max(bottom, y) + 1), x, row: y - top };
}

/** A grapheme and its width in columns. */
export type Piece = readonly [text: string, width: number];

/** Text whose characters are one column wide. */
export function narrow(text: string): Piece[] {
  return Array.from(text, (char) => [char, 1]);
}

/** Narrow, wide, joined and composed graphemes, without blanks. */
export const MIXED: readonly Piece[] = [
  ...narrow("José,"),
  ["日", 2],
  ["本", 2],
  ["e\u0301", 1],
  ["😀", 2],
  ["👍🏽", 2],
  ["🇪🇸", 2],
  ["❤️", 2],
  ["👨‍👩‍👧", 2],
  ...narrow("_ñ"),
];

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(([text]) => text).join("");
}

/** The expected prompt in a terminal of a width, with the cursor before the given piece of the line. */
export function placed(
  nick: string,
  line: readonly Piece[],
  columns: number,
  cursor = line.length,
): Input {
  const prompt = narrow(`${nick}> `);
  const rows = [""];
  let width = 0;
  let at = { x: 0, row: 0 };
  [...prompt, ...line, null].forEach((piece, index) => {
    const [text, pieceWidth] = piece ?? ["", 1];
    if (width + pieceWidth > columns) {
      rows.push("");
      width = 0;
    }
    if (index === prompt.length + cursor) at = { x: width, row: rows.length - 1 };
    if (piece === null && cursor < line.length && width === 0) rows.pop();
    rows.push(rows.pop() + text);
    width += pieceWidth;
  });
  return { rows: rows.map((row) => row.trimEnd()), ...at };
}

/** Waits until the prompt is as wanted and a text is above it; fails with the difference. */
export async function untilInput(
  terminal: TestTerminal,
  wanted: Input,
  above = "",
): Promise<void> {
  const isThere = () => {
    const found = readInput(terminal);
    return found !== undefined && found.x === wanted.x && found.row === wanted.row &&
      found.rows.join("\n") === wanted.rows.join("\n") && terminal.text().includes(above);
  };
  try {
    await terminal.until(isThere, `the input ${JSON.stringify(wanted)}, and above it ${above}`);
  } catch (error) {
    assertEquals(readInput(terminal), wanted, String(error));
    throw error;
  }
}

/** The rows above the prompt, with the scrollback, without times. */
export function history(terminal: TestTerminal): string[] {
  const rows = terminal.text().split("\n");
  const top = rows.findLastIndex((row) => PROMPT.test(row));
  return rows.slice(0, top === -1 ? rows.length : top).map(withoutTime);
}

/** A row without its time. */
export function withoutTime(row: string): string {
  return row.replace(/^\d\d:\d\d /, "");
}

/** How often a part occurs in a text. */
export function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
