/** Asks whether a hub is there, and how it is, without joining. */

import type { Address } from "../../common/cli/address.ts";
import { within } from "../../common/cli/timers.ts";
import { defined } from "../../common/defined.ts";
import type { ClientFrame } from "../../common/protocol/frame.ts";
import { encodeFrame } from "../../common/protocol/frame_codec.ts";
import { CONNECT_TIMEOUT } from "./connection.ts";
import { dial } from "./dial.ts";
import { ProbeReader, type ProbeResult } from "./probe_reader.ts";
import type { HubSocket } from "./tls_socket.ts";

/** How long the rest of the first line may take if it may not be a hub's, in milliseconds. */
const REST = 300;
/** Pings sent to measure the latency. */
const PINGS = 3;
const READ_BUFFER = 16 * 1024;

const utf8 = new TextEncoder();

export interface ProbeOptions {
  nick?: string | undefined;
  /** Sent only to a hub that asks for it. */
  password?: string | undefined;
  /** How long an answer may take, in milliseconds. */
  answer: number;
  /** Stops the probe. */
  signal: AbortSignal;
}

/** Probes what is at the other end of a new connection, which stays open. Never rejects. */
export async function probe(socket: HubSocket, options: ProbeOptions): Promise<ProbeResult> {
  return await new ProbeRun(socket, options).run();
}

/**
 * Whether a hub answers at the address and, if so, whether it speaks TLS; undefined if none answers before the signal.
 * Where a hub was encrypted before (`isKnown`), nothing is sent, and it must speak TLS.
 */
export async function findHub(address: Address, signal: AbortSignal, { isKnown = false } = {}) {
  const socket = await dial(address, signal).catch(() => undefined);
  if (!socket) return undefined;
  const kind = isKnown ? "tls" : (await probe(socket, { answer: CONNECT_TIMEOUT, signal })).kind;
  socket.close();
  if (kind === "tls") return { isEncrypted: true };
  return kind === "hub" || kind === "bye" ? { isEncrypted: false } : undefined;
}

class ProbeRun {
  readonly #socket: HubSocket;
  readonly #options: ProbeOptions;
  readonly #reader = new ProbeReader();
  readonly #buffer = new Uint8Array(READ_BUFFER);
  #reading: Promise<number | null> | undefined;
  #isClosed = false;
  #pings = 0;

  constructor(socket: HubSocket, options: ProbeOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  async run(): Promise<ProbeResult> {
    const { password } = this.#options;
    const reader = this.#reader;
    let latency: number | undefined;
    let isTried = false;
    if (await this.#look() && reader.isHub) {
      latency = await this.#measure();
      if (password !== undefined && reader.requiresPassword) {
        isTried = true;
        reader.clearRefusal();
        await this.#look(password);
      }
    }
    return reader.result({ isClosed: this.#isClosed, latency, isTried });
  }

  /** The shortest of several ping times, in milliseconds; undefined if none was answered. */
  async #measure(): Promise<number | undefined> {
    let shortest: number | undefined;
    for (let ping = 0; ping < PINGS && !this.#reader.isThrottled; ping++) {
      const sentAt = performance.now();
      if (!await this.#ping() || this.#reader.isThrottled) break;
      shortest = Math.min(shortest ?? Infinity, performance.now() - sentAt);
    }
    return shortest;
  }

  /** Asks with `look: true`, which lets nobody in (docs/protocol.md, "look"); an older hub refuses protocol 0. */
  #look(password?: string): Promise<boolean> {
    const credentials = defined({ nick: this.#options.nick, password });
    return this.#ping({ type: "hello", protocol: 0, look: true, ...credentials });
  }

  /** Sends some frames and a ping. Returns whether the ping, and so everything before it, was answered. */
  async #ping(...before: ClientFrame[]): Promise<boolean> {
    const lines = [...before, { type: "ping" } as const].map((frame) => encodeFrame(frame) + "\n");
    // Not awaited: these few bytes fit the socket's buffer, and a closed connection shows at the next read.
    this.#socket.write(utf8.encode(lines.join(""))).catch(() => {});
    const wanted = ++this.#pings;
    const until = performance.now() + this.#options.answer;
    let restUntil = Infinity;
    while (this.#reader.pongs < wanted && !this.#reader.isDone) {
      const now = performance.now();
      if (this.#reader.mayBeStranger) restUntil = Math.min(restUntil, now + REST);
      if (!await this.#read(Math.min(until, restUntil) - now)) return false;
    }
    return this.#reader.pongs >= wanted;
  }

  /** Reads once. Returns false if no data comes in time, or at the end of the stream. */
  async #read(milliseconds: number): Promise<boolean> {
    // A read that came too late stays pending for the next call: two at a time would mix up the buffer.
    this.#reading ??= this.#socket.read(this.#buffer).catch(() => null);
    const size = await within(this.#reading, { milliseconds, signal: this.#options.signal });
    if (size === "late") return false;
    this.#reading = undefined;
    if (size === null) {
      this.#isClosed = true;
      return false;
    }
    this.#reader.push(this.#buffer.subarray(0, size));
    return true;
  }
}
