/**
 * Simulated users at several hubs, each with the project's own client. They talk at a steady rate in a small room, in
 * the room of all users and in private, and move when their hub dies. A ledger records what each of them must receive.
 */

import { between, oneOf } from "../load/chance.ts";
import { ClientPeer } from "../load/client_peer.ts";
import { Durations } from "../load/figures.ts";
import type { Ledger, Member, Wrong } from "../load/ledger.ts";
import { readMessage, writeMessage } from "../load/message.ts";
import { atRate } from "../load/timing.ts";
import { awaitRecovery, type AwaitRecoveryOptions, type RecoveryTimes, until } from "./recovery.ts";
import type { HubProcess } from "./hubs.ts";
import { FIRST_ROOM, SimulatedUser } from "./user.ts";

export interface SimulatedUsersOptions {
  hubs: readonly HubProcess[];
  ledger: Ledger;
  count: number;
  random: () => number;
  /** A user saw another user leave, although nobody leaves before the end. */
  onLeft: (what: string) => void;
}

/** Users of a room other than the first, which has all. */
const ROOM_SIZE = 30;
/** Messages per second and user. */
const RATE = 0.5;
/** Share of the messages to all users. */
const TO_ALL = 0.03;
/** Share of the private messages. */
const IN_PRIVATE = 0.2;
/** A user with this many unacknowledged messages waits, as a person would. */
const MAX_UNACKED = 8;
const CONCURRENT_JOINS = 16;

/** `await using` closes every connection. */
export class SimulatedUsers {
  /** Milliseconds from sending to delivery, at the same hub and at another hub. */
  readonly here: Durations = new Durations();
  readonly across: Durations = new Durations();
  /** Milliseconds from sending to the ack. */
  readonly acked: Durations = new Durations();
  /** Unexpected events and their numbers. */
  readonly problems: Map<string, number> = new Map();
  /** Accepted messages. */
  accepted = 0;
  failedResumes = 0;
  /** How often a user saw another user leave. */
  falseLefts = 0;
  /** Reconnections. */
  resumed = 0;
  readonly #options: SimulatedUsersOptions;
  readonly #users: SimulatedUser[] = [];
  readonly #sentAt: Map<Member, number[]> = new Map();
  #talking: ReturnType<typeof setInterval> | undefined;
  #isTimed = false;
  #isLeaving = false;

  constructor(options: SimulatedUsersOptions) {
    this.#options = options;
  }

  /** The number of connected users. */
  get online(): number {
    return this.#users.filter(({ peer }) => peer?.isIn).length;
  }

