/**
 * What lies between hubs, as a test plays it: everything is asked and told in turns, and a turn comes when the test says so.
 * Each hub hears what happened in one order, but as late as the test wants.
 */

import type { Cluster, ClusterListener, MovedUser, Post } from "../../server/cluster/mod.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../../server/types.ts";

interface Kept {
  readonly said: Posted;
  readonly to: string | undefined;
  readonly ref: string;
}

export class PlayedEngine {
  readonly kept: Kept[] = [];
  readonly people = new Map<string, User>();
  readonly claims = new Map<string, string>();
  readonly rules = new Map<string, Rule>();
  readonly #hubs: PlayedCluster[] = [];
  isAway = false;

  /** A further hub; it hears of all that there is. */
  hub(): PlayedCluster {
    const hub = new PlayedCluster(this, `hub${this.#hubs.length + 1}`);
    this.#hubs.push(hub);
    return hub;
  }

  get hubs(): readonly PlayedCluster[] {
    return this.#hubs.filter(({ isDead }) => !isDead);
  }

  /** Everything that is due happens, and what follows from it. */
  run(): void {
    while (this.hubs.some((hub) => hub.step() || hub.send()));
  }

  /** Nothing is accepted, and nobody reached, until it is back. */
  setAway(isAway: boolean): void {
    this.isAway = isAway;
    for (const hub of this.hubs) hub.tell((ears) => ears.onOffline(isAway));
    if (!isAway) { for (const hub of this.hubs) hub.republish(); }
  }

  /** The hub is gone, with its people, of whom nobody hears until {@linkcode bury}. */
  kill(hub: PlayedCluster): void {
    hub.isDead = true;
  }

  /** Who was at a hub that is gone, and has not gone on elsewhere, is gone. */
  bury(hub: PlayedCluster): void {
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

  put(person: User): void {
    this.people.set(person.id, person);
    for (const hub of this.hubs) {
      if (hub.hub === person.hub) continue;
      hub.tell((ears) => {
        // Who has been taken since then is here.
        if (this.people.get(person.id)?.hub === hub.hub) return;
        hub.here.delete(person.id);
        ears.onUser(person);
      });
    }
  }

  remove(id: string, why: Departure): void {
    const person = this.people.get(id);
    if (!person) return;
    this.people.delete(id);
    for (const hub of this.hubs) {
      if (hub.hub !== person.hub) hub.tell((ears) => ears.onUserGone(id, why));
    }
  }
}

export class PlayedCluster implements Cluster {
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
  #ears: ClusterListener | undefined;
  /** It has heard all messages up to this one. */
  #heard: number;

  constructor(engine: PlayedEngine, hub: string) {
    this.#engine = engine;
    this.hub = hub;
    this.lastId = this.#heard = engine.kept.length;
  }

  get isOffline(): boolean {
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
    if (post && !this.isOffline && this.#posts.includes(post)) this.#accept(post);
    return post !== undefined;
  }

  tell(act: (ears: ClusterListener) => void): void {
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
      else if (isHere) this.#ears!.onMessage(said, to);
      for (const each of again) this.#accepted(each, next, "before");
    });
  }

  /** What waited is accepted now. */
  republish(): void {
    for (const post of [...this.#posts]) this.#accept(post);
  }

  sessionId(token: string): string {
    return `@${token}`;
  }

  attach(ears: ClusterListener): void {
    this.#ears = ears;
    for (const person of this.#engine.people.values()) ears.onUser(person);
    for (const rule of this.#engine.rules.values()) ears.onRule(withoutNews(rule));
  }

  publish(post: Post): void {
    this.#posts.push(post);
    this.#unsent.push(post);
  }

  claim(key: string, id: string, done: (outcome: "claimed" | "taken" | "away") => void): void {
    this.#turns.push(() => {
      if (this.isOffline) return done("away");
      const holder = this.#engine.claims.get(key) ?? id;
      if (holder !== id) return done("taken");
      this.#engine.claims.set(key, id);
      done("claimed");
    });
  }

  release(key: string, id: string): void {
    if (this.#engine.claims.get(key) === id) this.#engine.claims.delete(key);
  }

  openRoom(
    room: string,
    _after: number,
    done: (past: readonly Posted[] | undefined) => void,
  ): void {
    this.#turns.push(() => {
      if (this.isOffline) return done(undefined);
      this.rooms.add(room);
      const past = this.#engine.kept.slice(0, this.#heard)
        .filter(({ said, to }) => to === undefined && said.message.room === room)
        .map(({ said }) => said);
      done(past);
    });
  }

  closeRoom(room: string): void {
    this.rooms.delete(room);
  }

  putUser(person: User): void {
    this.here.add(person.id);
    this.#engine.put(person);
  }

  removeUser(id: string, why: Departure): void {
    this.here.delete(id);
    this.#engine.remove(id, why);
  }

  takeUser(id: string, after: number, done: (taken: MovedUser | "away" | undefined) => void): void {
    this.#turns.push(() => {
      const person = this.#engine.people.get(id);
      if (this.isOffline) return done("away");
      if (!person?.canResume || person.hub === this.hub) return done(undefined);
      this.putUser({ ...person, hub: this.hub });
      const privateMessages = this.#engine.kept.slice(after, this.#heard)
        .filter(({ to }) => to === id).map(({ said }) => said);
      done({ user: { ...person, hub: this.hub }, privateMessages });
    });
  }

  sendCommand(hub: string, order: RemoteCommand): void {
    this.#engine.hubs.find((each) => each.hub === hub)?.tell((ears) => ears.onCommand(order));
  }

  putRule(rule: Rule): void {
    const name = rule.kind === "room" ? `room ${rule.room}` : `${rule.kind} ${rule.key}`;
    this.#engine.rules.set(name, rule);
    for (const hub of this.#engine.hubs) if (hub !== this) hub.tell((ears) => ears.onRule(rule));
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
