/** Reads ranges of a stream through short-lived pull consumers. */

import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
  type MsgRequest,
  ReplayPolicy,
  type SeqMsgRequest,
} from "@nats-io/jetstream";
import { createInbox, type Msg, type NatsConnection, nuid } from "@nats-io/transport-node";
import { within } from "../../../common/cli/timers.ts";
import type { Clock } from "../../clock.ts";
import { NoResponse } from "./failures.ts";
import type { Timeouts } from "./timeouts.ts";

export interface StreamMessage {
  readonly subject: string;
  /** Sequence number in the stream. */
  readonly seq: number;
  /** Sequence number of the previous message of the subject, 0 for none; only if the message was republished. */
  readonly previousSeq?: number;
  readonly data: string;
}

/** The client, as the reader uses it. */
export interface ReaderLink {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly isClustered: boolean;
  request<T>(call: (api: JetStreamManager) => Promise<T>): Promise<T>;
  whileConnected<T>(call: () => Promise<T>): Promise<T>;
}

/** Messages per pull request. */
const BATCH = 500;
/** Status codes by which the servers end a batch that is not full. */
const END_OF_BATCH: readonly number[] = [404, 408];
/** Concurrent reads; further ones wait. */
const MAX_READS = 16;
const CONSUMER_TRIES = 4;
/** Milliseconds after which the servers delete an unused consumer. */
const INACTIVE_THRESHOLD = 30_000;
const NANOS = 1_000_000;

export class StreamReader {
  readonly #link: ReaderLink;
  readonly #waitingReads: (() => void)[] = [];
  #activeReads = 0;

  constructor(link: ReaderLink) {
    this.#link = link;
  }

  /**
   * Messages from `from` up to `upTo` (by default the end) that match a filter. Those stored meanwhile may be left out.
   * @throws {NoResponse | JetStreamApiError}
   */
  async *read(
    stream: string,
    { filter, from, upTo = 0 }: { filter: string; from: number; upTo?: number },
  ): AsyncGenerator<StreamMessage, void> {
    await this.#acquireRead();
    try {
      const end = upTo > 0
        ? upTo
        : (await this.#link.request((api) => api.streams.info(stream))).state.last_seq;
      if (from > end) return;
      const { name } = await this.#createConsumer(stream, filter, from);
      let seq = from - 1;
      try {
        for await (const message of this.#consume(stream, name, end)) {
          seq = message.seq;
          yield message;
        }
      } finally {
        this.#deleteConsumer(stream, name);
      }
      // The consumer's server may lag behind the leader, or have miscounted.
      while (seq < end) {
        // The servers know next_by_subj, the types do not (NATS, JSApiMsgGetRequest).
        const query = { seq: seq + 1, next_by_subj: filter } as SeqMsgRequest;
        const message = await this.find(stream, query);
        if (!message || message.seq > end) return;
        seq = message.seq;
        yield message;
      }
    } finally {
      this.#activeReads--;
      this.#waitingReads.shift()?.();
    }
  }

  /** The number of messages from `from` on that match a subject filter. */
  async count(stream: string, filter: string, from: number): Promise<number> {
    const { name, num_pending: pending } = await this.#createConsumer(stream, filter, from);
    this.#deleteConsumer(stream, name);
    return pending;
  }

  /** The message that a query finds, as the stream's leader has it. */
  async find(stream: string, query: MsgRequest): Promise<StreamMessage | undefined> {
    const found = await this.#link.request((api) => api.streams.getMessage(stream, query));
    return found ? { subject: found.subject, seq: found.seq, data: found.string() } : undefined;
  }

  async #acquireRead(): Promise<void> {
    if (this.#activeReads++ < MAX_READS) return;
    await new Promise<void>((resolve) => this.#waitingReads.push(resolve));
  }

  /** A cluster may place a consumer on a server that is down: retries ask for a replicated one, which responds. */
  async #createConsumer(stream: string, filter: string, from: number): Promise<ConsumerInfo> {
    for (let tries = 1;; tries++) {
      const isReplicated = tries > 1 && this.#link.isClustered;
      try {
        return await this.#link.request((api) =>
          api.consumers.add(stream, {
            ack_policy: AckPolicy.None,
            deliver_policy: DeliverPolicy.StartSequence,
            opt_start_seq: Math.max(1, from),
            replay_policy: ReplayPolicy.Instant,
            filter_subject: filter,
            inactive_threshold: INACTIVE_THRESHOLD * NANOS,
            mem_storage: true,
            num_replicas: isReplicated ? 0 : 1,
            ...(isReplicated ? { durable_name: nuid.next() } : {}),
          })
        );
      } catch (error) {
        if (error instanceof JetStreamApiError || tries === CONSUMER_TRIES) throw error;
      }
    }
  }

  /** Failure is harmless: the servers delete unused consumers. */
  #deleteConsumer(stream: string, name: string): void {
    this.#link.request((api) => api.consumers.delete(stream, name)).catch(() => {});
  }

  async *#consume(stream: string, consumer: string, end: number) {
    for (;;) {
      const { batch, isAll } = await this.#fetchBatch(stream, consumer);
      for (const msg of batch) {
        const { seq } = deliveryInfo(msg)!;
        yield { subject: msg.subject, seq, data: msg.string() };
        if (seq >= end) return;
      }
      if (isAll) return;
    }
  }

  /** The next messages of a consumer, at most {@linkcode BATCH}, and whether these are the last. */
  async #fetchBatch(stream: string, consumer: string): Promise<{ batch: Msg[]; isAll: boolean }> {
    const { connection, clock, timeouts } = this.#link;
    const { promise, resolve, reject } = Promise.withResolvers<{ batch: Msg[]; isAll: boolean }>();
    const batch: Msg[] = [];
    const inbox = createInbox();
    const subscription = connection.subscribe(inbox, {
      callback: (_, msg) => {
        const info = deliveryInfo(msg);
        if (info) {
          batch.push(msg);
          const isAll = info.pending === 0;
          if (isAll || batch.length === BATCH) resolve({ batch, isAll });
        } else if (END_OF_BATCH.includes(msg.headers?.code ?? 0)) resolve({ batch, isAll: true });
        else reject(new NoResponse(msg.headers?.description ?? "invalid response"));
      },
    });
    try {
      const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
      const request = JSON.stringify({ batch: BATCH, no_wait: true });
      const fetched = await this.#link.whileConnected(() => {
        connection.publish(next, request, { reply: inbox });
        return within(promise, { milliseconds: timeouts.response, clock });
      });
      if (fetched === "late") throw new NoResponse(`timed out reading ${stream}`);
      return fetched;
    } finally {
      subscription.unsubscribe();
    }
  }
}

/** The sequence number and the number of pending messages, from the reply subject (NATS, ADR-15). */
function deliveryInfo({ reply = "" }: Msg): { seq: number; pending: number } | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK") return undefined;
  // Newer servers add two tokens before the stream, and sometimes one at the end.
  const shift = tokens.length >= 11 ? 2 : 0;
  const [seq, pending] = [Number(tokens[5 + shift]), Number(tokens[8 + shift])];
  return Number.isSafeInteger(seq) && Number.isSafeInteger(pending) ? { seq, pending } : undefined;
}