  /** The number of users at each hub, by its name. */
  get usersPerHub(): Map<string, number> {
    const counts = new Map(this.#options.hubs.map(({ name }) => [name, 0]));
    for (const { peer } of this.#users) {
      if (peer?.isIn) counts.set(peer.hub, (counts.get(peer.hub) ?? 0) + 1);
    }
    return counts;
  }

  /**
   * Connects all users, to the hubs in turn, and lets them join their rooms. Returns how many did, once all have or
   * `signal` aborts.
   */
  async joinAll(signal: AbortSignal): Promise<number> {
    const { count, ledger } = this.#options;
    for (let index = 0; index < count; index++) {
      const room = `room${Math.floor(index / ROOM_SIZE) + 1}`;
      this.#users.push(new SimulatedUser(index, room, ledger));
    }
    const waiting = [...this.#users];
    const work = async () => {
      for (let user; !signal.aborted && (user = waiting.shift());) await this.#connect(user);
    };
    await Promise.all(Array.from({ length: CONCURRENT_JOINS }, work));
    await until(
      () => this.#users.every(({ joining, peer }) => peer && joining.size === 0),
      signal,
    );
    this.#users.forEach((user, index) => this.#pairForPrivate(user, index + 1));
    // Presence events until now come from the joins.
    this.falseLefts = 0;
    return this.#users.filter(({ joining, peer }) => peer?.isIn && joining.size === 0).length;
  }

  /** Starts the conversation. `isTimed`: latencies are recorded. */
  talk({ isTimed = false } = {}): void {
    this.stopTalking();
    this.#isTimed = isTimed;
    this.#talking = atRate(this.#users.length * RATE, () => this.#saySomething());
  }

  stopTalking(): void {
    clearInterval(this.#talking);
    this.#talking = undefined;
  }

  /**
   * Waits until all users are connected and everything is acknowledged and delivered. Returns false after `patience`
   * milliseconds without progress.
   */
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

  /** Lets every user post after a fault, and measures how long they take to recover. */
  awaitRecovery(wanted: AwaitRecoveryOptions): Promise<RecoveryTimes> {
    return awaitRecovery(
      this.#users,
      wanted,
      (user) => this.#say(user, user.inRoom, { room: user.room }),
    );
  }

  /** Lets all users leave. */
  async leave(): Promise<void> {
    this.stopTalking();
    this.#isLeaving = true;
    await Promise.all(this.#users.map(({ peer }) => peer?.leave()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopTalking();
    await Promise.all(this.#users.map(({ peer }) => peer?.cut()));
  }

  /** Describes what is still missing. */
  describe(): string {
    const away = this.#users.filter(({ peer }) => !peer?.isIn).map(({ nick }) => nick);
    const waiting = this.#users.filter(({ pending }) => pending.size > 0);
    const names = waiting.slice(0, 5).map(({ nick, peer, pending }) =>
      `${nick} at ${peer?.hub} for ${pending.size}`
    );
    return `${away.length} away (${away.slice(0, 5).join(", ")}), ${waiting.length} without ` +
      `answers (${names.join(", ")}), ${this.#options.ledger.outstanding} deliveries outstanding`;
  }

  /** Describes what is wrong with a message. */
  explain({ what, member, sender, number }: Wrong): string {
    const all = (user: SimulatedUser) => [
      ...[user.inRoom, user.inFirst, user.privateTo?.out],
      ...user.privateFrom.values(),
    ];
    const [reader, author] = [member, sender].map((place) =>
      this.#users.find((user) => all(user).includes(place))
    );
    const since = performance.now() - (reader?.returnedAt ?? 0);
    return `${what}, for ${reader?.nick} at ${reader?.peer?.hub}, there for ` +
      `${since.toFixed(0)} ms: ${member.room} ${author?.nick} (at ${author?.peer?.hub}) ` +
      `${number}, id ${sender.ids[number - 1]}`;
  }

  // Joining.

  async #connect(user: SimulatedUser): Promise<void> {
    const { hubs, random } = this.#options;
    const first = user.index % hubs.length;
    const addresses = [...hubs.slice(first), ...hubs.slice(0, first)].map(({ address }) => address);
    try {
      user.peer = await ClientPeer.join({
        addresses,
        nick: user.nick,
        random,
        events: this.#events(user),
      });
      this.#join(user, user.room);
    } catch (error) {
      this.#addProblem(`could not join: ${error instanceof Error ? error.message : error}`);
    }
  }

  #join(user: SimulatedUser, room: string): void {
    user.joining.add(room);
    user.peer?.ask({ type: "command", line: `/join ${room}` });
  }

  /** Makes a user write private messages to another user. */
  #pairForPrivate(user: SimulatedUser, index: number): void {
    const { ledger } = this.#options;
    const to = this.#users[index % this.#users.length]!;
    if (to === user || !to.peer) return;
    const pair = `${user.nick} to ${to.nick}`;
    user.privateTo = { to, out: ledger.enter(pair) };
    to.privateFrom.set(user.nick, ledger.enter(pair));
  }

  #events(user: SimulatedUser) {
    const { ledger } = this.#options;
    return {
      onHeard: ({ room, nick, text, id, kind, replay }: HeardMessage) => {
        const message = readMessage(text);
        if (message === "damaged") return this.#addProblem("a message was damaged");
        if (message === undefined) return this.#addProblem("a message of a stranger");
        const member = kind === "private"
          ? user.privateFrom.get(nick)
          : room === user.room
          ? user.inRoom
          : user.inFirst;
        if (!member) return this.#addProblem("a private message of a stranger");
        ledger.hear(member, message.sender, message.number, id);
        if (this.#isTimed && !replay) this.#recordLatency(user, nick, message);
      },
      onAccepted: (ref: string, id: number) => {
        const sent = user.pending.get(ref);
        if (!sent) return;
        user.pending.delete(ref);
        this.accepted++;
        ledger.accept(sent.member, sent.number, id);
        const now = performance.now();
        if (this.#isTimed) this.acked.add(now - sent.at);
        const { awaitedAck } = user;
        if (!awaitedAck || sent.at < awaitedAck.since) return;
        user.awaitedAck = undefined;
        awaitedAck.done(now - awaitedAck.since);
      },
      onDoubt: (refs: readonly string[]) => {
        for (const ref of refs) {
          const sent = user.pending.get(ref);
          user.pending.delete(ref);
          if (sent) ledger.doubt(sent.member, sent.number);
        }
      },
      onBack: (isSame: boolean) => {
        this.resumed++;
        user.returnedAt = performance.now();
        const { awaitedReturn } = user;
        user.awaitedReturn = undefined;
        awaitedReturn?.done(performance.now() - awaitedReturn.since);
        if (isSame) return;
        this.failedResumes++;
        for (const member of user.privateFrom.values()) ledger.restart(member);
        for (const room of [FIRST_ROOM, user.room]) this.#join(user, room);
      },
      onPresence: ({ type, nick }: { type: string; nick?: string }) => {
        // A client whose hello is late, on a busy machine, is a guest in the text dialect until then.
        const isSimulated = nick !== undefined && this.#users.some((other) => other.nick === nick);
        if (type !== "left" || this.#isLeaving || !isSimulated) return;
        this.falseLefts++;
        this.#options.onLeft(`${user.nick} at ${user.peer?.hub} sees that ${nick} left`);
      },
      onJoined: (room: string) => {
        if (!user.joining.delete(room)) return;
        ledger.restart(room === user.room ? user.inRoom : user.inFirst);
      },
      onTrouble: (what: string) => this.#addProblem(what),
    };
  }

  // Talking.

  #saySomething(): void {
    const { random } = this.#options;
    const user = oneOf(this.#users, random);
    if (!user || user.pending.size >= MAX_UNACKED || user.joining.size > 0) return;
    const share = between(0, 1, random);
    const { privateTo, inFirst, inRoom, room } = user;
    if (share < TO_ALL) this.#say(user, inFirst, { room: FIRST_ROOM });
    else if (share < TO_ALL + IN_PRIVATE && privateTo) {
      this.#say(user, privateTo.out, { to: privateTo.to.nick });
    } else this.#say(user, inRoom, { room });
  }

  #say(user: SimulatedUser, member: Member, where: { room: string } | { to: string }): void {
    if (!user.peer) return;
    const number = this.#options.ledger.say(member);
    const text = writeMessage({ sender: member.id, number, sentAt: 0 }, true);
    const at = performance.now();
    if (this.#isTimed) {
      let times = this.#sentAt.get(member);
      if (!times) this.#sentAt.set(member, times = []);
      times[number] = at;
    }
    const ref = user.peer.ask({ type: "say", text, ...where });
    user.pending.set(ref, { member, number, at });
  }

  /** Records the latency of a live message. */
  #recordLatency(
    user: SimulatedUser,
    nick: string,
    { sender, number }: { sender: number; number: number },
  ): void {
    const author = this.#users[Number(/\d+$/.exec(nick)?.[0]) - 1];
    if (!author) return;
    const { inRoom, inFirst, privateTo } = author;
    const member = [inRoom, inFirst, privateTo?.out].find((place) => place?.id === sender);
    const at = member && this.#sentAt.get(member)?.[number];
    if (at === undefined) return;
    const durations = author.peer?.hub === user.peer?.hub ? this.here : this.across;
    durations.add(performance.now() - at);
  }

  #unsettled(): number {
    let sum = this.#options.ledger.outstanding;
    for (const { peer, joining, pending } of this.#users) {
      if (!peer?.isIn) sum++;
      sum += joining.size + pending.size;
    }
    return sum;
  }

  #addProblem(what: string): void {
    this.problems.set(what, (this.problems.get(what) ?? 0) + 1);
  }
}

interface HeardMessage {
  room: string;
  nick: string;
  text: string;
  id: number;
  kind: string;
  replay?: true;
}
