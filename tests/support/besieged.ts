/**
 * A real hub for abuse tests. After each case it must still run, let two newcomers talk, have closed what
 * the case opened, and have a clean log.
 */

import { assert, assertEquals } from "@std/assert";
import { Peer } from "./peer.ts";
import { type Hub, type HubStart, startHub } from "./program.ts";
import { DEADLINE_MS } from "./watch.ts";

/** No rate limit, no grace period, no replay, and the whole log, unless a test says otherwise. */
const ARGUMENTS = ["--rate", "0", "--grace", "0", "--history", "0", "--log", "debug"];

/** A log line: only `key=value`, quoted if needed. */
const LOG_LINE =
  /^time=\S+ level=\w+ logger=[\w.]+ msg=(?:"(?:[^"\\]|\\.)*"|[^\s"=]+)(?: [\w.]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]*))*$/;
/** C0 and C1, DEL, separators and bidirectional controls. */
export const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u;
const STACK = / {4}at |Error: .*\(file:|\.ts:\d+:\d+/;

/** Time between two looks at the state of another process, in milliseconds. */
const LOOK_EVERY = 10;

export interface SiegeOptions extends HubStart {
  /** The password for joining. */
  password?: string;
  /** Its certificate in PEM, if it encrypts. */
  tls?: string;
}

export class Besieged {
  readonly hub: Hub;
  readonly #t: Deno.TestContext;
  readonly #password: string | undefined;
  readonly #tls: string | undefined;
  /** Number of cases so far. */
  cases = 0;

  /** Starts a hub, with further arguments. */
  static async start(
    t: Deno.TestContext,
    args: string[] = [],
    { password, tls, ...options }: SiegeOptions = {},
  ): Promise<Besieged> {
    return new Besieged(t, await startHub([...ARGUMENTS, ...args], options), { password, tls });
  }

  private constructor(
    t: Deno.TestContext,
    hub: Hub,
    { password, tls }: Record<"password" | "tls", string | undefined>,
  ) {
    this.#t = t;
    this.hub = hub;
    this.#password = password;
    this.#tls = tls;
  }

  /** Runs a case as a step of the test, then checks the hub. */
  async case(name: string, run: (hub: Hub) => Promise<void>): Promise<void> {
    this.cases++;
    await this.#t.step(name, async () => {
      const open = await descriptors(this.hub.pid);
      const logged = this.hub.stderr().length;
      await run(this.hub);
      await this.#assertAlive();
      await untilDescriptors(this.hub.pid, open);
      assertCleanLog(this.hub.stderr().slice(logged));
    });
  }

  /** Asserts that a newcomer of each dialect receives the other's message. */
  async #assertAlive(): Promise<void> {
    const [asks, answers] = [`asks${this.cases}`, `answers${this.cases}`];
    const [password, tls] = [this.#password, this.#tls];
    await using nc = await bare(this.hub, asks, { password, tls });
    const given = password === undefined ? {} : { password };
    await using bot = await frames(this.hub, answers, given, { tls });
    bot.sendFrame({ type: "say", ref: "1", text: "alive?" });
    await nc.until(`${answers}: alive?`);
    nc.send("alive!\n");
    while ((await bot.untilFrame("message")).nick !== asks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub[Symbol.asyncDispose]();
  }
}

/** A text member that has chosen its nick. */
export async function bare(
  { port }: { port: number },
  nick: string,
  { password, tls }: { password?: string | undefined; tls?: string | undefined } = {},
): Promise<Peer> {
  const peer = await Peer.connect(port, tls === undefined ? {} : { tls });
  if (password !== undefined) peer.send(`${password}\n`);
  peer.send(`/name ${nick}\n`);
  await peer.until(`* you are now ${nick}`);
  return peer;
}

/** A frames member after its welcome. */
export async function frames(
  { port }: { port: number },
  nick: string,
  fields: { room?: string; password?: string } = {},
  { tls }: { tls?: string | undefined } = {},
): Promise<Peer> {
  const peer = await Peer.connect(port, tls === undefined ? {} : { tls });
  peer.sendFrame({ type: "hello", protocol: 1, nick, ...fields });
  await peer.untilFrame("welcome");
  return peer;
}

/** Asserts that every line is a log line without stack traces and control characters. */
export function assertCleanLog(log: string): void {
  for (const line of log.split("\n").slice(0, -1)) {
    assert(LOG_LINE.test(line), `no line of the log: ${JSON.stringify(line)}`);
    assert(!STACK.test(line), `a stack trace: ${line}`);
    assertEquals(CONTROL.exec(line), null, JSON.stringify(line));
  }
}

/** The number of open descriptors of a process; 0 if the system does not say. */
export async function descriptors(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  return (await Array.fromAsync(Deno.readDir(`/proc/${pid}/fd`))).length;
}

/** Waits until a process has at most `count` open descriptors. */
export function untilDescriptors(pid: number, wanted: number): Promise<void> {
  return until(
    async () => await descriptors(pid) <= wanted,
    async () => `${await descriptors(pid)} descriptors are open, and ${wanted} were`,
  );
}

/** The peak memory of a process, in bytes; 0 if the system does not say. */
export async function peakMemory(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}

/** Polls for a state of another process; fails with what `describe` returns. */
export async function until(
  isReached: () => Promise<boolean>,
  describe: () => Promise<string>,
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!await isReached()) {
    if (performance.now() > deadline) throw new Error(await describe());
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
