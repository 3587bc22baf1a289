/**
 * Who is in the chat and what is laid down, as the servers have it: this hub's own people and rules are written there, and
 * those of the others are told from there, in the order in which they were written. Pure: the connection and the time are
 * given.
 */

import type { Clock } from "../../clock.ts";
import type { ClusterListener } from "../mod.ts";
import { type Engine, type Entry, REFUSED, Refused } from "./client.ts";
import type { Garbage } from "./invalid_records.ts";
import type { Names } from "./subjects.ts";
import {
  type After,
  isLifted,
  type PersonRecord,
  readPerson,
  readRule,
  ruleWords,
  writeGone,
  writePerson,
  writeRule,
} from "./codec.ts";
import type { NatsTimes } from "./timeouts.ts";
import { Writes } from "./kv_writer.ts";
import type { Departure, Rule, User } from "../../types.ts";

export interface StateOptions {
  readonly names: Names;
  /** The id of this hub's life. */
  readonly hub: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly times: NatsTimes;
  readonly garbage: Garbage;
  /** The last message that somebody here said in a room. */
  last(id: string): After | undefined;
  /** Whether that message of a room is yet to be told here. */
  isBehind(room: string, seq: number): boolean;
  /** The state is known up to another revision. */
  revised(): void;
  /** Somebody who was here is at another hub. */
  lost(id: string): void;
  /** Others took this hub for dead, and somebody here for gone. */
  mistaken(person: User): void;
  /** What is missing cannot be had for now. */
  failed(): void;
}

/** Somebody at another hub, and where that stands. */
export interface Other {
  readonly person: User;
  readonly revision: number;
}

/** What the state is told to. */
export type Hearer = Pick<ClusterListener, "onUser" | "onUserGone" | "onRule">;

/** What says that somebody is gone or a rule lifted, until it is removed. */
interface Marker {
  readonly revision: number;
  readonly since: number;
}

const PERSON = "person";
/** So much is asked for at the same time. */
const ASKED_AT_ONCE = 32;

export class State {
  readonly #options: StateOptions;
  readonly #writes: Writes;
  /** Each resolves when a rule is with the servers. */
  readonly #ruling: Set<Promise<void>> = new Set();
  readonly #others: Map<string, Other> = new Map();
  readonly #own: Map<string, User> = new Map();
  /** By subject. */
  readonly #rules: Map<string, Rule> = new Map();
  readonly #markers: Map<string, Marker> = new Map();
  #hearer: Hearer | undefined;
  /** All up to here was told. */
  #revision = 0;
  /** What came and was not told yet. */
  #queue: Entry[] = [];
  #holds = 0;
  /** Ends the wait for a message. */
  #stopWaiting: (() => void) | undefined;
  /** The one at this place is not held back (any more). */
  #patience = 0;
  #stop: () => void = () => {};

  constructor(options: StateOptions) {
    this.#options = options;
    const { engine, names, clock, times } = options;
    this.#writes = new Writes({ engine, stream: names.bucketStream("state"), clock, times });
  }

  /** Listens; to be called once, before the first {@linkcode reload}. */
  start(): void {
    const { engine, names } = this.#options;
    this.#stop = engine.listen(names.told(names.keys("state")), (told) => this.#come(told));
  }

