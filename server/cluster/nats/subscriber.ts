/**
 * What is said, as this hub hears it: of the rooms that are open here and of the people who are, in the one order, nothing
 * twice and nothing left out. What was lost on the way is asked for before anything later is told. Pure: the connection and
 * the time are given.
 */

import type { Clock } from "../../clock.ts";
import type { Engine, Entry } from "./client.ts";
import type { Garbage } from "./invalid_records.ts";
import type { Names, Place } from "./subjects.ts";
import { readMessage, type Written } from "./codec.ts";
import { findTail, MAX_PAST } from "./history_start.ts";
import type { NatsTimes } from "./timeouts.ts";
import type { Posted } from "../../types.ts";

export interface FlowOptions {
  readonly names: Names;
  /** The id of this hub's life. */
  readonly hub: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly times: NatsTimes;
  readonly garbage: Garbage;
  hear(said: Posted, to?: string): void;
  /** Takes a message that is one of this hub's own posts. `isOld`: all here have been told it already. */
  own(written: Written, isOld: boolean): boolean;
  /** The revision of the state that is known here. */
  revision(): number;
  /** How far the stream is at least. */
  position(): number;
  /** Something was heard: who waits for it may go on. */
  progressed(): void;
  /** What is missing cannot be had for now. */
  failed(): void;
}

/** What came, and is told in its turn. */
interface Queued extends Entry {
  /** The channel by which it is told in any case, where that is not the one of its subject. */
  readonly via?: Channel;
}

/** The messages of a subject, or of several that belong together. */
interface Channel {
  /** The subjects. */
  readonly filter: string;
  readonly stop: () => void;
  /** All up to here was told, or is not wanted. */
  base: number;
  /** The last that was told, by its subject. */
  readonly seen: Map<string, number>;
  /** What came while it is not known yet what was before. */
  waiting: Queued[] | undefined;
}

/** Gets what was said before what is told from then on; undefined where that could not be had. */
export type Settled = (past: readonly Posted[] | undefined) => void;

/** Subjects of private messages, of which it is remembered each by itself what was told last. */
const MAX_SEEN = 10_000;

export class Flow {
  readonly #options: FlowOptions;
  /** By the subjects. */
  readonly #channels: Map<string, Channel> = new Map();
  /** What came and was not told yet, the oldest first, from an index on. */
  #queue: Queued[] = [];
  #next = 0;
  /** For so many reasons nothing is told for now. */
  #holds = 0;
  #isTelling = false;
  /** Ends the wait for a revision of the state. */
  #stopWaiting: (() => void) | undefined;
  /** Revisions up to here are not waited for (any more). */
  #patience = 0;
  #whenIdle: (() => void)[] = [];
  /** Rooms of which there may be more than was told, each with its last message. */
  readonly #doubts: Map<string, number> = new Map();
  /** The room that was looked at last. */
  #looked = "";

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** Begins to listen for what this hub's own people write in private. */
  start(): void {
    const { names, hub } = this.#options;
    this.#listen(names.lettersFrom(hub));
  }

