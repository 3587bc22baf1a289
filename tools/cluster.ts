/**
 * `deno task cluster [--minutes N] [--seconds N] [--members N] [--hubs N] [--seed N] [--nats-cluster] [--logs FOLDER]`:
 * runs several hubs of the program, or of the one that CHAT_BIN names, on a NATS server or three, and lets members talk, each
 * of them our own client. First it measures what the way over NATS adds, beside one hub alone; then hubs and servers are
 * killed and paused by chance, and it prints what came of it. Exits with 1 when anything was lost, doubled or reordered, or
 * when another promise broke. Ctrl-C ends it early, with the figures so far.
 *
 * The seed decides which fault comes next, and who says what: with the same seed they are the same, but not to the millisecond.
 */

import { parseArgs } from "@std/cli/parse-args";
import { NATS_MISSING } from "../tests/support/nats.ts";
import { type Engine, startEngine } from "./cluster/engine.ts";
import { type Kind, kinds, strike, wait } from "./cluster/faults.ts";
import { HubUnderFire } from "./cluster/hubs.ts";
import { Members } from "./cluster/members.ts";
import { Books, HEAD } from "./cluster/report.ts";
import { between, chance } from "./load/chance.ts";
import { Ledger } from "./load/ledger.ts";
import { complain, print } from "./console.ts";

const USAGE = "usage: deno task cluster " +
  "[--minutes N] [--seconds N] [--members N] [--hubs N] [--seed N] [--nats-cluster] [--logs FOLDER]";

const MINUTES = 5;
const MEMBERS = 300;
const HUBS = 3;

/** In milliseconds: how often there is a line. */
const LINE_EVERY = 10_000;
/** After so long without anything happening, what has not come is lost. */
const PATIENCE = 60_000;
/** So long it may take after a fault until everybody's words are accepted again. */
const HEALING_LIMIT = 60_000;
/** From one fault being over to the next. */
const CALM = [1000, 8000] as const;
/** The latency is measured in turns, so many at each of the two, for a part of the whole time, but not longer than that each. */
const TURNS = 5;
const TURN_SHARE = 1 / 60;
const LONGEST_TURN = 5000;
/** In less, few may have said anything. */
const SHORTEST_TURN = 500;

interface Settings {
  seconds: number;
  members: number;
  hubs: number;
  seed: number;
  isCluster: boolean;
  /** Where the hubs' logs are kept. */
  logs: string | undefined;
}

async function main(args: readonly string[]): Promise<number> {
  const settings = readArguments(args);
  if (!settings) return complain(USAGE, 2);
  if (NATS_MISSING) return 1; // it has been said
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, interrupt);
  try {
    return await runTrial(settings, interrupted.signal);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
  }
}

function readArguments(args: readonly string[]): Settings | undefined {
  const unknown: string[] = [];
  const flags = parseArgs([...args], {
    string: ["minutes", "seconds", "members", "hubs", "seed", "logs"],
    boolean: ["nats-cluster"],
    unknown: (name) => void unknown.push(name),
  }) as Partial<Record<string, string>> & { "nats-cluster"?: boolean };
  const number = (name: string, usual: number) => Number(flags[name] ?? usual);
  const settings = {
    seconds: number("seconds", 60 * number("minutes", MINUTES)),
    members: number("members", MEMBERS),
    hubs: number("hubs", HUBS),
    seed: number("seed", Math.floor(Math.random() * 2 ** 31)),
    isCluster: flags["nats-cluster"] === true,
    logs: flags["logs"],
  };
  const { seconds, members, hubs, seed } = settings;
  const isGood = unknown.length === 0 && seconds > 0 &&
    [members, hubs, seed].every(Number.isInteger) &&
    members >= 2 && hubs >= 2 && seed >= 0;
  return isGood ? settings : undefined;
}

async function runTrial(settings: Settings, interrupted: AbortSignal): Promise<number> {
  const { seconds, members, seed, isCluster } = settings;
  // Whatever hangs, it ends.
  const limit = AbortSignal.timeout(seconds * 1000 + 10 * PATIENCE);
  const end = AbortSignal.any([interrupted, limit]);
  print(
    `seed ${seed}, ${members} members, ${settings.hubs} hubs, ` +
      (isCluster ? "a cluster of three NATS servers" : "one NATS server"),
  );
  await using engine = await startEngine({ isCluster });
  await using started = new Started();
  const args = ["--lang", "en", "--history", "0"];
  for (let count = 0; count < settings.hubs; count++) {
    await started.hub([...args, "--nats", engine.urls, "--cluster", "trial"]);
  }
  const { hubs } = started;
  const ledger = new Ledger({ onWrong: (wrong) => books.note(wrong) });
  const onGoing = (what: string) => books.notice(what);
  const crowd = started.crowd(
    new Members({ hubs, ledger, members, random: chance(seed), onGoing }),
  );
  const books = new Books(crowd, ledger, print);
  const begun = performance.now();
  const present = await crowd.come(AbortSignal.any([end, AbortSignal.timeout(PATIENCE)]));
  const took = (performance.now() - begun) / 1000;
  print(`${present} of ${members} members came in ${took.toFixed(1)} s`);

  await measureLatency(settings, started, crowd, end);
  print(HEAD);
  const start = performance.now();
  const printing = setInterval(() => books.row(performance.now() - start), LINE_EVERY);
  const over = AbortSignal.any([end, AbortSignal.timeout(seconds * 1000)]);
  try {
    // Not the crowd's: how often it was asked depends on the moment.
    const random = chance(seed + 1);
    await beat({ hubs, engine, crowd, books, random, start, over, end });
    if (!interrupted.aborted) await finish(started, crowd, ledger, books, end);
  } finally {
    clearInterval(printing);
  }
  books.row(performance.now() - start);
  const logs = hubs.map((hub) => hub.log());
  for (const [index, log] of logs.entries()) {
    if (settings.logs) {
      await Deno.writeTextFile(`${settings.logs}/hub-${hubs[index]!.port}.log`, log);
    }
  }
  return books.verdict({ isInterrupted: interrupted.aborted, logs });
}

