/**
 * A crowd of peers at a hub: they come into rooms, talk at a steady rate, break off and come back, and some never read. It
 * keeps the books of what everybody should hear, and tells nobody how good that is.
 */

import { Durations } from "./figures.ts";
import { Ledger, type Member } from "./ledger.ts";
import { readMessage, writeMessage } from "./message.ts";
import { FramesPeer, type Peer, StalledPeer, TextPeer } from "./peers.ts";

export interface CrowdOptions {
  port: number;
  /** Peers in all; a third of them speaks text. */
  peers: number;
  /** They are spread evenly over so many rooms. */
  rooms: number;
  /** Messages a second, of all together. */
  rate: number;
  /** How many a second break off and come back. */
  reconnects: number;
  /** How many of the peers never read. */
  stalled: number;
}

/** Peers that come at the same time, when all come. */
const COMING_AT_ONCE = 32;
/** In milliseconds: the clock of the crowd, how often a stalled one asks, and how often a silent one says that it is there. */
const TICK = 20;
const ASK_EVERY = 250;
const PING_EVERY = 30_000;
/** Whoever breaks off is back after so many milliseconds at the most. */
const MAX_AWAY = 3000;
/** What could not be said in time is made up for, but not more than so many seconds of it. */
const MAX_BACKLOG = 1;

/** One of the crowd that reads. */
interface Person {
  readonly room: string;
  readonly peer: Peer;
  /** Once it has come in. */
  member: Member | undefined;
  stage: "coming" | "in" | "away" | "leaving";
}

export class Crowd {
  readonly ledger: Ledger = new Ledger();
  /** From sending to receipt, of all that was not told again after a broken connection. */
  readonly latencies: Durations = new Durations();
  /** The same, since {@linkcode takeRecent} was called. */
  #recent = new Durations();
  /** How often what happened that should not have. */
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

  /** Peers that are in their rooms. */
  get present(): number {
    return this.#count("in");
  }

  /** The latencies since the last call. */
  takeRecent(): Durations {
    const recent = this.#recent;
    this.#recent = new Durations();
    return recent;
  }

  /** Everybody comes; resolves when all are in, or `signal` aborts. */
  async come(signal: AbortSignal): Promise<void> {
    const { peers, stalled } = this.#options;
    for (let index = 0; index < peers - stalled; index++) {
      this.#comeIn(index % 3 === 2 ? "text" : "frames", index);
      await this.#until(() => this.#count("coming") < COMING_AT_ONCE, signal);
    }
    await this.#until(() => this.#count("coming") === 0, signal);
    for (let index = 0; index < stalled; index++) this.#comeStalled(index);
  }

