/**
 * Brings frames to sessions. What happens in one tick of the event loop goes out together: a message to a room of N members
 * costs one encoding for each dialect and language, and one reference for each member.
 *
 * Members with something of their own in the tick get a chunk of their own, in the order in which things happened: those who
 * posted, got an answer, joined in its middle, are in several active rooms, or ignore a user.
 */

import type { HubFrame } from "../../common/protocol/frame.ts";
import type { Member, Room } from "../model/room.ts";
import { Session } from "../model/session.ts";
import type { Author } from "../types.ts";

/** Consecutive frames of one type for the same members. They are encoded once for each variant, when first needed. */
interface Entry {
  readonly order: number;
  readonly frames: HubFrame[];
  /** Noted here, since looking into the frames for each reader is slow. */
  readonly isMessages: boolean;
  /** Undefined for what goes to one session only. */
  readonly room: Room | undefined;
  /** Members who do not get it: the author, or members that got it in another way. */
  readonly except: Author | ReadonlySet<Member> | undefined;
  /** The encoded frames by variant ({@linkcode Dialect.variant}). */
  readonly lines: string[];
}

/** What one session gets apart from the others. */
interface Individual {
  /** It gets only later entries of its rooms. */
  since: number;
  readonly own: Entry[];
}

const utf8 = new TextEncoder();

export class Fanout {
  readonly #schedule: (flush: () => void) => void;
  readonly #beforeDelivery: () => void;
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

  /**
   * `schedule` is called once a tick, to call {@linkcode flush} at its end. `beforeDelivery` is called before anything is given
   * to a peer, and may still add frames.
   */
  constructor(schedule: (flush: () => void) => void, beforeDelivery: () => void) {
    this.#schedule = schedule;
    this.#beforeDelivery = beforeDelivery;
  }

  /** To the members of the room at this hub, except the author or a set of members. */
  toRoom(room: Room, frame: HubFrame, except?: Author | ReadonlySet<Member>): void {
    // A frame of its own between two of the room must stay between them.
    if (this.#lastOwn?.session !== except) this.#lastOwn = undefined;
    const last = this.#lastInRoom;
    if (last && last.room === room && last.except === except && isSameType(last, frame)) {
      last.frames.push(frame);
      return;
    }
    const entry = this.#lastInRoom = this.#entry(frame, room, except);
    const entries = this.#rooms.get(room);
    if (entries) entries.push(entry);
    else this.#rooms.set(room, [entry]);
    if (except instanceof Session) this.#individually(except);
    else if (except && isSet(except)) { for (const member of except) this.#individually(member); }
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

  /** The session has just joined its room: it gets nothing that happened there before. */
  startFrom(session: Member): void {
    this.#endRuns();
    this.#individually(session).since = this.#order;
  }

  /** Gives the session at once everything so far. Call it before it leaves a room or changes its dialect or language. */
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
    const rooms = [...this.#rooms];
    for (const [{ members }] of rooms) {
      for (const member of members) {
        // Entries of several rooms are delivered in one order.
        if (member.ignoreList.size > 0 || (rooms.length > 1 && member.rooms.size > 1)) {
          this.#individually(member);
        }
      }
    }
    this.#scheduled = false;
    const individual = [...this.#individual];
    const isIndividual = new Set(this.#individual.keys());
    const entriesOf = individual.map(([session, own]) => this.#entriesFor(session, own));
    this.#rooms = new Map();
    this.#individual = new Map();

    for (const [room, entries] of rooms) {
      const shared: Uint8Array[] = [];
      let receivers = 0;
      for (const member of room.members) {
        if (isIndividual.has(member)) continue;
        const bytes = shared[variantOf(member, room)] ??= encode(entries, member);
        if (bytes.length > 0) member.peer.send(bytes);
        if (member.stage !== "away") receivers++;
      }
      this.messagesOut += receivers * countMessages(entries);
    }
    individual.forEach(([session], index) => this.#deliver(session, entriesOf[index]!));
  }

  #deliver(session: Member, entries: Entry[]): void {
    const bytes = encode(entries, session);
    if (bytes.length > 0) session.peer.send(bytes);
    if (session.stage !== "away") this.messagesOut += countMessages(entries);
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

  #entry(frame: HubFrame, room?: Room, except?: Entry["except"]): Entry {
    this.#scheduleFlush();
    const isMessages = frame.type === "message";
    return { order: ++this.#order, frames: [frame], isMessages, room, except, lines: [] };
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

/** Whether an entry of a room is for one of its members: not for its author, nor for a reader who ignores them. */
function isFor(session: Member, { except, frames: [first] }: Entry): boolean {
  if (except === undefined) return true;
  if (isSet(except)) return !except.has(session);
  return except !== session && !(first!.type === "message" && session.ignoreList.hides(except));
}

function isSet(except: Author | ReadonlySet<Member>): except is ReadonlySet<Member> {
  return except instanceof Set;
}

function isSameType({ frames: [first] }: Entry, frame: HubFrame): boolean {
  return first!.type === frame.type;
}

function countMessages(entries: Entry[]): number {
  let count = 0;
  for (const { isMessages, frames } of entries) if (isMessages) count += frames.length;
  return count;
}

/** Two members of a room get the same bytes exactly if this is the same. */
function variantOf({ dialect, lang, room: current }: Member, room: Room | undefined): number {
  return dialect.variant(lang, room !== undefined && room !== current);
}

/** The entries as one chunk, in the reader's dialect and language. */
function encode(entries: Entry[], reader: Member): Uint8Array {
  const { dialect, lang, room: current } = reader;
  let lines = "";
  for (const { room, frames, lines: encoded } of entries) {
    const isElsewhere = room !== undefined && room !== current;
    lines += encoded[dialect.variant(lang, isElsewhere)] ??= dialect.format(
      frames,
      lang,
      isElsewhere,
    );
  }
  return utf8.encode(lines); // all together: encoding line by line takes twenty times as long
}
