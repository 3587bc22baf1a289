/** A password that is asked for, and how often each session has got it wrong. What follows from that, the hub knows. */

import type { Session } from "./session.ts";

/** So many tries each session has. */
export const MAX_TRIES = 3;

/** What only those know who were told it. */
export interface Secret {
  /** Whether this is it. How long that takes says nothing of how near it was. */
  matches(given: string): boolean;
}

export class Password {
  readonly #secret: Secret;
  /** Wrong tries so far. */
  readonly #wrong: WeakMap<Session, number> = new WeakMap();

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /** "right", or how many tries are left; with none left it is never right any more. */
  try(session: Session, given: string): "right" | number {
    const wrong = this.#wrong.get(session) ?? 0;
    if (wrong >= MAX_TRIES) return 0;
    if (this.#secret.matches(given)) return "right";
    this.#wrong.set(session, wrong + 1);
    return MAX_TRIES - wrong - 1;
  }
}
