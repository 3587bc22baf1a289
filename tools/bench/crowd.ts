/**
 * The members of a hub that is measured, all on one loop that does as little as can be: it sends what was prepared and
 * counts the messages that arrive. It does not know what is measured.
 */

import type { Wire } from "./contestants/wire.ts";
import { Batch, countMessages } from "./message.ts";
import { Sockets } from "./sockets.ts";

const READ_BUFFER = 256 * 1024;
/** A hub from which nothing comes for so long has failed, in milliseconds. */
const PATIENCE = 15_000;
/** One wait for news, and one while something waits to be sent. */
const WAIT = 100;
const WAIT_TO_SEND = 1;
/** Members that come in at the same time. */
const AT_ONCE = 64;

type Stage = "connecting" | "entering" | "in" | "leaving" | "gone";

export interface Member {
  readonly wire: Wire;
  readonly nick: string;
  fd: number;
  stage: Stage;
  /** Messages that have reached it. */
  heard: number;
  /** Bytes that have reached it since it is in. */
  bytes: number;
  /** What came of the telling that it is in, at the end of what was read last. */
  tail: string;
  /** What the system has not taken yet. */
  unsent: Uint8Array | undefined;
}

/** Members at one port. `using` closes them all. */
export class Crowd {
  readonly #sockets = new Sockets();
  readonly #port: number;
  readonly #wires: readonly Wire[];
  readonly #buffer = new Uint8Array(READ_BUFFER);
  readonly #latin1 = new TextDecoder("latin1");
  /** By their keys, those that left included. */
  readonly #all: Member[] = [];
  readonly #sending = new Set<Member>();
  #entering = 0;
  #leaving = 0;
  #nextRef = 1;
  /** Messages that have reached anybody. */
  heard = 0;
  /** Called when messages have reached somebody. */
  onHeard: ((member: Member, count: number) => void) | undefined;

  /** They speak by the wires in turn. */
  constructor(port: number, wires: readonly Wire[]) {
    this.#port = port;
    this.#wires = wires;
  }

  /**
   * Brings so many more in, and gives them when all are in.
   *
   * @throws {Error} when nobody comes in any more, or somebody is sent away.
   */
  enter(count: number, { atOnce = AT_ONCE }: { atOnce?: number } = {}): Member[] {
    const members: Member[] = [];
    while (members.length < count || this.#entering > 0) {
      while (members.length < count && this.#entering < atOnce) members.push(this.#connect());
      this.#progress(() => this.#entering, "comes in");
    }
    return members;
  }

  /** Takes these away, and waits until they are gone. */
  leave(members: readonly Member[]): void {
    for (const member of members) this.#leave(member);
    while (this.#leaving > 0) this.#progress(() => this.#leaving, "goes");
  }

  /** A member says a batch. */
  say(member: Member, batch: Batch): void {
    this.#nextRef = batch.number(this.#nextRef);
    this.#send(member, batch.bytes);
  }

  /**
   * Waits until so many messages have reached somebody since the crowd began.
   *
   * @throws {Error} when nothing comes any more, or too much has.
   */
  hear(total: number): void {
    while (this.heard < total) this.#progress(() => this.heard, "is heard");
    if (this.heard > total) {
      throw new Error(`it doubled messages: ${this.heard} came of ${total}`);
    }
  }

  /** One member says one thing, and all others hear it, and with it all that was told before. */
  settle(members: readonly Member[]): void {
    const [speaker] = members;
    this.say(speaker!, new Batch(speaker!.wire.say, 1));
    this.hear(this.heard + members.length - 1);
  }

  /** Waits at most so many milliseconds for something to arrive, and takes it. */
  pump(milliseconds: number): void {
    const ready = this.#sockets.wait(this.#sending.size > 0 ? WAIT_TO_SEND : milliseconds);
    for (let index = 0; index < ready; index++) {
      const key = this.#sockets.key(index);
      const member = this.#all[key]!;
      if (member.stage === "connecting") this.#connected(member, key);
      else this.#read(member);
    }
    for (const member of this.#sending) this.#send(member, new Uint8Array());
  }

  [Symbol.dispose](): void {
    for (const member of this.#all) this.#close(member);
    this.#sockets[Symbol.dispose]();
  }

  /** One pump; throws when what `state` tells stays the same for too long. */
  #progress(state: () => number, what: string): void {
    const before = state();
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      this.pump(WAIT);
      if (state() !== before) return;
      if (performance.now() > deadline) {
        throw new Error(`for ${PATIENCE / 1000} seconds nobody ${what}`);
      }
    }
  }

  #connect(): Member {
    const key = this.#all.length;
    const member: Member = {
      wire: this.#wires[key % this.#wires.length]!,
      nick: `m${key}`,
      fd: this.#sockets.connect(this.#port, key),
      stage: "connecting",
      heard: 0,
      bytes: 0,
      tail: "",
      unsent: undefined,
    };
    this.#all.push(member);
    this.#entering++;
    return member;
  }

  #connected(member: Member, key: number): void {
    if (!this.#sockets.connected(member.fd, key)) throw new Error("it takes no connection");
    member.stage = "entering";
    const greeting = member.wire.enter(member.nick);
    if (greeting !== "") this.#send(member, new TextEncoder().encode(greeting));
  }

  #read(member: Member): void {
    const size = this.#sockets.read(member.fd, this.#buffer);
    if (size <= 0) return this.#ended(member);
    if (member.stage === "in") {
      member.bytes += size;
      const count = countMessages(this.#buffer, size);
      if (count === 0) return;
      member.heard += count;
      this.heard += count;
      this.onHeard?.(member, count);
    } else if (member.stage === "entering") {
      this.#readEntrance(member, this.#latin1.decode(this.#buffer.subarray(0, size)));
    }
  }

  #readEntrance(member: Member, text: string): void {
    const { entered } = member.wire;
    const told = member.tail + text;
    if (told.includes(entered)) {
      member.stage = "in";
      member.tail = "";
      this.#entering--;
    } else {
      member.tail = told.slice(-entered.length);
    }
  }

  #ended(member: Member): void {
    if (member.stage !== "leaving") {
      const present = this.#all.filter(({ stage }) => stage === "in").length;
      throw new Error(`it ended a connection when ${present} were in`);
    }
    this.#close(member);
    this.#leaving--;
  }

  #leave(member: Member): void {
    const { leave } = member.wire;
    if (leave) this.#send(member, new TextEncoder().encode(leave.line));
    if (leave?.closes !== "hub") return this.#close(member);
    member.stage = "leaving";
    this.#leaving++;
  }

  #close(member: Member): void {
    if (member.stage === "gone") return;
    member.stage = "gone";
    this.#sending.delete(member);
    this.#sockets.close(member.fd);
  }

  /** Sends in order, as much as the system takes now. */
  #send(member: Member, bytes: Uint8Array): void {
    const due = member.unsent ? concat(member.unsent, bytes) : bytes;
    const taken = Math.max(0, this.#sockets.write(member.fd, due));
    if (taken === due.length) {
      if (member.unsent) this.#sending.delete(member);
      member.unsent = undefined;
    } else {
      member.unsent = due.slice(taken); // a batch is used again
      this.#sending.add(member);
    }
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
