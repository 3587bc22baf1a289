/** One of the members of several hubs, and what it is in the books of each place where it talks. */

import type { ClientPeer } from "../load/client_peer.ts";
import type { Ledger, Member } from "../load/ledger.ts";

/** The room in which everybody is. */
export const FIRST_ROOM = "general";

/** A message that somebody has said. */
export interface Said {
  readonly member: Member;
  readonly number: number;
  /** By the clock of this process. */
  readonly at: number;
}

/** One of the members, with what it is in the books of each place where it talks. */
export class Person {
  readonly index: number;
  readonly nick: string;
  readonly room: string;
  readonly inRoom: Member;
  readonly inFirst: Member;
  /** What it writes to the next one, and gets from the one before. */
  letters: { to: Person; out: Member } | undefined;
  readonly heardFrom: Map<string, Member> = new Map();
  readonly pending: Map<string, Said> = new Map();
  peer: ClientPeer | undefined;
  /** Rooms that it has yet to be told to be in. */
  readonly toJoin: Set<string> = new Set();
  /** Where something that it says after a moment is to be accepted, and where it is to come back. */
  awaited: Awaited | undefined;
  awaitedBack: Awaited | undefined;
  /** When it came back last. */
  backAt = 0;

  constructor(index: number, room: string, ledger: Ledger) {
    this.index = index;
    this.nick = `m${index + 1}`;
    this.room = room;
    this.inRoom = ledger.enter(room);
    this.inFirst = ledger.enter(FIRST_ROOM);
  }
}

/** Something that is waited for, and since when. */
export interface Awaited {
  /** By the clock of this process. */
  readonly since: number;
  readonly done: (took: number) => void;
}
