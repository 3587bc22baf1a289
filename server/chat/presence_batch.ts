/**
 * Joins and leaves of a room that are not announced yet, and the frames that announce them to each member. A user who
 * joined and left within the batch is shown only to members who saw them join.
 */

import { type HubFrames, MAX_PRESENCE_NAMED } from "../../common/protocol/frame.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import { Session } from "../model/session.ts";
import type { Departure } from "../types.ts";

/** Up to this many events are announced one by one; of more, the first ones are named and all are counted. */
const MAX_ONE_BY_ONE = MAX_PRESENCE_NAMED;

/** What announces a batch. */
export type PresenceNews = HubFrames["joined" | "left" | "presence"];

type GiveNews = (session: Session, frames: PresenceNews[]) => void;

interface Change {
  readonly type: "joined" | "left";
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** As it was then. */
  readonly nick: string;
  readonly departure: Departure | undefined;
  /** The leave of a user who joined in this batch, and the join of a user who left. */
  other?: Change;
}

export class PresenceBatch {
  readonly #room: string;
  readonly #changes: Change[] = [];
  /** Of users who joined in this batch and are still there. */
  readonly #joins: Map<Session | RemoteUser, Change> = new Map();
  /** Members who have seen the first changes, in ascending order of their number. The others have seen none. */
  readonly #informed: Map<Session, number> = new Map();
  /** At the last {@linkcode catchUp}. */
  #lastSize = 0;

  constructor(room: string) {
    this.#room = room;
  }

  /** The number of joins and leaves, including those that are announced to nobody. */
  get size(): number {
    return this.#changes.length;
  }

  /** A user joined, and is shown the members. */
  joined(user: Session | RemoteUser): void {
    this.#joins.set(user, this.#add("joined", user));
    if (user instanceof Session) this.markInformed(user);
  }

  left(user: Session | RemoteUser, departure?: Departure): void {
    const leave = this.#add("left", user, departure);
    const join = this.#joins.get(user);
    if (join) [join.other, leave.other] = [leave, join];
    this.#joins.delete(user);
    if (user instanceof Session) this.forget(user);
  }

  /** The session has just been shown the members: only later changes are announced to it. */
  markInformed(session: Session): void {
    this.#informed.delete(session);
    this.#informed.set(session, this.#changes.length);
  }

  /** Nothing is announced to the session apart from the others. */
  forget(session: Session): void {
    this.#informed.delete(session);
  }

  /** The frames for one member. `count`: members now. Takes time in proportion to the changes that it has not seen. */
  framesFor(session: Session, count: number): PresenceNews[] {
    const known = this.#informed.get(session) ?? 0;
    return new Walk(this.#changes).backTo(known).frames(this.#room, count);
  }

  /** Members who have seen some of the changes. */
  get informed(): ReadonlySet<Session> {
    return new Set(this.#informed.keys());
  }

  /**
   * Gives the frames for each of the {@linkcode informed}, and returns those for all others. Takes time in proportion to
   * the changes.
   */
  framesForAll(count: number, give: GiveNews): PresenceNews[] {
    const walk = this.#giveEach([...this.#informed], count, give);
    return walk.backTo(0).frames(this.#room, count);
  }

  /** Brings at most `max` of the {@linkcode informed} up to date, unless something happened since the last call. */
  catchUp(count: number, max: number, give: GiveNews): void {
    const isQuiet = this.size === this.#lastSize;
    this.#lastSize = this.size;
    if (!isQuiet) return; // they would have to be told again
    const behind = [...this.#informed.entries().take(max)].filter(([, known]) => known < this.size);
    this.#giveEach(behind, count, give);
    for (const [session] of behind) this.markInformed(session);
  }

  #giveEach(informed: readonly [Session, number][], count: number, give: GiveNews): Walk {
    const walk = new Walk(this.#changes);
    for (const [session, known] of informed.toReversed()) {
      give(session, walk.backTo(known).frames(this.#room, count));
    }
    return walk;
  }

  #add(type: Change["type"], { nick }: Session | RemoteUser, departure?: Departure): Change {
    const change: Change = { type, index: this.#changes.length, nick, departure };
    this.#changes.push(change);
    return change;
  }
}

/** Goes from the last change to the first; at each it has the frames for members who have seen all earlier changes. */
class Walk {
  readonly #changes: readonly Change[];
  /** What was passed, the earliest last: joins without a later leave, and leaves. */
  readonly #joined: Change[] = [];
  readonly #left: Change[] = [];
  /** Leaves whose joins were passed too, so that neither is announced from here on. */
  #undone = 0;
  #at: number;

  constructor(changes: readonly Change[]) {
    this.#changes = changes;
    this.#at = changes.length;
  }

  backTo(index: number): this {
    while (this.#at > index) {
      const change = this.#changes[--this.#at]!;
      if (change.type === "left") this.#left.push(change);
      else if (change.other) this.#undone++;
      else this.#joined.push(change);
    }
    return this;
  }

  frames(room: string, count: number): PresenceNews[] {
    const [joined, left] = [this.#firstOf(this.#joined), this.#firstOf(this.#left)];
    const [joins, leaves] = [this.#joined.length, this.#left.length - this.#undone];
    if (joins + leaves > MAX_ONE_BY_ONE) {
      const named = (changes: Change[]) => ({ nicks: changes.map(({ nick }) => nick) });
      const summary = {
        joined: { count: joins, ...named(joined) },
        left: { count: leaves, ...named(left) },
      };
      return [{ type: "presence", room, ...summary, count }];
    }
    // Backwards, as the number of members is known after the last change.
    const changes = [...joined, ...left].sort((a, b) => b.index - a.index);
    let members = count;
    const frames = changes.map(({ type, nick, departure }): PresenceNews => {
      if (type === "joined") return { type, room, nick, count: members-- };
      return { type, room, nick, count: members++, ...departure };
    });
    return frames.reverse();
  }

  /** The first changes that are announced from here on, at most as many as are named. Drops undone ones before them. */
  #firstOf(passed: Change[]): Change[] {
    const first: Change[] = [];
    while (first.length < MAX_ONE_BY_ONE && passed.length > 0) {
      const change = passed.pop()!;
      if (change.other && change.other.index >= this.#at) this.#undone--;
      else first.push(change);
    }
    passed.push(...first.toReversed());
    return first;
  }
}
