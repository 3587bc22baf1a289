/** Asks who is at the other end of a connection how it is, without coming in. What the answer means is not its business. */

import { type ClientFrame, encodeFrame } from "../../common/protocol/frame.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import type { Heard } from "./findings.ts";
import { Hearing } from "./hearing.ts";

/** Behind the first bytes of what may be no hub, so long the others may take, in milliseconds. */
const REST = 300;
/** So often the way to the hub is measured. */
const PINGS = 3;
const READ_BUFFER = 16 * 1024;

const utf8 = new TextEncoder();

export interface TalkOptions {
  nick?: string | undefined;
  /** To be told where it is wanted. */
  password?: string | undefined;
  /** So long an answer may take, in milliseconds. */
  answer: number;
  /** Ends it at once. */
  signal: AbortSignal;
}

/** Looks, and where a password is wanted and given looks again with that. Never rejects; the caller closes the connection. */
export async function talk(socket: HubSocket, options: TalkOptions): Promise<Heard> {
  return await new Talk(socket, options).run();
}

class Talk {
  readonly #socket: HubSocket;
  readonly #options: TalkOptions;
  readonly #hearing = new Hearing();
  readonly #buffer = new Uint8Array(READ_BUFFER);
  #reading: Promise<number | null> | undefined;
  #isClosed = false;
  #pings = 0;

  constructor(socket: HubSocket, options: TalkOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  async run(): Promise<Heard> {
    const { password } = this.#options;
    const hearing = this.#hearing;
    let latency: number | undefined;
    let isTried = false;
    if (await this.#ask() && hearing.isHub) {
      latency = await this.#measure();
      if (password !== undefined && hearing.wantsPassword) {
        isTried = true;
        hearing.forgetRefusal();
        await this.#ask(password);
      }
    }
    return hearing.heard({ isClosed: this.#isClosed, latency, isTried });
  }

  /** How long a ping takes, the quickest of some; undefined where none was answered. */
  async #measure(): Promise<number | undefined> {
    let quickest: number | undefined;
    for (let ping = 0; ping < PINGS && !this.#hearing.isThrottled; ping++) {
      const sentAt = performance.now();
      if (!await this.#ping() || this.#hearing.isThrottled) break;
      quickest = Math.min(quickest ?? Infinity, performance.now() - sentAt);
    }
    return quickest;
  }

  /** Looks, and waits for all that is said to it. A protocol that nobody speaks keeps one out of hubs that know no looking. */
  #ask(password?: string): Promise<boolean> {
    const { nick } = this.#options;
    const hello = {
      type: "hello",
      protocol: 0,
      look: true,
      ...(nick === undefined ? {} : { nick }),
      ...(password === undefined ? {} : { password }),
    } as const;
    return this.#ping(hello);
  }

  /** Sends a ping behind some frames, and hears what comes. Gives whether all that went before is answered. */
  async #ping(...before: ClientFrame[]): Promise<boolean> {
    this.#send(...before, { type: "ping" });
    const wanted = ++this.#pings;
    const until = performance.now() + this.#options.answer;
    let restUntil = Infinity;
    while (this.#hearing.pongs < wanted && !this.#hearing.isOver) {
      const now = performance.now();
      if (this.#hearing.isStrange) restUntil = Math.min(restUntil, now + REST);
      if (!await this.#hear(Math.min(until, restUntil) - now)) return false;
    }
    return this.#hearing.pongs >= wanted;
  }

  /** Takes the next that comes. Gives false where nothing does in so many milliseconds, or ever. */
  async #hear(milliseconds: number): Promise<boolean> {
    // What is not waited for any more is read all the same, and comes the next time.
    this.#reading ??= this.#socket.read(this.#buffer).catch(() => null);
    const size = await within(milliseconds, this.#options.signal, this.#reading);
    if (size === "late") return false;
    this.#reading = undefined;
    if (size === null) {
      this.#isClosed = true;
      return false;
    }
    this.#hearing.push(this.#buffer.subarray(0, size));
    return true;
  }

  #send(...frames: ClientFrame[]): void {
    const bytes = utf8.encode(frames.map((frame) => encodeFrame(frame) + "\n").join(""));
    // That it is closed, the next read says. Nobody who reads nothing of so little is waited for.
    this.#socket.write(bytes).catch(() => {});
  }
}

/** What comes of something, or "late" where that takes too long or the signal comes first. */
async function within<T>(
  milliseconds: number,
  signal: AbortSignal,
  promise: Promise<T>,
): Promise<T | "late"> {
  const late = Promise.withResolvers<"late">();
  const end = () => late.resolve("late");
  const timer = setTimeout(end, Math.max(0, milliseconds));
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
