/** The rules (types.ts) in the file of a history, each as JSON: what moderators have set, which outlives the hub. */

import { attempt } from "../../common/result.ts";
import type { Statements } from "./statements.ts";

/** Rules of a kind that outlive a start: as many as bans, mutes or rooms may be at the same time. The oldest go. */
export const MAX_OF_KIND = 1000;
/** Rules that may wait for the disk; the oldest are dropped. */
const MAX_UNSAVED = 10_000;

export class RuleTable {
  /** Those that an earlier hub left, the oldest first. */
  readonly stored: readonly { kind: string; name: string; value: string }[];
  readonly #statements: Statements;
  /** What {@linkcode put} was given since the last commit, by kind and name. */
  readonly #unsaved: Map<string, Parameters<RuleTable["put"]>> = new Map();

  /** `now`: milliseconds since 1970. @throws {Error} if the file cannot be read. */
  constructor(statements: Statements, now: number) {
    this.#statements = statements;
    attempt(() => statements.trimRules.run(now, MAX_OF_KIND)); // the next write reports a full disk
    this.stored = statements.rules.all() as unknown as RuleTable["stored"];
  }

  get isSaved(): boolean {
    return this.#unsaved.size === 0;
  }

  /** Saves a rule with the next commit; without a value, it is lifted. `until`: milliseconds since 1970. */
  put(kind: string, name: string, value?: string, until?: number): void {
    this.#unsaved.set(`${kind} ${name}`, [kind, name, value, until]);
    if (this.#unsaved.size > MAX_UNSAVED) this.#unsaved.delete(this.#unsaved.keys().next().value!);
  }

  /** Writes what waits, and removes what has ended. Call it in a transaction, and {@linkcode markSaved} after that. */
  write(now: number): void {
    const rules = JSON.stringify([...this.#unsaved.values()]);
    this.#statements.removeRules.run(rules, now);
    this.#statements.addRules.run(rules);
  }

  markSaved(): void {
    this.#unsaved.clear();
  }
}
