/**
 * The people at other hubs: who has which nick, and who is in which room. Who comes, goes and is told of it, its caller
 * knows. Pure.
 */

import type { Author, User } from "../types.ts";

/** Somebody at another hub, the same object as long as that one is there. */
export class RemoteUser implements Author {
  #user: User;

  constructor(user: User) {
    this.#user = user;
  }

  get id(): string {
    return this.#user.id;
  }

  get key(): string {
    return this.#user.key;
  }

  get nick(): string {
    return this.#user.nick;
  }

  /** All that is known. */
  get person(): User {
    return this.#user;
  }

  /** For {@linkcode RemoteUsers} alone. */
  update(person: User): void {
    this.#user = person;
  }
}

const NOBODY: ReadonlySet<RemoteUser> = new Set();

export class RemoteUsers {
  readonly #byId: Map<string, RemoteUser> = new Map();
  readonly #byKey: Map<string, RemoteUser> = new Map();
  /** There is no room with nobody. */
  readonly #byRoom: Map<string, Set<RemoteUser>> = new Map();

  get count(): number {
    return this.#byId.size;
  }

  find(id: string): RemoteUser | undefined {
    return this.#byId.get(id);
  }

  /** Who has the nick of a key. */
  holder(key: string): RemoteUser | undefined {
    return this.#byKey.get(key);
  }

  /** Those in a room. */
  in(room: string): ReadonlySet<RemoteUser> {
    return this.#byRoom.get(room) ?? NOBODY;
  }

  /** The names of the rooms in which there is anybody. */
  rooms(): Iterable<string> {
    return this.#byRoom.keys();
  }

  /** Somebody has come, or is known otherwise than before. */
  set(person: User): RemoteUser {
    const known = this.#byId.get(person.id);
    if (known) this.#remove(known);
    const remote = known ?? new RemoteUser(person);
    remote.update(person);
    this.#byId.set(person.id, remote);
    this.#byKey.set(person.key, remote);
    for (const [name] of person.rooms) {
      const room = this.#byRoom.get(name);
      if (room) room.add(remote);
      else this.#byRoom.set(name, new Set([remote]));
    }
    return remote;
  }

  /** Gives who went, where there was somebody. */
  delete(id: string): RemoteUser | undefined {
    const remote = this.#byId.get(id);
    if (!remote) return undefined;
    this.#remove(remote);
    this.#byId.delete(id);
    return remote;
  }

  /** From all but {@linkcode find}. */
  #remove(remote: RemoteUser): void {
    if (this.#byKey.get(remote.key) === remote) this.#byKey.delete(remote.key);
    for (const [name] of remote.person.rooms) {
      const room = this.#byRoom.get(name);
      room?.delete(remote);
      if (room?.size === 0) this.#byRoom.delete(name);
    }
  }
}
