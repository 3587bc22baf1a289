/**
 * A crowd of peers at one hub: they join rooms, talk at a steady rate, disconnect and reconnect, and some never read. Its
 * ledger records what each should hear.
 */

import { Durations } from "./figures.ts";
import { Ledger, type Member } from "./ledger.ts";
import { readMessage, writeMessage } from "./message.ts";
import { FramesPeer, type Peer, StalledPeer, TextPeer } from "./peers.ts";
import { atRate } from "./timing.ts";

export interface CrowdOptions {
  port: number;
  /** Number of peers; a third of them use the text dialect. */
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
/** Milliseconds between requests of each stalled peer, and between pings of each frames peer. */
const ASK_EVERY = 250;
const PING_EVERY = 30_000;
/** A disconnected peer reconnects within this time, in milliseconds. */
const MAX_AWAY = 3000;

/** A peer that reads. */
interface Person {
  readonly room: string;
  readonly peer: Peer;
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
    return this.#count("in");
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
      this.#addPeer(index % 3 === 2 ? "text" : "frames", index);
      await this.#until(() => this.#count("joining") < JOINING_AT_ONCE, signal);
    }
    await this.#until(() => this.#count("joining") === 0, signal);
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
    this.#every(ASK_EVERY, () => this.#stalled.forEach((peer) => peer.ask()));
    this.#every(PING_EVERY, () => {
      for (const { peer } of this.#people) if (peer instanceof FramesPeer) peer.ping();
    });
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
    for (const { peer } of this.#people) peer.cut();
    for (const peer of this.#stalled.values()) peer.cut();
  }

  /** The hub has dropped a peer for reading too slowly: if it was a stalled one, another takes its place. */
  onSlowReaderDropped(nick: string): void {
    const peer = this.#stalled.get(nick);
    if (!peer) return this.#trouble(`dropped as too slow: ${nick}`);
    this.dropped++;
    this.#stalled.delete(nick);
    peer.cut();
    if (!this.#isOver) this.#addStalled(this.dropped);
  }

  // Joining and leaving

  #addPeer(kind: "text" | "frames", index: number): void {
    const { port } = this.#options;
    const nick = `${kind === "text" ? "t" : "f"}${++this.#names}`;
    const room = this.#room(index);
    const events = {
      onJoined: () => {
        person.member ??= this.ledger.enter(room);
        if (person.stage !== "leaving") person.stage = "in";
        this.#progress();
      },
      onHeard: (text: string, id?: number, isReplay = false) =>
        this.#hear(person, text, id, isReplay),
      onAccepted: (text: string, id: number) => {
        const message = readMessage(text);
        if (typeof message === "object") this.ledger.accept(person.member!, message.number, id);
        this.#progress();
      },
      onLeft: () => {
        this.ledger.gone(person.member!);
        this.#people.delete(person);
        this.#progress();
      },
      onTrouble: (what: string) => {
        this.#trouble(what);
        if (what.startsWith("closed")) this.#drop(person);
      },
    };
    const peer = kind === "text"
      ? new TextPeer(port, nick, room, events)
      : new FramesPeer(port, nick, room, events);
    const person: Person = { room, peer, member: undefined, stage: "joining" };
    this.#people.add(person);
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
    person.peer.leave();
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
    if (!(peer instanceof FramesPeer)) {
      this.#letLeave(person);
      return this.#addPeer("text", Number(person.room.slice("room".length)) - 1);
    }
    // The ack is lost with the connection, so the message is sent again; it must still be heard exactly once.
    if (Math.random() < 0.5) this.#say(person, { isTimed: false });
    person.stage = "away";
    peer.break(Math.random() < 0.5 ? "reset" : "close");
    setTimeout(() => peer.connect(), Math.random() * MAX_AWAY);
  }

  // Talking

  /** Lets every peer in its room say one message. */
  sayOnce(): void {
    for (const person of this.#people) if (person.stage === "in") this.#say(person);
  }

  #say({ peer, member }: Person, { isTimed = true } = {}): void {
    const number = this.ledger.say(member!);
    const sentAt = isTimed ? Math.floor(performance.now()) : 0;
    const message = { sender: member!.id, number, sentAt };
    peer.say(writeMessage(message, peer instanceof FramesPeer));
  }

  #hear({ member }: Person, text: string, id: number | undefined, isReplay: boolean): void {
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
    const people = [...this.#people].filter(({ stage }) => stage === "in");
    return people[Math.floor(Math.random() * people.length)];
  }

  #count(stage: Person["stage"]): number {
    let count = 0;
    for (const person of this.#people) if (person.stage === stage) count++;
    return count;
  }

  /** The number of things still to happen until all peers have heard everything. */
  #unsettled(): number {
    let sum = this.ledger.outstanding;
    for (const { stage, peer } of this.#people) {
      if (stage !== "in") sum++;
      if (peer instanceof FramesPeer) sum += peer.unanswered;
    }
    return sum;
  }

  #trouble(what: string): void {
    this.troubles.set(what, (this.troubles.get(what) ?? 0) + 1);
    this.#progress();
  }

  #every(milliseconds: number, act: () => void): void {
    this.#timers.add(setInterval(act, milliseconds));
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
