/**
 * Members spread over several hubs, each of them our own client: they talk at a steady rate in a room of a few, in one with
 * all and in private, and go on elsewhere when their hub is gone. Keeps the books of what everybody should hear, and tells
 * nobody how good that is.
 */

import { between, oneOf } from "../load/chance.ts";
import { ClientPeer } from "../load/client_peer.ts";
import { Durations } from "../load/figures.ts";
import type { Ledger, Member, Wrong } from "../load/ledger.ts";
import { readMessage, writeMessage } from "../load/message.ts";
import { type Healing, until, untilHealed, type Wanted } from "./healing.ts";
import type { HubUnderFire } from "./hubs.ts";
import { FIRST_ROOM, Person } from "./person.ts";

export interface MembersOptions {
  hubs: readonly HubUnderFire[];
  ledger: Ledger;
  members: number;
  random: () => number;
  /** Somebody is told of somebody who is gone, before all go. */
  onGoing: (what: string) => void;
}

/** Members of a room besides the first one, which has all. */
const ROOM_SIZE = 30;
/** Each says so many things a second: so much of it in the room with all, and so much in private. */
const RATE = 0.5;
const TO_ALL = 0.03;
const IN_PRIVATE = 0.2;
/** Who has so many answers due says nothing more for now, as a person would. */
const MAX_UNANSWERED = 8;
/** Members that come at the same time. */
const COMING_AT_ONCE = 16;
/** In milliseconds: the clock of those who talk. */
const TICK = 20;
/** What could not be said in time is made up for, but not more than so many seconds of it. */
const MAX_BACKLOG = 1;

export class Members {
  /** From sending until somebody heard it: at the same hub, and at another one. */
  readonly here: Durations = new Durations();
  readonly across: Durations = new Durations();
  /** From sending until its own client was told that it was accepted. */
  readonly acked: Durations = new Durations();
  /** How often what happened that should not have. */
  readonly troubles: Map<string, number> = new Map();
  /** Messages that were accepted; sessions that did not go on; how often anybody was told of somebody gone. */
  accepted = 0;
  unresumed = 0;
  goings = 0;
  /** How often somebody went on over another connection. */
  resumed = 0;
  readonly #options: MembersOptions;
  readonly #people: Person[] = [];
  readonly #sentAt: Map<Member, number[]> = new Map();
  #talking: ReturnType<typeof setInterval> | undefined;
  #isTimed = false;
  #isLeaving = false;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Members that a hub has. */
  get present(): number {
    return this.#people.filter(({ peer }) => peer?.isIn).length;
  }

  /** How many are at each hub, by its name. */
  get spread(): Map<string, number> {
    const spread = new Map(this.#options.hubs.map(({ name }) => [name, 0]));
    for (const { peer } of this.#people) {
      if (peer?.isIn) spread.set(peer.hub, (spread.get(peer.hub) ?? 0) + 1);
    }
    return spread;
  }

  /** Everybody comes, to the hubs in turn, and into a room. Gives how many are in when all are, or `signal` aborts. */
  async come(signal: AbortSignal): Promise<number> {
    const { members, ledger } = this.#options;
    for (let index = 0; index < members; index++) {
      const room = `room${Math.floor(index / ROOM_SIZE) + 1}`;
      this.#people.push(new Person(index, room, ledger));
    }
    const waiting = [...this.#people];
    const work = async () => {
      for (let person; !signal.aborted && (person = waiting.shift());) await this.#comeIn(person);
    };
    await Promise.all(Array.from({ length: COMING_AT_ONCE }, work));
    await until(
      () => this.#people.every(({ toJoin, peer }) => peer && toJoin.size === 0),
      signal,
    );
    this.#people.forEach((person, index) => this.#writeTo(person, index + 1));
    // What was told of people until now is theirs who came.
    this.goings = 0;
    return this.#people.filter(({ toJoin, peer }) => peer?.isIn && toJoin.size === 0).length;
  }

  /** They talk from now on; `isTimed`: it counts how long messages take. */
  talk({ isTimed = false } = {}): void {
    this.quiet();
    this.#isTimed = isTimed;
    let last = performance.now();
    let due = 0;
    const rate = this.#people.length * RATE;
    this.#talking = setInterval(() => {
      const now = performance.now();
      due = Math.min(due + (now - last) * rate / 1000, rate * MAX_BACKLOG);
      last = now;
      for (; due >= 1; due--) this.#sayAnything();
    }, TICK);
  }

