/** Prints the figures of a trial: periodic rows, a line for each fault, and the verdict. */

import { Durations } from "../load/figures.ts";
import type { Ledger, Wrong } from "../load/ledger.ts";
import { FAULT_KINDS, type FaultKind, type InjectedFault } from "./faults.ts";
import type { RecoveryTimes } from "./recovery.ts";
import type { SimulatedUsers } from "./users.ts";

const COLUMNS = ["time", "here", "sent", "accepted", "delivered", "lost", "doubled", "reordered"];

/** The header of {@linkcode TrialReport.row}. */
export const HEAD = COLUMNS.map((name) => name.padStart(10)).join("");

/** A stack trace, an unexpected error or a control character in a log line. */
const UNEXPECTED = /^\s+at |level=fatal|\bfault\b|Uncaught|panicked|\p{Cc}/u;

/** Further notes are not printed. */
const MAX_NOTES = 20;

/** Times to recover from the faults of one kind. */
interface RecoveryStats {
  /** For each fault, until all users had a message acknowledged. */
  readonly all: Durations;
  /** For each user and fault; `returned` for the users of killed hubs. */
  readonly each: Durations;
  readonly returned: Durations;
  count: number;
}

export class TrialReport {
  readonly #users: SimulatedUsers;
  readonly #ledger: Ledger;
  readonly #print: (line: string) => void;
  readonly #recoveries: Map<FaultKind, RecoveryStats> = new Map();
  readonly #broken: string[] = [];
  #expected: number | undefined;
  #outstanding = 0;
  #notes = 0;

  constructor(crowd: SimulatedUsers, ledger: Ledger, print: (line: string) => void) {
    this.#users = crowd;
    this.#ledger = ledger;
    this.#print = print;
  }

  /** Prints the figures so far. `time` in milliseconds. */
  row(time: number): void {
    const { sent, delivered, lost, doubled, reordered } = this.#ledger.counts;
    const { online, accepted } = this.#users;
    const values = [online, sent, accepted, delivered, lost, doubled, reordered].map(String);
    this.#print(
      [`${(time / 1000).toFixed(0)} s`, ...values].map((value) => value.padStart(10)).join(""),
    );
  }

  /** Prints a fault that is over. `time`: when it began, in milliseconds. */
  fault(
    { kind, what, hub }: InjectedFault,
    { acked, returned, missing }: RecoveryTimes,
    time: number,
  ): void {
    const recovery = this.#recoveries.get(kind) ??
      { all: new Durations(), each: new Durations(), returned: new Durations(), count: 0 };
    this.#recoveries.set(kind, recovery);
    recovery.count++;
    recovery.all.add(acked.max);
    recovery.each.addAll(acked);
    recovery.returned.addAll(returned);
    const hubLine = hub
      ? `, its ${returned.count} members back after ${seconds(returned.max)}`
      : "";
    this.#print(
      `${
        (time / 1000).toFixed(0).padStart(8)
      } s  ${kind}: ${what}; all messages accepted again after ` +
        seconds(acked.max) + hubLine,
    );
    if (missing > 0) {
      this.addBroken(`${missing} recoveries did not happen in time after: ${kind}, ${what}`);
    }
  }

  /** Records a broken promise. */
  addBroken(what: string): void {
    this.#broken.push(what);
  }

  /** Prints what is wrong with a message. */
  noteMessage(wrong: Wrong): void {
    this.note(this.#users.explain(wrong));
  }

  /** Prints an observation, for the first ones. */
  note(what: string): void {
    if (this.#notes++ < MAX_NOTES) this.#print(`${new Date().toISOString()} ${what}`);
  }

  /** Freezes the expected deliveries: what has not arrived by now is lost. */
  close(): void {
    this.#expected = this.#ledger.expected;
    this.#outstanding = this.#ledger.outstanding;
  }

  /** Prints the summary and returns the exit code. */
  verdict({ isInterrupted, logs }: { isInterrupted: boolean; logs: readonly string[] }): number {
    this.#printHealing();
    const { sent, delivered, lost, doubled, reordered, strayed } = this.#ledger.counts;
    const { accepted, resumed, failedResumes, falseLefts, problems } = this.#users;
    this.#print(
      `\nsent ${sent}, accepted ${accepted}, delivered ${delivered} of ` +
        `${this.#expected ?? "?"}, lost ${lost}, doubled ${doubled}, reordered ${reordered}, ` +
        `strayed ${strayed}`,
    );
    this.#print(
      `sessions resumed ${resumed - failedResumes}, not resumed ${failedResumes}; ` +
        `false leaves ${falseLefts}`,
    );
    for (const [what, count] of Object.entries({ lost, doubled, reordered, strayed })) {
      if (count > 0) this.addBroken(`${count} messages ${what}`);
    }
    if (!isInterrupted) {
      if (this.#outstanding > 0) this.addBroken(`${this.#outstanding} deliveries never arrived`);
      if (falseLefts > 0) this.addBroken(`${falseLefts} false leaves were announced`);
      if (failedResumes > 0) this.addBroken(`${failedResumes} sessions were not resumed`);
      for (const [what, count] of problems) this.addBroken(`${count} x ${what}`);
      for (const line of unexpectedLines(logs)) this.addBroken(`in the log: ${line}`);
    }
    for (const what of this.#broken) this.#print(`BROKEN: ${what}`);
    if (this.#broken.length > 0) return 1;
    this.#print(isInterrupted ? "ended early" : "all promises held");
    return isInterrupted ? 130 : 0;
  }

  #printHealing(): void {
    this.#print(
      "\n" + "seconds to recover".padEnd(28) +
        RECOVERY_COLUMNS.map((name) => name.padStart(10)).join(""),
    );
    for (const kind of FAULT_KINDS) {
      const recovery = this.#recoveries.get(kind);
      if (!recovery) continue;
      const { count, all, each, returned } = recovery;
      const values = [
        ...[all.percentile(50), all.max],
        ...[each.percentile(50), each.percentile(99)],
        ...(returned.count > 0
          ? [returned.percentile(50), returned.percentile(99), returned.max]
          : []),
      ].map((value) => (value / 1000).toFixed(2));
      this.#print(
        kind.padEnd(28) + [String(count), ...values].map((value) => value.padStart(10)).join(""),
      );
    }
  }
}

/** `all` until all users had a message acknowledged; `each` of one user; `back` of the users of killed hubs. */
const RECOVERY_COLUMNS = [
  "faults",
  "all p50",
  "all max",
  "each p50",
  "each p99",
  "back p50",
  "back p99",
  "back max",
];

function* unexpectedLines(logs: readonly string[]): Generator<string> {
  for (const line of logs.flatMap((log) => log.split("\n"))) {
    if (UNEXPECTED.test(line)) yield JSON.stringify(line);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
