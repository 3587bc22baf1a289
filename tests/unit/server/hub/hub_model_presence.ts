/** When joins and leaves are shown in the model of the hub, and to whom. */

import type { LeftFrame } from "../../../../common/protocol/frame.ts";
import { type Expected, show } from "./hub_model_user.ts";

/** A small budget, so that many joins and leaves are announced in batches. */
export const PRESENCE = { rate: 2, burst: 8 };
/** Above this number of joins and leaves, a batch names some and counts all. */
const MAX_SEPARATE = 8;

/** A join or a leave, as another member is to be shown it. */
export interface Change {
  type: "joined" | "left";
  member: Expected;
  nick: string;
  why: Partial<LeftFrame>;
}

export class ModelPresence {
  readonly #membersOf: (room: string) => Expected[];
  readonly #now: () => number;
  /** By room, the joins and leaves that each member is still to be shown. */
  readonly #changes = new Map<string, Map<Expected, Change[]>>();
  /** By room: the members who were shown a part of these, their number, and their number at the last sweep. */
  readonly #batches = new Map<
    string,
    { informed: Set<Expected>; size: number; sizeAtSweep: number }
  >();
  /** By room, what is left of its presence budget, and when that was so. */
  readonly #budgets = new Map<string, { left: number; at: number }>();

  constructor(membersOf: (room: string) => Expected[], now: () => number) {
    this.#membersOf = membersOf;
    this.#now = now;
  }

  /** A member who joined and left again is shown only to members who were shown the join. */
  change(room: string, change: Change): void {
    if (change.why.params) return this.#changeNow(room, change);
    const changes = this.#changes.get(room) ?? new Map<Expected, Change[]>();
    this.#changes.set(room, changes);
    for (const each of this.#membersOf(room)) {
      const known = changes.get(each) ?? [];
      const join = known.find(({ type, member }) => type === "joined" && member === change.member);
      const later = join ? known.filter((other) => other !== join) : [...known, change];
      changes.set(each, each === change.member ? [] : later);
    }
    const batch = this.#batches.get(room) ?? { informed: new Set(), size: 0, sizeAtSweep: 0 };
    this.#batches.set(room, batch);
    batch.size++;
    if (change.type === "left") changes.delete(change.member);
    if (change.type === "left") batch.informed.delete(change.member);
    else batch.informed.add(change.member);
    if (this.#spend(room)) this.showChanges(room);
  }

  /** What a moderator does is shown at once. */
  #changeNow(room: string, change: Change): void {
    this.#changes.get(room)?.delete(change.member);
    this.#batches.get(room)?.informed.delete(change.member);
    this.showChanges(room, this.#membersOf(room).length + 1);
    for (const each of this.#membersOf(room)) this.#showChangesTo(each, room, [change]);
  }

  /** Spends the room's budget on showing its changes now, if there is enough. */
  #spend(room: string): boolean {
    const { rate, burst } = PRESENCE;
    const members = this.#membersOf(room).length;
    const now = this.#now();
    const { left, at } = this.#budgets.get(room) ?? { left: burst, at: now };
    const budget = Math.min(Math.max(burst, members), left + (now - at) * rate / 1000);
    const isEnough = budget >= members;
    this.#budgets.set(room, { left: isEnough ? budget - members : budget, at: now });
    return isEnough;
  }

  showChanges(room: string, here = this.#membersOf(room).length): void {
    for (const [each, changes] of this.#changes.get(room) ?? []) {
      this.#showChangesTo(each, room, changes, here);
    }
    this.#changes.delete(room);
    this.#batches.delete(room);
  }

  /** Shows a member the changes so far, before the answer to a request. */
  flushTo(member: Expected): void {
    for (const room of member.rooms) this.#inform(member, room);
  }

  #inform(member: Expected, room: string): void {
    const changes = this.#changes.get(room);
    this.#showChangesTo(member, room, changes?.get(member) ?? []);
    changes?.set(member, []);
    this.#batches.get(room)?.informed.add(member);
  }

  #showChangesTo(
    member: Expected,
    room: string,
    changes: Change[],
    here = this.#membersOf(room).length,
  ): void {
    const joined = changes.filter(({ type }) => type === "joined").map(({ nick }) => nick);
    const left = changes.filter(({ type }) => type === "left").map(({ nick }) => nick);
    if (changes.length > MAX_SEPARATE) {
      const some = (nicks: string[]) => ({ count: nicks.length, nicks: nicks.slice(0, 8) });

      return show(member, {
        type: "presence",
        room,
        joined: some(joined),
        left: some(left),
        count: here,
      });
    }
    let count = here - joined.length + left.length;
    for (const { type, nick, why } of changes) {
      count += type === "joined" ? 1 : -1;
      show(member, { type, room, nick, count, ...why });
    }
  }

  /** Shows what the budgets allow by now; else, when nothing happens any more, to those who know a part. */
  sweep(): void {
    for (const room of this.#changes.keys()) {
      const batch = this.#batches.get(room)!;
      if (this.#spend(room)) this.showChanges(room);
      else if (batch.size > batch.sizeAtSweep) batch.sizeAtSweep = batch.size;
      else for (const each of batch.informed) this.#inform(each, room);
    }
  }

  /** The room has ended. */
  forget(room: string): void {
    this.#changes.delete(room);
    this.#batches.delete(room);
    this.#budgets.delete(room);
  }
}
