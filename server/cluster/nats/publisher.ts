/**
 * What this hub's people say, on its way to the stream: each goes there once, however often it has to be tried, and is
 * accepted when it is heard at its place. Pure: the connection and the time are given.
 */

import type { Clock } from "../../clock.ts";
import type { Post } from "../mod.ts";
import { type Engine, type Stored, Unanswered } from "./client.ts";
import type { Flow } from "./subscriber.ts";
import { encodeToken, type Names } from "./subjects.ts";
import { type After, readMessage, writeMessage, type Written } from "./codec.ts";
import type { NatsTimes } from "./timeouts.ts";

export interface PostsOptions {
  readonly names: Names;
  /** The id of this hub's life. */
  readonly hub: string;
  readonly engine: Engine;
  readonly flow: Flow;
  readonly clock: Clock;
  readonly times: NatsTimes;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves when what others have to know of somebody is with the servers; undefined where it is. */
  ready(id: string): Promise<void> | undefined;
  /** The revision of the state in which somebody is known as it is; 0 where it is not. */
  revision(id: string): number;
  /** Nothing can be stored for now. `reason`: what the servers say. */
  failed(reason: string): void;
}

interface Pending {
  /** More than one where it was given again before it was accepted. */
  readonly posts: Post[];
  readonly subject: string;
  readonly key: string;
  /** As it is written, from the first try on. */
  data: string;
  ts: number;
  isUnderWay: boolean;
  /** When it failed first. */
  failed: number | undefined;
  /** Ends what is waited for. */
  stop: () => void;
}

const NOTHING = () => {};

export class Posts {
  readonly #options: PostsOptions;
  /** In the order in which they were given. */
  readonly #pending: Map<string, Pending> = new Map();
  /** By who said it, the last message in a room. */
  readonly #last: Map<string, After> = new Map();
  #isPaused = false;

  constructor(options: PostsOptions) {
    this.#options = options;
  }

  publish(post: Post): void {
    const { names, hub } = this.#options;
    const { message, author, to, ref } = post;
    const key = keyOf(author.id, ref);
    const known = this.#pending.get(key);
    if (known) return void known.posts.push(post);
    const pending: Pending = {
      posts: [post],
      subject: to === undefined ? names.room(message.room) : names.letters(to, hub),
      key,
      data: "",
      ts: 0,
      isUnderWay: false,
      failed: undefined,
      stop: NOTHING,
    };
    this.#pending.set(key, pending);
    this.#send(pending);
  }

  /** Takes what was heard, where it is one of these. */
  heard({ said, ref }: Written, isOld: boolean): boolean {
    const pending = this.#pending.get(keyOf(said.author.id, ref));
    if (!pending) return false;
    this.#accept(pending, said.message.id, said.message.ts, isOld);
    return true;
  }

  /** The last message that somebody said in a room, as long as that one is here. */
  last(id: string): After | undefined {
    return this.#last.get(id);
  }

  /** Somebody is not here any more. */
  forget(id: string): void {
    this.#last.delete(id);
  }

  /** Nothing is tried for now. */
  pause(): void {
    this.#isPaused = true;
    for (const pending of this.#pending.values()) pending.stop();
  }

  /** What has not been accepted is tried again, in the order in which it was given. */
  resume(): void {
    this.#isPaused = false;
    for (const pending of this.#pending.values()) {
      pending.failed = undefined;
      this.#send(pending);
    }
  }

  #send(pending: Pending): void {
    if (this.#isPaused || pending.isUnderWay) return;
    const { ready, clock, times } = this.#options;
    const author = pending.posts[0]!.author.id;
    // Others are to know of who says something before they hear it.
    const known = pending.data === "" ? ready(author) : undefined;
    if (!known) return this.#store(pending);
    pending.isUnderWay = true;
    let stop = NOTHING;
    const late = new Promise<void>((resolve) => stop = clock.after(times.hold, resolve));
    Promise.race([known, late]).then(() => {
      stop();
      pending.isUnderWay = false;
      if (this.#isPending(pending) && !this.#isPaused) this.#store(pending);
    });
  }

  #store(pending: Pending): void {
    const { engine, now, hub, revision } = this.#options;
    const [post] = pending.posts;
    if (pending.data === "") {
      pending.ts = now();
      pending.data = writeMessage(post!, pending.ts, hub, revision(post!.author.id));
    }
    pending.isUnderWay = true;
    engine.store(pending.subject, pending.data, { id: pending.key })
      .then((stored) => this.#stored(pending, stored))
      .catch((error: unknown) => this.#fail(pending, error))
      .finally(() => pending.isUnderWay = false);
  }

  async #stored(pending: Pending, { seq, isDuplicate }: Stored): Promise<void> {
    if (!this.#isPending(pending)) return;
    if (isDuplicate) return await this.#find(pending, seq);
    this.#await(pending, pending.subject, seq, pending.ts);
  }

  /** It was said before, maybe at another hub: the way it stands there is how it is. */
  async #find(pending: Pending, seq: number): Promise<void> {
    const { engine, names } = this.#options;
    const found = await engine.at(names.stream, seq);
    if (!this.#isPending(pending)) return;
    const place = found && names.place(found.subject);
    const read = place && readMessage(found.data, place, seq);
    const ts = read?.ok ? read.value.said.message.ts : pending.ts;
    this.#await(pending, found?.subject ?? pending.subject, seq, ts);
  }

  /** It is accepted when it is heard, where it will be; where it was not after a while, it is asked for. */
  #await(pending: Pending, subject: string, seq: number, ts: number): void {
    const { flow, clock, times } = this.#options;
    const isOld = flow.hasPassed(subject, seq);
    if (isOld || !flow.follows(subject)) return this.#accept(pending, seq, ts, isOld);
    pending.stop();
    pending.stop = clock.after(times.echo, async () => {
      await flow.recall(subject, seq);
      if (!this.#isPending(pending) || this.#isPaused) return;
      this.#await(pending, subject, seq, ts);
    });
  }

  #fail(pending: Pending, error: unknown): void {
    const { clock, times, failed } = this.#options;
    if (!this.#isPending(pending) || this.#isPaused) return;
    const reason = error instanceof Error ? error.message : String(error);
    const moment = clock.now();
    pending.failed ??= error instanceof Unanswered && error.isLate ? moment - times.answer : moment;
    // Where there was no answer for so long there is nobody who could give one.
    if (moment - pending.failed >= times.answer) return failed(reason);
    pending.stop();
    pending.stop = clock.after(times.retry, () => this.#send(pending));
  }

  #accept(pending: Pending, seq: number, ts: number, isOld: boolean): void {
    const { posts, key, subject, stop } = pending;
    const { names } = this.#options;
    stop();
    this.#pending.delete(key);
    const place = names.place(subject);
    if (place?.kind === "room") this.#last.set(posts[0]!.author.id, [place.room, seq]);
    for (const [index, post] of posts.entries()) {
      post.message.id = seq;
      post.message.ts = ts;
      post.accepted(isOld || index > 0 ? "before" : "now"); // by the first one all here are told it
    }
  }

  #isPending(pending: Pending): boolean {
    return this.#pending.get(pending.key) === pending;
  }
}

/** The same author and ref are one message, at whatever hub. */
function keyOf(id: string, ref: string): string {
  return `${encodeToken(id)}:${encodeToken(ref)}`;
}
