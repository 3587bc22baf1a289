/** `--metrics`: measures the hub while it runs, and serves what it measured to Prometheus. */

import process from "node:process";
import type { Address } from "../../common/cli/address.ts";
import { listenFailure } from "../../common/cli/failure.ts";
import { BACKLOG } from "../accept_loop.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LogLimit } from "../log_limit.ts";
import { openDescriptorReadings } from "./descriptors.ts";
import { type HubStats, MetricsRegistry, type Readings } from "./registry.ts";
import { MetricsServer } from "./server.ts";

export const PROCESS: Readings = {
  process_start_time_seconds: [
    "Start time of the process, in seconds since 1970",
    () => performance.timeOrigin / 1000,
  ],
  process_resident_memory_bytes: ["Resident memory in bytes", () => Deno.memoryUsage().rss],
  process_heap_bytes: ["Heap of V8 in bytes", () => Deno.memoryUsage().heapTotal],
  process_cpu_seconds_total: [
    "Processor time in user and system mode, in seconds",
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  ],
};

/** The system's clock with standstills, which the metrics must show. */
const CLOCK = { ...systemClock, now: () => performance.now() };

export class Metrics {
  readonly #listener: Deno.TcpListener;
  readonly #registry = new MetricsRegistry();
  readonly #descriptors = openDescriptorReadings();
  #log: LogLimit | undefined;
  #server: MetricsServer | undefined;
  #stopMeasuring: () => void = () => {};

  /** Listens; {@linkcode start} answers requests. @throws {Failure} if the address cannot be listened on. */
  constructor(address: Address) {
    try {
      this.#listener = Deno.listen({ ...address, tcpBacklog: BACKLOG });
    } catch (error) {
      throw listenFailure(error, address);
    }
  }

  get address(): Address {
    return this.#listener.addr;
  }

  /** Wraps a log and counts its events, and what it leaves out. */
  countEvents(limited: LogLimit): Log {
    this.#log = limited;
    return this.#registry.countEvents(limited.log);
  }

  /** Wraps a schedule and measures the time from each call until its `flush` has returned. */
  timeDelivery(schedule: (flush: () => void) => void): typeof schedule {
    return (flush) => {
      const startedAt = performance.now();
      schedule(() => {
        flush();
        this.#registry.delivery.observe((performance.now() - startedAt) / 1000);
      });
    };
  }

  /** Starts measuring and answering. */
  start(stats: HubStats, log: Log): void {
    this.#registry.register(stats, {
      chat_log_lines_left_out_total: [
        "Log lines left out because too many of their kind came in a second",
        () => this.#log?.leftOut ?? 0,
      ],
      ...PROCESS,
      ...this.#descriptors.readings,
    });
    const { loopDelay } = this.#registry;
    this.#stopMeasuring = measureLoopDelay(CLOCK, (seconds) => loopDelay.observe(seconds));
    this.#server = new MetricsServer(this.#listener, {
      metrics: () => this.#registry.expose(),
      unready: stats.unready,
      log,
      clock: systemClock,
      acceptPause: stats.limits.acceptPause,
    });
  }

  /** Closes the port and all its connections. */
  async close(): Promise<void> {
    this.#stopMeasuring();
    this.#descriptors.close?.();
    if (this.#server) await this.#server.close();
    else this.#listener.close();
  }
}

/** Time between two measurements of the event loop, in milliseconds. */
export const MEASURE_INTERVAL = 100;

/** Measures, in seconds, how late a timer fires as the event loop was busy. The function returned stops it. */
export function measureLoopDelay(clock: Clock, observe: (seconds: number) => void): () => void {
  let stop = () => {};
  const measure = () => {
    const due = clock.now() + MEASURE_INTERVAL;
    stop = clock.after(MEASURE_INTERVAL, () => {
      observe(Math.max(0, clock.now() - due) / 1000);
      measure();
    });
  };
  measure();
  return () => stop();
}
