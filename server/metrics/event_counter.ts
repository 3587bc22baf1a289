/** Counts events by their log messages: everything that happens to a single connection is logged, with its reason. */

import { type Log, type LogFields, logTo } from "../log.ts";

/** The log messages that are counted, each with the field that holds the case, if it has cases. */
export const EVENTS = {
  "connected": undefined,
  "rejected": "reason",
  "rejected at once": "reason",
  "dropped": "reason",
  "throttled": undefined,
  "wrong password": "for",
  "moderation": "action",
  "fault": undefined,
} as const;

export type LoggedEvent = keyof typeof EVENTS;

export class EventCounter {
  readonly #counts: Map<LoggedEvent, Map<string, number>> = new Map();

  /** How often an event was logged, by case; an event without cases has one with an empty name. */
  byCase(event: LoggedEvent): ReadonlyMap<string, number> {
    return this.#counts.get(event) ?? new Map();
  }

  /** Wraps a log, and counts its events at every level. */
  wrap(log: Log): Log {
    return logTo((level, message, fields) => {
      if (Object.hasOwn(EVENTS, message)) this.#count(message as LoggedEvent, fields);
      log[level](message, fields);
    });
  }

  #count(event: LoggedEvent, fields: LogFields = {}): void {
    const field = EVENTS[event];
    const name = field === undefined ? "" : String(fields[field] ?? "");
    const cases = this.#counts.get(event) ?? new Map<string, number>();
    this.#counts.set(event, cases.set(name, (cases.get(name) ?? 0) + 1));
  }
}
