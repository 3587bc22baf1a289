/**
 * The parts of the cluster by NATS, put together: what comes to one goes on to the others, and it is known whether anything
 * can be accepted for now. What the chat is, it does not know. Pure: the connection and the time are given.
 */

import type { Retention } from "../../history/mod.ts";
import type { Log } from "../../log.ts";
import type { Cluster, ClusterListener, MovedUser, Post } from "../mod.ts";
import { Claims, type Outcome } from "./nick_claims.ts";
import { type Engine, type Entry, REFUSED, Refused } from "./client.ts";
import { Flow } from "./subscriber.ts";
import { Garbage } from "./invalid_records.ts";
import { identify } from "./identity.ts";
import { Leases } from "./leases.ts";
import { Names } from "./subjects.ts";
import type { OwnClock } from "./timers.ts";
import { Posts } from "./publisher.ts";
import { readOrder, writeOrder } from "./codec.ts";
import { Samples } from "./positions.ts";
import { State } from "./directory.ts";
import { makeStreams, patiently } from "./streams.ts";
import type { NatsTimes } from "./timeouts.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../../types.ts";

export interface PartsOptions {
  /** The id of this hub's life. */
  readonly hub: string;
  /** The name of the chat. */
  readonly cluster: string;
  readonly keep: Retention;
  /** How long people are waited for whose connection broke, in milliseconds. */
  readonly grace: number;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly times: NatsTimes;
  readonly clock: OwnClock;
}

type Taking = (taken: MovedUser | "away" | undefined) => void;

/** People and markers that are looked after at once. */
const AT_ONCE = 32;
/** Private messages are of use for so long after the time in which people are waited for, in milliseconds. */
const LETTERS = 60_000;
/** Each reason for being cut off is logged once until that is over; so many are remembered. */
const MAX_REASONS = 20;

export class NatsCluster implements Cluster {
  readonly isAlone = false;
  readonly epoch: string;
  readonly hub: string;
  readonly lastId: number;
  readonly #engine: Engine;
  readonly #names: Names;
  readonly #clock: OwnClock;
  readonly #times: NatsTimes;
  readonly #log: Log;
  readonly #garbage: Garbage;
  readonly #leases: Leases;
  readonly #flow: Flow;
  readonly #posts: Posts;
  readonly #state: State;
  readonly #claims: Claims;
  readonly #samples: Samples;
  #ears: ClusterListener | undefined;
  #isAway = false;
  #isClosed = false;
  /** Why nothing can be accepted, as far as it was logged. */
  readonly #reasons: Set<string> = new Set();
  /** Something was missed, since when it was last looked for. */
  #isAmiss = false;
  #isHeld = false;
  /** The place of the stream from which on it is looked for. */
  #from: number | undefined;
  /** Set while it is found out what was missed. */
  #recovering: Promise<void> | undefined;
  /** Resolves when the last order is given that had to wait. */
  #ordering: Promise<void> | undefined;
  /** Called when there is a connection again. */
  #whenUp: (() => void) | undefined;

  /** @throws {Unanswered | Refused} */
  static async open(engine: Engine, options: PartsOptions): Promise<NatsCluster> {
    const { clock, times, grace, keep, log, cluster } = options;
    const names = new Names(cluster);
    const { stream, replicas } = await makeStreams(engine, {
      names,
      keep,
      grace,
      clock,
      patience: times.open,
      retry: times.retry,
    });
    log.info("at nats", { server: engine.server, stream: names.stream, replicas });
    const opened = new NatsCluster(engine, names, options, {
      created: stream.created,
      last: stream.state.last_seq,
    });
    await opened.#start();
    return opened;
  }

