/** Whether the cluster is reachable. After an outage or a missed event it pauses, reads what it missed, and resumes. */

import { pause } from "../../../common/cli/timers.ts";
import type { Log } from "../../log.ts";
import type { NatsContext } from "./context.ts";

export interface RecoveryOptions extends Pick<NatsContext, "client" | "clock" | "timeouts"> {
  readonly log: Log;
  /** The sequence number of the stream up to which all messages count as delivered. */
  deliveredUpTo(): number;
  /** Reads what was missed from a sequence number on. Throws to be retried. */
  restore(from: number): Promise<void>;
  setPaused(isPaused: boolean): void;
  /** Resolves when all restored messages have been delivered. */
  whenDelivered(): Promise<void>;
  onOffline(isOffline: boolean): void;
}

/** Different reasons to log for one outage. */
const MAX_REASONS = 20;

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #loggedReasons: Set<string> = new Set();
  isOffline = false;
  #isClosed = false;
  /** Set when something was missed since the last restore began. */
  #isNeeded = false;
  #isPaused = false;
  /** Restore from this sequence number on. */
  #from: number | undefined;
  /** Set while a recovery is under way. */
  #running: Promise<void> | undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Goes offline until a recovery succeeds. */
  goOffline(reason: string): void {
    const { log, onOffline } = this.#options;
    if (this.#isClosed) return;
    if (!this.isOffline) {
      this.isOffline = true;
      this.#loggedReasons.clear();
      onOffline(true);
    }
    if (!this.#loggedReasons.has(reason)) {
      log.warning("cut off from the other hubs", { reason });
      if (this.#loggedReasons.size < MAX_REASONS) this.#loggedReasons.add(reason);
    }
    this.start();
  }

  /** Reads what was missed, as soon as the servers are reachable. */
  start(): void {
    this.#isNeeded = true;
    if (this.#from === undefined) this.#from = this.#options.deliveredUpTo() + 1;
    this.#setPaused(true);
    this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    const { client, clock, timeouts, log, restore, whenDelivered, onOffline } = this.#options;
    while (this.#isNeeded && !this.#isClosed) {
      this.#isNeeded = false;
      while (!client.isConnected && !this.#isClosed) await pause(timeouts.retry, clock);
      try {
        await restore(this.#from!);
      } catch (error) {
        this.goOffline(error instanceof Error ? error.message : String(error));
        await pause(timeouts.retry, clock);
      }
      if (this.#isNeeded) continue;
      this.#setPaused(false);
      if (this.isOffline) await whenDelivered();
    }
    this.#from = undefined;
    if (!this.isOffline || this.#isClosed) return;
    this.isOffline = false;
    log.info("connected to the other hubs again", { server: client.server });
    onOffline(false);
  }

  #setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#options.setPaused(isPaused);
  }
}
