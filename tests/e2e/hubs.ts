/** Hubs of the real program that are one chat by way of a real NATS server, and who is at them. Knows no sentence. */

import type { HubFrame, MessageFrame } from "../../protocol/frame.ts";
import { NATS_MISSING } from "../support/nats.ts";
import { Peer, type PeerOptions } from "../support/peer.ts";
import { chat, type Hub, Program, startHub } from "../support/program.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { readInput } from "./people.ts";
import { idlePort } from "../support/ports.ts";

/** A test with a NATS server. */
export function testWithNats(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NATS_MISSING, fn });
}

/** The same, with somebody in a terminal. */
export function testWithNatsInPty(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NATS_MISSING || NO_PTY, fn });
}

/** Hubs of one chat. `await using` ends those that still run. */
export interface Hubs extends AsyncDisposable {
  readonly hubs: readonly Hub[];
}

const USUAL = ["--rate", "0", "--lang", "en"];

/** The arguments of a hub at these servers. */
export function clusterArgs(urls: string | readonly string[]): string[] {
  return [...USUAL, "--nats", [urls].flat().join(",")];
}

/** Starts so many hubs at these servers, each with further arguments. */
export async function startHubs(
  count: number,
  urls: string | readonly string[],
  ...args: string[]
): Promise<Hubs> {
  const starting = Array.from(
    { length: count },
    () => startHub([...clusterArgs(urls), ...args], { port: idlePort() }),
  );
  const started = await Promise.allSettled(starting);
  const hubs = started.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
  const end = async () => {
    await Promise.all(hubs.map((hub) => hub[Symbol.asyncDispose]()));
  };
  const failed = started.find((each) => each.status === "rejected");
  if (!failed) return { hubs, [Symbol.asyncDispose]: end };
  await end();
  throw failed.reason;
}

/** Starts a hub again, on the port that it had. */
export async function startAgain(
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

/** HOST:PORT of a hub, as the client takes several. */
export const at = ({ port }: { port: number }) => `127.0.0.1:${port}`;

/** Opens a terminal with a client that knows these hubs, and waits for its prompt. */
export async function joinAny(hubs: readonly Hub[], nick: string): Promise<TestTerminal> {
  const terminal = TestTerminal.open(chat("client", ...hubs.map(at), "--name", nick));
  try {
    await terminal.until((it) => readInput(it)?.rows[0] === `${nick}>`, `the prompt of ${nick}`);
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

/** Somebody who speaks frames at one hub, and keeps all that comes. */
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

  /** Says something, and gives its ref. */
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

  /** The next frame, which is kept. Rejects when the connection ends first. */
  async next(): Promise<HubFrame> {
    const frame = await this.#peer.frame();
    this.frames.push(frame);
    return frame;
  }

  /** The next frame of that type for which a condition holds; those before it are kept too. */
  async until<K extends HubFrame["type"]>(
    type: K,
    isIt: (frame: Extract<HubFrame, { type: K }>) => boolean = () => true,
  ): Promise<Extract<HubFrame, { type: K }>> {
    for (;;) {
      const frame = await this.next() as Extract<HubFrame, { type: K }>;
      if (frame.type === type && isIt(frame)) return frame;
    }
  }

  /** Waits until something is accepted that it has said. */
  async untilAcked(ref: string): Promise<number> {
    return (await this.until("ack", (frame) => frame.ref === ref)).id;
  }

  /** Waits until this text comes. */
  async untilHeard(text: string): Promise<MessageFrame> {
    return await this.until("message", (frame) => frame.text === text);
  }

  /** The texts that it has heard. */
  get heard(): string[] {
    return this.frames.flatMap((frame) => frame.type === "message" ? [frame.text] : []);
  }

  /** Frames of these types that came. */
  count(type: HubFrame["type"], isIt: (frame: HubFrame) => boolean = () => true): number {
    return this.frames.filter((frame) => frame.type === type && isIt(frame)).length;
  }

  /** Breaks the connection as a crash does. */
  reset(): void {
    this.#peer.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }
}
