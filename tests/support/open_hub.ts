/**
 * A hub and its listener in the test's own process, for tests that look inside or set the clock of its
 * deadlines.
 */

import { systemClock } from "../../server/clock.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { MemoryHistory } from "../../server/history/memory.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import { Listener } from "../../server/net/listener.ts";
import type { LogFields } from "../../server/log.ts";
import { DirectSend } from "../../server/net/direct_send.ts";
import { OutboxBudget } from "../../server/net/outbox.ts";
import { Pace } from "../../server/net/pace.ts";
import { testDoor } from "./door.ts";
import { hubOptions } from "./hub.ts";
import { Watch } from "./watch.ts";

export interface OpenHubOptions {
  /** Limits that differ from the defaults. */
  limits?: Partial<Limits>;
  /** The clock of its deadlines, in milliseconds. */
  now?: () => number;
}

/** A history that reports each sweep. */
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

export class OpenHub {
  readonly total: OutboxBudget;
  readonly #listener: Listener;
  readonly #hub: Hub;
  readonly #running: Promise<void>;
  readonly #direct: DirectSend | undefined;
  readonly #watch = new Watch();
  readonly port: number;
  /** The log fields of each dropped peer. */
  readonly dropped: LogFields[] = [];

  /** Number of sweeps. */
  swept = 0;

  constructor({ limits: unusual = {}, now = systemClock.now }: OpenHubOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...unusual };
    this.total = new OutboxBudget(limits.pendingTotal);
    const pace = new Pace(systemClock.after);
    this.#direct = DirectSend.open();
    this.#hub = new Hub(hubOptions({
      schedule: (flush) => pace.schedule(flush),
      elapsed: now,
      limits,
      history: new SweptHistory(() => {
        this.swept++;
        this.#watch.changed();
      }),
    }));
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
      direct: this.#direct,
      pace,
      rateLimit: { rate: 0, burst: 0 },
      trusted: [],
      limits,
      timeouts: CONNECTION_TIMEOUTS,
      clock: { ...systemClock, now },
      door: testDoor(),
    });
    this.#running = this.#listener.run();
  }

  /** Waits for `times` more sweeps. */
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
    this.#direct?.[Symbol.dispose]();
  }
}
