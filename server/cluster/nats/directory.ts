/** The users and rules of all hubs, in a bucket: writes those of this hub, and applies those of the others in order. */

import type { Departure, Rule, User } from "../../types.ts";
import type { ClusterListener } from "../mod.ts";
import {
  decodeRule,
  decodeUser,
  encodeRecord,
  isLifted,
  liftedRule,
  ruleKey,
  withoutNews,
} from "./codec.ts";
import { type NatsContext, requestEach } from "./context.ts";
import { KvWriter } from "./kv_writer.ts";
import type { RoomPosition, UserRecord } from "./record_schema.ts";
import type { StreamMessage } from "./stream_reader.ts";

export interface DirectoryOptions extends NatsContext {
  /** The last message of a local user in a room. */
  lastRoomPosition(id: string): RoomPosition | undefined;
  /** Whether this message of a room will still be delivered here. */
  isUndelivered(room: string, seq: number): boolean;
  onRevision(): void;
  /** Another hub took over a local user. */
  onTakenOver(id: string): void;
  /** Other hubs took this one for dead and removed a local user. */
  onWronglyRemoved(user: User): void;
  /** Missing records cannot be read. */
  onFailure(): void;
}

/** A user of another hub, and the revision of their record. */
export interface DirectoryEntry {
  readonly user: User;
  readonly revision: number;
}

/** The record of a departure or of a lifted rule, which is purged later. */
interface Tombstone {
  readonly revision: number;
  readonly since: number;
}

/** First part of the key of a user; rules have their kind there. The name is on the wire. */
const USER_KEY = "person";
/** Attempts to take over a user whose record changes meanwhile. */
const MAX_TAKE_OVER_TRIES = 3;

export class Directory {
  readonly #options: DirectoryOptions;
  readonly #userWriter: KvWriter;
  readonly #ruleWriter: KvWriter;
  readonly remoteUsers: Map<string, DirectoryEntry> = new Map();
  readonly #localUsers: Map<string, User> = new Map();
  /** By subject. */
  readonly #rules: Map<string, Rule> = new Map();
  readonly #tombstones: Map<string, Tombstone> = new Map();
  #listener: ClusterListener | undefined;
  /** The last applied revision. */
  revision = 0;
  #queue: StreamMessage[] = [];
  /** Records are not applied while this is above 0. */
  #pauses = 0;
  /** Cancels the wait for a message. */
  #cancelWait: (() => void) | undefined;
  /** The record of this revision no longer waits for a message. */
  #overdueSeq = 0;
  #unsubscribe: () => void = () => {};

  constructor(options: DirectoryOptions) {
    this.#options = options;
    const stream = options.subjects.bucketStream("state");
    this.#userWriter = new KvWriter(options, stream);
    this.#ruleWriter = new KvWriter(options, stream);
  }

  /** Subscribes. Called once, before the first {@linkcode reload}. */
  start(): void {
    const { client, subjects } = this.#options;
    const subject = subjects.republished(subjects.allKeys("state"));
    this.#unsubscribe = client.subscribe(subject, (record) => this.#onRecord(record));
  }

  /** Starts events, first with all remote users and rules. */
  attach(listener: ClusterListener): void {
    this.#listener = listener;
    for (const { user } of this.remoteUsers.values()) listener.onUser(user);
    for (const rule of this.#rules.values()) listener.onRule(withoutNews(rule));
  }

  /** Whether a user of any hub has this id. */
  has(id: string): boolean {
    return this.#localUsers.has(id) || this.remoteUsers.has(id);
  }

  isLocal(id: string): boolean {
    return this.#localUsers.has(id);
  }

  put(user: User): void {
    this.#localUsers.set(user.id, user);
    this.remoteUsers.delete(user.id);
    this.#writeUser(user.id);
  }

  remove(id: string, departure: Departure): void {
    const { instanceId, lastRoomPosition } = this.#options;
    if (!this.#localUsers.delete(id)) return;
    const after = lastRoomPosition(id);
    this.#userWriter.set(this.#subject(id), {
      data: () => encodeRecord({ hub: instanceId, gone: departure, after }),
      isLast: true,
      mayReplace: (found) => this.#mayWrite(found, id),
    });
  }

