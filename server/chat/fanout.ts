/**
 * Brings frames to sessions: what happens in one tick goes out together, written once for all who read it alike. To a
 * room of N members a message costs one encoding for each dialect and language, and one reference for each member.
 *
 * Members with something of their own in the tick (they sent, were answered, came in its middle, heard of several rooms
 * or ignore somebody) get a chunk of their own, in which everything stands in the order in which it happened. It knows no rules of
 * the chat.
 */

import type { HubFrame } from "../../common/protocol/frame.ts";
import type { Member, Room } from "../model/room.ts";
import { Session } from "../model/session.ts";
import type { Author } from "../types.ts";

/**
 * Frames of one type to be told to the same people, between which these are told nothing else, with their lines by variant,
 * written when first needed: until then more may follow.
 */
interface Entry {
  readonly order: number;
  readonly frames: HubFrame[];
  /** Whether these are messages; noted, as to look into the frames for each reader is dear. */
  readonly isMessages: boolean;
  /** Where it happened; undefined for what concerns one session only. */
  readonly room: Room | undefined;
  /** Does not get it: it did it, or each of these was told in another way. */
  readonly except: Author | ReadonlySet<Member> | undefined;
  readonly lines: string[];
}

/** What one session gets apart from the others. */
interface Individual {
  /** Of its rooms, only what came after this. */
  since: number;
  readonly own: Entry[];
}

const utf8 = new TextEncoder();

export class Fanout {
  readonly #schedule: (flush: () => void) => void;
  readonly #beforeDelivery: () => void;
  // New ones each tick: one that is cleared costs more, since V8 keeps what was in it until it collects all garbage.
  #rooms: Map<Room, Entry[]> = new Map();
  #individual: Map<Member, Individual> = new Map();
  /** To which a frame may be added that follows at once: one that is told in a room, and one that is told to one session. */
  #lastInRoom: Entry | undefined;
  #lastOwn: { readonly session: Member; readonly entry: Entry } | undefined;
  #order = 0;
  #scheduled = false;
  /** Messages that were given to peers, once for each of them, those told again included. */
  messagesOut = 0;

  /**
   * `schedule` is asked once a tick to call {@linkcode flush} at the tick's end. `beforeDelivery` is called each time before
   * anything is given to anybody, and may still tell something.
   */
  constructor(schedule: (flush: () => void) => void, beforeDelivery: () => void) {
    this.#schedule = schedule;
    this.#beforeDelivery = beforeDelivery;
  }

  /** To every member of the room but one, who may be at another hub, or but some. */
  toRoom(room: Room, frame: HubFrame, except?: Author | ReadonlySet<Member>): void {
    // Whoever was told something between two frames that others hear in a row.
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
    else if (except && isSet(except)) { for (const each of except) this.#individually(each); }
  }

  /** To one session only; of what happened in a room, with that room. */
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

  /** The session has just come into its room: it gets nothing of what was told there before. */
  startFrom(session: Member): void {
    this.#endRuns();
    this.#individually(session).since = this.#order;
  }

  /** Gives the session at once what it is due; to be called before it leaves its room or changes how it reads. */
  flushTo(session: Member): void {
    this.#beforeDelivery();
    this.#endRuns();
    const entries = this.#due(session, this.#individually(session));
    this.discardFor(session); // it may stay: what follows in this tick is due to it, what it has just got is not again
    this.#deliver(session, entries);
  }

  /** The session gets nothing of what was told until now. */
  discardFor(session: Member): void {
    this.#endRuns();
    this.#individual.set(session, { since: this.#order, own: [] });
    this.#scheduleFlush();
  }

  /** The session is gone: nothing more is due to it. */
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
        // Who hears of several rooms hears it all in one order.
        if (member.ignoreList.size > 0 || (rooms.length > 1 && member.rooms.size > 1)) {
          this.#individually(member);
        }
      }
    }
    this.#scheduled = false;
    const apart = [...this.#individual];
    const isApart = new Set(this.#individual.keys());
    const due = apart.map(([session, own]) => this.#due(session, own));
    this.#rooms = new Map();
    this.#individual = new Map();

    for (const [room, entries] of rooms) {
      const shared: Uint8Array[] = [];
      let told = 0;
      for (const member of room.members) {
        if (isApart.has(member)) continue;
        const bytes = shared[variantOf(member, room)] ??= join(entries, member);
        if (bytes.length > 0) member.peer.send(bytes);
        if (member.stage !== "away") told++;
      }
      this.messagesOut += told * countMessages(entries);
    }
    apart.forEach(([session], index) => this.#deliver(session, due[index]!));
  }

  #deliver(session: Member, entries: Entry[]): void {
    const bytes = join(entries, session);
    if (bytes.length > 0) session.peer.send(bytes);
    if (session.stage !== "away") this.messagesOut += countMessages(entries);
  }

  #due(session: Member, apart: Individual): Entry[] {
    const told = [...session.rooms].flatMap((room) => this.#rooms.get(room) ?? []);
    const heard = told.filter((entry) => entry.order > apart.since && isFor(session, entry));
    if (heard.length === 0) return apart.own;
    if (apart.own.length === 0 && session.rooms.size === 1) return heard;
    return [...heard, ...apart.own].sort((a, b) => a.order - b.order);
  }

  #individually(session: Member): Individual {
    let apart = this.#individual.get(session);
    if (!apart) this.#individual.set(session, apart = { since: 0, own: [] });
    this.#scheduleFlush();
    return apart;
  }

  #entry(frame: HubFrame, room?: Room, except?: Entry["except"]): Entry {
    this.#scheduleFlush();
    const isMessages = frame.type === "message";
    return { order: ++this.#order, frames: [frame], isMessages, room, except, lines: [] };
  }

  /** Nothing is added to what was told until now. */
  #endRuns(): void {
    this.#lastInRoom = this.#lastOwn = undefined;
  }

  #scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.flush());
  }
}

/** Not for who did it, nor for who does not want to hear what it says. */
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

/** How many messages the entries have. */
function countMessages(entries: Entry[]): number {
  let count = 0;
  for (const { isMessages, frames } of entries) if (isMessages) count += frames.length;
  return count;
}

/** Two sessions read what a room is told alike exactly when this is the same. */
function variantOf({ dialect, lang, room: current }: Member, room: Room | undefined): number {
  return dialect.variant(lang, room !== undefined && room !== current);
}

/** The entries as one chunk, in the way in which the reader reads. */
function join(entries: Entry[], reader: Member): Uint8Array {
  const { dialect, lang, room: current } = reader;
  let lines = "";
  for (const { room, frames, lines: written } of entries) {
    const isElsewhere = room !== undefined && room !== current;
    lines += written[dialect.variant(lang, isElsewhere)] ??= dialect.format(
      frames,
      lang,
      isElsewhere,
    );
  }
  return utf8.encode(lines); // all together: to encode line by line takes twenty times as long
}