  /** From now on what is said in a room is told; `done` gets what was said there last, and after the message of an id. */
  openRoom(room: string, after: number, done: Settled): void {
    const { names, engine } = this.#options;
    const subject = names.room(room);
    const channel = this.#channels.get(subject) ?? this.#listen(subject);
    channel.waiting ??= [];
    findTail(engine, names.stream, subject, after)
      .then((from) => this.#read(subject, from))
      .then((past) => this.#settle(channel, past, done), () => this.#giveUp(channel, done));
  }

  /** What is said in a room is not told any more. */
  closeRoom(room: string): void {
    this.#close(this.#options.names.room(room));
  }

  /** From now on what is written to somebody in private is told, who came here first. */
  openLetters(id: string): void {
    const filter = this.#options.names.letters(id);
    if (!this.#channels.has(filter)) this.#listen(filter);
  }

  /**
   * From now on what is written to somebody in private is kept, and told when the function that this gives is called, to
   * which it gives what was written after the message of an id.
   *
   * @throws {Unanswered | Refused} and nothing is kept.
   */
  async loadLetters(id: string, after: number): Promise<(done: Settled) => void> {
    const filter = this.#options.names.letters(id);
    const channel = this.#channels.get(filter) ?? this.#listen(filter);
    channel.waiting ??= [];
    channel.base = after;
    try {
      const past = await this.#read(filter, after + 1);
      return (done) => this.#settle(channel, past, done);
    } catch (error) {
      this.#close(filter);
      throw error;
    }
  }

  closeLetters(id: string): void {
    this.#close(this.#options.names.letters(id));
  }

  /** Whether a message of a subject would be heard here. */
  follows(subject: string): boolean {
    return this.#channelOf(subject) !== undefined;
  }

  /** Whether the message at a place of the stream was heard here, or one after it. */
  hasPassed(subject: string, seq: number): boolean {
    const channel = this.#channelOf(subject);
    return channel !== undefined && !channel.waiting && seenOf(channel, subject) >= seq;
  }

  /** Whether that message of a room is yet to be told here. */
  isBehind(room: string, seq: number): boolean {
    const subject = this.#options.names.room(room);
    const channel = this.#channels.get(subject);
    return channel !== undefined && !channel.waiting && seenOf(channel, subject) < seq;
  }

  /** Nothing is told until this was undone as often by {@linkcode release}. */
  hold(): void {
    this.#holds++;
    this.#stopIdling();
  }

  release(): void {
    this.#holds--;
    this.tell();
  }

  /**
   * Asks for all that was said from one place of the stream to another one, and tells what of it was not told. To be called
   * while nothing is told.
   *
   * @throws {Unanswered | Refused}
   */
  async catchUp(from: number, upTo: number): Promise<void> {
    const { engine, names } = this.#options;
    const found: Entry[] = [];
    for await (const entry of engine.read(names.stream, { filter: names.said, from, upTo })) {
      const channel = this.#channelOf(entry.subject);
      if (channel && seenOf(channel, entry.subject) < entry.seq) found.push(entry);
    }
    this.#putFirst(found);
  }

  /** Resolves when all was told that has come, or is not told for now. */
  async idle(): Promise<void> {
    if (this.#next === this.#queue.length) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Asks for what was said at a subject after what was told, up to a place: something of it is missing. */
  async recall(subject: string, upTo: number): Promise<boolean> {
    const channel = this.#channelOf(subject);
    if (!channel || channel.waiting) return true;
    this.hold();
    try {
      const from = seenOf(channel, subject) + 1;
      this.#putFirst(await this.#read(subject, from, { max: Infinity, upTo }));
      return true;
    } catch {
      this.#options.failed();
      return false;
    } finally {
      this.release();
    }
  }

  /** Looks at the next room, whether there is more than was told; then again a little later, and asks for it. */
  async look(): Promise<void> {
    const { engine, names } = this.#options;
    for (const [subject, seq] of this.#doubts) {
      this.#doubts.delete(subject);
      if (this.follows(subject) && !this.hasPassed(subject, seq)) await this.recall(subject, seq);
    }
    const rooms = [...this.#channels.values()].filter(({ filter, waiting }) =>
      !waiting && names.place(filter)?.kind === "room"
    );
    if (rooms.length === 0) return;
    const at = rooms.findIndex(({ filter }) => filter === this.#looked) + 1;
    const { filter } = rooms[at % rooms.length]!;
    this.#looked = filter;
    const last = await engine.glance(names.stream, filter);
    if (this.follows(filter) && !this.hasPassed(filter, last)) this.#doubts.set(filter, last);
  }

  /** Goes on, where that is possible. */
  tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      while (this.#holds === 0 && this.#next < this.#queue.length && this.#tellNext()) {
        if (++this.#next < 1000) continue;
        this.#queue = this.#queue.slice(this.#next);
        this.#next = 0;
      }
    } finally {
      this.#isTelling = false;
    }
    if (this.#next < this.#queue.length) return;
    this.#queue = [];
    this.#next = 0;
    this.#stopIdling();
  }

  /** Ends all waits. */
  close(): void {
    this.#holds++;
    this.#stopWaiting?.();
    this.#stopIdling();
  }

  #stopIdling(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Whether the next one needs no more looking at. */
  #tellNext(): boolean {
    const { names, garbage, hub, revision } = this.#options;
    const entry = this.#queue[this.#next]!;
    const { subject, seq, via } = entry;
    const place = names.place(subject);
    const channel = via ?? this.#channelOf(subject);
    if (!place || !channel) return true;
    if (channel.waiting) {
      channel.waiting.push(entry);
      return true;
    }
    const seen = seenOf(channel, subject);
    if (seq <= seen) return true;
    // Where it does not follow what was told last, something is missing, or it is not from the stream at all.
    const isTold = entry.before !== undefined;
    if (!follows(channel, entry)) {
      this.#fill(entry);
      return false;
    }
    const read = readMessage(entry.data, place, seq);
    if (!read.ok) {
      garbage.drop(subject, read.reason);
      if (isTold) return true; // its place may be no better
    } else if (read.value.hub !== hub && read.value.rev > Math.max(revision(), this.#patience)) {
      this.#await(read.value.rev);
      return false;
    }
    see(channel, subject, seq);
    if (place.kind === "private" && place.hub === hub && !via) this.#lay(entry, place.to);
    if (read.ok) this.#pass(read.value, place, via !== undefined);
    return true;
  }

  /** Who is about to come here is not told what is accepted here meanwhile: that waits with the rest. */
  #lay(entry: Entry, to: string): void {
    const letters = this.#channels.get(this.#options.names.letters(to));
    // What was there before it in the stream was looked at already.
    const { before: _, ...known } = entry;
    letters?.waiting?.push({ ...known, via: letters });
  }

  #pass(written: Written, place: Place, isLaid: boolean): void {
    const { hear, own, hub, progressed } = this.#options;
    if (isLaid) hear(written.said, place.kind === "private" ? place.to : undefined);
    else if (!own(written, false)) {
      if (place.kind === "room") hear(written.said);
      else if (place.hub !== hub) hear(written.said, place.to);
    }
    progressed();
  }

  /** Asks for what was said at the subject of the next one, which is among that where it is from the stream. */
  async #fill(entry: Entry): Promise<void> {
    const { subject, seq } = entry;
    this.#queue.splice(this.#next, 1);
    // What was not had is missed again when this one is looked at again.
    if (!await this.recall(subject, seq)) this.#putFirst([entry]);
  }

  /** The author is not known yet as it was when it said that: the news is on its way. */
  #await(rev: number): void {
    const { clock, times } = this.#options;
    this.#stopWaiting ??= clock.after(times.hold, () => {
      this.#stopWaiting = undefined;
      this.#patience = rev;
      this.tell();
    });
  }

