/**
 * A crowd of peers at one hub: they join rooms, talk at a steady rate, disconnect and reconnect, and some never read. Its
 * ledger records what each should hear. A third of them use the text dialect, the others are our own client.
 */

import { ClientPeer } from "./client_peer.ts";
import { Durations } from "./figures.ts";
import { Ledger, type Member } from "./ledger.ts";
import { readMessage, writeMessage } from "./message.ts";
import { StalledPeer, TextPeer } from "./peers.ts";
import { atRate } from "./timing.ts";

export interface CrowdOptions {
  port: number;
  /** Number of peers. */
  peers: number;
  /** Number of rooms; the peers are spread evenly over them. */
  rooms: number;
  /** Messages a second, over all peers. */
  rate: number;
  /** Reconnects a second, over all peers. */
  reconnects: number;
  /** Number of the peers that never read. */
  stalled: number;
}

/** Peers that join at the same time. */
const JOINING_AT_ONCE = 32;
/** Milliseconds between requests of each stalled peer. */
const ASK_EVERY = 250;
/** A connection breaks within this time (ms) after a message, so that some acks are lost and some messages not sent. */
const BREAK_WITHIN = 5;

/** A peer that reads. */
interface Person {
  readonly room: string;
  /** Undefined until a client has joined. */
  peer: ClientPeer | TextPeer | undefined;
  /** The numbers of a client's messages without an ack, by ref. */
  readonly pending: Map<string, number>;
  /** Set once the peer is known to be in its room. */
  member: Member | undefined;
  stage: "joining" | "in" | "away" | "leaving";
}

