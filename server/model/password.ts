/** A password, and the wrong tries of each session. */

import type { Session } from "./session.ts";

/** The most wrong tries of a session. */
export const MAX_TRIES = 3;

export interface Secret {
  /** Compares in a time that says nothing about how close the attempt was. */
  matches(attempt: string): boolean;
}

export class Password {
  readonly #secret: Secret;
  readonly #failures: WeakMap<Session, number> = new WeakMap();

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /** "right", or the number of tries left; at 0, every further attempt fails. */
  try(session: Session, attempt: string): "right" | number {
    const failures = this.#failures.get(session) ?? 0;
    if (failures >= MAX_TRIES) return 0;
    if (this.#secret.matches(attempt)) return "right";
    this.#failures.set(session, failures + 1);
    return MAX_TRIES - failures - 1;
  }
}
