/**
 * The connection to the NATS servers: what is published and stored there, told, asked and read. It comes back by itself when
 * it breaks. What all of that means, its users know.
 */

import {
  type Authenticator,
  type ConnectionOptions,
  createInbox,
  credsAuthenticator,
  headers,
  type Msg,
  type NatsConnection,
  NatsConnectionImpl,
  nuid,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  ReplayPolicy,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import type { Clock } from "../../clock.ts";
import { parseNatsServer } from "./servers.ts";
import type { NatsTimes } from "./timeouts.ts";
import { useTransport } from "./transport.ts";

/** What stands in a stream, or came to it just now. */
export interface Entry {
  readonly subject: string;
  /** Its place in the stream. */
  readonly seq: number;
  /** The place of the one before of the same subject; 0 for the first. Known only where it is told. */
  readonly before?: number;
  readonly data: string;
}

export interface Stored {
  readonly seq: number;
  /** It was there already. */
  readonly isDuplicate: boolean;
}

/** No answer came: the connection is broken, or nobody there is in charge. Whether it was done is not known. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  /** It was waited for as long as an answer may take. */
  readonly isLate: boolean;

  constructor(
    message: string,
    { isLate = false, ...options }: ErrorOptions & { isLate?: boolean } = {},
  ) {
    super(message, options);
    this.isLate = isLate;
  }
}

/** The servers did not do it. `code`: of JetStream's errors. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of JetStream's errors. */
export const REFUSED = { wrongRevision: 10071, noStream: 10059, nameInUse: 10058 } as const;

export interface EngineOptions {
  /** Each as parseNatsServer takes it. */
  readonly servers: readonly string[];
  /** The text of a credentials file. */
  readonly creds?: string;
  /** Authorities, in PEM. */
  readonly ca?: string;
  readonly clock: Clock;
  readonly times: NatsTimes;
}

/** Messages of a stream that are asked for at once. */
const BATCH = 500;
/** How the servers say that there are fewer than were asked for. */
const NO_MORE: readonly number[] = [404, 408];
/** Reads of streams that go on at the same time; the others wait. */
const MAX_READS = 16;
/** So often it is tried to begin a read. */
const OPENINGS = 4;
/** The servers forget a read that nobody goes on with after so many milliseconds. */
const INACTIVE = 30_000;
const NANOS = 1_000_000;

interface Waiting {
  resolve(stored: Stored): void;
  reject(error: Error): void;
}

export class Engine {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #clock: Clock;
  readonly #times: NatsTimes;
  /** Where the servers answer to what was stored. */
  readonly #answers: string;
  /** By the last token of the subject of the answer. */
  readonly #stores: Map<string, Waiting> = new Map();
  /** Called when the connection breaks: what waits for an answer gets none. */
  readonly #asked: Set<(error: Error) => void> = new Set();
  readonly #reads: (() => void)[] = [];
  #reading = 0;
  #stored = 0;
  #isUp = true;
  #onLink: (isUp: boolean) => void = () => {};