  private constructor(
    engine: Engine,
    names: Names,
    { hub, clock, times, grace, log, now }: PartsOptions,
    { created, last }: { created: string; last: number },
  ) {
    this.epoch = epochOf(created);
    this.hub = hub;
    this.lastId = last;
    this.#engine = engine;
    this.#names = names;
    this.#clock = clock;
    this.#times = times;
    this.#log = log;
    this.#garbage = new Garbage(log, clock);
    this.#leases = new Leases(hub, clock, times);
    this.#samples = new Samples(clock, { kept: grace + LETTERS, safe: times.safe });
    this.#samples.add(last);
    const common = { names, hub, engine, clock, times, garbage: this.#garbage };
    const failed = (reason = "what is missing cannot be read") => this.#leave(reason);
    this.#flow = new Flow({
      ...common,
      hear: (said, to) => this.#ears?.onMessage(said, to),
      own: (written, isOld) => this.#posts.heard(written, isOld),
      revision: () => this.#state.revision,
      position: () => this.#samples.last,
      progressed: () => this.#state.tell(),
      failed,
    });
    this.#posts = new Posts({
      ...common,
      flow: this.#flow,
      now,
      ready: (id) => this.#state.ready(id),
      revision: (id) => this.#state.revisionOf(id),
      failed,
    });
    this.#state = new State({
      ...common,
      last: (id) => this.#posts.last(id),
      isBehind: (room, seq) => this.#flow.isBehind(room, seq),
      revised: () => this.#flow.revised(),
      lost: (id) => this.#letGo(id),
      mistaken: (person) => void this.#claimAgain(person),
      failed,
    });
    this.#claims = new Claims({
      ...common,
      isHeld: (claim) => this.#leases.isAlive(claim.hub) || this.#state.knows(claim.id),
      isAway: () => this.#isAway,
    });
  }

  get isOffline(): boolean {
    return this.#isAway;
  }

  sessionId(token: string): string {
    return identify(token);
  }

  attach(ears: ClusterListener): void {
    this.#ears = ears;
    this.#state.attach(ears);
    if (this.#isAway) ears.onOffline(true);
  }

  publish(post: Post): void {
    this.#posts.publish(post);
  }

  claim(key: string, id: string, done: (outcome: Outcome) => void): void {
    this.#claims.claim(key, id).then(done);
  }

  release(key: string, id: string): void {
    this.#claims.release(key, id);
  }

  openRoom(room: string, after: number, done: (past: readonly Posted[] | undefined) => void): void {
    this.#flow.openRoom(room, after, done);
  }

  closeRoom(room: string): void {
    this.#flow.closeRoom(room);
  }

  putUser(person: User): void {
    this.#flow.openLetters(person.id);
    this.#state.put({ ...person, hub: this.hub });
  }

  removeUser(id: string, why: Departure): void {
    this.#state.remove(id, why);
    this.#letGo(id);
  }

  takeUser(id: string, after: number, done: Taking): void {
    const known = this.#state.others.get(id);
    if (this.#isAway) return done("away");
    if (!known) return done(undefined);
    this.#take(id, known.person.hub, after).then((taken) => taken(done), () => {
      this.#flow.closeLetters(id);
      done("away");
    });
  }

  /** Who is told that something holds, or sent away by it, must not meet a hub that does not know of it yet. */
  sendCommand(hub: string, order: RemoteCommand): void {
    const tell = () => this.#engine.tell(this.#names.orders(hub), writeOrder(order));
    const ruled = this.#state.ruled();
    if (!this.#ordering && !ruled) return tell();
    const ordering = Promise.all([this.#ordering, ruled]).then(() => {
      tell();
      if (this.#ordering === ordering) this.#ordering = undefined;
    });
    this.#ordering = ordering;
  }

  putRule(rule: Rule): void {
    this.#state.rule(rule);
  }

  /** Says that the hub ends, and ends all connections. Takes a few seconds at the most. */
  async shutdown(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#within(this.#times.hold, async () => {
      await Promise.all([this.#state.written(), this.#claims.released()]);
    });
    this.#flow.close();
    this.#state.close();
    this.#posts.pause();
    this.#claims.close();
    this.#garbage.close();
    await this.#within(this.#times.hold, () => this.#saySo({ isEnd: true }));
    this.#whenUp?.();
    await this.#engine.close();
    this.#clock.close();
  }

  // Living.

  async #start(): Promise<void> {
    const { hub } = this;
    const names = this.#names;
    this.#engine.onLink = (isUp) => isUp ? this.#whenUp?.() : this.#leave("the connection broke");
    this.#engine.listen(names.orders(hub), (entry) => this.#ordered(entry));
    const leases = names.keys("hubs");
    this.#engine.listen(names.told(leases), (told) => this.#hearLease(told));
    this.#flow.start();
    this.#state.start();
    const learn = async () => {
      await this.#saySo();
      await this.#readLeases();
      await this.#state.reload();
    };
    // Of servers that have just been made for it, not all are in charge at once.
    const { open: patience, retry } = this.#times;
    await patiently(learn, this.#clock.now() + patience, { clock: this.#clock, retry });
    this.#every(this.#times.renew, () => this.#renew());
    this.#every(this.#times.look, () => this.#look());
    this.#every(this.#times.sample, () => this.#measure());
    this.#every(this.#times.purge, () => this.#purge());
  }

  /** Does something again and again, the next time so long after it was done. */
  #every(milliseconds: number, run: () => Promise<void>): void {
    const again = async () => {
      // What could not be done is done the next time.
      await run().catch(() => {});
      if (!this.#isClosed) this.#clock.after(milliseconds, again);
    };
    this.#clock.after(milliseconds, again);
  }

  /** What a hub that lives says, or one that ends. */
  async #saySo({ isEnd = false } = {}): Promise<void> {
    const key = this.#names.key("hubs", this.hub);
    const operation = isEnd ? { operation: "DEL" as const } : {};
    await this.#engine.store(key, isEnd ? "" : JSON.stringify({ v: 1 }), operation);
  }

  async #renew(): Promise<void> {
    if (this.#isAway) return;
    try {
      await this.#saySo();
    } catch (error) {
      this.#leave(reasonOf(error));
    }
  }

  #hearLease({ subject, data }: Entry): void {
    const names = this.#names;
    const words = names.words("hubs", names.untold(subject));
    const [hub] = words ?? [];
    if (!hub || words!.length > 1) return this.#garbage.drop(subject, "no key of a hub");
    if (hub === this.hub) return;
    if (data === "") return this.#leases.ended(hub);
    const wasMissed = this.#leases.renewed(hub);
    if (wasMissed && !this.#isAway) this.#recover();
  }

  async #readLeases(): Promise<void> {
    const names = this.#names;
    const filter = names.keys("hubs");
    const stream = names.bucketStream("hubs");
    for await (const { subject, data } of this.#engine.read(stream, { filter, from: 1 })) {
      const [hub] = names.words("hubs", subject) ?? [];
      if (hub && data !== "") this.#leases.renewed(hub);
    }
  }

  // Being cut off, and coming back.

  /** Nothing can be accepted for now. */
  #leave(reason: string): void {
    if (this.#isClosed) return;
    if (!this.#isAway) {
      this.#isAway = true;
      this.#reasons.clear();
      this.#posts.pause();
      this.#ears?.onOffline(true);
    }
    if (!this.#reasons.has(reason)) {
      this.#log.warning("cut off from the other hubs", { reason });
      if (this.#reasons.size < MAX_REASONS) this.#reasons.add(reason);
    }
    this.#recover();
  }

  /** Finds out what was missed, and goes on; while cut off, as soon as that can be done. */
  #recover(): void {
    this.#isAmiss = true;
    if (this.#from === undefined) this.#from = this.#samples.safe + 1;
    this.#hold(true);
    this.#recovering ??= this.#catchUp().finally(() => {
      this.#recovering = undefined;
    });
  }

  async #catchUp(): Promise<void> {
    while (this.#isAmiss && !this.#isClosed) {
      this.#isAmiss = false;
      await this.#connected();
      try {
        await this.#tryToCatchUp(this.#from!);
      } catch (error) {
        this.#leave(reasonOf(error));
        await new Promise<void>((resolve) => this.#clock.after(this.#times.retry, resolve));
      }
      if (this.#isAmiss) continue;
      this.#hold(false);
      if (this.#isAway) await this.#flow.idle();
    }
    this.#from = undefined;
    if (!this.#isAway || this.#isClosed) return;
    this.#isAway = false;
    this.#log.info("connected to the other hubs again", { server: this.#engine.server });
    this.#ears?.onOffline(false);
    this.#posts.resume();
  }

  /** Nothing that others do is told while it is not known what was before. */
  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    for (const part of [this.#state, this.#flow]) isHeld ? part.hold() : part.release();
  }

  async #tryToCatchUp(from: number): Promise<void> {
    const last = await this.#checkStream();
    await this.#saySo();
    this.#leases.restart();
    await this.#state.reload();
    await this.#flow.catchUp(from, last);
    this.#samples.add(last);
  }

  /** How far the stream is, where it is still the same. */
  async #checkStream(): Promise<number> {
    const lost =
      "the servers have lost the chat, or are those of another one: start this hub again";
    try {
      const { state, created } = await this.#engine.info(this.#names.stream);
      if (epochOf(created) === this.epoch) return state.last_seq;
    } catch (error) {
      const isGone = error instanceof Refused && error.code === REFUSED.noStream;
      throw isGone ? new Error(lost, { cause: error }) : error;
    }
    throw new Error(lost);
  }

  /** Resolves when there is a connection, or the hub ends. */
  async #connected(): Promise<void> {
    while (!this.#engine.isUp && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#whenUp = resolve);
    }
    this.#whenUp = undefined;
  }

  async #measure(): Promise<void> {
    if (this.#isAway) return;
    const { state } = await this.#engine.info(this.#names.stream);
    this.#samples.add(state.last_seq);
  }

  // What has to be done now and then.

  async #purge(): Promise<void> {
    const { old } = this.#samples;
    if (this.#isAway || old === 0) return;
    await this.#engine.purge(this.#names.stream, this.#names.privates, old);
  }

  async #look(): Promise<void> {
    if (this.#isAway) return;
    await this.#sweep();
    await this.#flow.look();
  }

  /** The people of hubs that are no more are gone; of those that live, one hub does that for all. */
  async #sweep(): Promise<void> {
    const { others } = this.#state;
    const hubs = this.#leases.look(new Set(others.values().map(({ person }) => person.hub)));
    const isFirst = this.#leases.isFirst;
    const gone = [...others.values()].filter(({ person: { hub } }) =>
      hubs.has(hub) && (isFirst || hub === this.hub)
    );
    while (gone.length > 0 && !this.#isAway && !this.#isClosed) {
      await Promise.all(
        gone.splice(0, AT_ONCE).map(async ({ person: { id, key } }) => {
          await this.#state.sweep(id);
          this.#claims.release(key, id);
        }),
      );
    }
    if (isFirst) await this.#state.removeMarkers(AT_ONCE);
  }

  // People.

  async #take(id: string, from: string, after: number): Promise<(done: Taking) => void> {
    const settle = await this.#flow.loadLetters(id, after);
    const person = await this.#state.take(id, from);
    if (!person) throw new Error("another hub was quicker");
    return (done) =>
      settle((privateMessages) =>
        done(privateMessages ? { user: person, privateMessages } : "away")
      );
  }

  /** Somebody is not here any more. */
  #letGo(id: string): void {
    this.#flow.closeLetters(id);
    this.#posts.forget(id);
  }

  /** Others have freed the nick of somebody who is here: it is claimed again, or that one cannot stay. */
  async #claimAgain({ id, key }: User): Promise<void> {
    for (;;) {
      const outcome = await this.#claims.claim(key, id);
      if (outcome === "claimed" || this.#isClosed || !this.#state.isHere(id)) return;
      if (outcome === "taken") {
        return this.#ears?.onCommand({ kind: "dismiss", id, code: "shutdown", params: {} });
      }
      await new Promise<void>((resolve) => this.#clock.after(this.#times.retry, resolve));
    }
  }

  #ordered({ subject, data }: Entry): void {
    const read = readOrder(data);
    if (read.ok) this.#ears?.onCommand(read.value);
    else this.#garbage.drop(subject, read.reason);
  }

  async #within(milliseconds: number, run: () => Promise<void>): Promise<void> {
    let stop = () => {};
    const late = new Promise<void>((resolve) => stop = this.#clock.after(milliseconds, resolve));
    await Promise.race([run().catch(() => {}), late]);
    stop();
  }
}

/** When the stream was made, with which the ids begin. */
function epochOf(created: string): string {
  return created.replace(/\D/g, "");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
