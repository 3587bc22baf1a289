/**
 * Counts what goes through the log of a hub: what happens to single connections is all told there, with its reason, and
 * seldom enough. Pure.
 */

import type { Log, LogFields } from "../log.ts";

/** What is counted, by the message of the log, and the field that tells cases of it apart. */
const EVENTS = {
  "connected": undefined,
  "rejected": "reason",
  "rejected at once": "reason",
  "dropped": "reason",
  "throttled": undefined,
  "moderation": "action",
  "fault": undefined,
} as const;

export type LoggedEvent = keyof typeof EVENTS;

export class EventCounter {
  readonly #counts: Map<LoggedEvent, Map<string, number>> = new Map();

  /** How often something was logged, by its case; in the one of an empty name where there are none. */
  byCase(event: LoggedEvent): ReadonlyMap<string, number> {
    return this.#counts.get(event) ?? new Map();
  }

  /** How often something was logged, all cases together. */
  total(event: LoggedEvent): number {
    return this.byCase(event).values().reduce((sum, count) => sum + count, 0);
  }

  /** A log that is counted here, whatever its level shows. */
  wrap(log: Log): Log {
    const counted = (level: keyof Log) => (message: string, fields?: LogFields) => {
      if (isEvent(message)) this.#count(message, fields);
      log[level](message, fields);
    };
    return {
      debug: counted("debug"),
      info: counted("info"),
      warning: counted("warning"),
      error: counted("error"),
    };
  }

  #count(event: LoggedEvent, fields: LogFields = {}): void {
    const field = EVENTS[event];
    const name = field === undefined ? "" : String(fields[field] ?? "");
    const cases = this.#counts.get(event) ?? new Map<string, number>();
    this.#counts.set(event, cases.set(name, (cases.get(name) ?? 0) + 1));
  }
}

function isEvent(message: string): message is LoggedEvent {
  return Object.hasOwn(EVENTS, message);
}
