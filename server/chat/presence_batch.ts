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
import type { Remote } from "../model/remote_users.ts";
import { Session } from "../model/session.ts";
import type { Why } from "../types.ts";

/** Up to so many comings and goings are told one by one; of more, the first ones are named and all are counted. */
export const MAX_ONE_BY_ONE = MAX_PRESENCE_NAMED;

/** What a batch is told as. */
export type Told = JoinedFrame | LeftFrame | PresenceFrame;

interface Event {
  readonly type: "joined" | "left";
  /** How many events were before it. */
  readonly index: number;
  /** As it was then. */
  readonly nick: string;
  readonly why: Why;
  /** The going of one who came in this batch. */
  going: Event | undefined;
  /** Its neighbours in a {@linkcode Chain}. */
  before: Event | undefined;
  behind: Event | undefined;
}

export class Batch {
  readonly #room: string;
  readonly #events: Event[] = [];
  /** Of those who came and are there. */
  readonly #comings: Map<Session | Remote, Event> = new Map();
  /** Who knows of so many of the events already; who knows of less comes first. The others know of none. */
  readonly #knowing: Map<Session, number> = new Map();

  constructor(room: string) {
    this.#room = room;
  }

  /** How many comings and goings there are, those included that are told to nobody. */
  get size(): number {
    return this.#events.length;
  }

  /** Somebody came, and finds there who is there. */
  joined(person: Session | Remote): void {
    this.#comings.set(person, this.#add("joined", person));
    if (person instanceof Session) this.inform(person);
  }

  left(person: Session | Remote, why: Why = {}): void {
    const going = this.#add("left", person, why);
    const coming = this.#comings.get(person);
    if (coming) coming.going = going;
    this.#comings.delete(person);
    if (person instanceof Session) this.forget(person);
  }

  /** The session knows how things are now: it is to be told of what comes after this only. */
  inform(session: Session): void {
    this.#knowing.delete(session);
    this.#knowing.set(session, this.#events.length);
  }

  /** The session is to be told nothing apart from the others. */
  forget(session: Session): void {
    this.#knowing.delete(session);
  }

  /** What one member is to be told; `count`: members now. Takes as long as there are events of which it does not know. */
  for(session: Session, count: number): Told[] {
    return new Walk(this.#events).backTo(this.#knowing.get(session) ?? 0).tell(this.#room, count);
  }

  /** What those are to be told who know of none of it, and what each of the others is. Takes as long as there are events. */
  forAll(count: number): { told: Told[]; others: Map<Session, Told[]> } {
    const walk = new Walk(this.#events);
    const others = new Map<Session, Told[]>();
    for (const [session, known] of [...this.#knowing].reverse()) {
      others.set(session, walk.backTo(known).tell(this.#room, count));
    }
    return { told: walk.backTo(0).tell(this.#room, count), others };
  }

  #add(type: Event["type"], { nick }: Session | Remote, why: Why = {}): Event {
    const index = this.#events.length;
    const event = {
      type,
      index,
      nick,
      why,
      going: undefined,
      before: undefined,
      behind: undefined,
    };
    this.#events.push(event);
    return event;
  }
}

/** Goes from the last event to the first; at each it has what those are told who know of all before it. */
class Walk {
  readonly #events: readonly Event[];
  readonly #joined = new Chain();
  readonly #left = new Chain();
  #at: number;

  constructor(events: readonly Event[]) {
    this.#events = events;
    this.#at = events.length;
  }

  backTo(index: number): this {
    while (this.#at > index) {
      const event = this.#events[--this.#at]!;
      if (event.type === "left") this.#left.prepend(event);
      else if (event.going) this.#left.remove(event.going); // of both nothing is told from here on
      else this.#joined.prepend(event);
    }
    return this;
  }

  tell(room: string, count: number): Told[] {
    const [joined, left] = [this.#joined, this.#left];
    if (joined.size + left.size > MAX_ONE_BY_ONE) {
      return [{ type: "presence", room, joined: joined.summary(), left: left.summary(), count }];
    }
    // In the other direction, as it is known how many there are after the last one.
    const events = [...joined.first(), ...left.first()].sort((a, b) => b.index - a.index);
    let here = count;
    const told = events.map(({ type, nick, why }): Told => {
      if (type === "joined") return { type, room, nick, count: here-- };
      return { type, room, nick, count: here++, ...why };
    });
    return told.reverse();
  }
}

/** Events in their order, of which any can be taken out. */
class Chain {
  size = 0;
  #first: Event | undefined;

  prepend(event: Event): void {
    event.before = undefined;
    event.behind = this.#first;
    if (this.#first) this.#first.before = event;
    this.#first = event;
    this.size++;
  }

  remove({ before, behind }: Event): void {
    if (before) before.behind = behind;
    else this.#first = behind;
    if (behind) behind.before = before;
    this.size--;
  }

  /** The first ones, as many as are named or told one by one. */
  first(): Event[] {
    const events: Event[] = [];
    for (let event = this.#first; event && events.length < MAX_ONE_BY_ONE; event = event.behind) {
      events.push(event);
    }
    return events;
  }

  summary(): { count: number; nicks: string[] } {
    return { count: this.size, nicks: this.first().map(({ nick }) => nick) };
  }
}
