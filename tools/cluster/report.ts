/** The figures of a trial, for people: a line now and then, one for each fault, and in the end what came of it all. */

import { Durations } from "../load/figures.ts";
import type { Ledger, Wrong } from "../load/ledger.ts";
import { type Fault, type Kind, KINDS } from "./faults.ts";
import type { Healing } from "./healing.ts";
import type { Members } from "./members.ts";

const COLUMNS = ["time", "here", "sent", "accepted", "delivered", "lost", "doubled", "reordered"];

/** Above the lines of {@linkcode Books.row}. */
export const HEAD = COLUMNS.map((name) => name.padStart(10)).join("");

/** A stack trace, an error that was not expected, or a control character, in a line of a hub's log. */
const FAULT = /^\s+at |level=fatal|\bfault\b|Uncaught|panicked|\p{Cc}/u;

/** So many of what is not as it should be is told one by one. */
const MAX_NOTES = 20;

/** How long it took until all was well again after the faults of one kind. */
interface Healed {
  /** Of each fault, until everybody's words were accepted again. */
  readonly all: Durations;
  /** Of each person at each fault: the same; and of those at a killed hub, until they were in again. */
  readonly each: Durations;
  readonly back: Durations;
  count: number;
}

export class Books {
  readonly #crowd: Members;
  readonly #ledger: Ledger;
  readonly #print: (line: string) => void;
  readonly #healed: Map<Kind, Healed> = new Map();
  readonly #broken: string[] = [];
  #expected: number | undefined;
  #outstanding = 0;
  #notes = 0;

  constructor(crowd: Members, ledger: Ledger, print: (line: string) => void) {
    this.#crowd = crowd;
    this.#ledger = ledger;
    this.#print = print;
  }

  /** How it stands after so many milliseconds. */
  row(time: number): void {
    const { sent, delivered, lost, doubled, reordered } = this.#ledger.counts;
    const { present, accepted } = this.#crowd;
    const values = [present, sent, accepted, delivered, lost, doubled, reordered].map(String);
    this.#print(
      [`${(time / 1000).toFixed(0)} s`, ...values].map((each) => each.padStart(10)).join(""),
    );
  }

  /** A fault is over; it began after so many milliseconds. */
  fault({ kind, what, hub }: Fault, { accepted, back, missing }: Healing, time: number): void {
    const healed = this.#healed.get(kind) ??
      { all: new Durations(), each: new Durations(), back: new Durations(), count: 0 };
    this.#healed.set(kind, healed);
    healed.count++;
    healed.all.add(accepted.max);
    healed.each.addAll(accepted);
    healed.back.addAll(back);
    const of = hub ? `, its ${back.count} members back after ${seconds(back.max)}` : "";
    this.#print(
      `${(time / 1000).toFixed(0).padStart(8)} s  ${kind}: ${what}; all are heard again after ` +
        seconds(accepted.max) + of,
    );
    if (missing > 0) this.broke(`${missing} answers did not come in time after: ${kind}, ${what}`);
  }

  /** A promise was broken. */
  broke(what: string): void {
    this.#broken.push(what);
  }

  /** Something is wrong with a message. */
  note(wrong: Wrong): void {
    this.notice(this.#crowd.explain(wrong));
  }

  /** Something is not as it should be. */
  notice(what: string): void {
    if (this.#notes++ < MAX_NOTES) this.#print(`${new Date().toISOString()} ${what}`);
  }

  /** All is said and heard: what has not come will not. */
  close(): void {
    this.#expected = this.#ledger.expected;
    this.#outstanding = this.#ledger.outstanding;
  }

  /** Prints the end of it, and gives the exit code. */
  verdict({ isInterrupted, logs }: { isInterrupted: boolean; logs: readonly string[] }): number {
    this.#printHealing();
    const { sent, delivered, lost, doubled, reordered, strayed } = this.#ledger.counts;
    const { accepted, resumed, unresumed, goings, troubles } = this.#crowd;
    this.#print(
      `\nsent ${sent}, accepted ${accepted}, delivered ${delivered} of ` +
        `${this.#expected ?? "?"}, lost ${lost}, doubled ${doubled}, reordered ${reordered}, ` +
        `strayed ${strayed}`,
    );
    this.#print(
      `sessions that went on ${resumed - unresumed}, that did not ${unresumed}; ` +
        `told of somebody gone ${goings} times`,
    );
    for (const [what, count] of Object.entries({ lost, doubled, reordered, strayed })) {
      if (count > 0) this.broke(`${count} messages ${what}`);
    }
    if (!isInterrupted) {
      if (this.#outstanding > 0) this.broke(`${this.#outstanding} deliveries never came`);
      if (goings > 0) this.broke(`people were told ${goings} times that somebody is gone`);
      if (unresumed > 0) this.broke(`${unresumed} sessions did not go on`);
      for (const [what, count] of troubles) this.broke(`${count} x ${what}`);
      for (const line of faults(logs)) this.broke(`in the log: ${line}`);
    }
    for (const what of this.#broken) this.#print(`BROKEN: ${what}`);
    if (this.#broken.length > 0) return 1;
    this.#print(isInterrupted ? "ended early" : "all promises held");
    return isInterrupted ? 130 : 0;
  }

  #printHealing(): void {
    this.#print(
      "\n" + "seconds to heal".padEnd(28) + HEALING.map((name) => name.padStart(10)).join(""),
    );
    for (const kind of KINDS) {
      const healed = this.#healed.get(kind);
      if (!healed) continue;
      const { count, all, each, back } = healed;
      const values = [
        ...[all.percentile(50), all.max],
        ...[each.percentile(50), each.percentile(99)],
        ...(back.count > 0 ? [back.percentile(50), back.percentile(99), back.max] : []),
      ].map((value) => (value / 1000).toFixed(2));
      this.#print(
        kind.padEnd(28) + [String(count), ...values].map((value) => value.padStart(10)).join(""),
      );
    }
  }
}

/** Of faults: until all were heard again; of people: until each was; of those at a killed hub: until each was back. */
const HEALING = [
  "faults",
  "all p50",
  "all max",
  "each p50",
  "each p99",
  "back p50",
  "back p99",
  "back max",
];

function* faults(logs: readonly string[]): Generator<string> {
  for (const line of logs.flatMap((log) => log.split("\n"))) {
    if (FAULT.test(line)) yield JSON.stringify(line);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
