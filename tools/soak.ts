/**
 * `deno task soak [--minutes N] [--seconds N] [--peers N]`: runs the program's hub, or the one that CHAT_BIN names, lets a
 * crowd talk at it, break off and come back, and prints what came of it. Exits with 1 when a promise broke. Ctrl-C ends it
 * early, with the figures so far.
 *
 * The hub has its own limits, with one difference: `--history 0`, as a text peer cannot tell what is told again from what is
 * new. How long messages take is told and never judged: that is the machine's as much as the hub's.
 */

import { parseArgs } from "@std/cli/parse-args";
import { startHub } from "../tests/support/program.ts";
import { Crowd } from "./load/crowd.ts";
import { type Durations, slope } from "./load/figures.ts";
import { readVitals } from "./load/vitals.ts";
import { complain, print } from "./console.ts";

const USAGE = "usage: deno task soak [--minutes N] [--seconds N] [--peers N]";

const MINUTES = 10;
const PEERS = 500;
/** For each peer: how many rooms there are, messages a second, and reconnects a second. */
const ROOMS = 25 / 500;
const RATE = 50 / 500;
const RECONNECTS = 5 / 500;
const STALLED = 1 / 100;

/** In milliseconds: how often there is a line, and a look at the hub's memory. */
const LINE_EVERY = 10_000;
const LOOK_EVERY = 1000;
/** After so long without anything happening, what has not come is lost. */
const PATIENCE = 60_000;
/** The memory is fitted from the moment on at which so much of the run is over: until then the hub fills its buffers. */
const WARM_UP = 0.25;
/**
 * So many MiB may the memory grow after that. The hub's own bounded stores (the history of 25 rooms, what waits for those
 * who broke off) and the slack of the runtime's heap are less than half of it; a single byte of each delivery that was kept
 * would not be seen, a copy of each would in ten minutes.
 */
const MAX_GROWTH = 128;

interface Sample {
  /** In milliseconds, since the crowd began to talk; in MiB. */
  time: number;
  memory: number;
}

async function main(args: readonly string[]): Promise<number> {
  const told = readArguments(args);
  if (!told) return complain(USAGE, 2);
  const { seconds, peers } = told;
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
  const isGood = unknown.length === 0 && numbers.seconds > 0 && Number.isInteger(numbers.peers) &&
    numbers.peers >= 6;
  return isGood ? numbers : undefined;
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
  const log = new LogReader((nick) => crowd.slowReaderDropped(nick));
  const samples: Sample[] = [];
  const begun = performance.now();

  // Whatever hangs, it ends.
  const end = AbortSignal.any([interrupted, AbortSignal.timeout(seconds * 1000 + 10 * PATIENCE)]);
  await crowd.come(AbortSignal.any([end, AbortSignal.timeout(PATIENCE)]));
  const start = performance.now();
  print(`${crowd.present} of ${peers} peers came in ${((start - begun) / 1000).toFixed(1)} s`);
  print(HEAD);
  const tellRow = (time: number, latencies: Durations) =>
    print(row(time, crowd, latencies, samples.at(-1)?.memory));
  crowd.talk();
  const over = new AbortController();
  const looking = setInterval(() => {
    log.read(hub.stderr());
    const vitals = readVitals(hub.pid);
    if (vitals) samples.push({ time: performance.now() - start, memory: vitals.memory });
    if (crowd.present === 0) over.abort(); // the hub is gone
  }, LOOK_EVERY);
  const printing = setInterval(
    () => tellRow(performance.now() - start, crowd.takeRecent()),
    LINE_EVERY,
  );
  await wait(seconds * 1000, AbortSignal.any([end, over.signal]));
  crowd.quiet();
  clearInterval(printing);
  const talked = performance.now() - start;

  const broken: string[] = [];
  let back: number | undefined;
  if (!interrupted.aborted) {
    if (!await crowd.settle(PATIENCE)) broken.push("not everybody came back and heard everything");
    crowd.ledger.close();
    await crowd.leave(AbortSignal.timeout(PATIENCE));
    crowd.cut();
    back = await untilBack(hub.pid, before?.descriptors ?? 0);
    if (!await isAlive(hub.port)) broken.push("the hub did not let two newcomers talk");
    hub.kill("SIGTERM");
    const { code } = await hub.exit();
    if (code !== 0) broken.push(`the hub ended with ${code}`);
  }
  crowd.cut();
  clearInterval(looking);
  log.read(hub.stderr());

  print("\nin all");
  tellRow(talked, crowd.latencies);
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

/** A stack trace, an error that was not expected, or a control character. */
const FAULT = /^\s+at |level=(error|fatal)|\bfault\b|Uncaught|panicked|\p{Cc}/u;

/** Reads the hub's log as it grows: who was dropped as too slow, and what must never be in it. */
class LogReader {
  readonly faults: string[] = [];
  readonly #onSlow: (nick: string) => void;
  #read = 0;

  constructor(onSlow: (nick: string) => void) {
    this.#onSlow = onSlow;
  }

  /** The whole log so far; its last line may still be on its way. */
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

/** Waits until the process has no more descriptors than that, and gives how many it has then. */
async function untilBack(pid: number, wanted: number): Promise<number | undefined> {
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
  await crowd.come(AbortSignal.timeout(PATIENCE));
  crowd.everybodySays();
  const isWell = await crowd.settle(PATIENCE);
  await crowd.leave(AbortSignal.timeout(PATIENCE));
  crowd.cut();
  return isWell && crowd.troubles.size === 0 && crowd.ledger.counts.delivered === 6;
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
    ...milliseconds.map((each) => each.toFixed(1)),
    memory?.toFixed(1) ?? "?",
  ].map((each) => each.padStart(10)).join("");
}

async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  if (signal?.aborted) resolve();
  await promise;
  clearTimeout(timer);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