  /** Nothing more is said. */
  quiet(): void {
    clearInterval(this.#talking);
    this.#talking = undefined;
  }

  /** Resolves when all are in, everything is answered and heard; gives false after so long without progress, in milliseconds. */
  async settle(patience: number, signal: AbortSignal): Promise<boolean> {
    let [left, since] = [Infinity, performance.now()];
    const isStuck = () => performance.now() - since > patience;
    const isQuiet = () => {
      const now = this.#unsettled();
      if (now < left) [left, since] = [now, performance.now()];
      return now === 0;
    };
    await until(() => isQuiet() || isStuck(), signal);
    this.#isTimed = false;
    return isQuiet();
  }

  /** After a fault: everybody says something at once. Resolves when all is well again, or gives who is missing. */
  heal(wanted: Wanted): Promise<Healing> {
    return untilHealed(
      this.#people,
      wanted,
      (person) => this.#say(person, person.inRoom, { room: person.room }),
    );
  }

  /** Everybody goes; resolves when all are gone. */
  async leave(): Promise<void> {
    this.quiet();
    this.#isLeaving = true;
    await Promise.all(this.#people.map(({ peer }) => peer?.leave()));
  }

  /** Ends every connection. */
  async cut(): Promise<void> {
    this.quiet();
    await Promise.all(this.#people.map(({ peer }) => peer?.cut()));
  }

  /** Who is not in or has not heard everything, for people. */
  describe(): string {
    const away = this.#people.filter(({ peer }) => !peer?.isIn).map(({ nick }) => nick);
    const waiting = this.#people.filter(({ pending }) => pending.size > 0);
    const names = waiting.slice(0, 5).map(({ nick, peer, pending }) =>
      `${nick} at ${peer?.hub} for ${pending.size}`
    );
    return `${away.length} away (${away.slice(0, 5).join(", ")}), ${waiting.length} without ` +
      `answers (${names.join(", ")}), ${this.#options.ledger.outstanding} deliveries outstanding`;
  }

  /** A message with which something is wrong, for people. */
  explain({ what, member, sender, number }: Wrong): string {
    const all = (person: Person) => [
      ...[person.inRoom, person.inFirst, person.letters?.out],
      ...person.heardFrom.values(),
    ];
    const [hearer, author] = [member, sender].map((each) =>
      this.#people.find((person) => all(person).includes(each))
    );
    const since = performance.now() - (hearer?.backAt ?? 0);
    return `${what}, for ${hearer?.nick} at ${hearer?.peer?.hub}, who is there for ` +
      `${since.toFixed(0)} ms: ${member.room} ${author?.nick} (at ${author?.peer?.hub}) ` +
      `${number}, id ${sender.ids[number - 1]}`;
  }

  // Coming.

  async #comeIn(person: Person): Promise<void> {
    const { hubs, random } = this.#options;
    const first = person.index % hubs.length;
    const addresses = [...hubs.slice(first), ...hubs.slice(0, first)].map(({ address }) => address);
    try {
      person.peer = await ClientPeer.come({
        addresses,
        nick: person.nick,
        random,
        events: this.#events(person),
      });
      this.#join(person, person.room);
    } catch (error) {
      this.#trouble(`did not come in: ${error instanceof Error ? error.message : error}`);
    }
  }

  #join(person: Person, room: string): void {
    person.toJoin.add(room);
    person.peer?.ask({ type: "command", line: `/join ${room}` });
  }

  /** One writes in private to another one, who is known to be there. */
  #writeTo(person: Person, index: number): void {
    const { ledger } = this.#options;
    const to = this.#people[index % this.#people.length]!;
    if (to === person || !to.peer) return;
    const pair = `${person.nick} to ${to.nick}`;
    person.letters = { to, out: ledger.enter(pair) };
    to.heardFrom.set(person.nick, ledger.enter(pair));
  }

