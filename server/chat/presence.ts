/** Announces joins and leaves. Above a budget they are batched into one summary. */

import type { RemoteUser } from "../model/remote_users.ts";
import type { Room } from "../model/room.ts";
import { Session } from "../model/session.ts";
import { type RateLimit, TokenBucket } from "../../common/rate_limit.ts";
import type { Departure } from "../types.ts";
import type { Fanout } from "./fanout.ts";
import { PresenceBatch, type PresenceNews } from "./presence_batch.ts";

/**
 * A room's budget, in members to whom something is announced: a room of 10 announces a hundred joins and leaves a
 * second one by one, and a room of 10,000 announces all of them together at most every ten seconds.
 */
const PRESENCE_LIMIT: RateLimit = { rate: 1000, burst: 1000 };

/** A batch of this size is announced regardless of the budget: per event, it costs little. */
const MAX_EVENTS = 20_000;

/**
 * After a storm of joins, its members learn who came after them, each in frames of their own, before the batch is announced:
 * at most as many at each sweep.
 */
const MAX_CAUGHT_UP = 1000;

/** How long a batch that begins with such a join is held, in milliseconds. */
const HOLD = 3000;

export interface PresenceOptions {
  fanout: Fanout;
  /** Milliseconds of a clock that never goes back. */
  elapsed: () => number;
  /** A room's budget for announcing joins and leaves; {@linkcode PRESENCE_LIMIT} by default. */
  presence?: RateLimit | undefined;
}

export class Presence {
  readonly #options: PresenceOptions;
  readonly #batches: Map<Room, PresenceBatch> = new Map();
  /** By room, until when its batch is held. */
  readonly #holds: WeakMap<Room, number> = new WeakMap();
  readonly #budgets: WeakMap<Room, TokenBucket> = new WeakMap();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** `isHeld`: announced in a few seconds, or before anything else that happens in the room. */
  joined(user: Session | RemoteUser, room: Room, isHeld = false): void {
    if (isHeld && !this.#batches.has(room)) this.#holds.set(room, this.#options.elapsed() + HOLD);
    this.#batchOf(room).joined(user);
    if (!isHeld) this.#flushIfAffordable(room);
  }

  /** A user has left a room. A moderator's action is announced at once and by itself, regardless of the budget. */
  left(user: Session | RemoteUser, room: Room, departure: Departure): void {
    if (departure.params?.["by"]) {
      if (user instanceof Session) this.forgetMember(user, room);
      this.flush(room, room.count + 1);
      this.#batchOf(room).left(user, departure);
      return this.flush(room);
    }
    this.#batchOf(room).left(user, departure);
    this.#flushIfAffordable(room);
  }

  /** The session is still in the room, but at another hub: nothing is announced to it here. */
  forgetMember(session: Session, room: Room): void {
    this.#batches.get(room)?.forget(session);
  }

  /** Announces what is batched for a room, before what all get anyway. `count`: members after the last event. */
  flush(room: Room, count = room.count): void {
    const batch = this.#batches.get(room);
    if (!batch) return;
    this.#batches.delete(room);
    const common = batch.framesForAll(
      count,
      (session, frames) => this.#tell(session, frames, room),
    );
    const { informed } = batch;
    for (const frame of common) this.#options.fanout.toRoom(room, frame, informed);
  }

  #tell(session: Session, frames: readonly PresenceNews[], room: Room): void {
    const { fanout } = this.#options;
    for (const frame of frames) fanout.toOne(session, frame, room);
    // At once: what thousands are told together would take more memory than all else of them.
    if (frames.length > 0) fanout.flushTo(session);
  }

  /** Announces what is batched to one session, before a frame that lists the members. */
  flushTo(session: Session): void {
    if (this.#batches.size === 0) return;
    for (const room of session.rooms) {
      const batch = this.#batches.get(room);
      if (!batch || this.#isHeld(room)) continue;
      for (const frame of batch.framesFor(session, room.count)) {
        this.#options.fanout.toOne(session, frame, room);
      }
      batch.markInformed(session);
    }
  }

  /** The session has just been shown the members of its rooms: earlier joins and leaves are not announced to it. */
  markInformed(session: Session): void {
    for (const room of session.rooms) this.#batches.get(room)?.markInformed(session);
  }

  /** The room is gone. */
  forget(room: Room): void {
    this.#batches.delete(room);
  }

  /** Announces what the budgets allow by now. Call it about every second. */
  sweep(): void {
    for (const [room, batch] of this.#batches) {
      if (this.#isHeld(room)) continue;
      if (this.#flushIfAffordable(room)) continue;
      batch.catchUp(room.count, MAX_CAUGHT_UP, (...news) => this.#tell(...news, room));
    }
  }

  #isHeld(room: Room): boolean {
    return this.#options.elapsed() < (this.#holds.get(room) ?? 0);
  }

  /** Returns whether it did. */
  #flushIfAffordable(room: Room): boolean {
    const isAffordable = this.#budgetOf(room).tryTake(room.members.size) ||
      this.#batchOf(room).size >= MAX_EVENTS;
    if (isAffordable) this.flush(room);
    return isAffordable;
  }

  #batchOf(room: Room): PresenceBatch {
    let batch = this.#batches.get(room);
    if (!batch) this.#batches.set(room, batch = new PresenceBatch(room.name));
    return batch;
  }

  #budgetOf(room: Room): TokenBucket {
    const { presence = PRESENCE_LIMIT, elapsed } = this.#options;
    const budget = this.#budgets.get(room) ?? new TokenBucket(presence, elapsed);
    this.#budgets.set(room, budget);
    return budget;
  }
}
