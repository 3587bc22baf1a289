/**
 * `deno task cluster [--minutes N] [--seconds N] [--members N] [--hubs N] [--seed N] [--nats-cluster] [--logs FOLDER]`:
 * a trial of several hubs on one NATS server, or on a cluster of three. It runs this program, or the program that CHAT_BIN
 * names, and simulates users with the project's own client. First it compares the latency with that of a single hub;
 * then it kills and pauses hubs and servers at random while the users talk. It exits with 1 if a message was lost,
 * doubled or reordered, or if another promise was broken. Ctrl-C ends it early, with the figures so far.
 *
 * The same seed gives the same faults and the same messages, but not the same timing.
 */

import { parseArgs } from "@std/cli/parse-args";
import { NATS_MISSING } from "../tests/support/nats.ts";
import { type NatsServers, startNatsServers } from "./cluster/servers.ts";
import { type FaultKind, inject, shuffleKinds } from "./cluster/faults.ts";
import { HubProcess } from "./cluster/hubs.ts";
import { SimulatedUsers } from "./cluster/users.ts";
import { HEAD, TrialReport } from "./cluster/report.ts";
import { between, chance } from "./load/chance.ts";
import { Ledger } from "./load/ledger.ts";
import { wait } from "./load/timing.ts";
import { complain, print } from "./console.ts";

const USAGE = "Usage: deno task cluster " +
  "[--minutes N] [--seconds N] [--members N] [--hubs N] [--seed N] [--nats-cluster] [--logs FOLDER]";

const MINUTES = 5;
const MEMBERS = 300;
const HUBS = 3;

/** Milliseconds between rows. */
const ROW_INTERVAL = 10_000;
/** Milliseconds without progress after which missing messages count as lost. */
const PATIENCE = 60_000;
/** Milliseconds after a fault within which all users must recover. */
const RECOVERY_LIMIT = 60_000;
/** Milliseconds between faults: minimum and maximum. */
const PAUSE = [1000, 8000] as const;
/** The latency is measured in turns of a share of the whole time, at most LONGEST_TURN milliseconds. */
const TURNS = 5;
const TURN_SHARE = 1 / 60;
const LONGEST_TURN = 5000;
/** In milliseconds. In less, few users would have sent a message. */
const SHORTEST_TURN = 500;

interface TrialSettings {
  seconds: number;
  members: number;
  hubs: number;
  seed: number;
  isCluster: boolean;
  /** The folder for the hubs' logs. */
  logs: string | undefined;
}