  /** @throws what the client of NATS does, when none of the servers takes the connection. */
  static async connect(options: EngineOptions): Promise<Engine> {
    useTransport();
    const connection = await NatsConnectionImpl.connect(connectionOptions(options));
    // The client forgets those that it did not reach at first: they may be there later.
    connection.setServers(addresses(options.servers));
    try {
      const manager = await jetstreamManager(connection, {
        checkAPI: false,
        timeout: options.times.answer,
      });
      return new Engine(connection, manager, options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    { clock, times }: EngineOptions,
  ) {
    this.#connection = connection;
    this.#manager = manager;
    this.#clock = clock;
    this.#times = times;
    this.#answers = createInbox();
    connection.subscribe(`${this.#answers}.*`, { callback: (_, msg) => this.#answered(msg) });
    this.#watch();
  }

  /** Whether there is a connection. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether the server that it is connected to is one of several. */
  get isClustered(): boolean {
    return this.#connection.info?.cluster !== undefined;
  }

  /** Where it is connected to. */
  get server(): string {
    return this.#connection.getServer();
  }

  /** From now on it is told when the connection breaks, and when there is one again. */
  set onLink(call: (isUp: boolean) => void) {
    this.#onLink = call;
  }

  /** Says something to whoever listens to a subject just now. */
  tell(subject: string, data: string): void {
    if (this.#isUp) this.#connection.publish(subject, data);
  }

  /** Listens to a subject until the function that it gives is called. */
  listen(subject: string, call: (entry: Entry) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, msg) => {
        if (!error) call(heard(msg));
      },
    });
    return () => subscription.unsubscribe();
  }

  /**
   * Adds to a stream. `id`: the same one is stored once. `expected`: the place of what has to stand at that subject before,
   * 0 for nothing.
   *
   * @throws {Unanswered | Refused}
   */
  store(
    subject: string,
    data: string,
    { id, expected, operation }: { id?: string; expected?: number; operation?: "DEL" | "PURGE" } =
      {},
  ): Promise<Stored> {
    const { promise, resolve, reject } = Promise.withResolvers<Stored>();
    if (!this.#isUp) return Promise.reject(new Unanswered("there is no connection"));
    const token = String(++this.#stored);
    const end = () => {
      this.#stores.delete(token);
      stop();
    };
    const waiting: Waiting = {
      resolve: (stored) => (end(), resolve(stored)),
      reject: (error) => (end(), reject(error)),
    };
    const stop = this.#clock.after(this.#times.answer, () => {
      waiting.reject(new Unanswered(`nothing was answered about ${subject}`, { isLate: true }));
    });
    this.#stores.set(token, waiting);
    const fields = headers();
    if (id !== undefined) fields.set("Nats-Msg-Id", id);
    if (expected !== undefined) {
      fields.set("Nats-Expected-Last-Subject-Sequence", String(expected));
    }
    if (operation !== undefined) fields.set("KV-Operation", operation);
    try {
      const reply = `${this.#answers}.${token}`;
      this.#connection.publish(subject, data, { reply, headers: fields });
    } catch (error) {
      waiting.reject(new Unanswered("there is no connection", { cause: error }));
    }
    return promise;
  }

  /**
   * What stands in a stream from a place on, at the subjects that a filter allows; what comes while it is read may be left
   * out. `upTo`: nothing behind that place is wanted.
   *
   * @throws {Unanswered | Refused}
   */
  async *read(
    stream: string,
    { filter, from, upTo = 0 }: { filter: string; from: number; upTo?: number },
  ): AsyncGenerator<Entry, void> {
    await this.#mayRead();
    try {
      const end = upTo > 0 ? upTo : (await this.info(stream)).state.last_seq;
      if (from > end) return;
      const { name } = await this.#open(stream, filter, from);
      let seq = from - 1;
      try {
        for await (const entry of this.#readAll(stream, name, end)) {
          seq = entry.seq;
          yield entry;
        }
      } finally {
        this.#forget(stream, name);
      }
      // The server that was read from may be behind the others, or have miscounted.
      while (seq < end) {
        const entry = await this.#next(stream, filter, seq + 1);
        if (!entry || entry.seq > end) return;
        seq = entry.seq;
        yield entry;
      }
    } finally {
      this.#reading--;
      this.#reads.shift()?.();
    }
  }

  /** How many there are from a place on, at the subjects that a filter allows. */
  async count(stream: string, filter: string, from: number): Promise<number> {
    const { name, num_pending: pending } = await this.#open(stream, filter, from);
    this.#forget(stream, name);
    return pending;
  }

  /** The last one of a subject, as who is in charge of the stream has it. */
  async last(stream: string, subject: string): Promise<Entry | undefined> {
    const found = await this.#ask((api) =>
      api.streams.getMessage(stream, { last_by_subj: subject })
    );
    return found ? { subject, seq: found.seq, data: found.string() } : undefined;
  }

  /** The last one of a subject, as any of the servers has it. */
  async glance(stream: string, subject: string): Promise<number> {
    const found = await this.#ask((api) =>
      api.direct.getMessage(stream, { last_by_subj: subject })
    );
    return found?.seq ?? 0;
  }

  /** What stands at a place. */
  async at(stream: string, seq: number): Promise<Entry | undefined> {
    const found = await this.#ask((api) => api.streams.getMessage(stream, { seq }));
    return found ? { subject: found.subject, seq, data: found.string() } : undefined;
  }

  /** Removes what stands at the subjects that a filter allows, up to a place. */
  async purge(stream: string, filter: string, upTo: number): Promise<void> {
    await this.#ask((api) => api.streams.purge(stream, { filter, seq: upTo + 1 }));
  }