  #events(person: Person) {
    const { ledger } = this.#options;
    return {
      onHeard: ({ room, nick, text, id, kind, replay }: Heard) => {
        const message = readMessage(text);
        if (message === "damaged") return this.#trouble("a message came damaged");
        if (message === undefined) return this.#trouble("a message came from a stranger");
        const member = kind === "private"
          ? person.heardFrom.get(nick)
          : room === person.room
          ? person.inRoom
          : person.inFirst;
        if (!member) return this.#trouble("a private message came from a stranger");
        ledger.hear(member, message.sender, message.number, id);
        if (this.#isTimed && !replay) this.#time(person, nick, message);
      },
      onAccepted: (ref: string, id: number) => {
        const said = person.pending.get(ref);
        if (!said) return;
        person.pending.delete(ref);
        this.accepted++;
        ledger.accept(said.member, said.number, id);
        const now = performance.now();
        if (this.#isTimed) this.acked.add(now - said.at);
        const { awaited } = person;
        if (!awaited || said.at < awaited.since) return;
        person.awaited = undefined;
        awaited.done(now - awaited.since);
      },
      onDoubt: (refs: readonly string[]) => {
        for (const ref of refs) {
          const said = person.pending.get(ref);
          person.pending.delete(ref);
          if (said) ledger.doubt(said.member, said.number);
        }
      },
      onBack: (isSame: boolean) => {
        this.resumed++;
        person.backAt = performance.now();
        const { awaitedBack } = person;
        person.awaitedBack = undefined;
        awaitedBack?.done(performance.now() - awaitedBack.since);
        if (isSame) return;
        this.unresumed++;
        for (const member of person.heardFrom.values()) ledger.restart(member);
        for (const room of [FIRST_ROOM, person.room]) this.#join(person, room);
      },
      onPresence: ({ type, nick }: { type: string; nick?: string }) => {
        // Whose hello comes late, as this process has much to do, is taken for a person with nc until then: a guest.
        const isOne = nick !== undefined && this.#people.some((each) => each.nick === nick);
        if (type !== "left" || this.#isLeaving || !isOne) return;
        this.goings++;
        this.#options.onGoing(`${person.nick} at ${person.peer?.hub} is told that ${nick} is gone`);
      },
      onJoined: (room: string) => {
        if (!person.toJoin.delete(room)) return;
        ledger.restart(room === person.room ? person.inRoom : person.inFirst);
      },
      onTrouble: (what: string) => this.#trouble(what),
    };
  }

  // Talking.

  #sayAnything(): void {
    const { random } = this.#options;
    const person = oneOf(this.#people, random);
    if (!person || person.pending.size >= MAX_UNANSWERED || person.toJoin.size > 0) return;
    const what = between(0, 1, random);
    const { letters, inFirst, inRoom, room } = person;
    if (what < TO_ALL) this.#say(person, inFirst, { room: FIRST_ROOM });
    else if (what < TO_ALL + IN_PRIVATE && letters) {
      this.#say(person, letters.out, { to: letters.to.nick });
    } else this.#say(person, inRoom, { room });
  }

  #say(person: Person, member: Member, where: { room: string } | { to: string }): void {
    if (!person.peer) return;
    const number = this.#options.ledger.say(member);
    const text = writeMessage({ sender: member.id, number, sentAt: 0 }, true);
    const at = performance.now();
    if (this.#isTimed) {
      let times = this.#sentAt.get(member);
      if (!times) this.#sentAt.set(member, times = []);
      times[number] = at;
    }
    const ref = person.peer.ask({ type: "say", text, ...where });
    person.pending.set(ref, { member, number, at });
  }

  /** A message that was heard at once. */
  #time(
    person: Person,
    nick: string,
    { sender, number }: { sender: number; number: number },
  ): void {
    const author = this.#people[Number(/\d+$/.exec(nick)?.[0]) - 1];
    if (!author) return;
    const { inRoom, inFirst, letters } = author;
    const member = [inRoom, inFirst, letters?.out].find((each) => each?.id === sender);
    const at = member && this.#sentAt.get(member)?.[number];
    if (at === undefined) return;
    const durations = author.peer?.hub === person.peer?.hub ? this.here : this.across;
    durations.add(performance.now() - at);
  }

  // Looking after all of it.

  #unsettled(): number {
    let sum = this.#options.ledger.outstanding;
    for (const { peer, toJoin, pending } of this.#people) {
      if (!peer?.isIn) sum++;
      sum += toJoin.size + pending.size;
    }
    return sum;
  }

  #trouble(what: string): void {
    this.troubles.set(what, (this.troubles.get(what) ?? 0) + 1);
  }
}

/** What is used of a message that came. */
interface Heard {
  room: string;
  nick: string;
  text: string;
  id: number;
  kind: string;
  replay?: true;
}