export class Crowd {
  readonly ledger: Ledger = new Ledger();
  /** From sending to receipt, of all messages that were not replayed. */
  readonly latencies: Durations = new Durations();
  /** The latencies since the last call of {@linkcode takeRecent}. */
  #recent = new Durations();
  /** What went wrong, and how often. */
  readonly troubles: Map<string, number> = new Map();
  reconnects = 0;
  /** Stalled readers that the hub has dropped. */
  dropped = 0;
  readonly #options: CrowdOptions;
  readonly #people: Set<Person> = new Set();
  readonly #stalled: Map<string, StalledPeer> = new Map();
  readonly #timers: Set<ReturnType<typeof setInterval>> = new Set();
  #names = 0;
  #changed = Promise.withResolvers<void>();
  #isOver = false;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** Number of peers in their rooms. */
  get present(): number {
    return [...this.#people].filter(isPresent).length;
  }

  /** Gives the latencies since the last call. */
  takeRecent(): Durations {
    const recent = this.#recent;
    this.#recent = new Durations();
    return recent;
  }

  /** Lets all peers join; resolves when all are in, or `signal` aborts. */
  async join(signal: AbortSignal): Promise<void> {
    const { peers, stalled } = this.#options;
    for (let index = 0; index < peers - stalled; index++) {
      if (index % 3 === 2) this.#addText(index);
      else this.#addClient(index);
      await this.#until(() => this.#joining < JOINING_AT_ONCE, signal);
    }
    await this.#until(() => this.#joining === 0, signal);
    for (let index = 0; index < stalled; index++) this.#addStalled(index);
  }

  /** Starts the messages and the reconnects. */
  talk(): void {
    const { rate, reconnects } = this.#options;
    this.#timers.add(atRate(rate, () => {
      const person = this.#pickPerson();
      if (person) this.#say(person);
    }));
    this.#timers.add(atRate(reconnects, () => this.#reconnectAnyone()));
    this.#timers.add(setInterval(() => this.#stalled.forEach((peer) => peer.ask()), ASK_EVERY));
  }

  /** Stops the messages and the reconnects. */
  stopTalking(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }

  /** Waits until all peers are back and have heard everything; false after `patience` milliseconds without progress. */
  async settle(patience: number): Promise<boolean> {
    for (;;) {
      const before = this.#unsettled();
      if (before === 0) return true;
      const signal = AbortSignal.timeout(patience);
      await this.#until(() => this.#unsettled() !== before, signal);
      if (signal.aborted) return false;
    }
  }

  /** Lets all peers leave; resolves when all have left, or `signal` aborts. */
  async leave(signal: AbortSignal): Promise<void> {
    for (const peer of this.#stalled.values()) peer.cut();
    this.#stalled.clear();
    for (const person of this.#people) {
      if (person.stage === "in") this.#letLeave(person);
    }
    await this.#until(() => this.#people.size === 0, signal);
  }

  /** Closes every connection at once. */
  cut(): void {
    this.stopTalking();
    for (const { peer } of this.#people) peer?.cut();
    for (const peer of this.#stalled.values()) peer.cut();
  }

  /** The hub has dropped a peer for reading too slowly: if it was a stalled peer, another takes its place. */
  onSlowReaderDropped(nick: string): void {
    const peer = this.#stalled.get(nick);
    if (!peer) return this.#trouble(`dropped as too slow: ${nick}`);
    this.dropped++;
    this.#stalled.delete(nick);
    peer.cut();
    if (!this.#isOver) this.#addStalled(this.dropped);
  }

  // Joining and leaving

  #addText(index: number): void {
    const person = this.#addPerson(index);
    person.peer = new TextPeer(this.#options.port, `t${++this.#names}`, person.room, {
      onJoined: () => this.#joined(person),
      onHeard: (text) => this.#hear(person, text),
      onLeft: () => this.#left(person),
      onTrouble: (what) => {
        this.#trouble(what);
        if (what.startsWith("closed")) this.#drop(person);
      },
    });
  }

  async #addClient(index: number): Promise<void> {
    const person = this.#addPerson(index);
    try {
      person.peer = await ClientPeer.join({
        addresses: [{ hostname: "127.0.0.1", port: this.#options.port }],
        nick: `f${++this.#names}`,
        room: person.room,
        random: Math.random,
        events: {
          onHeard: ({ text, id, replay }) => this.#hear(person, text, id, replay),
          onAccepted: (ref, id) => {
            this.ledger.accept(person.member!, person.pending.get(ref)!, id);
            person.pending.delete(ref);
            this.#progress();
          },
          onBack: (isSame) => {
            if (!isSame) this.#trouble("the session was not resumed");
            if (person.stage === "in") this.#trouble("a connection broke");
            if (person.stage === "away") person.stage = "in";
            this.#progress();
          },
          onDoubt: () => this.#trouble("a message may be lost"),
          onPresence: () => {},
          onJoined: () => {},
          onTrouble: (what) => this.#trouble(what),
        },
      });
      this.#joined(person);
    } catch (error) {
      this.#trouble(`could not join: ${error instanceof Error ? error.message : error}`);
      this.#drop(person);
    }
  }

  #addPerson(index: number): Person {
    const person: Person = {
      room: this.#room(index),
      peer: undefined,
      member: undefined,
      stage: "joining",
      pending: new Map(),
    };
    this.#people.add(person);
    return person;
  }

  #joined(person: Person): void {
    person.member ??= this.ledger.enter(person.room);
    if (person.stage !== "leaving") person.stage = "in";
    this.#progress();
  }

  #left(person: Person): void {
    this.ledger.gone(person.member!);
    this.#people.delete(person);
    this.#progress();
  }

  #addStalled(index: number): void {
    const nick = `s${++this.#names}`;
    const peer = new StalledPeer(this.#options.port, nick, this.#room(index), () => {});
    this.#stalled.set(nick, peer);
  }

  #room(index: number): string {
    return `room${index % this.#options.rooms + 1}`;
  }

  #letLeave(person: Person): void {
    person.stage = "leaving";
    this.ledger.leave(person.member!);
    const { peer } = person;
    if (peer instanceof ClientPeer) peer.leave().then(() => this.#left(person));
    else peer!.leave();
  }

  /** The peer has lost its connection, and its session, unexpectedly. */
  #drop(person: Person): void {
    if (person.member) this.ledger.forget(person.member);
    this.#people.delete(person);
    this.#progress();
  }

  #reconnectAnyone(): void {
    const person = this.#pickPerson();
    if (!person) return;
    this.reconnects++;
    const { peer } = person;
    if (!(peer instanceof ClientPeer)) {
      this.#letLeave(person);
      return this.#addText(Number(person.room.slice("room".length)) - 1);
    }
    // A message whose ack is lost is sent again, and must still be heard exactly once.
    if (Math.random() < 0.5) this.#say(person, { isTimed: false });
    person.stage = "away";
    setTimeout(() => peer.break(), Math.random() * BREAK_WITHIN);
  }

  // Talking

  /** Lets every peer in its room say one message. */
  sayOnce(): void {
    for (const person of this.#people) if (person.stage === "in") this.#say(person);
  }

  #say({ peer, member, pending }: Person, { isTimed = true } = {}): void {
    const number = this.ledger.say(member!);
    const sentAt = isTimed ? Math.floor(performance.now()) : 0;
    const text = writeMessage({ sender: member!.id, number, sentAt }, peer instanceof ClientPeer);
    if (peer instanceof ClientPeer) pending.set(peer.ask({ type: "say", text }), number);
    else peer!.say(text);
  }

  #hear({ member }: Person, text: string, id?: number, isReplay = false): void {
    const message = readMessage(text);
    if (message === undefined) return;
    if (message === "damaged") return this.#trouble("a message came damaged");
    // A text peer may hear its room before it is known to be in it; these messages are not counted.
    if (!member) return;
    this.ledger.hear(member, message.sender, message.number, id);
    if (!isReplay && message.sentAt > 0) {
      const took = performance.now() - message.sentAt;
      this.latencies.add(took);
      this.#recent.add(took);
    }
    this.#progress();
  }

  // Bookkeeping

  /** A random peer that is in its room. */
  #pickPerson(): Person | undefined {
    const people = [...this.#people].filter(isPresent);
    return people[Math.floor(Math.random() * people.length)];
  }

  get #joining(): number {
    return [...this.#people].filter(({ stage }) => stage === "joining").length;
  }

  /** The number of things still to happen until all peers have heard everything. */
  #unsettled(): number {
    let sum = this.ledger.outstanding;
    for (const person of this.#people) sum += person.pending.size + (isPresent(person) ? 0 : 1);
    return sum;
  }

  #trouble(what: string): void {
    this.troubles.set(what, (this.troubles.get(what) ?? 0) + 1);
    this.#progress();
  }

  #progress(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Waits until the condition holds, or `signal` aborts. */
  async #until(isDone: () => boolean, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true })
    );
    while (!signal.aborted && !isDone()) await Promise.race([this.#changed.promise, aborted]);
  }
}

/** Whether the peer is in its room, and connected. */
function isPresent({ stage, peer }: Person): boolean {
  return stage === "in" && (!(peer instanceof ClientPeer) || peer.isIn);
}