  /** Everybody talks from now on, and some break off and come back. */
  talk(): void {
    const { rate, reconnects } = this.#options;
    this.#steadily(rate, () => this.#sayAnything());
    this.#steadily(reconnects, () => this.#reconnectAnybody());
    this.#every(ASK_EVERY, () => this.#stalled.forEach((peer) => peer.ask()));
    this.#every(PING_EVERY, () => {
      for (const { peer } of this.#people) if (peer instanceof FramesPeer) peer.ping();
    });
  }

  /** Nothing more is said, and nobody breaks off any more. */
  quiet(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }

  /** Resolves when everybody is back and has heard everything, or gives false after so many milliseconds without progress. */
  async settle(patience: number): Promise<boolean> {
    for (;;) {
      const before = this.#unsettled();
      if (before === 0) return true;
      const signal = AbortSignal.timeout(patience);
      await this.#until(() => this.#unsettled() !== before, signal);
      if (signal.aborted) return false;
    }
  }

  /** Everybody goes; resolves when all are gone, or `signal` aborts. */
  async leave(signal: AbortSignal): Promise<void> {
    for (const peer of this.#stalled.values()) peer.cut();
    this.#stalled.clear();
    for (const person of this.#people) {
      if (person.stage === "in") this.#goOut(person);
    }
    await this.#until(() => this.#people.size === 0, signal);
  }

  /** Ends every connection at once. */
  cut(): void {
    this.quiet();
    for (const { peer } of this.#people) peer.cut();
    for (const peer of this.#stalled.values()) peer.cut();
  }

  /** The hub has dropped somebody for reading too slowly: a stalled one makes place for another. */
  slowReaderDropped(nick: string): void {
    const peer = this.#stalled.get(nick);
    if (!peer) return this.#trouble(`dropped as too slow: ${nick}`);
    this.dropped++;
    this.#stalled.delete(nick);
    peer.cut();
    if (!this.#isOver) this.#comeStalled(this.dropped);
  }

  // Coming and going.

  #comeIn(kind: "text" | "frames", index: number): void {
    const { port } = this.#options;
    const nick = `${kind === "text" ? "t" : "f"}${++this.#names}`;
    const room = this.#room(index);
    const events = {
      onIn: () => {
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
      onGone: () => {
        this.ledger.gone(person.member!);
        this.#people.delete(person);
        this.#progress();
      },
      onTrouble: (what: string) => {
        this.#trouble(what);
        if (what.startsWith("closed")) this.#lose(person);
      },
    };
    const peer = kind === "text"
      ? new TextPeer(port, nick, room, events)
      : new FramesPeer(port, nick, room, events);
    const person: Person = { room, peer, member: undefined, stage: "coming" };
    this.#people.add(person);
  }

  #comeStalled(index: number): void {
    const nick = `s${++this.#names}`;
    const peer = new StalledPeer(this.#options.port, nick, this.#room(index), () => {});
    this.#stalled.set(nick, peer);
  }

  #room(index: number): string {
    return `room${index % this.#options.rooms + 1}`;
  }

  #goOut(person: Person): void {
    person.stage = "leaving";
    this.ledger.leave(person.member!);
    person.peer.leave();
  }

  /** Its connection is gone for good, which should not have happened. */
  #lose(person: Person): void {
    if (person.member) this.ledger.forget(person.member);
    this.#people.delete(person);
    this.#progress();
  }

  #reconnectAnybody(): void {
    const person = this.#anybody();
    if (!person) return;
    this.reconnects++;
    const { peer } = person;
    if (!(peer instanceof FramesPeer)) {
      this.#goOut(person);
      return this.#comeIn("text", Number(person.room.slice("room".length)) - 1);
    }
    // Its answer is lost with the connection, and it is sent again: once it must be heard all the same.
    if (Math.random() < 0.5) this.#say(person, { isTimed: false });
    person.stage = "away";
    peer.break(Math.random() < 0.5 ? "reset" : "close");
    setTimeout(() => peer.connect(), Math.random() * MAX_AWAY);
  }

  // Talking.

  /** Everybody who is in says one thing. */
  everybodySays(): void {
    for (const person of this.#people) if (person.stage === "in") this.#say(person);
  }

  #sayAnything(): void {
    const person = this.#anybody();
    if (person) this.#say(person);
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
    // Before it is known to be in, a text peer may hear the room already: nothing of that is due.
    if (!member) return;
    this.ledger.hear(member, message.sender, message.number, id);
    if (!isReplay && message.sentAt > 0) {
      const took = performance.now() - message.sentAt;
      this.latencies.add(took);
      this.#recent.add(took);
    }
    this.#progress();
  }

  // Looking after all of it.

  /** One of those that are in. */
  #anybody(): Person | undefined {
    const people = [...this.#people].filter(({ stage }) => stage === "in");
    return people[Math.floor(Math.random() * people.length)];
  }

  #count(stage: Person["stage"]): number {
    let count = 0;
    for (const person of this.#people) if (person.stage === stage) count++;
    return count;
  }

  /** What is still to happen before everybody has heard everything. */
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

  /** Does something so many times a second. */
  #steadily(rate: number, act: () => void): void {
    let last = performance.now();
    let due = 0;
    this.#every(TICK, () => {
      const now = performance.now();
      due = Math.min(due + (now - last) * rate / 1000, rate * MAX_BACKLOG + 1);
      last = now;
      for (; due >= 1; due--) act();
    });
  }

  #every(milliseconds: number, act: () => void): void {
    this.#timers.add(setInterval(act, milliseconds));
  }

  #progress(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Waits until it is so, or `signal` aborts. */
  async #until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true })
    );
    while (!signal.aborted && !isSo()) await Promise.race([this.#changed.promise, aborted]);
  }
}
