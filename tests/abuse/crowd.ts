/**
 * Many who listen at once: each checks the numbers of what one person says as they come, and keeps none of it. Knows how a
 * message looks in both dialects, and that its text begins with its number.
 */

import { Watch } from "../support/watch.ts";

const utf8 = new TextEncoder();
const LF = 0x0a;
/** More of a line than what stands before the number in it. */
const HEAD = 160;
const BUFFER = 256 * 1024;

export type Dialect = "text" | "frames";

/** One who listens; `await using` closes it. */
export class Ear {
  readonly nick: string;
  readonly #conn: Deno.Conn;
  readonly #watch: Watch;
  readonly #head = new Uint8Array(HEAD);
  #headLength = 0;
  readonly #over: Promise<void>;
  /** Messages that have come, in the right order. */
  heard = 0;
  isIn = false;
  /** What came in a wrong order, or why it was sent away. */
  fault = "";

  private constructor(conn: Deno.Conn, nick: string, watch: Watch) {
    this.#conn = conn;
    this.nick = nick;
    this.#watch = watch;
    this.#over = this.#listen();
  }

  /** Comes in; `watch` hears of whatever changes. */
  static async join(port: number, nick: string, dialect: Dialect, watch: Watch): Promise<Ear> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(utf8.encode(greeting(nick, dialect)));
    return new Ear(conn, nick, watch);
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(BUFFER);
    try {
      for (let size; (size = await this.#conn.read(buffer)) !== null;) {
        this.#take(buffer.subarray(0, size));
        this.#watch.changed();
      }
    } catch {
      // closed by the test
    }
  }

  #take(bytes: Uint8Array): void {
    for (let from = 0, end; from < bytes.length; from = end + 1) {
      end = bytes.indexOf(LF, from);
      if (end === -1) end = bytes.length;
      const piece = bytes.subarray(from, Math.min(end, from + HEAD - this.#headLength));
      this.#head.set(piece, this.#headLength);
      this.#headLength += piece.length;
      if (end < bytes.length) this.#line();
    }
  }

  #line(): void {
    const line = new TextDecoder().decode(this.#head.subarray(0, this.#headLength));
    this.#headLength = 0;
    const number = numberOf(line);
    if (number === this.heard) this.heard++;
    else if (number !== undefined) this.fault ||= `${number} came in place of ${this.heard}`;
    if (line.startsWith('{"type":"welcome"') || line.includes("you are now")) this.isIn = true;
    if (line.startsWith("* disconnected") || line.startsWith('{"type":"bye"')) this.fault ||= line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    await this.#over;
  }
}

/** What somebody says to come in. */
export function greeting(nick: string, dialect: Dialect): string {
  const hello = JSON.stringify({ type: "hello", protocol: 1, nick });
  return dialect === "text" ? `/name ${nick}\n` : `${hello}\n`;
}

/** The number with which the text of a message begins, where the line is one of a message. */
export function numberOf(line: string): number | undefined {
  const [, number] = /^(?:[^\s:]+: |\{"type":"message",.*?"text":")(\d+) /.exec(line) ?? [];
  return number === undefined ? undefined : Number(number);
}
