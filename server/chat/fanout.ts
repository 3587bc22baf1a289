/**
 * Brings frames to sessions. What happens in one tick of the event loop goes out together: a message to a room of N
 * members costs one encoding for each dialect and language, and one reference for each member.
 *
 * Members with something of their own in the tick get a chunk of their own, in the order in which things happened:
 * those who posted, got an answer or joined in its middle. All others share the chunk of what they get (bundle.ts).
 * Members who are away get nothing, and cost nothing.
 */

import type { HubFrame } from "../../common/protocol/frame.ts";
import type { Member, Room } from "../model/room.ts";
import { Session } from "../model/session.ts";
import type { Author } from "../types.ts";
import { Bundle, bundler, countMessages, encode, type Entry, isFor } from "./bundle.ts";

/** What one session gets apart from the others. */
interface Individual {
  /** It gets only later entries of its rooms. */
  since: number;
  readonly own: Entry[];
}

export class Fanout {
  readonly #schedule: (flush: () => void) => void;
  readonly #beforeDelivery: () => void;
  readonly #now: () => number;
  /** When the last message was accepted, perhaps by a hub whose clock is ahead: nothing after it is earlier. */
  #lastTs = 0;
  // New Maps each tick: V8 keeps the entries of a cleared Map until a full garbage collection.
  #rooms: Map<Room, Entry[]> = new Map();
  #individual: Map<Member, Individual> = new Map();
  /** The last entry of a room and the last one of a session; a frame of the same type right after is appended to it. */
  #lastInRoom: Entry | undefined;
  #lastOwn: { readonly session: Member; readonly entry: Entry } | undefined;
  #order = 0;
  #scheduled = false;
  /** Messages given to peers, counted once for each peer, replayed ones included. */
  messagesOut = 0;

  /** `schedule` defers a {@linkcode flush}; `beforeDelivery` may add frames. `now`: milliseconds since 1970. */
  constructor(
    schedule: (flush: () => void) => void,
    beforeDelivery: () => void,
    now: () => number,
  ) {
    this.#schedule = schedule;
    this.#beforeDelivery = beforeDelivery;
    this.#now = now;
  }

  /** The time of what happens now, in milliseconds since 1970. */
  get moment(): number {
    return Math.max(this.#now(), this.#lastTs);
  }

  /** To the members of the room at this hub, except the user who did it, or some, and those who ignore `author`. */
  toRoom(room: Room, frame: HubFrame, except?: Entry["except"], author?: Author): void {
    // A frame of its own between two of the room must stay between them.
    if (this.#lastOwn?.session !== except) this.#lastOwn = undefined;
    const last = this.#lastInRoom;
    const isFurther = last?.room === room && last.except === except && last.author === author;
    if (isFurther && isSameType(last, frame)) {
      last.frames.push(frame);
      return;
    }
    const entry = this.#lastInRoom = this.#entry(frame, room, except, author);
    const entries = this.#rooms.get(room);
    if (entries) entries.push(entry);
    else this.#rooms.set(room, [entry]);
    if (except instanceof Session) this.#individually(except);
  }

  /** To one session only. `room`: where it happened, if in a room. */
  toOne(session: Member, frame: HubFrame, room?: Room): void {
    if (this.#lastInRoom?.except !== session) this.#lastInRoom = undefined;
    const last = this.#lastOwn;
    if (last?.session === session && last.entry.room === room && isSameType(last.entry, frame)) {
      last.entry.frames.push(frame);
      return;
    }
    const entry = this.#entry(frame, room);
    this.#lastOwn = { session, entry };
    this.#individually(session).own.push(entry);
  }

  /** To many sessions, after everything so far, for the cost of a message to a room of as many. */
  toAll(sessions: Iterable<Member>, frame: HubFrame): void {
    this.flush();
    const bundle = new Bundle([this.#entry(frame)]);
    for (const session of sessions) session.peer.send(bundle.chunkFor(session));
  }

  /** The session has just joined its room: it gets nothing that happened there before. */
  startFrom(session: Member): void {
    this.#endRuns();
    this.#individually(session).since = this.#order;
  }

  /** Gives the session everything so far. Call it before it leaves a room or changes its dialect or language. */
  flushTo(session: Member): void {
    this.#beforeDelivery();
    this.#endRuns();
    const entries = this.#entriesFor(session, this.#individually(session));
    this.discardFor(session); // it may stay, and must not get the same again at the end of the tick
    this.#deliver(session, entries);
  }

  /** The session gets nothing that happened so far in this tick. */
  discardFor(session: Member): void {
    this.#endRuns();
    this.#individual.set(session, { since: this.#order, own: [] });
    this.#scheduleFlush();
  }

  /** The session is gone. */
  forget(session: Member): void {
    this.#endRuns();
    this.#individual.delete(session);
  }

  /** Gives everyone what the tick brought. */
  flush(): void {
    this.#beforeDelivery();
    this.#endRuns();
    this.#scheduled = false;
    const [rooms, individual] = [this.#rooms, this.#individual];
    const own = [...individual].map(([session, its]) =>
      [session, this.#entriesFor(session, its)] as const
    );
    this.#rooms = new Map();
    this.#individual = new Map();

    const bundleOf = bundler(rooms);
    const served = new Set<Member>();
    for (const room of rooms.keys()) {
      const ofRoom = bundleOf([room]);
      for (const reader of room.readers) {
        if (individual.has(reader)) continue;
        // Entries of several rooms are delivered in one order.
        const isInSeveral = rooms.size > 1 && reader.rooms.size > 1;
        if (isInSeveral) {
          if (served.has(reader)) continue;
          served.add(reader);
        }
        const bundle = (isInSeveral ? bundleOf(reader.rooms) : ofRoom).readBy(reader);
        const bytes = bundle.chunkFor(reader);
        if (bytes.length > 0) reader.peer.send(bytes);
        this.messagesOut += bundle.messages;
      }
    }
    for (const [session, entries] of own) this.#deliver(session, entries);
  }

  #deliver(session: Member, entries: Entry[]): void {
    if (session.stage === "away") return;
    const bytes = encode(entries, session);
    if (bytes.length > 0) session.peer.send(bytes);
    this.messagesOut += countMessages(entries);
  }

  #entriesFor(session: Member, { since, own }: Individual): Entry[] {
    const ofRooms = [...session.rooms].flatMap((room) => this.#rooms.get(room) ?? [])
      .filter((entry) => entry.order > since && isFor(session, entry));
    if (ofRooms.length === 0) return own;
    if (own.length === 0 && session.rooms.size === 1) return ofRooms;
    return [...ofRooms, ...own].sort((a, b) => a.order - b.order);
  }

  /** From now on in this tick the session gets a chunk of its own. */
  #individually(session: Member): Individual {
    let individual = this.#individual.get(session);
    if (!individual) this.#individual.set(session, individual = { since: 0, own: [] });
    this.#scheduleFlush();
    return individual;
  }

  #entry(frame: HubFrame, room?: Room, except?: Entry["except"], author?: Author): Entry {
    this.#scheduleFlush();
    const isMessages = frame.type === "message";
    if (frame.type === "message" && !frame.replay) this.#lastTs = frame.ts;
    const ts = isMessages ? this.#lastTs : this.moment;
    const order = ++this.#order;
    return { order, frames: [frame], ts, isMessages, room, except, author, lines: [] };
  }

  /** The next frame begins a new entry. */
  #endRuns(): void {
    this.#lastInRoom = this.#lastOwn = undefined;
  }

  #scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.flush());
  }
}

function isSameType({ frames: [first] }: Entry, frame: HubFrame): boolean {
  return first!.type === frame.type;
}
