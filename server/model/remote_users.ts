/**
 * The people at other hubs: who has which nick, and who is in which room. Who comes, goes and is told of it, its caller
 * knows. Pure.
 */

import type { Author, Person } from "../types.ts";

/** Somebody at another hub, the same object as long as that one is there. */
export class Remote implements Author {
  #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  get id(): string {
    return this.#person.id;
  }

  get key(): string {
    return this.#person.key;
  }

  get nick(): string {
    return this.#person.nick;
  }

  /** All that is known. */
  get person(): Person {
    return this.#person;
  }

  /** For {@linkcode People} alone. */
  update(person: Person): void {
    this.#person = person;
  }
}

const NOBODY: ReadonlySet<Remote> = new Set();

export class People {
  readonly #byId: Map<string, Remote> = new Map();
  readonly #byKey: Map<string, Remote> = new Map();
  /** There is no room with nobody. */
  readonly #byRoom: Map<string, Set<Remote>> = new Map();

  get count(): number {
    return this.#byId.size;
  }

  find(id: string): Remote | undefined {
    return this.#byId.get(id);
  }

  /** Who has the nick of a key. */
  holder(key: string): Remote | undefined {
    return this.#byKey.get(key);
  }

  /** Those in a room. */
  in(room: string): ReadonlySet<Remote> {
    return this.#byRoom.get(room) ?? NOBODY;
  }

  /** The names of the rooms in which there is anybody. */
  rooms(): Iterable<string> {
    return this.#byRoom.keys();
  }

  /** Somebody has come, or is known otherwise than before. */
  set(person: Person): Remote {
    const known = this.#byId.get(person.id);
    if (known) this.#remove(known);
    const remote = known ?? new Remote(person);
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
  delete(id: string): Remote | undefined {
    const remote = this.#byId.get(id);
    if (!remote) return undefined;
    this.#remove(remote);
    this.#byId.delete(id);
    return remote;
  }

  /** From all but {@linkcode find}. */
  #remove(remote: Remote): void {
    if (this.#byKey.get(remote.key) === remote) this.#byKey.delete(remote.key);
    for (const [name] of remote.person.rooms) {
      const room = this.#byRoom.get(name);
      room?.delete(remote);
      if (room?.size === 0) this.#byRoom.delete(name);
    }
  }
}