  info(stream: string): Promise<StreamInfo> {
    return this.#ask((api) => api.streams.info(stream));
  }

  add(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    return this.#ask((api) => api.streams.add(config));
  }

  update(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    return this.#ask((api) => api.streams.update(config.name, config));
  }

  /** Ends the connection, after all that was said. */
  async close(): Promise<void> {
    this.#onLink = () => {};
    const isUp = this.#isUp;
    this.#break("the hub ends");
    if (!isUp || this.#connection.isClosed()) return await this.#connection.close();
    let stop = () => {};
    const late = new Promise<void>((resolve) => {
      stop = this.#clock.after(this.#times.answer, resolve);
    });
    await Promise.race([this.#connection.drain().catch(() => {}), late]);
    stop();
    await this.#connection.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === "disconnect" || status.type === "staleConnection") {
        if (!this.#isUp) continue;
        this.#break("the connection broke");
        this.#onLink(false);
      } else if (status.type === "reconnect" && !this.#isUp) {
        this.#isUp = true;
        this.#onLink(true);
      }
    }
  }

  #break(reason: string): void {
    this.#isUp = false;
    const error = new Unanswered(reason);
    for (const { reject } of [...this.#stores.values()]) reject(error);
    for (const reject of [...this.#asked]) reject(error);
  }

  #answered(msg: Msg): void {
    const waiting = this.#stores.get(msg.subject.slice(this.#answers.length + 1));
    if (!waiting) return;
    if (msg.headers?.code === 503) return waiting.reject(new Unanswered("nobody is in charge"));
    try {
      const { error, seq, duplicate } = msg.json<{
        error?: { err_code?: number; description?: string };
        seq?: number;
        duplicate?: boolean;
      }>();
      if (error) waiting.reject(new Refused(error.err_code ?? 0, error.description ?? ""));
      else waiting.resolve({ seq: seq ?? 0, isDuplicate: duplicate ?? false });
    } catch (error) {
      waiting.reject(new Unanswered("the answer is none", { cause: error }));
    }
  }

  /** The answer of the servers, unless the connection breaks before. */
  async #ask<T>(question: (api: JetStreamManager) => Promise<T>): Promise<T> {
    if (!this.#isUp) throw new Unanswered("there is no connection");
    const { promise, reject } = Promise.withResolvers<never>();
    this.#asked.add(reject);
    try {
      return await Promise.race([question(this.#manager), promise]);
    } catch (error) {
      throw translateError(error);
    } finally {
      this.#asked.delete(reject);
    }
  }

  async #mayRead(): Promise<void> {
    if (this.#reading++ < MAX_READS) return;
    await new Promise<void>((resolve) => this.#reads.push(resolve));
  }

  /**
   * A cluster may give the work to a server that is not there, which nobody notices for a while: then several get it, of
   * whom one will do it.
   */
  async #open(stream: string, filter: string, from: number): Promise<ConsumerInfo> {
    for (let tries = 1;; tries++) {
      const isShared = tries > 1 && this.isClustered;
      try {
        return await this.#ask((api) =>
          api.consumers.add(stream, {
            ack_policy: AckPolicy.None,
            deliver_policy: DeliverPolicy.StartSequence,
            opt_start_seq: Math.max(1, from),
            replay_policy: ReplayPolicy.Instant,
            filter_subject: filter,
            inactive_threshold: INACTIVE * NANOS,
            mem_storage: true,
            num_replicas: isShared ? 0 : 1,
            ...(isShared ? { durable_name: nuid.next() } : {}),
          })
        );
      } catch (error) {
        if (error instanceof Refused || !this.#isUp || tries === OPENINGS) throw error;
      }
    }
  }

  /** It would be forgotten by itself later. */
  #forget(stream: string, name: string): void {
    if (this.#isUp) this.#ask((api) => api.consumers.delete(stream, name)).catch(() => {});
  }

  /** `patience`: so often it is asked again for what should be there. */
  async *#readAll(stream: string, consumer: string, end: number): AsyncGenerator<Entry, void> {
    for (;;) {
      const { batch, isAll } = await this.#batch(stream, consumer);
      for (const msg of batch) {
        const { seq } = delivered(msg)!;
        yield { subject: msg.subject, seq, data: msg.string() };
        if (seq >= end) return;
      }
      if (isAll) return;
    }
  }

  /** The first one from a place on, at the subjects that a filter allows, as who is in charge of the stream has it. */
  async #next(stream: string, filter: string, from: number): Promise<Entry | undefined> {
    const found = await this.#ask((api) =>
      // Known to servers, though not to the types (NATS, JSApiMsgGetRequest).
      api.streams.getMessage(stream, { seq: from, next_by_subj: filter } as { seq: number })
    );
    return found ? { subject: found.subject, seq: found.seq, data: found.string() } : undefined;
  }

  /** The next ones that a consumer has, at most {@linkcode BATCH}, and whether it has no more. */
  async #batch(stream: string, consumer: string): Promise<{ batch: Msg[]; isAll: boolean }> {
    if (!this.#isUp) throw new Unanswered("there is no connection");
    const { promise, resolve, reject } = Promise.withResolvers<{ batch: Msg[]; isAll: boolean }>();
    const batch: Msg[] = [];
    const inbox = createInbox();
    this.#asked.add(reject);
    const subscription = this.#connection.subscribe(inbox, {
      callback: (_, msg) => {
        const place = delivered(msg);
        if (place) {
          batch.push(msg);
          const isAll = place.pending === 0;
          if (isAll || batch.length === BATCH) resolve({ batch, isAll });
        } else if (NO_MORE.includes(msg.headers?.code ?? 0)) resolve({ batch, isAll: true });
        else reject(new Unanswered(msg.headers?.description ?? "the answer is none"));
      },
    });
    const stop = this.#clock.after(this.#times.answer, () => {
      reject(new Unanswered(`nothing was read of ${stream}`));
    });
    try {
      const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
      this.#connection.publish(next, JSON.stringify({ batch: BATCH, no_wait: true }), {
        reply: inbox,
      });
      return await promise;
    } finally {
      stop();
      this.#asked.delete(reject);
      subscription.unsubscribe();
    }
  }
}