  /** Tells all that there is, and from now on what is new. */
  attach(hearer: Hearer): void {
    this.#hearer = hearer;
    for (const { person } of this.#others.values()) hearer.onUser(person);
    for (const rule of this.#rules.values()) hearer.onRule(withoutNews(rule));
  }

  /** The people at other hubs. */
  get others(): ReadonlyMap<string, Other> {
    return this.#others;
  }

  /** The revision up to which the state is known here. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether there is somebody of that id, at whatever hub. */
  knows(id: string): boolean {
    return this.#own.has(id) || this.#others.has(id);
  }

  isHere(id: string): boolean {
    return this.#own.has(id);
  }

  put(person: User): void {
    this.#own.set(person.id, person);
    this.#others.delete(person.id);
    this.#writePerson(person.id);
  }

  remove(id: string, why: Departure): void {
    const { hub, last } = this.#options;
    if (!this.#own.delete(id)) return;
    const after = last(id);
    this.#writes.set(this.#subject(id), {
      data: () => writeGone(why, hub, after),
      isLast: true,
      mayReplace: (found) => this.#isOurs(found, id),
    });
  }

  /** Somebody who was at a hub is at this one from now on; undefined where another was quicker. @throws {Unanswered | Refused} */
  async take(id: string, from: string): Promise<User | undefined> {
    const { engine, hub, names } = this.#options;
    const subject = this.#subject(id);
    let known = this.#others.get(id);
    // What the other hub wrote last may not have been told yet; and what was tried before may have been done, though nobody said so.
    const isThere = (person: User) => person.hub === from || person.hub === hub;
    for (let tries = 0; known && isThere(known.person) && tries < 3; tries++) {
      const person: User = { ...known.person, hub };
      try {
        const { seq } = await engine.store(subject, writePerson(person, hub), {
          expected: known.revision,
        });
        this.#writes.adopt(subject, seq);
        this.#own.set(id, person);
        this.#others.delete(id);
        return person;
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== REFUSED.wrongRevision) throw error;
        const found = await engine.last(names.bucketStream("state"), subject);
        const read = found && readPerson(found.data, id);
        known = read?.ok && "person" in read.value
          ? { person: read.value.person, revision: found!.seq }
          : undefined;
      }
    }
    return undefined;
  }

