/** The members of a measured hub, all in one loop that sends prepared bytes and counts the messages that arrive. */

import type { Wire } from "./contestants/wire.ts";
import { Batch, bytesOf, countMessages } from "./message.ts";
import type { Sockets } from "./sockets.ts";

const READ_BUFFER = 256 * 1024;
/** A hub from which nothing arrives for this long has failed, in milliseconds. */
const PATIENCE = 15_000;
/** Milliseconds of one wait for events, and of one while something is still to be sent. */
const WAIT = 100;
const WAIT_TO_SEND = 1;
const CONCURRENT_JOINS = 64;

export interface Member {
  readonly socket: number;
  readonly wire: Wire;
  readonly nick: string;
  stage: "connecting" | "joining" | "in" | "leaving";
  /** Messages that it has received. */
  received: number;
  /** While it joins: the end of what was read last. */
  tail: string;
  /** What the send buffer has not accepted yet. */
  unsent: Uint8Array | undefined;
}

/** Members at one port; they use the wires in turn. `using` closes them all. */
export class LoadGenerator {
  readonly #sockets: Sockets;
  readonly #port: number;
  readonly #wires: readonly Wire[];
  readonly #buffer = new Uint8Array(READ_BUFFER);
  readonly #latin1 = new TextDecoder("latin1");
  readonly #members = new Map<number, Member>();
  readonly #sending = new Set<Member>();
  #opened = 0;
  #joining = 0;
  #leaving = 0;
  #nextRef = 1;
  /** Messages received by all members. */
  received = 0;
  /** Called when a member has received messages. */
  onReceived: ((member: Member, count: number) => void) | undefined;

  constructor(sockets: Sockets, port: number, wires: readonly Wire[]) {
    this.#sockets = sockets;
    this.#port = port;
    this.#wires = wires;
  }

  /**
   * Connects more members, and returns them when all have joined.
   *
   * @throws {Error} if the hub closes a connection, or nobody joins for 15 s.
   */
  async join(count: number, { concurrent = CONCURRENT_JOINS } = {}): Promise<Member[]> {
    const members: Member[] = [];
    while (members.length < count || this.#joining > 0) {
      while (members.length < count && this.#joining < concurrent) members.push(this.#connect());
      await this.#progress(() => this.#joining, "join");
    }
    return members;
  }

  /** Lets members leave, and waits until they are gone. */
  async leave(members: readonly Member[]): Promise<void> {
    for (const member of members) this.#leave(member);
    while (this.#leaving > 0) await this.#progress(() => this.#leaving, "leave");
  }

  send(member: Member, batch: Batch): void {
    this.#nextRef = batch.number(this.#nextRef);
    this.#send(member, batch.bytes);
  }

  /**
   * Waits until `total` messages have been received since the start.
   *
   * @throws {Error} if nothing arrives for 15 s, or more than `total` arrive.
   */
  async receive(total: number): Promise<void> {
    while (this.received < total) await this.progress();
    if (this.received > total) {
      throw new Error(`it doubled messages: ${this.received} instead of ${total}`);
    }
  }

  /**
   * Waits until something has been received.
   *
   * @throws {Error} if nothing arrives for 15 s.
   */
  progress(): Promise<void> {
    return this.#progress(() => this.received, "receive a message");
  }

  /** Lets a member post once, and waits until the others have received it, and so all that was sent before. */
  async sync(members: readonly Member[]): Promise<void> {
    const [sender] = members;
    this.send(sender!, new Batch(sender!.wire.post, 1));
    await this.receive(this.received + members.length - 1);
  }

  /** Handles what arrives; waits for it at most this long. */
  async poll(milliseconds: number): Promise<void> {
    const ready = await this.#sockets.wait(this.#sending.size > 0 ? WAIT_TO_SEND : milliseconds);
    for (let index = 0; index < ready; index++) {
      const member = this.#members.get(this.#sockets.eventAt(index));
      if (member?.stage === "connecting") this.#connected(member);
      else if (member) this.#read(member);
    }
    for (const member of this.#sending) this.#send(member, new Uint8Array());
  }

  [Symbol.dispose](): void {
    for (const member of this.#members.values()) this.#close(member);
    this.#sockets[Symbol.dispose]();
  }

  /** Polls until the count changes. */
  async #progress(count: () => number, what: string): Promise<void> {
    const before = count();
    const deadline = performance.now() + PATIENCE;
    while (count() === before) {
      if (performance.now() > deadline) {
        throw new Error(`no member could ${what} for ${PATIENCE / 1000} s`);
      }
      await this.poll(WAIT);
    }
  }

  #connect(): Member {
    const member: Member = {
      socket: this.#sockets.connect(this.#port),
      wire: this.#wires[this.#opened % this.#wires.length]!,
      nick: `m${this.#opened++}`,
      stage: "connecting",
      received: 0,
      tail: "",
      unsent: undefined,
    };
    this.#members.set(member.socket, member);
    this.#joining++;
    return member;
  }

  #connected(member: Member): void {
    if (!this.#sockets.isConnected(member.socket)) throw new Error("it refuses connections");
    member.stage = "joining";
    const greeting = member.wire.join(member.nick);
    if (greeting !== "") this.#send(member, bytesOf(greeting));
  }

  #read(member: Member): void {
    const size = this.#sockets.read(member.socket, this.#buffer);
    if (size <= 0) return this.#ended(member);
    if (member.stage === "in") {
      const count = countMessages(this.#buffer, size);
      if (count === 0) return;
      member.received += count;
      this.received += count;
      this.onReceived?.(member, count);
    } else if (member.stage === "joining") {
      const { joined } = member.wire;
      const text = member.tail + this.#latin1.decode(this.#buffer.subarray(0, size));
      if (text.includes(joined)) {
        member.stage = "in";
        this.#joining--;
      } else {
        member.tail = text.slice(-joined.length);
      }
    }
  }

  #ended(member: Member): void {
    if (member.stage !== "leaving") {
      throw new Error(`it closed one of ${this.#members.size} connections`);
    }
    this.#close(member);
    this.#leaving--;
  }

  #leave(member: Member): void {
    const { leave } = member.wire;
    if (leave) this.#send(member, bytesOf(leave.line));
    if (leave?.closes !== "hub") return this.#close(member);
    member.stage = "leaving";
    this.#leaving++;
  }

  #close(member: Member): void {
    this.#members.delete(member.socket);
    this.#sending.delete(member);
    this.#sockets.close(member.socket);
  }

  /** Sends in order, as much as the send buffer accepts. */
  #send(member: Member, bytes: Uint8Array): void {
    const due = member.unsent ? concat(member.unsent, bytes) : bytes;
    const accepted = Math.max(0, this.#sockets.write(member.socket, due));
    if (accepted === due.length) {
      if (member.unsent) this.#sending.delete(member);
      member.unsent = undefined;
    } else {
      member.unsent = due.slice(accepted); // a copy: the batch is sent again
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
