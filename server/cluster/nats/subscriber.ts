/** Delivers the messages of open rooms and of local users once, in stream order. Gaps are filled first. */

import type { Posted } from "../../types.ts";
import type { OnHistory } from "../mod.ts";
import { decodeMessage } from "./codec.ts";
import type { NatsContext } from "./context.ts";
import type { Directory } from "./directory.ts";
import { findHistoryStart, MAX_HISTORY } from "./history_start.ts";
import type { StoredMessage } from "./record_schema.ts";
import type { StreamMessage } from "./stream_reader.ts";
import type { Destination } from "./subjects.ts";
import { type QueuedMessage, Subscription } from "./subscription.ts";

export interface SubscriberOptions extends NatsContext {
  readonly directory: Directory;
  onMessage(posted: Posted, to?: string): void;
  /** Accepts the message if it is a pending post of this hub. `isOld`: it was delivered here before. */
  onOwnPost(message: StoredMessage, isOld: boolean): boolean;
  /** The last known sequence number of the stream. */
  streamPosition(): number;
  /** Missing messages cannot be read. */
  onFailure(): void;
}

/** Delivered messages are removed from the queue in chunks of this size. */
const QUEUE_CHUNK = 1000;

export class Subscriber {
  readonly #options: SubscriberOptions;
  /** By filter. */
  readonly #subscriptions: Map<string, Subscription> = new Map();
  /** Messages to deliver, oldest first, from index `#next` on. */
  #queue: QueuedMessage[] = [];
  #next = 0;
  /** Delivery is paused while this is above 0. */
  #pauses = 0;
  #isDelivering = false;
  /** Cancels the wait for a revision of the directory. */
  #cancelWait: (() => void) | undefined;
  /** Messages no longer wait for revisions up to this one. */
  #overdueRevision = 0;
  #idleCallbacks: (() => void)[] = [];
  /** Rooms that may have undelivered messages, with the last one. */
  readonly #suspects: Map<string, number> = new Map();
  #lastChecked = "";

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  /** Subscribes to the private messages that this hub's users send. */
  start(): void {
    const { subjects, instanceId } = this.#options;
    this.#subscribe(subjects.privateFrom(instanceId));
  }

