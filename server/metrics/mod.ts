/**
 * `--metrics`: what is measured of a hub while it runs, and the port at which it can be asked for. What it is made of, the
 * hub's program gives.
 */

import process from "node:process";
import type { Address } from "../../common/cli/address.ts";
import { listenFailure } from "../../common/cli/failure.ts";
import { systemClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { measureLoopDelay } from "./loop_delay.ts";
import { MetricsRegistry } from "./registry.ts";
import { MetricsServer } from "./server.ts";
import type { HubStats, ProcessStats } from "./sources.ts";
import { EventCounter } from "./event_counter.ts";

export type { HubStats } from "./sources.ts";

/** Calls back at the end of the current tick. */
type Schedule = (flush: () => void) => void;

const PROCESS: ProcessStats = {
  startedAt: performance.timeOrigin / 1000,
  residentBytes: () => Deno.memoryUsage().rss,
  heapBytes: () => Deno.memoryUsage().heapTotal,
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

/** The time as it passes for others too: that the hub stood still is to be seen. */
const CLOCK = { ...systemClock, now: () => performance.now() };

export class Metrics {
  readonly #listener: Deno.TcpListener;
  readonly #tally = new EventCounter();
  readonly #registry = new MetricsRegistry(this.#tally);
  #server: MetricsServer | undefined;
  #stopMeasuring: () => void = () => {};

  /**
   * Takes a port, at which nobody is answered yet.
   *
   * @throws {Failure} when the address cannot be listened on.
   */
  constructor(address: Address) {
    try {
      this.#listener = Deno.listen({ ...address });
    } catch (error) {
      throw listenFailure(error, address);
    }
  }

  /** Where it listens. */
  get address(): Address {
    const { hostname, port } = this.#listener.addr;
    return { hostname, port };
  }

  /** A log of which is counted what goes through it. */
  countEvents(log: Log): Log {
    return this.#tally.wrap(log);
  }

  /** A schedule of which is measured how long from its being asked until what it calls is done. */
  timeDelivery(schedule: Schedule): Schedule {
    return (flush) => {
      const begun = performance.now();
      schedule(() => {
        flush();
        this.#registry.observeDelivery((performance.now() - begun) / 1000);
      });
    };
  }

  /** From now on who asks is answered. */
  start(sources: HubStats, log: Log): void {
    this.#registry.register(sources, PROCESS);
    this.#stopMeasuring = measureLoopDelay(
      CLOCK,
      (seconds) => this.#registry.observeLoopDelay(seconds),
    );
    this.#server = new MetricsServer(this.#listener, {
      pages: { metrics: () => this.#registry.expose(), unready: sources.unready },
      log,
      clock: systemClock,
    });
  }

  /** Ends the port and all that is open on it. */
  async close(): Promise<void> {
    this.#stopMeasuring();
    if (this.#server) await this.#server.close();
    else this.#listener.close();
  }
}
