/** The users who left last, so that moderators can ban or mute them. */

import type { Author } from "../types.ts";

/** Users who are remembered; the longest gone give way. */
export const MAX_DEPARTED = 200;

type DepartedUser = Author & { readonly host: string };

export class DepartedUsers {
  /** By nick key, the longest gone first; of users with the same nick, the last. */
  readonly #byKey: Map<string, DepartedUser> = new Map();

  add(user: DepartedUser): void {
    const { id, key, nick, host } = user;
    this.#byKey.delete(key);
    this.#byKey.set(key, { id, key, nick, host });
    if (this.#byKey.size > MAX_DEPARTED) this.#byKey.delete(this.#byKey.keys().next().value!);
  }

  find(key: string): DepartedUser | undefined {
    return this.#byKey.get(key);
  }
}