  /** Somebody whose hub is no more is gone, unless another hub was quicker. @throws {Unanswered | Refused} */
  async sweep(id: string): Promise<void> {
    const { engine, hub } = this.#options;
    const other = this.#others.get(id);
    if (!other) return;
    try {
      await engine.store(this.#subject(id), writeGone({}, hub), {
        expected: other.revision,
        operation: "PURGE",
      });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== REFUSED.wrongRevision) throw error;
    }
  }

  rule(rule: Rule): void {
    const { hub, names } = this.#options;
    const subject = names.key("state", ...ruleWords(rule));
    this.#writes.set(subject, { data: () => writeRule(rule, hub), isLast: isLifted(rule) });
    const ready = this.#writes.ready(subject);
    if (!ready) return;
    const written: Promise<void> = ready.then(() => void this.#ruling.delete(written));
    this.#ruling.add(written);
  }

  /** Resolves when the rules that were laid down so far are with the servers; undefined where they are. */
  ruled(): Promise<unknown> | undefined {
    return this.#ruling.size === 0 ? undefined : Promise.all(this.#ruling);
  }

  /** What says that something is gone is removed, where it has done so for long enough. @throws {Unanswered | Refused} */
  async removeMarkers(atOnce: number): Promise<void> {
    const { engine, names, clock, times } = this.#options;
    const until = clock.now() - times.marker;
    const old = [...this.#markers].filter(([, { since }]) => since <= until);
    while (old.length > 0) {
      await Promise.all(
        old.splice(0, atOnce).map(async ([subject, { revision }]) => {
          await engine.purge(names.bucketStream("state"), subject, revision);
          if (this.#markers.get(subject)?.revision === revision) this.#markers.delete(subject);
        }),
      );
    }
  }

  /** Resolves when what others have to know of somebody is with the servers; undefined where it is. */
  ready(id: string): Promise<void> | undefined {
    return this.#writes.ready(this.#subject(id));
  }

  /** The revision in which somebody here is known as it is; 0 where that is not known. */
  revisionOf(id: string): number {
    return this.#writes.revision(this.#subject(id));
  }

  /** Nothing is told or written until this was undone by {@linkcode release}. */
  hold(): void {
    this.#holds++;
    this.#writes.pause();
  }

  release(): void {
    this.#holds--;
    if (this.#holds > 0) return;
    this.#writes.resume();
    this.tell();
  }

  /** Resolves when all is written. */
  async written(): Promise<void> {
    await this.#writes.all();
  }

  /** Learns how things are, whatever was told before, and tells what is new in that. @throws {Unanswered | Refused} */
  async reload(): Promise<void> {
    const { engine, names, garbage } = this.#options;
    const stream = names.bucketStream("state");
    const told = new Set(this.#queue);
    this.#holds++;
    try {
      const { state: { last_seq: last } } = await engine.info(stream);
      const found: Entry[] = [];
      const filter = names.keys("state");
      for await (const entry of engine.read(stream, { filter, from: 1, upTo: last })) {
        found.push(entry);
      }
      const subjects = new Set(found.map(({ subject }) => subject));
      for (const subject of await this.#findAgain(subjects)) subjects.add(subject);
      const before = this.#revision;
      for (const entry of found) if (entry.seq > before) this.#apply(entry);
      this.#miss(subjects, last);
      this.#revision = Math.max(last, found.at(-1)?.seq ?? 0);
      // What was told of before that is there, or was made up.
      this.#queue = this.#queue.filter((entry) => {
        const isThere = entry.seq <= this.#revision || !told.has(entry);
        if (!isThere) garbage.drop(entry.subject, "not in the bucket");
        return isThere;
      });
    } finally {
      this.#holds--;
    }
    this.#options.revised();
    this.tell();
  }

  /** Goes on, where that is possible. */
  tell(): void {
    const { isBehind, revised, garbage } = this.#options;
    const before = this.#revision;
    while (this.#holds === 0 && this.#queue.length > 0) {
      const entry = this.#queue[0]!;
      if (entry.seq > this.#revision) {
        if (entry.seq > this.#revision + 1) {
          void this.#recover();
          break;
        }
        const after = this.#after(entry);
        if (after && entry.seq !== this.#patience && isBehind(...after)) {
          this.#await(entry.seq);
          break;
        }
        this.#stopWaiting?.();
        this.#stopWaiting = undefined;
        this.#apply(entry, garbage);
        this.#revision = entry.seq;
      }
      this.#queue.shift();
    }
    if (this.#revision !== before) revised();
  }

  close(): void {
    this.#holds++;
    this.#writes.pause();
    this.#stop();
    this.#stopWaiting?.();
  }

  #subject(id: string): string {
    return this.#options.names.key("state", PERSON, id);
  }

  #come(told: Entry): void {
    const { names, garbage } = this.#options;
    if (!Number.isSafeInteger(told.seq) || told.seq < 1) {
      return garbage.drop(told.subject, "not from the bucket");
    }
    this.#queue.push({ ...told, subject: names.untold(told.subject) });
    this.tell();
  }

  #writePerson(id: string): void {
    const { hub, last } = this.#options;
    this.#writes.set(this.#subject(id), {
      data: () => writePerson(this.#own.get(id)!, hub, last(id)),
      mayReplace: (found) => this.#isOurs(found, id),
    });
  }

  /** Whether this hub may write what is known of somebody: nobody else has taken that one over. */
  #isOurs(found: Entry | undefined, id: string): boolean {
    const read = found && readPerson(found.data, id);
    return !read?.ok || "gone" in read.value || read.value.person.hub === this.#options.hub;
  }

  /** A message that is to be told before that. */
  #after({ subject, data }: Entry): After | undefined {
    const [kind, id] = this.#options.names.words("state", subject) ?? [];
    if (kind !== PERSON || id === undefined) return undefined;
    const read = readPerson(data, id);
    return read.ok && read.value.hub !== this.#options.hub ? read.value.after : undefined;
  }

  #await(seq: number): void {
    const { clock, times } = this.#options;
    this.#stopWaiting ??= clock.after(times.hold, () => {
      this.#stopWaiting = undefined;
      this.#patience = seq;
      this.tell();
    });
  }

  /** Some were not told. */
  async #recover(): Promise<void> {
    try {
      await this.reload();
    } catch {
      this.#options.failed();
    }
  }

  #apply(entry: Entry, garbage: Garbage = this.#options.garbage): void {
    const { names } = this.#options;
    const [kind, of, ...more] = names.words("state", entry.subject) ?? [];
    if (kind === undefined || of === undefined || more.length > 0) {
      return garbage.drop(entry.subject, "no key of this chat");
    }
    if (kind === PERSON) {
      const read = readPerson(entry.data, of);
      if (read.ok) this.#applyPerson(of, read.value, entry);
      else garbage.drop(entry.subject, read.reason);
      return;
    }
    const read = readRule(entry.data, kind, of);
    if (!read.ok) return garbage.drop(entry.subject, read.reason);
    const { rule, hub } = read.value;
    this.#applyRule(rule, entry);
    if (hub !== this.#options.hub) this.#hearer?.onRule(rule);
  }

  #applyPerson(id: string, record: PersonRecord, { subject, seq }: Entry): void {
    if ("gone" in record) {
      this.#mark(subject, seq);
      this.#go(id, record.gone, record.hub);
      return;
    }
    this.#markers.delete(subject);
    // It was taken over from there, or written anew, before that was told here.
    if (this.#own.has(id) && seq < this.#writes.revision(subject)) return;
    const { person } = record;
    const isEcho = record.hub === this.#options.hub;
    // One's own words: about somebody who is here, or was; or who is just being taken over.
    if (isEcho && !this.#others.has(id)) return;
    if (this.#own.has(id)) {
      this.#own.delete(id);
      this.#writes.drop(subject);
      this.#options.lost(id);
    }
    this.#others.set(id, { person, revision: seq });
    if (!isEcho) this.#hearer?.onUser(person);
  }

  #go(id: string, why: Departure, by: string): void {
    const person = this.#own.get(id);
    if (person && by !== this.#options.hub) {
      this.#options.mistaken(person);
      this.#writePerson(id);
    } else if (this.#others.delete(id)) this.#hearer?.onUserGone(id, why);
  }

  #applyRule(rule: Rule, { subject, seq }: Entry): void {
    if (isLifted(rule)) {
      this.#rules.delete(subject);
      this.#mark(subject, seq);
    } else {
      this.#rules.set(subject, rule);
      this.#markers.delete(subject);
    }
  }

  #mark(subject: string, revision: number): void {
    this.#markers.set(subject, { revision, since: this.#options.clock.now() });
  }

  /**
   * What is known and was not found may be there all the same, where it was written anew while it was read: the news of that
   * is on its way. Gives the subjects at which there is something.
   */
  async #findAgain(found: ReadonlySet<string>): Promise<string[]> {
    const { engine, names } = this.#options;
    const stream = names.bucketStream("state");
    const people = [...this.#others.keys(), ...this.#own.keys()].map((id) => this.#subject(id));
    const missing = [...people, ...this.#rules.keys()].filter((subject) => !found.has(subject));
    const there: string[] = [];
    while (missing.length > 0) {
      await Promise.all(
        missing.splice(0, ASKED_AT_ONCE).map(async (subject) => {
          if (await engine.last(stream, subject)) there.push(subject);
        }),
      );
    }
    return there;
  }

  /** What is not there any more was removed while nobody told it here. `last`: what was written later may not be found. */
  #miss(found: ReadonlySet<string>, last: number): void {
    for (const id of [...this.#others.keys()]) {
      if (found.has(this.#subject(id))) continue;
      this.#others.delete(id);
      this.#hearer?.onUserGone(id, {});
    }
    for (const [id, person] of this.#own) {
      const subject = this.#subject(id);
      const revision = this.#writes.revision(subject);
      if (found.has(subject) || revision === 0 || revision > last) continue;
      this.#options.mistaken(person);
      this.#writePerson(id);
    }
    for (const [subject, rule] of [...this.#rules]) {
      if (found.has(subject)) continue;
      this.#rules.delete(subject);
      this.#hearer?.onRule(lifted(rule));
    }
    for (const subject of [...this.#markers.keys()]) {
      if (!found.has(subject)) this.#markers.delete(subject);
    }
  }
}

function withoutNews(rule: Rule): Rule {
  return rule.kind === "room" ? { kind: "room", room: rule.room, state: rule.state } : rule;
}

function lifted(rule: Rule): Rule {
  switch (rule.kind) {
    case "room":
      return { kind: "room", room: rule.room, state: undefined };
    case "ban":
      return { kind: "ban", key: rule.key, ban: undefined };
    case "mute":
      return { kind: "mute", key: rule.key, mute: undefined };
  }
}
