/** The users at other hubs: by id, by nick and by room. */

import type { Author, User } from "../types.ts";

/** A user at another hub; the same object for as long as they are there. {@linkcode RemoteUsers} alone changes it. */
export interface RemoteUser extends Author {
  readonly host: string;
  readonly about: User["about"];
  readonly user: User;
}

const NOBODY: ReadonlySet<RemoteUser> = new Set();

export class RemoteUsers {
  readonly #byId: Map<string, RemoteUser> = new Map();
  readonly #byKey: Map<string, RemoteUser> = new Map();
  /** Without empty rooms. */
  readonly #byRoom: Map<string, Set<RemoteUser>> = new Map();

  get count(): number {
    return this.#byId.size;
  }

  users(): Iterable<RemoteUser> {
    return this.#byId.values();
  }

  /** The instance ids of their hubs. */
  hubs(): Iterable<string> {
    return new Set(this.#byId.values().map(({ user }) => user.hub));
  }

  find(id: string): RemoteUser | undefined {
    return this.#byId.get(id);
  }

  holder(key: string): RemoteUser | undefined {
    return this.#byKey.get(key);
  }

  in(room: string): ReadonlySet<RemoteUser> {
    return this.#byRoom.get(room) ?? NOBODY;
  }

  /** The names of the rooms with users at other hubs. */
  rooms(): Iterable<string> {
    return this.#byRoom.keys();
  }

  set(user: User): RemoteUser {
    const known = this.#byId.get(user.id);
    if (known) this.#removeFromIndexes(known);
    const { id, key, nick, host, about } = user;
    const remote = Object.assign(known ?? {}, { id, key, nick, host, about, user });
    this.#byId.set(id, remote);
    this.#byKey.set(key, remote);
    for (const [name] of user.rooms) {
      const room = this.#byRoom.get(name);
      if (room) room.add(remote);
      else this.#byRoom.set(name, new Set([remote]));
    }
    return remote;
  }

  /** Removes a user and returns them, if there was one. */
  delete(id: string): RemoteUser | undefined {
    const remote = this.#byId.get(id);
    if (!remote) return undefined;
    this.#removeFromIndexes(remote);
    this.#byId.delete(id);
    return remote;
  }

  #removeFromIndexes(remote: RemoteUser): void {
    if (this.#byKey.get(remote.key) === remote) this.#byKey.delete(remote.key);
    for (const [name] of remote.user.rooms) {
      const room = this.#byRoom.get(name);
      room?.delete(remote);
      if (room?.size === 0) this.#byRoom.delete(name);
    }
  }
}