  /** Makes a user of the hub `from` a local one, if no other hub was first. @throws {NoResponse | JetStreamApiError} */
  async takeOver(id: string, from: string): Promise<User | undefined> {
    const { client, instanceId, subjects } = this.#options;
    const subject = this.#subject(id);
    let known = this.remoteUsers.get(id);
    // The latest record of the other hub may not have arrived. An earlier try may have succeeded without a response.
    const canTake = (user: User) => user.hub === from || user.hub === instanceId;
    for (let tries = 0; known && canTake(known.user) && tries < MAX_TAKE_OVER_TRIES; tries++) {
      const user: User = { ...known.user, hub: instanceId };
      const record = encodeRecord({ hub: instanceId, person: user });
      const revision = await client.put(subject, record, { expected: known.revision });
      if (revision !== undefined) {
        this.#userWriter.setRevision(subject, revision);
        this.#localUsers.set(id, user);
        this.remoteUsers.delete(id);
        return user;
      }
      const found = await client.last(subjects.bucketStream("state"), subject);
      const decoded = found && decodeUser(found.data, id);
      known = decoded?.ok && "user" in decoded.value
        ? { user: decoded.value.user, revision: found!.seq }
        : undefined;
    }
    return undefined;
  }

  /** Removes a user of a dead hub, unless their record has changed. @throws {NoResponse | JetStreamApiError} */
  async removeOrphan(id: string): Promise<void> {
    const { client, instanceId } = this.#options;
    const expected = this.remoteUsers.get(id)?.revision;
    if (expected === undefined) return;
    const departure = encodeRecord({ hub: instanceId, gone: {} });
    await client.put(this.#subject(id), departure, { expected, operation: "PURGE" });
  }

  putRule(rule: Rule): void {
    const { instanceId, subjects } = this.#options;
    const subject = subjects.key("state", ...ruleKey(rule));
    this.#ruleWriter.set(subject, {
      data: () => encodeRecord({ hub: instanceId, rule }),
      isLast: isLifted(rule),
    });
  }

  /** Purges old tombstones. @throws {NoResponse | JetStreamApiError} */
  async purgeTombstones(): Promise<void> {
    const { client, subjects, clock, timeouts } = this.#options;
    const until = clock.now() - timeouts.tombstone;
    const old = this.#tombstones.entries().filter(([, { since }]) => since <= until);
    await requestEach(old, async ([subject, { revision }]) => {
      await client.purge(subjects.bucketStream("state"), subject, revision);
      if (this.#tombstones.get(subject)?.revision === revision) this.#tombstones.delete(subject);
    });
  }

  /** Resolves when a local user's record is written; undefined if it is. */
  whenWritten(id: string): Promise<void> | undefined {
    return this.#userWriter.whenWritten(this.#subject(id));
  }

  /** The revision of a local user's record; 0 if unknown. */
  revisionOf(id: string): number {
    return this.#userWriter.revision(this.#subject(id));
  }

  /** Pauses events and writes until {@linkcode resume} was called as often. */
  pause(): void {
    this.#pauses++;
    this.#userWriter.pause();
    this.#ruleWriter.pause();
  }

  resume(): void {
    this.#pauses--;
    if (this.#pauses > 0) return;
    this.#userWriter.resume();
    this.#ruleWriter.resume();
    this.advance();
  }

  /** Resolves when the rules set so far are written. */
  whenRulesWritten(): Promise<unknown> {
    return this.#ruleWriter.whenAllWritten();
  }

  whenAllWritten(): Promise<unknown> {
    return Promise.all([this.#userWriter.whenAllWritten(), this.whenRulesWritten()]);
  }

  /** Reads the whole bucket and applies what is new. @throws {NoResponse | JetStreamApiError} */
  async reload(): Promise<void> {
    const { client, subjects, reportInvalid } = this.#options;
    const stream = subjects.bucketStream("state");
    const queuedBefore = new Set(this.#queue);
    this.#pauses++;
    try {
      const { state: { last_seq: last } } = await client.streamInfo(stream);
      const records: StreamMessage[] = [];
      const range = { filter: subjects.allKeys("state"), from: 1, upTo: last };
      for await (const record of client.reader.read(stream, range)) records.push(record);
      const found = new Set(records.map(({ subject }) => subject));
      for (const subject of await this.#recheckMissing(found)) found.add(subject);
      const revision = this.revision;
      for (const record of records) if (record.seq > revision) this.#apply(record);
      this.#dropMissing(found, last);
      this.revision = Math.max(last, records.at(-1)?.seq ?? 0);
      // Records that came before the read are in the bucket, or forged.
      this.#queue = this.#queue.filter((record) => {
        const isGenuine = record.seq <= this.revision || !queuedBefore.has(record);
        if (!isGenuine) reportInvalid(record.subject, "not in the bucket");
        return isGenuine;
      });
    } finally {
      this.#pauses--;
    }
    this.#options.onRevision();
    this.advance();
  }

  /** Applies queued records as far as possible. */
  advance(): void {
    const { isUndelivered, onRevision } = this.#options;
    const revision = this.revision;
    while (this.#pauses === 0 && this.#queue.length > 0) {
      const record = this.#queue[0]!;
      if (record.seq > this.revision) {
        if (record.seq > this.revision + 1) {
          this.reload().catch(() => this.#options.onFailure()); // a gap in the revisions
          break;
        }
        const message = this.#dependencyOf(record);
        if (message && record.seq !== this.#overdueSeq && isUndelivered(...message)) {
          this.#waitForMessage(record.seq);
          break;
        }
        this.#cancelWait?.();
        this.#cancelWait = undefined;
        this.#apply(record);
        this.revision = record.seq;
      }
      this.#queue.shift();
    }
    if (this.revision !== revision) onRevision();
  }

  close(): void {
    this.pause();
    this.#unsubscribe();
    this.#cancelWait?.();
  }

  #subject(id: string): string {
    return this.#options.subjects.key("state", USER_KEY, id);
  }

  #onRecord(republished: StreamMessage): void {
    const { subjects, reportInvalid } = this.#options;
    const { seq, subject } = republished;
    if (!Number.isSafeInteger(seq) || seq < 1) {
      return reportInvalid(subject, "not from the bucket");
    }
    this.#queue.push({ ...republished, subject: subjects.original(subject) });
    this.advance();
  }

  #writeUser(id: string): void {
    const { instanceId: hub, lastRoomPosition } = this.#options;
    const user = () => ({ person: this.#localUsers.get(id)!, after: lastRoomPosition(id) });
    this.#userWriter.set(this.#subject(id), {
      data: () => encodeRecord({ hub, ...user() }),
      mayReplace: (found) => this.#mayWrite(found, id),
    });
  }

  /** Whether no other hub has taken over the user of this record. */
  #mayWrite(found: StreamMessage | undefined, id: string): boolean {
    const decoded = found && decodeUser(found.data, id);
    if (!decoded?.ok || "gone" in decoded.value) return true;
    return decoded.value.user.hub === this.#options.instanceId;
  }

  /** The message that must be delivered before this record is applied. */
  #dependencyOf({ subject, data }: StreamMessage): RoomPosition | undefined {
    const [kind, id] = this.#options.subjects.keyParts("state", subject) ?? [];
    if (kind !== USER_KEY || id === undefined) return undefined;
    const decoded = decodeUser(data, id);
    const isRemote = decoded.ok && decoded.value.hub !== this.#options.instanceId;
    return isRemote ? decoded.value.after : undefined;
  }

  #waitForMessage(seq: number): void {
    const { clock, timeouts } = this.#options;
    this.#cancelWait ??= clock.after(timeouts.dependency, () => {
      this.#cancelWait = undefined;
      this.#overdueSeq = seq;
      this.advance();
    });
  }

  #apply(record: StreamMessage): void {
    const { subjects, reportInvalid, instanceId } = this.#options;
    const [kind, of, ...more] = subjects.keyParts("state", record.subject) ?? [];
    if (kind === undefined || of === undefined || more.length > 0) {
      return reportInvalid(record.subject, "not a key of this chat");
    }
    if (kind === USER_KEY) {
      const decoded = decodeUser(record.data, of);
      if (decoded.ok) this.#applyUser(of, decoded.value, record);
      else reportInvalid(record.subject, decoded.error);
      return;
    }
    const decoded = decodeRule(record.data, kind, of);
    if (!decoded.ok) return reportInvalid(record.subject, decoded.error);
    const { rule, hub } = decoded.value;
    this.#applyRule(rule, record);
    if (hub !== instanceId) this.#listener?.onRule(rule);
  }

  #applyUser(id: string, record: UserRecord, { subject, seq }: StreamMessage): void {
    if ("gone" in record) {
      this.#addTombstone(subject, seq);
      this.#applyDeparture(id, record.gone, record.hub);
      return;
    }
    this.#tombstones.delete(subject);
    // Older than this hub's own record.
    if (this.#localUsers.has(id) && seq < this.#userWriter.revision(subject)) return;
    const { user } = record;
    const isEcho = record.hub === this.#options.instanceId;
    // The user is local, has left, or is being taken over.
    if (isEcho && !this.remoteUsers.has(id)) return;
    if (this.#localUsers.has(id)) {
      this.#localUsers.delete(id);
      this.#userWriter.forget(subject);
      this.#options.onTakenOver(id);
    }
    this.remoteUsers.set(id, { user, revision: seq });
    if (!isEcho) this.#listener?.onUser(user);
  }

  #applyDeparture(id: string, departure: Departure, by: string): void {
    const user = this.#localUsers.get(id);
    if (user && by !== this.#options.instanceId) {
      this.#options.onWronglyRemoved(user);
      this.#writeUser(id);
    } else if (this.remoteUsers.delete(id)) this.#listener?.onUserGone(id, departure);
  }

  #applyRule(rule: Rule, { subject, seq }: StreamMessage): void {
    if (isLifted(rule)) {
      this.#rules.delete(subject);
      this.#addTombstone(subject, seq);
    } else {
      this.#rules.set(subject, rule);
      this.#tombstones.delete(subject);
    }
  }

  #addTombstone(subject: string, revision: number): void {
    this.#tombstones.set(subject, { revision, since: this.#options.clock.now() });
  }

  /** Known subjects that the read missed, as they were rewritten during it: their new values are on the way. */
  async #recheckMissing(found: ReadonlySet<string>): Promise<string[]> {
    const { client, subjects } = this.#options;
    const stream = subjects.bucketStream("state");
    const ids = [...this.remoteUsers.keys(), ...this.#localUsers.keys()];
    const known = [...ids.map((id) => this.#subject(id)), ...this.#rules.keys()];
    const missing = known.filter((subject) => !found.has(subject));
    const existing: string[] = [];
    await requestEach(missing, async (subject) => {
      if (await client.last(stream, subject)) existing.push(subject);
    });
    return existing;
  }

  /** Drops users and rules whose records are gone. `last`: the revision up to which the bucket was read. */
  #dropMissing(found: ReadonlySet<string>, last: number): void {
    for (const id of [...this.remoteUsers.keys()]) {
      if (found.has(this.#subject(id))) continue;
      this.remoteUsers.delete(id);
      this.#listener?.onUserGone(id, {});
    }
    for (const [id, user] of this.#localUsers) {
      const subject = this.#subject(id);
      const revision = this.#userWriter.revision(subject);
      if (found.has(subject) || revision === 0 || revision > last) continue;
      this.#options.onWronglyRemoved(user);
      this.#writeUser(id);
    }
    for (const [subject, rule] of [...this.#rules]) {
      if (found.has(subject)) continue;
      this.#rules.delete(subject);
      this.#listener?.onRule(liftedRule(rule));
    }
    for (const subject of [...this.#tombstones.keys()]) {
      if (!found.has(subject)) this.#tombstones.delete(subject);
    }
  }
}
