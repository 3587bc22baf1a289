/**
 * The people whom one may want to name, those who spoke last first. It does not know rooms: the owner tells who came,
 * spoke and went.
 */

import { nickKey } from "../../common/protocol/names.ts";

/** So many people are kept; who was silent the longest is forgotten first. */
const MAX_PEOPLE = 1000;

interface Person {
  nick: string;
  /** See nickKey in protocol/names.ts. */
  key: string;
}

export class Speakers {
  readonly #max: number;
  /** The most recent speaker first, each key once. */
  readonly #people: Person[] = [];

  constructor({ max = MAX_PEOPLE }: { max?: number } = {}) {
    this.#max = max;
  }

  /** Somebody is there: behind everybody else, unless known already. */
  met(nick: string): void {
    const person = { nick, key: nickKey(nick) };
    if (this.#find(person.key) === -1 && this.#people.length < this.#max) this.#people.push(person);
  }

  /** Somebody said something, and is the first now. */
  spoke(nick: string): void {
    this.left(nick);
    this.#people.unshift({ nick, key: nickKey(nick) });
    if (this.#people.length > this.#max) this.#people.pop();
  }

  /** Somebody has another nick, and keeps the place. */
  renamed(from: string, nick: string): void {
    const person = this.#people[this.#find(nickKey(from))];
    if (!person) return this.met(nick);
    const key = nickKey(nick);
    if (key !== person.key) this.left(nick); // who had the nick before has gone unseen
    person.nick = nick;
    person.key = key;
  }

  /** Somebody is not there any more. */
  left(nick: string): void {
    const index = this.#find(nickKey(nick));
    if (index !== -1) this.#people.splice(index, 1);
  }

  /** The nicks, the most recent speaker first and oneself last. */
  nicks(own: string): string[] {
    const ownKey = nickKey(own);
    const others = this.#people.filter(({ key }) => key !== ownKey).map(({ nick }) => nick);
    return [...others, own];
  }

  #find(key: string): number {
    return this.#people.findIndex((person) => person.key === key);
  }
}
