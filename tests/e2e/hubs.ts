/** Hubs of one cluster, over a real NATS server, and clients of them. */

import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";
import { NATS_MISSING } from "../support/nats.ts";
import { Peer, type PeerOptions } from "../support/peer.ts";
import { chat, type Hub, Program, startHub } from "../support/program.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { readInput } from "./people.ts";
import { idlePort } from "../support/ports.ts";

/** A test that needs a NATS server. */
export function testWithNats(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NATS_MISSING, fn });
}

/** A test that needs a NATS server and a terminal. */
export function testWithNatsInPty(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NATS_MISSING || NO_PTY, fn });
}

/** Hubs of one cluster. `await using` stops the hubs that still run. */
export interface HubGroup extends AsyncDisposable {
  readonly hubs: readonly Hub[];
}

const DEFAULT_ARGS = ["--rate", "0", "--lang", "en"];

/** The arguments of a hub at these NATS servers. */
export function clusterArgs(urls: string | readonly string[]): string[] {
  return [...DEFAULT_ARGS, "--nats", [urls].flat().join(",")];
}

/** Starts hubs at these NATS servers. */
export async function startHubs(
  count: number,
  urls: string | readonly string[],
  ...args: string[]
): Promise<HubGroup> {
  const starting = Array.from(
    { length: count },
    () => startHub([...clusterArgs(urls), ...args], { port: idlePort() }),
  );
  const started = await Promise.allSettled(starting);
  const hubs = started.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const end = async () => {
    await Promise.all(hubs.map((hub) => hub[Symbol.asyncDispose]()));
  };
  const failed = started.find((result) => result.status === "rejected");
  if (!failed) return { hubs, [Symbol.asyncDispose]: end };
  await end();
  throw failed.reason;
}

/** Starts a hub again on its old port. */
export async function restartHub(
  { port }: { port: number },
  urls: string | readonly string[],
  ...args: string[]
): Promise<Hub> {
  const command = chat("server", "127.0.0.1", String(port), ...clusterArgs(urls), ...args);
  const hub = new Program(command);
  try {
    await hub.untilStdout("chat client");
    return Object.assign(hub, { port });
  } catch (error) {
    await hub[Symbol.asyncDispose]();
    throw error;
  }
}

/** HOST:PORT of a hub. */
export const addressOf = ({ port }: { port: number }) => `127.0.0.1:${port}`;

/** Opens a terminal with a client of these hubs, and waits for its prompt. */
export async function joinAny(hubs: readonly Hub[], nick: string): Promise<TestTerminal> {
  const terminal = TestTerminal.open(chat("client", ...hubs.map(addressOf), "--name", nick));
  try {
    await terminal.until((it) => readInput(it)?.rows[0] === `${nick}>`, `the prompt of ${nick}`);
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

/** A bot at one hub, which keeps every frame. */
export class Bot implements AsyncDisposable {
  readonly #peer: Peer;
  readonly token: string;
  readonly nick: string;
  readonly frames: HubFrame[] = [];
  #refs = 0;

  static async join(
    port: number,
    nick: string,
    { resume, ...options }: PeerOptions & { resume?: { token: string; after: number } } = {},
  ): Promise<Bot> {
    const peer = await Peer.connect(port, options);
    try {
      peer.sendFrame({
        ...{ type: "hello", protocol: 1, nick, history: 0 },
        ...(resume ? { resume } : {}),
      });
      const { token, nick: given } = await peer.untilFrame("welcome");
      return new Bot(peer, token, given);
    } catch (error) {
      await peer[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(peer: Peer, token: string, nick: string) {
    this.#peer = peer;
    this.token = token;
    this.nick = nick;
  }

  /** Posts a message, and returns its ref. */
  say(text: string, fields: { ref?: string; room?: string; to?: string } = {}): string {
    const ref = String(++this.#refs);
    this.#peer.sendFrame({ type: "say", ref, text, ...fields });
    return fields.ref ?? ref;
  }

  command(line: string): string {
    const ref = String(++this.#refs);
    this.#peer.sendFrame({ type: "command", ref, line });
    return ref;
  }

  /** The next frame. Rejects if the connection ends first. */
  async next(): Promise<HubFrame> {
    const frame = await this.#peer.frame();
    this.frames.push(frame);
    return frame;
  }

  /** The next frame of a type that meets a condition. */
  async until<K extends HubFrame["type"]>(
    type: K,
    matches: (frame: Extract<HubFrame, { type: K }>) => boolean = () => true,
  ): Promise<Extract<HubFrame, { type: K }>> {
    for (;;) {
      const frame = await this.next() as Extract<HubFrame, { type: K }>;
      if (frame.type === type && matches(frame)) return frame;
    }
  }

  /** Waits for the ack of a message, and returns its id. */
  async untilAcked(ref: string): Promise<number> {
    return (await this.until("ack", (frame) => frame.ref === ref)).id;
  }

  /** Waits for a message with this text. */
  async untilMessage(text: string): Promise<MessageFrame> {
    return await this.until("message", (frame) => frame.text === text);
  }

  /** The texts of the received messages. */
  get texts(): string[] {
    return this.frames.flatMap((frame) => frame.type === "message" ? [frame.text] : []);
  }

  /** How many received frames of a type meet a condition. */
  count(type: HubFrame["type"], matches: (frame: HubFrame) => boolean = () => true): number {
    return this.frames.filter((frame) => frame.type === type && matches(frame)).length;
  }

  /** Breaks the connection as a crash does. */
  reset(): void {
    this.#peer.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }
}
