/**
 * What lies between hubs, as a test plays it: everything is asked and told in turns, and a turn comes when the test says so.
 * Each hub hears what happened in one order, but as late as the test wants.
 */

import type { Backplane, Ears, Post, Taken } from "../../server/cluster/mod.ts";
import type { Order, Person, Rule, Said, Why } from "../../server/types.ts";

interface Kept {
  readonly said: Said;
  readonly to: string | undefined;
  readonly ref: string;
}

export class PlayedEngine {
  readonly kept: Kept[] = [];
  readonly people = new Map<string, Person>();
  readonly claims = new Map<string, string>();
  readonly rules = new Map<string, Rule>();
  readonly #hubs: PlayedBackplane[] = [];
  isAway = false;

  /** A further hub; it hears of all that there is. */
  hub(): PlayedBackplane {
    const hub = new PlayedBackplane(this, `hub${this.#hubs.length + 1}`);
    this.#hubs.push(hub);
    return hub;
  }

  get hubs(): readonly PlayedBackplane[] {
    return this.#hubs.filter(({ isDead }) => !isDead);
  }

  /** Everything that is due happens, and what follows from it. */
  run(): void {
    while (this.hubs.some((hub) => hub.step() || hub.send()));
  }

  /** Nothing is accepted, and nobody reached, until it is back. */
  setAway(isAway: boolean): void {
    this.isAway = isAway;
    for (const hub of this.hubs) hub.tell((ears) => ears.away(isAway));
    if (!isAway) { for (const hub of this.hubs) hub.republish(); }
  }

  /** The hub is gone, with its people, of whom nobody hears until {@linkcode bury}. */
  kill(hub: PlayedBackplane): void {
    hub.isDead = true;
  }

  /** Who was at a hub that is gone, and has not gone on elsewhere, is gone. */
  bury(hub: PlayedBackplane): void {
    for (const person of [...this.people.values()]) {
      if (person.hub !== hub.hub) continue;
      this.remove(person.id, {});
      if (this.claims.get(person.key) === person.id) this.claims.delete(person.key);
    }
  }

  accept({ message, author, to, ref }: Post): number {
    const known = this.kept.findIndex(({ said, ref: other }) =>
      said.author.id === author.id && other === ref
    );
    if (known >= 0) return known + 1;
    const id = this.kept.length + 1;
    const said = { message: { ...message, id, ts: 1000 + id }, author };
    const kept = { said, to, ref };
    this.kept.push(kept);
    for (const hub of this.hubs) hub.hear(kept);
    return id;
  }

  put(person: Person): void {
    this.people.set(person.id, person);
    for (const hub of this.hubs) {
      if (hub.hub === person.hub) continue;
      hub.tell((ears) => {
        // Who has been taken since then is here.
        if (this.people.get(person.id)?.hub === hub.hub) return;
        hub.here.delete(person.id);
        ears.met(person);
      });
    }
  }

  remove(id: string, why: Why): void {
    const person = this.people.get(id);
    if (!person) return;
    this.people.delete(id);
    for (const hub of this.hubs) {
      if (hub.hub !== person.hub) hub.tell((ears) => ears.gone(id, why));
    }
  }
}

export class PlayedBackplane implements Backplane {
  readonly isAlone = false;
  readonly epoch = "the engine";
  readonly hub: string;
  readonly lastId: number;
  isDead = false;
  readonly rooms = new Set<string>();
  /** Those who are here, as far as it has heard: who has gone on elsewhere is, until it is told so. */
  readonly here = new Set<string>();
  readonly #engine: PlayedEngine;
  readonly #turns: (() => void)[] = [];
  /** Posts that are not accepted yet. */
  readonly #posts: Post[] = [];
  /** Those of them that have not got to the engine: on their way everything else may overtake them. */
  readonly #unsent: Post[] = [];
  #ears: Ears | undefined;
  /** It has heard all messages up to this one. */
  #heard: number;

  constructor(engine: PlayedEngine, hub: string) {
    this.#engine = engine;
    this.hub = hub;
    this.lastId = this.#heard = engine.kept.length;
  }

  get isAway(): boolean {
    return this.#engine.isAway;
  }

  /** Does what is due next; gives whether there was anything. */
  step(): boolean {
    const turn = this.#turns.shift();
    turn?.();
    return turn !== undefined;
  }

