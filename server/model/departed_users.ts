/** The users who left last, so that moderators can ban or mute them. */

import type { RemoteUser } from "./remote_users.ts";

/** Users who are remembered, and those of them with the same nick; the longest gone give way. */
export const MAX_DEPARTED = 200;
const MAX_OF_NICK = 5;

type DepartedUser = Omit<RemoteUser, "user">;

export class DepartedUsers {
  /** The last one first. */
  users: readonly DepartedUser[] = [];

  add({ id, key, nick, host, about }: DepartedUser): void {
    const oldest = this.users.filter((user) => user.key === key)[MAX_OF_NICK - 1];
    const others = this.users.filter((user) => user !== oldest);
    this.users = [{ id, key, nick, host, about }, ...others].slice(0, MAX_DEPARTED);
  }

  find(key: string): DepartedUser | undefined {
    return this.users.find((user) => user.key === key);
  }
}