  /** Subscribes to a room. `done` gets its recent history and all messages after `after`. */
  openRoom(room: string, after: number, done: OnHistory): void {
    const { subjects, client } = this.#options;
    const subject = subjects.room(room);
    const subscription = this.#subscriptions.get(subject) ?? this.#subscribe(subject);
    subscription.buffer ??= [];
    findHistoryStart(client, subjects.stream, subject, after)
      .then((from) => this.#read(subject, from))
      .then(
        (history) => this.#finishLoading(subscription, history, done),
        () => this.#abandonLoading(subscription, done),
      );
  }

  closeRoom(room: string): void {
    this.#unsubscribe(this.#options.subjects.room(room));
  }

  /** Subscribes to the private messages for a new user. */
  openPrivate(id: string): void {
    const filter = this.#options.subjects.privateTo(id);
    if (!this.#subscriptions.has(filter)) this.#subscribe(filter);
  }

  /**
   * Subscribes to the private messages for a user who is moving to this hub, and buffers them. The function that it
   * returns gives the messages after `after` to its callback and starts delivery.
   * @throws {NoResponse | JetStreamApiError}, then unsubscribed again.
   */
  async loadPrivate(id: string, after: number): Promise<(done: OnHistory) => void> {
    const filter = this.#options.subjects.privateTo(id);
    const subscription = this.#subscriptions.get(filter) ?? this.#subscribe(filter);
    subscription.buffer ??= [];
    subscription.base = after;
    try {
      const history = await this.#read(filter, after + 1);
      return (done) => this.#finishLoading(subscription, history, done);
    } catch (error) {
      this.#unsubscribe(filter);
      throw error;
    }
  }

  closePrivate(id: string): void {
    this.#unsubscribe(this.#options.subjects.privateTo(id));
  }

  isSubscribed(subject: string): boolean {
    return this.#subscriptionOf(subject) !== undefined;
  }

  /** Whether this message of a subject, or a later one, was delivered. */
  hasDelivered(subject: string, seq: number): boolean {
    return (this.#deliveredUpTo(subject) ?? -1) >= seq;
  }

  /** Whether this message of a room will still be delivered. */
  isUndelivered(room: string, seq: number): boolean {
    return (this.#deliveredUpTo(this.#options.subjects.room(room)) ?? Infinity) < seq;
  }

  /** Undefined for a subject that is not subscribed to, or whose history is being loaded. */
  #deliveredUpTo(subject: string): number | undefined {
    const subscription = this.#subscriptionOf(subject);
    return subscription?.buffer ? undefined : subscription?.deliveredUpTo(subject);
  }

  /** Pauses delivery until {@linkcode resume} was called as often. */
  pause(): void {
    this.#pauses++;
    this.#notifyIdle();
  }

  resume(): void {
    this.#pauses--;
    this.deliver();
  }

  /** Queues the undelivered messages of a range of the stream. Only while paused. @throws like `client.read` */
  async catchUp(from: number, upTo: number): Promise<void> {
    const { client, subjects } = this.#options;
    const missed: StreamMessage[] = [];
    const range = { filter: subjects.messages, from, upTo };
    for await (const message of client.reader.read(subjects.stream, range)) {
      const subscription = this.#subscriptionOf(message.subject);
      const isMissed = subscription && subscription.deliveredUpTo(message.subject) < message.seq;
      if (isMissed) missed.push(message);
    }
    this.#prepend(missed);
  }

  /** Resolves when the queue is empty, or delivery is paused. */
  async whenIdle(): Promise<void> {
    if (this.#next === this.#queue.length) return;
    await new Promise<void>((resolve) => this.#idleCallbacks.push(resolve));
  }

  /** Reads and queues the undelivered messages of a subject, up to a sequence number. Returns whether it could. */
  async fetchMissing(subject: string, upTo: number): Promise<boolean> {
    const subscription = this.#subscriptionOf(subject);
    if (!subscription || subscription.buffer) return true;
    this.pause();
    try {
      const from = subscription.deliveredUpTo(subject) + 1;
      this.#prepend(await this.#read(subject, from, { max: Infinity, upTo }));
      return true;
    } catch {
      this.#options.onFailure();
      return false;
    } finally {
      this.resume();
    }
  }

  /** Checks one room for undelivered messages. They are fetched at the next call, if they did not come meanwhile. */
  async checkNextRoom(): Promise<void> {
    const { client, subjects } = this.#options;
    for (const [subject, seq] of this.#suspects) {
      this.#suspects.delete(subject);
      if (this.isSubscribed(subject) && !this.hasDelivered(subject, seq)) {
        await this.fetchMissing(subject, seq);
      }
    }
    const rooms = [...this.#subscriptions.values()].filter(({ filter, buffer }) =>
      !buffer && subjects.parse(filter)?.kind === "room"
    );
    if (rooms.length === 0) return;
    const index = rooms.findIndex(({ filter }) => filter === this.#lastChecked) + 1;
    const { filter } = rooms[index % rooms.length]!;
    this.#lastChecked = filter;
    const last = await client.lastSeqFromAny(subjects.stream, filter);
    if (this.isSubscribed(filter) && !this.hasDelivered(filter, last)) {
      this.#suspects.set(filter, last);
    }
  }

  /** Delivers queued messages as far as possible. */
  deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      while (this.#pauses === 0 && this.#next < this.#queue.length && this.#deliverNext()) {
        if (++this.#next < QUEUE_CHUNK) continue;
        this.#queue = this.#queue.slice(this.#next);
        this.#next = 0;
      }
    } finally {
      this.#isDelivering = false;
    }
    if (this.#next < this.#queue.length) return;
    this.#queue = [];
    this.#next = 0;
    this.#notifyIdle();
  }

  /** The directory has a new revision, which messages may wait for. */
  onRevision(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.deliver();
  }

  close(): void {
    this.pause();
    this.#cancelWait?.();
  }

  #notifyIdle(): void {
    for (const resolve of this.#idleCallbacks.splice(0)) resolve();
  }

  /** Returns whether the next message is done with. */
  #deliverNext(): boolean {
    const { subjects, reportInvalid, instanceId, directory } = this.#options;
    const queued = this.#queue[this.#next]!;
    const { subject, seq, via } = queued;
    const destination = subjects.parse(subject);
    const subscription = via ?? this.#subscriptionOf(subject);
    if (!destination || !subscription) return true;
    if (subscription.buffer) {
      subscription.buffer.push(queued);
      return true;
    }
    if (seq <= subscription.deliveredUpTo(subject)) return true;
    const isRepublished = queued.previousSeq !== undefined;
    // Either a message is missing, or this one is not from the stream.
    if (!subscription.isContiguous(queued)) {
      this.#fillGap(queued);
      return false;
    }
    const decoded = decodeMessage(queued.data, destination, seq);
    if (!decoded.ok) {
      reportInvalid(subject, decoded.error);
      if (isRepublished) return true; // its sequence number may be false too
    } else {
      const { hub, rev } = decoded.value;
      if (hub !== instanceId && rev > Math.max(directory.revision, this.#overdueRevision)) {
        this.#waitForRevision(rev);
        return false;
      }
    }
    subscription.markDelivered(subject, seq);
    const isOwnPrivate = destination.kind === "private" && destination.hub === instanceId;
    if (isOwnPrivate && !via) this.#bufferForMovingUser(queued, destination.to);
    if (decoded.ok) this.#dispatch(decoded.value, destination, via !== undefined);
    return true;
  }

  /** Messages that local users send to a user who is moving to this hub are delivered once the move is done. */
  #bufferForMovingUser(message: StreamMessage, to: string): void {
    const subscription = this.#subscriptions.get(this.#options.subjects.privateTo(to));
    // This subscription has not seen the previous message of the subject, and must not look for it.
    const { previousSeq: _, ...known } = message;
    subscription?.buffer?.push({ ...known, via: subscription });
  }

  #dispatch(message: StoredMessage, destination: Destination, wasBuffered: boolean): void {
    const { onMessage, onOwnPost, instanceId, directory } = this.#options;
    const { posted } = message;
    if (wasBuffered) onMessage(posted, destination.kind === "private" ? destination.to : undefined);
    else if (!onOwnPost(message, false)) {
      if (destination.kind === "room") onMessage(posted);
      else if (destination.hub !== instanceId) onMessage(posted, destination.to);
    }
    directory.advance();
  }

  /** Reads the subject up to the next message, which is among the result if it is from the stream. */
  async #fillGap(message: QueuedMessage): Promise<void> {
    const { subject, seq } = message;
    this.#queue.splice(this.#next, 1);
    // If the read fails, the message shows the same gap again later.
    if (!await this.fetchMissing(subject, seq)) this.#prepend([message]);
  }

  /** The author's record of that revision is on its way. */
  #waitForRevision(revision: number): void {
    const { clock, timeouts } = this.#options;
    this.#cancelWait ??= clock.after(timeouts.dependency, () => {
      this.#cancelWait = undefined;
      this.#overdueRevision = revision;
      this.deliver();
    });
  }

