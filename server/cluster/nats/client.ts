/** The connection to the NATS servers: publish, subscribe, store and read. It reconnects by itself. */

import {
  type JetStreamManager,
  jetstreamManager,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import {
  type Authenticator,
  type ConnectionOptions,
  createInbox,
  credsAuthenticator,
  headers,
  type Msg,
  type NatsConnection,
  NatsConnectionImpl,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import { within } from "../../../common/cli/timers.ts";
import type { Clock } from "../../clock.ts";
import { ApiError, NoResponse, translateError } from "./failures.ts";
import { parseNatsServer } from "./servers.ts";
import { type StreamMessage, StreamReader } from "./stream_reader.ts";
import type { Timeouts } from "./timeouts.ts";
import { installTransport } from "./transport.ts";

/** The acknowledgement of a stored message. */
export interface PubAck {
  readonly seq: number;
  /** Whether a message of the same id was stored before. */
  readonly isDuplicate: boolean;
}

export interface JetStreamClientOptions {
  /** Addresses as parseNatsServer reads them. */
  readonly servers: readonly string[];
  /** The text of a credentials file. */
  readonly creds?: string;
  /** CA certificates, in PEM. */
  readonly ca?: string;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
}

export class JetStreamClient {
  /** Called when the connection breaks and when it is back. */
  onConnectionChange: (isConnected: boolean) => void = () => {};
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #reader: StreamReader;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  /** Prefix of the subjects to which acknowledgements are sent. */
  readonly #ackInbox: string;
  /** By the last token of the subject of the acknowledgement. */
  readonly #pendingAcks: Map<string, PromiseWithResolvers<PubAck>> = new Map();
  /** Rejects each pending request when the connection breaks. */
  readonly #pendingRequests: Set<(error: Error) => void> = new Set();
  #storeCount = 0;
  #isConnected = true;

  /** @throws the library's error if no server accepts the connection. */
  static async connect(options: JetStreamClientOptions): Promise<JetStreamClient> {
    installTransport();
    const connection = await NatsConnectionImpl.connect(connectionOptions(options));
    // The library forgets servers that were down at first, but they may come up later.
    connection.setServers(addressesOf(options.servers));
    try {
      const manager = await jetstreamManager(connection, {
        checkAPI: false,
        timeout: options.timeouts.response,
      });
      return new JetStreamClient(connection, manager, options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    { clock, timeouts }: JetStreamClientOptions,
  ) {
    this.#connection = connection;
    this.#manager = manager;
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#reader = new StreamReader({
      connection,
      clock,
      timeouts,
      isConnected: () => this.#isConnected,
      isClustered: () => this.isClustered,
      request: (call) => this.#request(call),
      untilDisconnect: (promise) => this.#untilDisconnect(promise),
    });
    this.#ackInbox = createInbox();
    connection.subscribe(`${this.#ackInbox}.*`, { callback: (_, msg) => this.#onAck(msg) });
    this.#watchStatus();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether the connected server is part of a cluster. */
  get isClustered(): boolean {
    return this.#connection.info?.cluster !== undefined;
  }

  /** The address of the connected server. */
  get server(): string {
    return this.#connection.getServer();
  }

  /** Publishes without storing; lost while disconnected. */
  publish(subject: string, data: string): void {
    if (this.#isConnected) this.#connection.publish(subject, data);
  }

  /** Returns the function that unsubscribes. */
  subscribe(subject: string, call: (message: StreamMessage) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, msg) => {
        if (!error) call(republishedMessage(msg));
      },
    });
    return () => subscription.unsubscribe();
  }

  /**
   * Stores a message in a stream. Messages with the same `id` are stored once. `expected` is the sequence number that
   * the subject's last message must have, 0 for no message.
   *
   * @throws {NoResponse | ApiError}
   */
  async store(
    subject: string,
    data: string,
    { id, expected, operation }: { id?: string; expected?: number; operation?: "DEL" | "PURGE" } =
      {},
  ): Promise<PubAck> {
    if (!this.#isConnected) throw new NoResponse("not connected");
    const fields = headers();
    if (id !== undefined) fields.set("Nats-Msg-Id", id);
    if (expected !== undefined) {
      fields.set("Nats-Expected-Last-Subject-Sequence", String(expected));
    }
    if (operation !== undefined) fields.set("KV-Operation", operation);
    const token = String(++this.#storeCount);
    const pending = Promise.withResolvers<PubAck>();
    this.#pendingAcks.set(token, pending);
    try {
      const reply = `${this.#ackInbox}.${token}`;
      this.#connection.publish(subject, data, { reply, headers: fields });
      const limit = { milliseconds: this.#timeouts.response, clock: this.#clock };
      const ack = await this.#untilDisconnect(within(pending.promise, limit));
      if (ack !== "late") return ack;
    } catch (error) {
      throw translateError(error);
    } finally {
      this.#pendingAcks.delete(token);
    }
    throw new NoResponse(`timed out storing ${subject}`, { isTimeout: true });
  }

  /** See {@linkcode StreamReader.read}. @throws {NoResponse | ApiError} */
  read(
    stream: string,
    range: { filter: string; from: number; upTo?: number },
  ): AsyncGenerator<StreamMessage, void> {
    return this.#reader.read(stream, range);
  }

  /** The number of messages from `from` on that match a subject filter. */
  count(stream: string, filter: string, from: number): Promise<number> {
    return this.#reader.count(stream, filter, from);
  }

  /** The last message of a subject, as the stream's leader has it. */
  async last(stream: string, subject: string): Promise<StreamMessage | undefined> {
    const found = await this.#request((api) =>
      api.streams.getMessage(stream, { last_by_subj: subject })
    );
    return found ? { subject, seq: found.seq, data: found.string() } : undefined;
  }

  /** The sequence number of a subject's last message, as any replica has it; 0 for none. */
  async lastSeqFromAny(stream: string, subject: string): Promise<number> {
    const found = await this.#request((api) =>
      api.direct.getMessage(stream, { last_by_subj: subject })
    );
    return found?.seq ?? 0;
  }

  async get(stream: string, seq: number): Promise<StreamMessage | undefined> {
    const found = await this.#request((api) => api.streams.getMessage(stream, { seq }));
    return found ? { subject: found.subject, seq, data: found.string() } : undefined;
  }

  /** Overwrites a message where it is stored, so that nothing of it stays. */
  async erase(stream: string, seq: number): Promise<void> {
    await this.#request((api) => api.streams.deleteMessage(stream, seq, true));
  }

  /** Removes the messages that match a filter, up to and including a sequence number. */
  async purge(stream: string, filter: string, upTo: number): Promise<void> {
    await this.#request((api) => api.streams.purge(stream, { filter, seq: upTo + 1 }));
  }

  streamInfo(stream: string): Promise<StreamInfo> {
    return this.#request((api) => api.streams.info(stream));
  }

  createStream(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    return this.#request((api) => api.streams.add(config));
  }

  updateStream(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    return this.#request((api) => api.streams.update(config.name, config));
  }

  /** Sends what is buffered, then disconnects. Takes at most the response timeout. */
  async close(): Promise<void> {
    this.onConnectionChange = () => {};
    const wasConnected = this.#isConnected;
    this.#disconnect("the hub is stopping");
    if (!wasConnected || this.#connection.isClosed()) return await this.#connection.close();
    await within(this.#connection.drain().catch(() => {}), {
      milliseconds: this.#timeouts.response,
      clock: this.#clock,
    });
    await this.#connection.close();
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === "disconnect" || status.type === "staleConnection") {
        if (!this.#isConnected) continue;
        this.#disconnect("the connection broke");
        this.onConnectionChange(false);
      } else if (status.type === "reconnect" && !this.#isConnected) {
        this.#isConnected = true;
        this.onConnectionChange(true);
      }
    }
  }

  #disconnect(reason: string): void {
    this.#isConnected = false;
    const error = new NoResponse(reason);
    for (const reject of [...this.#pendingRequests]) reject(error);
  }

  #onAck(msg: Msg): void {
    const pending = this.#pendingAcks.get(msg.subject.slice(this.#ackInbox.length + 1));
    if (!pending) return;
    if (msg.headers?.code === 503) return pending.reject(new NoResponse("no responders"));
    try {
      const { error, seq, duplicate } = msg.json<{
        error?: { err_code?: number; description?: string };
        seq?: number;
        duplicate?: boolean;
      }>();
      if (error) pending.reject(new ApiError(error.err_code ?? 0, error.description ?? ""));
      else pending.resolve({ seq: seq ?? 0, isDuplicate: duplicate ?? false });
    } catch (error) {
      pending.reject(new NoResponse("invalid response", { cause: error }));
    }
  }

  async #request<T>(call: (api: JetStreamManager) => Promise<T>): Promise<T> {
    if (!this.#isConnected) throw new NoResponse("not connected");
    try {
      return await this.#untilDisconnect(call(this.#manager));
    } catch (error) {
      throw translateError(error);
    }
  }

  async #untilDisconnect<T>(promise: Promise<T>): Promise<T> {
    const { promise: broken, reject } = Promise.withResolvers<never>();
    this.#pendingRequests.add(reject);
    try {
      return await Promise.race([promise, broken]);
    } finally {
      this.#pendingRequests.delete(reject);
    }
  }
}

function connectionOptions(
  { servers, creds, ca, timeouts }: JetStreamClientOptions,
): ConnectionOptions {
  const parsed = servers.map((server) => parseNatsServer(server)!);
  const isEncrypted = ca !== undefined || parsed.some((server) => server.isEncrypted);
  const authenticator = authenticatorFor(parsed, creds);
  return {
    servers: addressesOf(servers),
    name: "chat",
    ...(isEncrypted ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(authenticator ? { authenticator } : {}),
    timeout: timeouts.connect,
    maxReconnectAttempts: -1,
    reconnectTimeWait: timeouts.reconnect,
    reconnectJitter: timeouts.reconnect,
    reconnectJitterTLS: timeouts.reconnect,
    pingInterval: timeouts.ping,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: false,
  };
}

function addressesOf(servers: readonly string[]): string[] {
  return servers.map((server) => parseNatsServer(server)!.address);
}

/** The servers of a cluster share their users, so the first credentials given serve for all. */
function authenticatorFor(
  servers: readonly { user?: string; password?: string }[],
  creds: string | undefined,
): Authenticator | undefined {
  if (creds !== undefined) return credsAuthenticator(new TextEncoder().encode(creds));
  const { user, password } = servers.find((server) => server.password !== undefined) ?? {};
  if (password === undefined) return undefined;
  if (user === undefined) return tokenAuthenticator(password);
  return usernamePasswordAuthenticator(user, password);
}

/** A republished message, or a command from another hub. */
function republishedMessage(msg: Msg): StreamMessage {
  const number = (name: string) => Number(msg.headers?.get(name) || 0);
  return {
    subject: msg.subject,
    seq: number("Nats-Sequence"),
    previousSeq: number("Nats-Last-Sequence"),
    data: msg.string(),
  };
}