/** What runs in a trial, so that all of it ends with it. */
class Started {
  readonly hubs: HubUnderFire[] = [];
  readonly #crowds: Members[] = [];
  readonly #others: HubUnderFire[] = [];

  async hub(args: readonly string[]): Promise<void> {
    this.hubs.push(await HubUnderFire.start(args));
  }

  /** One that is no part of the cluster. */
  async hubAlone(args: readonly string[]): Promise<HubUnderFire> {
    const hub = await HubUnderFire.start(args);
    this.#others.push(hub);
    return hub;
  }

  crowd(crowd: Members): Members {
    this.#crowds.push(crowd);
    return crowd;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#crowds.map((crowd) => crowd.cut()));
    const hubs = [...this.hubs, ...this.#others];
    await Promise.all(hubs.map((hub) => hub[Symbol.asyncDispose]()));
  }
}

/** The same crowd at one hub alone and at all hubs, in turns: both are there all the time, and one of them talks. */
async function measureLatency(
  { seconds, members, seed }: Settings,
  started: Started,
  crowd: Members,
  signal: AbortSignal,
): Promise<void> {
  const alone = await started.hubAlone(["--lang", "en", "--history", "0"]);
  const random = chance(seed);
  const other = started.crowd(
    new Members({ hubs: [alone], ledger: new Ledger(), members, random, onGoing: () => {} }),
  );
  await other.come(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]));
  const turn = Math.min(LONGEST_TURN, Math.max(SHORTEST_TURN, 1000 * seconds * TURN_SHARE));
  for (let count = 0; count < TURNS && !signal.aborted; count++) {
    for (const each of [other, crowd]) {
      each.talk({ isTimed: count > 0 }); // in the first turn the compiler is at work
      await wait(turn, signal);
      each.quiet();
      await each.settle(PATIENCE, signal);
    }
  }
  if (signal.aborted) return;
  await other.leave();
  const lines = [
    ["heard, one hub alone", other.here],
    ["heard, at the same hub", crowd.here],
    ["heard, at another hub", crowd.across],
    ["accepted, one hub alone", other.acked],
    ["accepted, by way of NATS", crowd.acked],
  ] as const;
  print("\nlatency, healthy".padEnd(30) + ["p50 ms", "p99 ms", "max ms"].map(pad).join(""));
  for (const [name, durations] of lines) {
    const values = [durations.percentile(50), durations.percentile(99), durations.max];
    print(name.padEnd(29) + values.map((value) => pad(value.toFixed(2))).join(""));
  }
  const ratio = (percent: number) =>
    crowd.across.percentile(percent) / other.here.percentile(percent);
  print(
    `across hubs against one hub alone: ×${ratio(50).toFixed(2)} (p50), ×${
      ratio(99).toFixed(2)
    } (p99)\n`,
  );
}

interface Beating {
  hubs: readonly HubUnderFire[];
  engine: Engine;
  crowd: Members;
  books: Books;
  random: () => number;
  start: number;
  /** No further fault comes then; everything ends. */
  over: AbortSignal;
  end: AbortSignal;
}

/** Everybody talks, and one fault comes after another, each when the last one is over and healed. */
async function beat(beating: Beating): Promise<void> {
  const { hubs, engine, crowd, books, random, start, over, end } = beating;
  crowd.talk();
  const deck: Iterator<Kind, never> = kinds(random);
  const spread = () => crowd.spread;
  for (;;) {
    await wait(between(...CALM, random), over);
    if (over.aborted) break;
    const fault = await strike(deck.next().value, { hubs, engine, random, spread }, end);
    const { since, hub } = fault;
    const healing = await crowd.heal({ since, hub, limit: HEALING_LIMIT, signal: end });
    if (end.aborted) break; // it was not let heal
    await fault.undone.catch((error) => books.broke(String(error.message ?? error)));
    books.fault(fault, healing, since - start);
  }
  crowd.quiet();
}

/** All come to rest, and go. */
async function finish(
  started: Started,
  crowd: Members,
  ledger: Ledger,
  books: Books,
  end: AbortSignal,
): Promise<void> {
  if (!await crowd.settle(PATIENCE, end)) {
    books.broke(`it did not come to rest: ${crowd.describe()}`);
  }
  books.close();
  ledger.close();
  await crowd.leave();
  for (const hub of started.hubs) {
    const code = await hub.stop();
    if (code !== 0) books.broke(`the hub ${hub.name} ended with ${code}`);
  }
}

function pad(text: string): string {
  return text.padStart(10);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
