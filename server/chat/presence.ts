/**
 * Tells each room who comes and goes, as long as it can be afforded at once; beyond that it is collected, and told in few
 * words before whatever else the room is told, or when it can be afforded again. What a batch is told as, batch.ts knows.
 */

import { PresenceBatch } from "./presence_batch.ts";
import type { Fanout } from "./fanout.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import { type RateLimit, TokenBucket } from "../rate_limit.ts";
import type { Room } from "../model/room.ts";
import { Session } from "../model/session.ts";
import type { Departure } from "../types.ts";

/**
 * How much of telling a room can afford, in members that are told something: in a room of 10 a hundred comings and goings
 * a second are told one by one, and one of 10,000 is told of all of them every ten seconds at most.
 */
export const PRESENCE_LIMIT: RateLimit = { rate: 1000, burst: 1000 };

/** A batch that has grown so long is told whatever it costs, which is little for each of so many. */
const MAX_EVENTS = 20_000;

export interface PresenceOptions {
  fanout: Fanout;
  /** Milliseconds from any fixed moment, never going back. */
  elapsed: () => number;
  limit: RateLimit;
}

export class Presence {
  readonly #options: PresenceOptions;
  readonly #batches: Map<Room, PresenceBatch> = new Map();
  readonly #budgets: WeakMap<Room, TokenBucket> = new WeakMap();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Somebody has come into a room. */
  joined(person: Session | RemoteUser, room: Room): void {
    const batch = this.#batchOf(room);
    batch.joined(person);
    this.#flushIfAffordable(room, batch);
  }

  /** Somebody has gone from a room. What a moderator does is told at once and by itself, whatever it costs. */
  left(person: Session | RemoteUser, room: Room, why: Departure): void {
    if (why.params) {
      if (person instanceof Session) this.forgetMember(person, room);
      this.#flush(room, room.count + 1);
      this.#batchOf(room).left(person, why);
      return this.flush(room);
    }
    const batch = this.#batchOf(room);
    batch.left(person, why);
    this.#flushIfAffordable(room, batch);
  }

  /** The session is in the room still, but at another hub: it is told nothing more here. */
  forgetMember(session: Session, room: Room): void {
    this.#batches.get(room)?.forget(session);
  }

  /** Tells the room what it was not told yet: something else follows, and takes a write to each member in any case. */
  flush(room: Room): void {
    this.#flush(room, room.count);
  }

  /** Tells one session what its rooms were not told yet: what follows may say who is there, or be read elsewhere. */
  flushTo(session: Session): void {
    if (this.#batches.size === 0) return;
    for (const room of session.rooms) {
      const batch = this.#batches.get(room);
      if (!batch) continue;
      for (const frame of batch.framesFor(session, room.count)) {
        this.#options.fanout.toOne(session, frame, room);
      }
      batch.markInformed(session);
    }
  }

  /** The session has been told how things are: nothing of what was before is told to it any more. */
  markInformed(session: Session): void {
    for (const room of session.rooms) this.#batches.get(room)?.markInformed(session);
  }

  /** The room is gone. */
  forget(room: Room): void {
    this.#batches.delete(room);
  }

  /** Tells what can be afforded by now; to be called every second or so. */
  sweep(): void {
    for (const [room, batch] of this.#batches) this.#flushIfAffordable(room, batch);
  }

  /** `count`: members after the last of what is told. */
  #flush(room: Room, count: number): void {
    const batch = this.#batches.get(room);
    if (!batch) return;
    this.#batches.delete(room);
    const { fanout } = this.#options;
    const { told, others } = batch.framesForAll(count);
    for (const [session, own] of others) {
      for (const frame of own) fanout.toOne(session, frame, room);
    }
    const apart = new Set(others.keys());
    for (const frame of told) fanout.toRoom(room, frame, apart);
  }

  #flushIfAffordable(room: Room, batch: PresenceBatch): void {
    if (this.#budgetOf(room).tryTake(room.members.size) || batch.size >= MAX_EVENTS) {
      this.flush(room);
    }
  }

  #batchOf(room: Room): PresenceBatch {
    let batch = this.#batches.get(room);
    if (!batch) this.#batches.set(room, batch = new PresenceBatch(room.name));
    return batch;
  }

  #budgetOf(room: Room): TokenBucket {
    let budget = this.#budgets.get(room);
    if (!budget) {
      const { limit, elapsed } = this.#options;
      this.#budgets.set(room, budget = new TokenBucket(limit, elapsed));
    }
    return budget;
  }
}
