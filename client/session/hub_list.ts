/**
 * The hubs at which a chat can be joined, which are one chat: any of them will do, and where one is gone another is tried. It
 * knows no sockets.
 */

import type { Address } from "../../common/cli/address.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import type { Lang } from "../../common/i18n/mod.ts";

export class HubList {
  readonly #addresses: readonly Address[];
  /** Where one is, or is tried first. */
  #at = 0;
  /** Those that have turned one away since one was let in. */
  #full = 0;

  /** At least one. */
  constructor(addresses: readonly Address[]) {
    this.#addresses = addresses;
  }

  /** Where one is, or was last. */
  get current(): Address {
    return this.#addresses[this.#at]!;
  }

  /** Whether not all of them have turned one away. */
  get hasMore(): boolean {
    return this.#full < this.#addresses.length;
  }

  /** The current one wants nobody for now: the next one is tried first. */
  reject(): void {
    this.#full++;
    this.#moveOn();
  }

  /** The current one has let one in. */
  onWelcome(): void {
    this.#full = 0;
  }

  /**
   * Connects to the first one that can be connected to, the current one before the others.
   *
   * @throws {Failure} when none can.
   */
  async connect<Connection>(
    open: (address: Address) => Promise<Connection>,
  ): Promise<Connection> {
    const failures: Failure[] = [];
    for (const _ of this.#addresses) {
      try {
        return await open(this.current);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
      this.#moveOn();
    }
    throw failures.length === 1 ? failures[0]! : new AllHubsFailed(failures);
  }

  #moveOn(): void {
    this.#at = (this.#at + 1) % this.#addresses.length;
  }
}

/** None of several hubs can be connected to. */
class AllHubsFailed extends Failure {
  readonly #failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures[0]!.key, failures[0]!.params);
    this.#failures = failures;
  }

  /** One that is only away may be back some other time. */
  override get exitCode(): number {
    const isRefused = this.#failures.every(({ exitCode }) => exitCode === EXIT.refused);
    return isRefused ? EXIT.refused : EXIT.failed;
  }

  override in(lang: Lang): string {
    return this.#failures.map((failure) => failure.in(lang)).join("; ");
  }
}
