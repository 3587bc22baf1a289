/**
 * `deno task soak [--minutes N] [--seconds N] [--peers N]`: starts a hub, of the executable that CHAT_BIN names if it is set,
 * lets a crowd talk, disconnect and reconnect, and prints the results. Exits with 1 if a promise was broken. Ctrl-C ends it
 * early, with the figures so far.
 *
 * The hub runs with its default limits, but with `--history 0`, as a text peer cannot tell replayed messages from new ones.
 * Latencies are printed but not judged: they depend on the machine as much as on the hub.
 */

import { parseArgs } from "@std/cli/parse-args";
import { startHub } from "../tests/support/program.ts";
import { Crowd } from "./load/crowd.ts";
import { type Durations, slope } from "./load/figures.ts";
import { wait } from "./load/timing.ts";
import { readVitals } from "./load/vitals.ts";
import { complain, print } from "./console.ts";

const USAGE = "Usage: deno task soak [--minutes N] [--seconds N] [--peers N]";

const MINUTES = 10;
const PEERS = 500;
/** Per peer: rooms, messages a second, reconnects a second, and the share that never reads. */
const ROOMS = 25 / 500;
const RATE = 50 / 500;
const RECONNECTS = 5 / 500;
const STALLED = 1 / 100;

/** How often a line is printed, and how often the hub's memory and log are read, in milliseconds. */
const LINE_EVERY = 10_000;
const SAMPLE_EVERY = 1000;
/** Milliseconds without progress after which outstanding messages count as lost. */
const PATIENCE = 60_000;
/** The first part of the run, which the fit of the memory leaves out: the hub is still filling its buffers. */
const WARM_UP = 0.25;
/**
 * MiB that the memory may grow after the warm-up. The hub's bounded stores (the history of 25 rooms, the messages kept for
 * peers that are away) and the slack of the runtime's heap need less than half of it. A leak of one byte for each delivery
 * would go unnoticed; a leak of a copy of each would show within ten minutes.
 */
const MAX_GROWTH = 128;

interface Sample {
  /** Milliseconds since the crowd began to talk. */
  time: number;
  /** MiB. */
  memory: number;
}

async function main(args: readonly string[]): Promise<number> {
  const settings = readArguments(args);
  if (!settings) return complain(USAGE, 2);
  const { seconds, peers } = settings;
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    return await soak(seconds, peers, interrupted.signal);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}

function readArguments(args: readonly string[]) {
  const unknown: string[] = [];
  const flags = parseArgs([...args], {
    string: ["minutes", "seconds", "peers"],
    unknown: (name) => void unknown.push(name),
  }) as { minutes?: string; seconds?: string; peers?: string };
  const { minutes = MINUTES, seconds = 60 * Number(minutes), peers = PEERS } = flags;
  const numbers = { seconds: Number(seconds), peers: Number(peers) };
  const isValid = unknown.length === 0 && numbers.seconds > 0 && Number.isInteger(numbers.peers) &&
    numbers.peers >= 6;
  return isValid ? numbers : undefined;
}

