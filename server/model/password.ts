/** Passwords, the wrong tries of each session, and how fast an address may guess. */

import { networkOf } from "../../common/protocol/ip.ts";
import type { ChatError } from "./errors.ts";
import type { Session } from "./session.ts";

export const MAX_TRIES = 3;

export interface Secret {
  /** Compares in a time that says nothing about how close the attempt was. */
  matches(attempt: string): boolean;
}

export type Purpose = "join" | "look" | "mod";

/** Each role that a password gives, with the secret. */
export interface Secrets {
  readonly member?: Secret | undefined;
  readonly moderator?: Secret | undefined;
}

/** What came of a try: a role; an error if the session may try again; "failed" if every further try fails. */
export type Attempt = keyof Secrets | "failed" | ChatError;

export interface PasswordOptions {
  guesses: GuessLimit;
  /** Called for each wrong try. `count`: those of its address so far. */
  onWrong: (session: Session, purpose: Purpose, count: number) => void;
}

export class Password {
  readonly #secrets: Secrets;
  readonly #options: PasswordOptions;
  readonly #failures: WeakMap<Session, number> = new WeakMap();

  constructor(secrets: Secrets, options: PasswordOptions) {
    this.#secrets = secrets;
    this.#options = options;
  }

  /** Whether nobody can join without it. */
  get isRequired(): boolean {
    return this.#secrets.member !== undefined;
  }

  try(session: Session, attempt: string, purpose: Purpose): Attempt {
    const { guesses, onWrong } = this.#options;
    const failures = this.#failures.get(session) ?? 0;
    if (failures >= MAX_TRIES) return "failed";
    const { host } = session.peer;
    const wait = guesses.wait(host);
    if (wait > 0) return { code: "try_later", params: { seconds: Math.ceil(wait / 1000) } };
    const { member, moderator } = this.#secrets;
    if (moderator?.matches(attempt)) return "moderator";
    if (member ? member.matches(attempt) : !moderator) return "member";
    this.#failures.set(session, failures + 1);
    onWrong(session, purpose, guesses.fail(host));
    const left = MAX_TRIES - failures - 1;
    return left === 0 ? "failed" : { code: "wrong_password", params: { left } };
  }
}

/** Wrong tries of an address without a delay: a class that mistypes. */
export const FREE_TRIES = 10;
/** The delay after the next one, which doubles with each further one, and the longest delay, in milliseconds. */
const FIRST_DELAY = 1_000;
export const MAX_DELAY = 30_000;
/** The wrong tries of an address are forgotten this long after the last one, in milliseconds. */
const MEMORY = 3_600_000;
/** Addresses that are remembered; those with the oldest last try give way. */
const MAX_ADDRESSES = 10_000;

/** Delays the tries of each address (of IPv6, each /64) for all purposes together: at most 200 an hour are wrong. */
export class GuessLimit {
  readonly #elapsed: () => number;
  /** By network, the longest without a wrong try first. */
  readonly #tries: Map<string, { count: number; at: number }> = new Map();

  /** `elapsed`: milliseconds of a clock that never goes back. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** Milliseconds until an address may try again; 0 if it may now. */
  wait(address: string): number {
    const tries = this.#tries.get(networkOf(address));
    if (!tries || tries.count < FREE_TRIES) return 0;
    const delay = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (tries.count - FREE_TRIES));
    return Math.max(0, tries.at + delay - this.#elapsed());
  }

  /** Counts a wrong try, and returns how many the address has made. */
  fail(address: string): number {
    const now = this.#elapsed();
    this.#forget(now - MEMORY);
    const network = networkOf(address);
    const count = (this.#tries.get(network)?.count ?? 0) + 1;
    this.#tries.delete(network);
    this.#tries.set(network, { count, at: now });
    return count;
  }

  /** Forgets addresses without a wrong try since a time, and one more if they are too many. */
  #forget(since: number): void {
    for (const [network, { at }] of this.#tries) {
      if (at > since && this.#tries.size < MAX_ADDRESSES) break;
      this.#tries.delete(network);
    }
  }
}
