/** Publishes the messages of this hub's users: each is stored once, and accepted when it is delivered. */

import { within } from "../../../common/cli/timers.ts";
import type { Post } from "../mod.ts";
import type { PubAck } from "./client.ts";
import { decodeMessage, encodeMessage } from "./codec.ts";
import type { NatsContext } from "./context.ts";
import type { Directory } from "./directory.ts";
import type { RoomPosition, StoredMessage } from "./record_schema.ts";
import { encodeToken } from "./subjects.ts";
import type { Subscriber } from "./subscriber.ts";

export interface PublisherOptions extends NatsContext {
  readonly directory: Directory;
  readonly subscriber: Subscriber;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Nothing can be stored for now. */
  onFailure(reason: string): void;
}

interface PendingPost {
  /** Several if the same message was published again before it was accepted. */
  readonly posts: Post[];
  readonly subject: string;
  readonly key: string;
  /** The encoded message, the same for every try; empty before the first. */
  data: string;
  ts: number;
  isInFlight: boolean;
  /** Time of the first of a series of tries that failed. */
  triedAt: number | undefined;
  cancelTimer: () => void;
}

export class Publisher {
  readonly #options: PublisherOptions;
  /** In publishing order. */
  readonly #pending: Map<string, PendingPost> = new Map();
  /** Each local author's last message in a room; removed when the author has left. */
  readonly lastRoomPositions: Map<string, RoomPosition> = new Map();
  #isPaused = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  publish(post: Post): void {
    const { subjects, instanceId } = this.#options;
    const { message, author, to, ref } = post;
    const key = dedupKey(author.id, ref);
    const known = this.#pending.get(key);
    if (known) return void known.posts.push(post);
    const pending: PendingPost = {
      posts: [post],
      subject: to === undefined ? subjects.room(message.room) : subjects.privateTo(to, instanceId),
      key,
      data: "",
      ts: 0,
      isInFlight: false,
      triedAt: undefined,
      cancelTimer: () => {},
    };
    this.#pending.set(key, pending);
    this.#send(pending);
  }

  /** Accepts a delivered message if it is one of the pending posts; returns whether it is. */
  onDelivered({ posted, ref }: StoredMessage, isOld: boolean): boolean {
    const pending = this.#pending.get(dedupKey(posted.author.id, ref));
    if (!pending) return false;
    this.#accept(pending, posted.message.id, posted.message.ts, isOld);
    return true;
  }

  pause(): void {
    this.#isPaused = true;
    for (const pending of this.#pending.values()) pending.cancelTimer();
  }

  /** Retries all pending posts, in publishing order. */
  resume(): void {
    this.#isPaused = false;
    for (const pending of this.#pending.values()) {
      pending.triedAt = undefined;
      this.#send(pending);
    }
  }

  #send(pending: PendingPost): void {
    if (this.#isPaused || pending.isInFlight) return;
    const { directory, clock, timeouts } = this.#options;
    const author = pending.posts[0]!.author.id;
    // Other hubs must know the author before the message.
    const userWritten = pending.data === "" ? directory.whenWritten(author) : undefined;
    if (!userWritten) return this.#store(pending);
    pending.isInFlight = true;
    within(userWritten, { milliseconds: timeouts.dependency, clock }).then(() => {
      pending.isInFlight = false;
      if (this.#isPending(pending) && !this.#isPaused) this.#store(pending);
    });
  }

  #store(pending: PendingPost): void {
    const { client, directory, now, clock, instanceId } = this.#options;
    const [post] = pending.posts;
    if (pending.data === "") {
      pending.ts = now();
      const revision = directory.revisionOf(post!.author.id);
      pending.data = encodeMessage(post!, pending.ts, instanceId, revision);
    }
    pending.isInFlight = true;
    pending.triedAt ??= clock.now();
    client.store(pending.subject, pending.data, pending.key)
      .then((ack) => this.#onStored(pending, ack))
      .catch((error: unknown) => this.#onError(pending, error))
      .finally(() => pending.isInFlight = false);
  }

  async #onStored(pending: PendingPost, { seq, duplicate }: PubAck): Promise<void> {
    const { client, subjects } = this.#options;
    // A message that was stored before, maybe by another hub, keeps the subject and time of the original.
    const found = duplicate ? await client.reader.find(subjects.stream, { seq }) : undefined;
    if (!this.#isPending(pending)) return;
    const { subject } = found ?? pending;
    const destination = found && subjects.parse(subject);
    const decoded = destination && decodeMessage(found.data, destination, seq);
    const ts = decoded?.ok ? decoded.value.posted.message.ts : pending.ts;
    this.#awaitDelivery(pending, subject, seq, ts);
  }

  /** Accepts the post at its delivery, or at once if it is not delivered here. Fetches a late one. */
  #awaitDelivery(pending: PendingPost, subject: string, seq: number, ts: number): void {
    const { subscriber, clock, timeouts } = this.#options;
    const isOld = subscriber.hasDelivered(subject, seq);
    if (isOld || !subscriber.isSubscribed(subject)) return this.#accept(pending, seq, ts, isOld);
    pending.cancelTimer();
    pending.cancelTimer = clock.after(timeouts.echo, async () => {
      await subscriber.fetchMissing(subject, seq);
      if (!this.#isPending(pending) || this.#isPaused) return;
      this.#awaitDelivery(pending, subject, seq, ts);
    });
  }

  #onError(pending: PendingPost, error: unknown): void {
    const { clock, timeouts, onFailure } = this.#options;
    if (!this.#isPending(pending) || this.#isPaused) return;
    const reason = error instanceof Error ? error.message : String(error);
    const now = clock.now();
    const nextTry = now + timeouts.retry - (pending.triedAt ?? now);
    if (nextTry >= timeouts.response) return onFailure(reason);
    pending.cancelTimer();
    pending.cancelTimer = clock.after(timeouts.retry, () => this.#send(pending));
  }

  #accept(pending: PendingPost, seq: number, ts: number, isOld: boolean): void {
    const { posts, key, subject, cancelTimer } = pending;
    const { subjects } = this.#options;
    cancelTimer();
    this.#pending.delete(key);
    const destination = subjects.parse(subject);
    if (destination?.kind === "room") {
      this.lastRoomPositions.set(posts[0]!.author.id, [destination.room, seq]);
    }
    for (const [index, post] of posts.entries()) {
      post.message.id = seq;
      post.message.ts = ts;
      post.onAccepted(isOld || index > 0 ? "duplicate" : "new"); // the first one is delivered
    }
  }

  #isPending(pending: PendingPost): boolean {
    return this.#pending.get(pending.key) === pending;
  }
}

/** Identifies a message by author and ref, at every hub. */
function dedupKey(id: string, ref: string): string {
  return `${encodeToken(id)}:${encodeToken(ref)}`;
}
