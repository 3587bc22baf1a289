/** A simulated user, and its place in the ledger of each conversation. */

import type { ClientPeer } from "../load/client_peer.ts";
import type { Ledger, Member } from "../load/ledger.ts";

/** The room of all users. */
export const FIRST_ROOM = "general";

export interface SentMessage {
  readonly member: Member;
  readonly number: number;
  /** On the clock of `performance.now`. */
  readonly at: number;
}

export class SimulatedUser {
  readonly index: number;
  readonly nick: string;
  readonly room: string;
  readonly inRoom: Member;
  readonly inFirst: Member;
  /** Whom it writes private messages to, and as which member of the ledger. */
  privateTo: { to: SimulatedUser; out: Member } | undefined;
  readonly privateFrom: Map<string, Member> = new Map();
  readonly pending: Map<string, SentMessage> = new Map();
  peer: ClientPeer | undefined;
  /** Rooms that it has asked to join. */
  readonly joining: Set<string> = new Set();
  /** Set after a fault, until a message is acknowledged and until the user is back. */
  awaitedAck: AwaitedEvent | undefined;
  awaitedReturn: AwaitedEvent | undefined;
  /** Time of its last return. */
  returnedAt = 0;

  constructor(index: number, room: string, ledger: Ledger) {
    this.index = index;
    this.nick = `m${index + 1}`;
    this.room = room;
    this.inRoom = ledger.enter(room);
    this.inFirst = ledger.enter(FIRST_ROOM);
  }
}

export interface AwaitedEvent {
  /** On the clock of `performance.now`. */
  readonly since: number;
  readonly done: (took: number) => void;
}