async function main(args: readonly string[]): Promise<number> {
  const settings = readArguments(args);
  if (!settings) return complain(USAGE, 2);
  if (NATS_MISSING) return 1; // already reported
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

function readArguments(args: readonly string[]): TrialSettings | undefined {
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

async function runTrial(settings: TrialSettings, interrupted: AbortSignal): Promise<number> {
  const { seconds, members, seed, isCluster } = settings;
  // Ends the trial even if something hangs.
  const limit = AbortSignal.timeout(seconds * 1000 + 10 * PATIENCE);
  const end = AbortSignal.any([interrupted, limit]);
  print(
    `seed ${seed}, ${members} members, ${settings.hubs} hubs, ` +
      (isCluster ? "a cluster of three NATS servers" : "one NATS server"),
  );
  await using nats = await startNatsServers({ isCluster });
  await using hubStack = new AsyncDisposableStack();
  const start = async (...args: string[]) =>
    hubStack.use(await HubProcess.start(["--lang", "en", "--history", "0", ...args]));
  const hubs: HubProcess[] = [];
  for (let count = 0; count < settings.hubs; count++) {
    hubs.push(await start("--nats", nats.urls, "--cluster", "trial"));
  }
  const ledger = new Ledger({ onWrong: (wrong) => report.noteMessage(wrong) });
  const onLeft = (what: string) => report.note(what);
  await using users = new SimulatedUsers({
    hubs,
    ledger,
    count: members,
    random: chance(seed),
    onLeft,
  });
  const report = new TrialReport(users, ledger, print);
  const begun = performance.now();
  const joined = await users.joinAll(AbortSignal.any([end, AbortSignal.timeout(PATIENCE)]));
  const took = (performance.now() - begun) / 1000;
  print(`${joined} of ${members} members joined in ${took.toFixed(1)} s`);

  await measureLatency(settings, await start(), users, end);
  print(HEAD);
  const talkedSince = performance.now();
  const printing = setInterval(() => report.row(performance.now() - talkedSince), ROW_INTERVAL);
  const over = AbortSignal.any([end, AbortSignal.timeout(seconds * 1000)]);
  try {
    // Not shared with the users: how often they draw depends on the timing.
    const random = chance(seed + 1);
    await injectFaults({ hubs, nats, users, report, random, start: talkedSince, over, end });
    if (!interrupted.aborted) await finish(hubs, users, ledger, report, end);
  } finally {
    clearInterval(printing);
  }
  report.row(performance.now() - talkedSince);
  const logs = hubs.map((hub) => hub.log());
  for (const [index, log] of logs.entries()) {
    if (settings.logs) {
      await Deno.writeTextFile(`${settings.logs}/hub-${hubs[index]!.port}.log`, log);
    }
  }
  return report.verdict({ isInterrupted: interrupted.aborted, logs });
}

/** Compares the latency at a single hub and at the cluster: both have the same users, who talk in turns. */
async function measureLatency(
  { seconds, members, seed }: TrialSettings,
  single: HubProcess,
  users: SimulatedUsers,
  signal: AbortSignal,
): Promise<void> {
  await using usersAtSingle = new SimulatedUsers({
    hubs: [single],
    ledger: new Ledger(),
    count: members,
    random: chance(seed),
    onLeft: () => {},
  });
  await usersAtSingle.joinAll(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]));
  const turn = Math.min(LONGEST_TURN, Math.max(SHORTEST_TURN, 1000 * seconds * TURN_SHARE));
  for (let count = 0; count < TURNS && !signal.aborted; count++) {
    for (const talking of [usersAtSingle, users]) {
      talking.talk({ isTimed: count > 0 }); // the first turn warms up the compiler
      await wait(turn, signal);
      talking.stopTalking();
      await talking.settle(PATIENCE, signal);
    }
  }
  if (signal.aborted) return;
  await usersAtSingle.leave();
  const lines = [
    ["delivered, single hub", usersAtSingle.here],
    ["delivered, same hub", users.here],
    ["delivered, another hub", users.across],
    ["accepted, single hub", usersAtSingle.acked],
    ["accepted, over NATS", users.acked],
  ] as const;
  print("\nlatency, healthy".padEnd(30) + ["p50 ms", "p99 ms", "max ms"].map(pad).join(""));
  for (const [name, durations] of lines) {
    const values = [durations.percentile(50), durations.percentile(99), durations.max];
    print(name.padEnd(29) + values.map((value) => pad(value.toFixed(2))).join(""));
  }
  const ratio = (percent: number) =>
    users.across.percentile(percent) / usersAtSingle.here.percentile(percent);
  print(
    `across hubs compared with a single hub: ×${ratio(50).toFixed(2)} (p50), ×${
      ratio(99).toFixed(2)
    } (p99)\n`,
  );
}

interface FaultPhase {
  hubs: readonly HubProcess[];
  nats: NatsServers;
  users: SimulatedUsers;
  report: TrialReport;
  random: () => number;
  start: number;
  /** Ends the faults. */
  over: AbortSignal;
  /** Ends the trial. */
  end: AbortSignal;
}

/** Injects faults one by one while all users talk, each after recovery from the previous fault. */
async function injectFaults(phase: FaultPhase): Promise<void> {
  const { hubs, nats, users, report, random, start, over, end } = phase;
  users.talk();
  const deck: Iterator<FaultKind, never> = shuffleKinds(random);
  const usersPerHub = () => users.usersPerHub;
  for (;;) {
    await wait(between(...PAUSE, random), over);
    if (over.aborted) break;
    const fault = await inject(deck.next().value, { hubs, nats, random, usersPerHub }, end);
    const { since, hub } = fault;
    const recovery = await users.awaitRecovery({ since, hub, limit: RECOVERY_LIMIT, signal: end });
    if (end.aborted) break; // before the recovery
    await fault.undone.catch((error) => report.addBroken(String(error.message ?? error)));
    report.fault(fault, recovery, since - start);
  }
  users.stopTalking();
}

/** Waits for all deliveries, then ends the users and hubs. */
async function finish(
  hubs: readonly HubProcess[],
  users: SimulatedUsers,
  ledger: Ledger,
  report: TrialReport,
  end: AbortSignal,
): Promise<void> {
  if (!await users.settle(PATIENCE, end)) {
    report.addBroken(`not everything was delivered: ${users.describe()}`);
  }
  report.close();
  ledger.close();
  await users.leave();
  for (const hub of hubs) {
    const code = await hub.stop();
    if (code !== 0) report.addBroken(`the hub ${hub.name} exited with ${code}`);
  }
}

function pad(text: string): string {
  return text.padStart(10);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
