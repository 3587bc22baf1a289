/** Networks that have just spoken HTTP: a browser also opens spare connections, which must not be greeted as users. */

import { networkOf } from "../../common/protocol/ip.ts";

/** How long a visit is remembered, in milliseconds. */
const KEPT = 5_000;
/** Networks that are remembered; the longest there gives way. */
const MAX_NETWORKS = 1_000;

export class Visits {
  /** When, by network. */
  readonly #times: Map<string, number> = new Map();

  /** `now` is in milliseconds, here and below. */
  add(host: string, now: number): void {
    this.#times.delete(networkOf(host));
    this.#times.set(networkOf(host), now);
    const [oldest = ""] = this.#times.keys();
    if (this.#times.size > MAX_NETWORKS) this.#times.delete(oldest);
  }

  /** Whether a host has just spoken HTTP. */
  has(host: string, now: number): boolean {
    return now - (this.#times.get(networkOf(host)) ?? -Infinity) <= KEPT;
  }
}
