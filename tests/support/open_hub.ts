/**
 * The hub behind its listener, in the test's own process: for tests that look into it, or give it another clock than the
 * system's.
 */

import { systemClock } from "../../server/clock.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { LocalCluster } from "../../server/cluster/local.ts";
import { MemoryHistory } from "../../server/history/memory.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import { Listener } from "../../server/net/listener.ts";
import type { LogFields } from "../../server/log.ts";
import { OutboxBudget } from "../../server/net/outbox.ts";
import { Watch } from "./watch.ts";

export interface OpenHubOptions {
  /** Those that are not as usual. */
  limits?: Partial<Limits>;
  /** The clock of its deadlines, in milliseconds. */
  now?: () => number;
}

/** A history that says when the hub looks after what takes its time. */
class SweptHistory extends MemoryHistory {
  readonly #onSweep: () => void;

  constructor(onSweep: () => void) {
    super();
    this.#onSweep = onSweep;
  }

  override sweep(): undefined {
    this.#onSweep();
  }
}

/** A hub in this process, of whose outboxes the test knows how much waits. */
export class OpenHub {
  readonly total: OutboxBudget;
  readonly #listener: Listener;
  readonly #hub: Hub;
  readonly #running: Promise<void>;
  readonly #watch = new Watch();
  readonly port: number;
  /** Who was dropped: the fields of the log. */
  readonly dropped: LogFields[] = [];

  /** How often it has looked after its deadlines. */
  swept = 0;

  constructor({ limits: unusual = {}, now = systemClock.now }: OpenHubOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...unusual };
    this.total = new OutboxBudget(limits.pendingTotal);
    this.#hub = new Hub({
      name: "chat test",
      cluster: new LocalCluster({ epoch: "e", lastId: 0, now: Date.now }),
      lang: "en",
      now: Date.now,
      elapsed: now,
      grace: 0,
      limits,
      schedule: queueMicrotask,
      randomId: () => crypto.randomUUID(),
      history: new SweptHistory(() => {
        this.swept++;
        this.#watch.changed();
      }),
      historyOnJoin: 0,
      record: () => {},
    });
    const info = (event: string, fields: LogFields = {}) => {
      if (event === "dropped") this.dropped.push(fields);
      this.#watch.changed();
    };
    const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = socket.addr.port;
    this.#listener = new Listener(socket, {
      hub: this.#hub,
      log: { debug: () => {}, info, warning: () => {}, error: () => {} },
      outboxBudget: this.total,
      rateLimit: { rate: 0, burst: 0 },
      limits,
      timeouts: CONNECTION_TIMEOUTS,
      clock: { ...systemClock, now },
    });
    this.#running = this.#listener.run();
  }

  /** Waits until so many were dropped. */
  untilDropped(count: number): Promise<unknown> {
    return this.#watch.until(
      () => this.dropped.length >= count,
      (reason) => `waited for ${count} to be dropped: ${reason}; ${this.dropped.length} were`,
    );
  }

  /** Waits until it has looked after its deadlines so often since now. */
  untilSwept(times: number): Promise<unknown> {
    const wanted = this.swept + times;
    return this.#watch.until(
      () => this.swept >= wanted,
      (reason) => `waited for a sweep: ${reason}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.stop();
    this.#hub.shutdown();
    await this.#running;
    await this.#listener.drained();
  }
}