function connectionOptions(
  { servers, creds, ca, times }: EngineOptions,
): ConnectionOptions {
  const parsed = servers.map((server) => parseNatsServer(server)!);
  const isEncrypted = ca !== undefined || parsed.some((server) => server.isEncrypted);
  const authenticator = authenticators(parsed, creds);
  return {
    servers: addresses(servers),
    name: "chat",
    ...(isEncrypted ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(authenticator ? { authenticator } : {}),
    timeout: times.connect,
    maxReconnectAttempts: -1,
    reconnectTimeWait: times.reconnect,
    reconnectJitter: times.reconnect,
    reconnectJitterTLS: times.reconnect,
    pingInterval: times.ping,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: false,
  };
}

function addresses(servers: readonly string[]): string[] {
  return servers.map((server) => parseNatsServer(server)!.address);
}

/** The servers are one cluster with the same users: who is named with one is one to all. */
function authenticators(
  servers: readonly { user?: string; password?: string }[],
  creds: string | undefined,
): Authenticator | undefined {
  if (creds !== undefined) return credsAuthenticator(new TextEncoder().encode(creds));
  const { user, password } = servers.find((server) => server.password !== undefined) ?? {};
  if (password === undefined) return undefined;
  if (user === undefined) return tokenAuthenticator(password);
  return usernamePasswordAuthenticator(user, password);
}

/** What was told when it was stored, or said by a hub. */
function heard(msg: Msg): Entry {
  const number = (name: string) => Number(msg.headers?.get(name) || 0);
  return {
    subject: msg.subject,
    seq: number("Nats-Sequence"),
    before: number("Nats-Last-Sequence"),
    data: msg.string(),
  };
}

/** Of a message that was read: its place in the stream, and how many are behind it. The reply has them (NATS, ADR-15). */
function delivered({ reply = "" }: Msg): { seq: number; pending: number } | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK") return undefined;
  // Newer servers have two tokens more before the stream, and maybe one at the end.
  const shift = tokens.length >= 11 ? 2 : 0;
  const [seq, pending] = [Number(tokens[5 + shift]), Number(tokens[8 + shift])];
  return Number.isSafeInteger(seq) && Number.isSafeInteger(pending) ? { seq, pending } : undefined;
}

function translateError(error: unknown): Error {
  if (error instanceof Unanswered || error instanceof Refused) return error;
  if (error instanceof JetStreamApiError) return new Refused(error.code, error.message);
  const reason = error instanceof Error ? error.message : String(error);
  return new Unanswered(reason, { cause: error });
}
