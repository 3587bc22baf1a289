/** The hubs of one chat: the client may join at any of them, and falls back to the next when one is gone or full. */

import type { Address } from "../../common/cli/address.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";

export class HubList {
  readonly #addresses: readonly Address[];
  #index = 0;
  /** Since the last welcome. */
  #rejections = 0;
  #isRejected = false;

  /** Takes at least one address. */
  constructor(addresses: readonly Address[]) {
    this.#addresses = addresses;
  }

  /** The hub that the client is connected to, or tries first. */
  get current(): Address {
    return this.#addresses[this.#index]!;
  }

  /** Whether the last connection ended in a rejection that another hub has not given yet. */
  get hasFallback(): boolean {
    return this.#isRejected && this.#rejections < this.#addresses.length;
  }

  /** The current hub accepts no clients for now: the next hub is tried first. */
  reject(): void {
    this.#isRejected = true;
    this.#rejections++;
    this.#advance();
  }

  /** The current hub has welcomed the client. */
  onWelcome(): void {
    this.#rejections = 0;
  }

  /** Connects to the first hub that answers, beginning with the current one. @throws {Failure} if no hub answers. */
  async connect<Connection>(open: (address: Address) => Promise<Connection>): Promise<Connection> {
    this.#isRejected = false;
    const failures: Failure[] = [];
    for (const _ of this.#addresses) {
      try {
        return await open(this.current);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
      this.#advance();
    }
    throw failures.length === 1 ? failures[0]! : new AllHubsFailed(failures);
  }

  #advance(): void {
    this.#index = (this.#index + 1) % this.#addresses.length;
  }
}

/** None of several hubs could be connected to. */
class AllHubsFailed extends Failure {
  readonly #failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures[0]!.key, failures[0]!.params);
    this.#failures = failures;
  }

  override get parts(): readonly Failure[] {
    return this.#failures;
  }

  /** A hub that is only down may come back, so "refused" takes a refusal from every hub. */
  override get exitCode(): number {
    const isRefused = this.parts.every(({ exitCode }) => exitCode === EXIT.refused);
    return isRefused ? EXIT.refused : EXIT.failed;
  }
}