  /** The post that has been on its way for longest gets to the engine; gives whether there was any. */
  send(): boolean {
    const post = this.#unsent.shift();
    // It may have been heard meanwhile, as published by another hub.
    if (post && !this.isAway && this.#posts.includes(post)) this.#accept(post);
    return post !== undefined;
  }

  tell(act: (ears: Ears) => void): void {
    this.#turns.push(() => act(this.#ears!));
  }

  /** A message was accepted, and is heard in its turn. */
  hear(next: Kept): void {
    const { said, to, ref } = next;
    this.#turns.push(() => {
      this.#heard++;
      // Given again before it was accepted, it is one message all the same.
      const [post, ...again] = this.#posts.filter((each) =>
        each.author.id === said.author.id && each.ref === ref
      );
      const isHere = to === undefined ? this.rooms.has(said.message.room) : this.here.has(to);
      if (post) this.#accepted(post, next, "now");
      else if (isHere) this.#ears!.heard(said, to);
      for (const each of again) this.#accepted(each, next, "before");
    });
  }

  /** What waited is accepted now. */
  republish(): void {
    for (const post of [...this.#posts]) this.#accept(post);
  }

  identify(token: string): string {
    return `@${token}`;
  }

  attach(ears: Ears): void {
    this.#ears = ears;
    for (const person of this.#engine.people.values()) ears.met(person);
    for (const rule of this.#engine.rules.values()) ears.ruled(withoutNews(rule));
  }

  publish(post: Post): void {
    this.#posts.push(post);
    this.#unsent.push(post);
  }

  claim(key: string, id: string, done: (outcome: "claimed" | "taken" | "away") => void): void {
    this.#turns.push(() => {
      if (this.isAway) return done("away");
      const holder = this.#engine.claims.get(key) ?? id;
      if (holder !== id) return done("taken");
      this.#engine.claims.set(key, id);
      done("claimed");
    });
  }

  release(key: string, id: string): void {
    if (this.#engine.claims.get(key) === id) this.#engine.claims.delete(key);
  }

  open(room: string, _after: number, done: (past: readonly Said[] | undefined) => void): void {
    this.#turns.push(() => {
      if (this.isAway) return done(undefined);
      this.rooms.add(room);
      const past = this.#engine.kept.slice(0, this.#heard)
        .filter(({ said, to }) => to === undefined && said.message.room === room)
        .map(({ said }) => said);
      done(past);
    });
  }

  close(room: string): void {
    this.rooms.delete(room);
  }

  put(person: Person): void {
    this.here.add(person.id);
    this.#engine.put(person);
  }

  remove(id: string, why: Why): void {
    this.here.delete(id);
    this.#engine.remove(id, why);
  }

  take(id: string, after: number, done: (taken: Taken | "away" | undefined) => void): void {
    this.#turns.push(() => {
      const person = this.#engine.people.get(id);
      if (this.isAway) return done("away");
      if (!person?.canResume || person.hub === this.hub) return done(undefined);
      this.put({ ...person, hub: this.hub });
      const letters = this.#engine.kept.slice(after, this.#heard)
        .filter(({ to }) => to === id).map(({ said }) => said);
      done({ person: { ...person, hub: this.hub }, letters });
    });
  }

  order(hub: string, order: Order): void {
    this.#engine.hubs.find((each) => each.hub === hub)?.tell((ears) => ears.ordered(order));
  }

  rule(rule: Rule): void {
    const name = rule.kind === "room" ? `room ${rule.room}` : `${rule.kind} ${rule.key}`;
    this.#engine.rules.set(name, rule);
    for (const hub of this.#engine.hubs) if (hub !== this) hub.tell((ears) => ears.ruled(rule));
  }

  #accept(post: Post): void {
    const id = this.#engine.accept(post);
    if (id <= this.#heard) this.#accepted(post, this.#engine.kept[id - 1]!, "before");
  }

  #accepted(post: Post, { said: { message: { id, ts } } }: Kept, how: "now" | "before"): void {
    this.#posts.splice(this.#posts.indexOf(post), 1);
    post.message.id = id;
    post.message.ts = ts;
    post.accepted(how);
  }
}

function withoutNews(rule: Rule): Rule {
  if (rule.kind !== "room") return rule;
  return { kind: "room", room: rule.room, state: rule.state };
}