async function soak(seconds: number, peers: number, interrupted: AbortSignal): Promise<number> {
  await using hub = await startHub(["--history", "0", "--lang", "en"]);
  const before = readVitals(hub.pid);
  const crowd = new Crowd({
    port: hub.port,
    peers,
    rooms: Math.max(1, Math.round(peers * ROOMS)),
    rate: peers * RATE,
    reconnects: peers * RECONNECTS,
    stalled: Math.ceil(peers * STALLED),
  });
  const log = new LogReader((nick) => crowd.onSlowReaderDropped(nick));
  const samples: Sample[] = [];
  const startedAt = performance.now();

  // Ends the run even if something hangs.
  const end = AbortSignal.any([interrupted, AbortSignal.timeout(seconds * 1000 + 10 * PATIENCE)]);
  await crowd.join(AbortSignal.any([end, AbortSignal.timeout(PATIENCE)]));
  const start = performance.now();
  print(`${crowd.present} of ${peers} peers came in ${((start - startedAt) / 1000).toFixed(1)} s`);
  print(HEAD);
  const printRow = (time: number, latencies: Durations) =>
    print(row(time, crowd, latencies, samples.at(-1)?.memory));
  crowd.talk();
  const over = new AbortController();
  const sampling = setInterval(() => {
    log.read(hub.stderr());
    const vitals = readVitals(hub.pid);
    if (vitals) samples.push({ time: performance.now() - start, memory: vitals.memory });
    if (crowd.present === 0) over.abort(); // the hub is gone
  }, SAMPLE_EVERY);
  const printing = setInterval(
    () => printRow(performance.now() - start, crowd.takeRecent()),
    LINE_EVERY,
  );
  await wait(seconds * 1000, AbortSignal.any([end, over.signal]));
  crowd.stopTalking();
  clearInterval(printing);
  const talked = performance.now() - start;

  const broken: string[] = [];
  let back: number | undefined;
  if (!interrupted.aborted) {
    if (!await crowd.settle(PATIENCE)) broken.push("not everybody came back and heard everything");
    crowd.ledger.close();
    await crowd.leave(AbortSignal.timeout(PATIENCE));
    crowd.cut();
    back = await untilReleased(hub.pid, before?.descriptors ?? 0);
    if (!await isAlive(hub.port)) broken.push("the hub did not let two newcomers talk");
    hub.kill("SIGTERM");
    const { code } = await hub.exit();
    if (code !== 0) broken.push(`the hub ended with ${code}`);
  }
  crowd.cut();
  clearInterval(sampling);
  log.read(hub.stderr());

  print("\nin all");
  printRow(talked, crowd.latencies);
  const warm = samples.filter(({ time }) => time >= talked * WARM_UP && time <= talked);
  const perHour = slope(warm.map(({ time, memory }) => ({ x: time / 3_600_000, y: memory })));
  const growth = perHour * talked * (1 - WARM_UP) / 3_600_000;
  const { strayed, lost, doubled, reordered } = crowd.ledger.counts;
  print(
    `reconnects ${crowd.reconnects}, stalled readers dropped ${crowd.dropped}, strayed ${strayed}`,
  );
  print(
    `memory ${perHour.toFixed(0)} MiB an hour, by ${warm.length} values; ` +
      `descriptors ${before?.descriptors ?? "?"} before, ${back ?? "?"} after`,
  );
  for (const [what, count] of Object.entries({ lost, doubled, reordered, strayed })) {
    if (count > 0) broken.push(`${count} messages ${what}`);
  }
  if (!interrupted.aborted) {
    if (before && (back === undefined || back > before.descriptors)) {
      broken.push("descriptors are not back");
    }
    if (growth > MAX_GROWTH) broken.push(`the hub's memory grew by ${growth.toFixed(0)} MiB`);
    for (const [what, count] of crowd.troubles) broken.push(`${count} x ${what}`);
    for (const line of log.faults) broken.push(`in the log: ${line}`);
  }
  for (const what of broken) print(`BROKEN: ${what}`);
  if (broken.length > 0) return 1;
  print(interrupted.aborted ? "ended early" : "all promises held");
  return interrupted.aborted ? 130 : 0;
}

/** Matches a stack trace, an unexpected error, or a control character. */
const FAULT = /^\s+at |level=(error|fatal)|\bfault\b|Uncaught|panicked|\p{Cc}/u;

/** Reads the hub's log as it grows, for slow consumers and for lines that must not occur. */
class LogReader {
  readonly faults: string[] = [];
  readonly #onSlow: (nick: string) => void;
  #read = 0;

  constructor(onSlow: (nick: string) => void) {
    this.#onSlow = onSlow;
  }

  /** Takes the whole log so far; its last line may be incomplete. */
  read(log: string): void {
    const end = log.lastIndexOf("\n") + 1;
    const lines = log.slice(this.#read, end).split("\n");
    this.#read = Math.max(this.#read, end);
    for (const line of lines) {
      if (FAULT.test(line)) this.faults.push(JSON.stringify(line));
      const nick = /reason=slow_consumer/.test(line) && /nick=(\S+)/.exec(line)?.[1];
      if (nick) this.#onSlow(nick);
    }
  }
}

/** Waits until the process has at most `wanted` descriptors, and gives their number at the end. */
async function untilReleased(pid: number, wanted: number): Promise<number | undefined> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const vitals = readVitals(pid);
    if (!vitals || vitals.descriptors <= wanted || performance.now() > deadline) {
      return vitals?.descriptors;
    }
    await wait(100);
  }
}

/** Whether two newcomers hear each other. */
async function isAlive(port: number): Promise<boolean> {
  const crowd = new Crowd({ port, peers: 3, rooms: 1, rate: 0, reconnects: 0, stalled: 0 });
  await crowd.join(AbortSignal.timeout(PATIENCE));
  crowd.sayOnce();
  const isSettled = await crowd.settle(PATIENCE);
  await crowd.leave(AbortSignal.timeout(PATIENCE));
  crowd.cut();
  return isSettled && crowd.troubles.size === 0 && crowd.ledger.counts.delivered === 6;
}

const COLUMNS = ["time", "here", "sent", "delivered", "lost", "doubled", "reordered"];
const HEAD = [...COLUMNS, "p50 ms", "p99 ms", "max ms", "MiB"].map((name) => name.padStart(10))
  .join("");

function row(time: number, crowd: Crowd, latencies: Durations, memory: number | undefined): string {
  const { sent, delivered, lost, doubled, reordered } = crowd.ledger.counts;
  const milliseconds = [latencies.percentile(50), latencies.percentile(99), latencies.max];
  return [
    `${(time / 1000).toFixed(0)} s`,
    ...[crowd.present, sent, delivered, lost, doubled, reordered].map(String),
    ...milliseconds.map((time) => time.toFixed(1)),
    memory?.toFixed(1) ?? "?",
  ].map((cell) => cell.padStart(10)).join("");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
