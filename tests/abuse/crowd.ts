/**
 * A crowd of members in either dialect. Each checks that the numbered messages of one sender arrive in order, and keeps none of
 * them. The text of a message begins with its number.
 */

import { Watch } from "../support/watch.ts";

const utf8 = new TextEncoder();
const LF = 0x0a;
/** The bytes of a line that are kept: more than what precedes the number. */
const HEAD = 160;
const BUFFER = 256 * 1024;

export type Dialect = "text" | "frames";

/** A member who receives. `await using` closes it. */
export class Receiver {
  readonly nick: string;
  readonly #conn: Deno.Conn;
  readonly #watch: Watch;
  readonly #head = new Uint8Array(HEAD);
  #headLength = 0;
  readonly #closed: Promise<void>;
  /** Number of messages received, in order. */
  received = 0;
  hasJoined = false;
  /** A message out of order, or the reason why the hub closed the connection. */
  fault = "";

  private constructor(conn: Deno.Conn, nick: string, watch: Watch) {
    this.#conn = conn;
    this.nick = nick;
    this.#watch = watch;
    this.#closed = this.#receive();
  }

  /** Joins; `watch` is notified of every change. */
  static async join(port: number, nick: string, dialect: Dialect, watch: Watch): Promise<Receiver> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(utf8.encode(greeting(nick, dialect)));
    return new Receiver(conn, nick, watch);
  }

  async #receive(): Promise<void> {
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
    if (number === this.received) this.received++;
    else if (number !== undefined) this.fault ||= `${number} instead of ${this.received}`;
    if (line.startsWith('{"type":"welcome"') || line.includes("you are now")) this.hasJoined = true;
    if (line.startsWith("* disconnected") || line.startsWith('{"type":"bye"')) this.fault ||= line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    await this.#closed;
  }
}

/** The line with which a member joins. */
export function greeting(nick: string, dialect: Dialect): string {
  const hello = JSON.stringify({ type: "hello", protocol: 1, nick });
  return dialect === "text" ? `/name ${nick}\n` : `${hello}\n`;
}

/** The number with which the text of a message begins; undefined for any other line. */
export function numberOf(line: string): number | undefined {
  const [, number] = /^(?:[^\s:]+: |\{"type":"message",.*?"text":")(\d+) /.exec(line) ?? [];
  return number === undefined ? undefined : Number(number);
}