  #subscribe(filter: string): Subscription {
    const { client, subjects } = this.#options;
    const subject = subjects.republished(filter);
    const unsubscribe = client.subscribe(subject, (message) => this.#onRepublished(message));
    const subscription = new Subscription(filter, unsubscribe);
    this.#subscriptions.set(filter, subscription);
    return subscription;
  }

  #unsubscribe(filter: string): void {
    this.#subscriptions.get(filter)?.unsubscribe();
    this.#subscriptions.delete(filter);
  }

  #onRepublished(republished: StreamMessage): void {
    const { subjects, reportInvalid } = this.#options;
    const message = { ...republished, subject: subjects.original(republished.subject) };
    if (!subjects.parse(message.subject)) {
      return reportInvalid(message.subject, "not a subject of this chat");
    }
    if (!Number.isSafeInteger(message.seq) || message.seq < 1) {
      return reportInvalid(message.subject, "not from the stream");
    }
    this.#queue.push(message);
    this.deliver();
  }

  #subscriptionOf(subject: string): Subscription | undefined {
    const { subjects, instanceId } = this.#options;
    const destination = subjects.parse(subject);
    if (!destination) return undefined;
    if (destination.kind === "room") return this.#subscriptions.get(subject);
    const filter = destination.hub === instanceId
      ? subjects.privateFrom(instanceId)
      : subjects.privateTo(destination.to);
    return this.#subscriptions.get(filter);
  }

  /** The messages of a filter from a sequence number on; of more than `max`, the last ones. */
  async #read(filter: string, from: number, { max = MAX_HISTORY, upTo = 0 } = {}) {
    const { client, subjects } = this.#options;
    let found: StreamMessage[] = [];
    for await (const message of client.reader.read(subjects.stream, { filter, from, upTo })) {
      found.push(message);
      if (found.length >= 2 * max) found = found.slice(-max);
    }
    return found.length > max ? found.slice(-max) : found;
  }

  /** Gives the history with the buffered messages that follow it, and starts delivery. */
  #finishLoading(
    subscription: Subscription,
    history: readonly StreamMessage[],
    done: OnHistory,
  ): void {
    if (this.#subscriptions.get(subscription.filter) !== subscription) return done(undefined);
    const buffered = (subscription.buffer ?? []).sort((a, b) => a.seq - b.seq);
    subscription.buffer = undefined;
    const loaded: StoredMessage[] = [];
    for (const message of history) this.#load(subscription, message, loaded);
    const gap = buffered.findIndex((message) => {
      if (message.seq <= subscription.deliveredUpTo(message.subject)) return false;
      if (!subscription.isContiguous(message)) return true;
      this.#load(subscription, message, loaded);
      return false;
    });
    if (gap !== -1) this.#prepend(buffered.slice(gap));
    done(loaded.map(({ posted }) => posted));
    for (const message of loaded) this.#options.onOwnPost(message, true);
    this.#options.directory.advance();
    this.deliver();
  }

  #load(subscription: Subscription, message: StreamMessage, loaded: StoredMessage[]): void {
    const { subjects, reportInvalid } = this.#options;
    const { subject, seq, data, previousSeq } = message;
    const destination = subjects.parse(subject);
    const decoded = destination && decodeMessage(data, destination, seq);
    if (decoded?.ok || previousSeq === undefined) subscription.markDelivered(subject, seq);
    if (!decoded) return;
    if (!decoded.ok) return reportInvalid(subject, decoded.error);
    loaded.push(decoded.value);
  }

  /** Starts delivery without a history. */
  #abandonLoading(subscription: Subscription, done: OnHistory): void {
    if (this.#subscriptions.get(subscription.filter) !== subscription) return done(undefined);
    const buffered = subscription.buffer ?? [];
    subscription.buffer = undefined;
    const start = buffered[0]?.previousSeq ?? this.#options.streamPosition();
    subscription.base = Math.max(subscription.base, start);
    this.#prepend(buffered);
    done(undefined);
    this.deliver();
  }

  #prepend(messages: readonly QueuedMessage[]): void {
    if (messages.length === 0) return;
    this.#queue = [...messages, ...this.#queue.slice(this.#next)];
    this.#next = 0;
  }
}
