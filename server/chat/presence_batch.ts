/**
 * Comings and goings in a room of which nobody was told yet, and what of them each member is to be told. Who came and went
 * again meanwhile is told to those alone who found that one there. It tells nobody itself, and does not know when it is
 * told.
 */

import {
  type JoinedFrame,
  type LeftFrame,
  MAX_PRESENCE_NAMED,
  type PresenceFrame,
} from "../../common/protocol/frame.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import { Session } from "../model/session.ts";
import type { Departure } from "../types.ts";

/** Up to so many comings and goings are told one by one; of more, the first ones are named and all are counted. */
export const MAX_ONE_BY_ONE = MAX_PRESENCE_NAMED;

/** What a batch is told as. */
export type PresenceNews = JoinedFrame | LeftFrame | PresenceFrame;

interface Change {
  readonly type: "joined" | "left";
  /** How many events were before it. */
  readonly index: number;
  /** As it was then. */
  readonly nick: string;
  readonly departure: Departure;
  /** The going of one who came in this batch. */
  leave: Change | undefined;
  /** Its neighbours in a {@linkcode Chain}. */
  previous: Change | undefined;
  next: Change | undefined;
}

export class PresenceBatch {
  readonly #room: string;
  readonly #changes: Change[] = [];
  /** Of those who came and are there. */
  readonly #joins: Map<Session | RemoteUser, Change> = new Map();
  /** Who knows of so many of the events already; who knows of less comes first. The others know of none. */
  readonly #informed: Map<Session, number> = new Map();

  constructor(room: string) {
    this.#room = room;
  }

  /** How many comings and goings there are, those included that are told to nobody. */
  get size(): number {
    return this.#changes.length;
  }

  /** Somebody came, and finds there who is there. */
  joined(person: Session | RemoteUser): void {
    this.#joins.set(person, this.#add("joined", person));
    if (person instanceof Session) this.markInformed(person);
  }

  left(person: Session | RemoteUser, why: Departure = {}): void {
    const going = this.#add("left", person, why);
    const coming = this.#joins.get(person);
    if (coming) coming.leave = going;
    this.#joins.delete(person);
    if (person instanceof Session) this.forget(person);
  }

  /** The session knows how things are now: it is to be told of what comes after this only. */
  markInformed(session: Session): void {
    this.#informed.delete(session);
    this.#informed.set(session, this.#changes.length);
  }

  /** The session is to be told nothing apart from the others. */
  forget(session: Session): void {
    this.#informed.delete(session);
  }

  /** What one member is to be told; `count`: members now. Takes as long as there are events of which it does not know. */
  framesFor(session: Session, count: number): PresenceNews[] {
    return new Walk(this.#changes).backTo(this.#informed.get(session) ?? 0).frames(
      this.#room,
      count,
    );
  }

  /** What those are to be told who know of none of it, and what each of the others is. Takes as long as there are events. */
  framesForAll(count: number): { told: PresenceNews[]; others: Map<Session, PresenceNews[]> } {
    const walk = new Walk(this.#changes);
    const others = new Map<Session, PresenceNews[]>();
    for (const [session, known] of [...this.#informed].reverse()) {
      others.set(session, walk.backTo(known).frames(this.#room, count));
    }
    return { told: walk.backTo(0).frames(this.#room, count), others };
  }

  #add(type: Change["type"], { nick }: Session | RemoteUser, departure: Departure = {}): Change {
    const index = this.#changes.length;
    const change = {
      type,
      index,
      nick,
      departure,
      leave: undefined,
      previous: undefined,
      next: undefined,
    };
    this.#changes.push(change);
    return change;
  }
}

/** Goes from the last event to the first; at each it has what those are told who know of all before it. */
class Walk {
  readonly #events: readonly Change[];
  readonly #joined = new Chain();
  readonly #left = new Chain();
  #at: number;

  constructor(events: readonly Change[]) {
    this.#events = events;
    this.#at = events.length;
  }

  backTo(index: number): this {
    while (this.#at > index) {
      const event = this.#events[--this.#at]!;
      if (event.type === "left") this.#left.prepend(event);
      else if (event.leave) this.#left.remove(event.leave); // of both nothing is told from here on
      else this.#joined.prepend(event);
    }
    return this;
  }

  frames(room: string, count: number): PresenceNews[] {
    const [joined, left] = [this.#joined, this.#left];
    if (joined.size + left.size > MAX_ONE_BY_ONE) {
      return [{ type: "presence", room, joined: joined.summary(), left: left.summary(), count }];
    }
    // In the other direction, as it is known how many there are after the last one.
    const events = [...joined.first(), ...left.first()].sort((a, b) => b.index - a.index);
    let here = count;
    const told = events.map(({ type, nick, departure }): PresenceNews => {
      if (type === "joined") return { type, room, nick, count: here-- };
      return { type, room, nick, count: here++, ...departure };
    });
    return told.reverse();
  }
}

/** Events in their order, of which any can be taken out. */
class Chain {
  size = 0;
  #first: Change | undefined;

  prepend(event: Change): void {
    event.previous = undefined;
    event.next = this.#first;
    if (this.#first) this.#first.previous = event;
    this.#first = event;
    this.size++;
  }

  remove({ previous, next }: Change): void {
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    this.size--;
  }

  /** The first ones, as many as are named or told one by one. */
  first(): Change[] {
    const events: Change[] = [];
    for (let event = this.#first; event && events.length < MAX_ONE_BY_ONE; event = event.next) {
      events.push(event);
    }
    return events;
  }

  summary(): { count: number; nicks: string[] } {
    return { count: this.size, nicks: this.first().map(({ nick }) => nick) };
  }
}