  /** The state is known up to another revision. */
  revised(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.tell();
  }

  #listen(filter: string): Channel {
    const { engine, names } = this.#options;
    const channel: Channel = {
      filter,
      stop: engine.listen(names.told(filter), (entry) => this.#come(entry)),
      base: 0,
      seen: new Map(),
      waiting: undefined,
    };
    this.#channels.set(filter, channel);
    return channel;
  }

  #close(filter: string): void {
    this.#channels.get(filter)?.stop();
    this.#channels.delete(filter);
  }

  #come(told: Entry): void {
    const { names, garbage } = this.#options;
    const entry = { ...told, subject: names.untold(told.subject) };
    if (!names.place(entry.subject)) return garbage.drop(entry.subject, "no subject of this chat");
    if (!Number.isSafeInteger(entry.seq) || entry.seq < 1) {
      return garbage.drop(entry.subject, "not from the stream");
    }
    this.#queue.push(entry);
    this.tell();
  }

  #channelOf(subject: string): Channel | undefined {
    const { names, hub } = this.#options;
    const place = names.place(subject);
    if (!place) return undefined;
    if (place.kind === "room") return this.#channels.get(subject);
    const filter = place.hub === hub ? names.lettersFrom(hub) : names.letters(place.to);
    return this.#channels.get(filter);
  }

  /** What was said from a place on; of more than may be, the last. */
  async #read(
    filter: string,
    from: number,
    { max = MAX_PAST, upTo = 0 } = {},
  ): Promise<Entry[]> {
    const { engine, names } = this.#options;
    let found: Entry[] = [];
    for await (const entry of engine.read(names.stream, { filter, from, upTo })) {
      found.push(entry);
      if (found.length >= 2 * max) found = found.slice(-max);
    }
    return found.length > max ? found.slice(-max) : found;
  }

  /** Gives what was read, with what came meanwhile; what comes from now on is told. */
  #settle(channel: Channel, past: readonly Entry[], done: Settled): void {
    if (this.#channels.get(channel.filter) !== channel) return done(undefined);
    const came = (channel.waiting ?? []).sort((a, b) => a.seq - b.seq);
    channel.waiting = undefined;
    const said: Posted[] = [];
    const old: Written[] = [];
    for (const entry of past) this.#collect(channel, entry, said, old);
    const gap = came.findIndex((entry) => {
      const seen = seenOf(channel, entry.subject);
      if (entry.seq <= seen) return false;
      if (!follows(channel, entry)) return true;
      this.#collect(channel, entry, said, old);
      return false;
    });
    if (gap !== -1) this.#putFirst(came.slice(gap));
    done(said);
    for (const written of old) this.#options.own(written, true);
    this.#options.progressed();
    this.tell();
  }

  #collect(channel: Channel, entry: Entry, said: Posted[], old: Written[]): void {
    const { names, garbage } = this.#options;
    const { subject, seq, data, before } = entry;
    const place = names.place(subject);
    const read = place && readMessage(data, place, seq);
    if (read?.ok || before === undefined) see(channel, subject, seq);
    if (!read) return;
    if (!read.ok) return garbage.drop(subject, read.reason);
    said.push(read.value.said);
    old.push(read.value);
  }

  /** What was there before is not known: what comes from now on is told. */
  #giveUp(channel: Channel, done: Settled): void {
    if (this.#channels.get(channel.filter) !== channel) return done(undefined);
    const came = channel.waiting ?? [];
    channel.waiting = undefined;
    channel.base = Math.max(channel.base, came[0]?.before ?? this.#options.position());
    this.#putFirst(came);
    done(undefined);
    this.tell();
  }

  #putFirst(entries: readonly Queued[]): void {
    if (entries.length === 0) return;
    this.#queue = [...entries, ...this.#queue.slice(this.#next)];
    this.#next = 0;
  }
}

function seenOf({ seen, base }: Channel, subject: string): number {
  return seen.get(subject) ?? base;
}

/** Whether nothing of its subject can have been between it and what was told last; what is not told but read is in order. */
function follows({ seen, base }: Channel, { subject, before }: Entry): boolean {
  if (before === undefined) return true;
  const last = seen.get(subject);
  return last === undefined ? before <= base : before === last;
}

function see(channel: Channel, subject: string, seq: number): void {
  if (channel.seen.size >= MAX_SEEN && !channel.seen.has(subject)) {
    channel.base = Math.max(...channel.seen.values());
    channel.seen.clear();
  }
  channel.seen.set(subject, Math.max(seq, seenOf(channel, subject)));
}
