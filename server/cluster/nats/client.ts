/** The connection to the NATS servers: publish, subscribe, store and read. It reconnects by itself. */

import {
  type ApiError,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type PubAck,
  type StreamInfo,
} from "@nats-io/jetstream";
import {
  type ConnectionOptions,
  credsAuthenticator,
  errors,
  headers,
  type Msg,
  type NatsConnection,
  NatsConnectionImpl,
} from "@nats-io/transport-node";
import { within } from "../../../common/cli/timers.ts";
import type { Clock } from "../../clock.ts";
import { defined } from "../../../common/defined.ts";
import { hasCode, NoResponse, translateError, WRONG_REVISION } from "./failures.ts";
import { natsAddresses, parseNatsServer } from "./servers.ts";
import { type ReaderLink, type StreamMessage, StreamReader } from "./stream_reader.ts";
import type { Timeouts } from "./timeouts.ts";
import { installTransport } from "./transport.ts";

export type { PubAck };

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

export class JetStreamClient implements ReaderLink {
  onDisconnected: () => void = () => {};
  readonly reader: StreamReader;
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly #manager: JetStreamManager;
  /** Rejects each pending request when the connection breaks. */
  readonly #pendingRequests: Set<(error: Error) => void> = new Set();
  isConnected = true;

  /** @throws the library's error if no server accepts the connection. */
  static async connect(options: JetStreamClientOptions): Promise<JetStreamClient> {
    installTransport();
    const connection = await NatsConnectionImpl.connect(connectionOptions(options));
    // The library forgets servers that were down at first, but they may come up later.
    connection.setServers(natsAddresses(options.servers));
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
    this.connection = connection;
    this.#manager = manager;
    this.clock = clock;
    this.timeouts = timeouts;
    this.reader = new StreamReader(this);
    this.#watchStatus();
  }

  /** Whether the connected server is part of a cluster. */
  get isClustered(): boolean {
    return this.connection.info?.cluster !== undefined;
  }

  /** The address of the connected server. */
  get server(): string {
    return this.connection.getServer();
  }

  /** Publishes without storing; lost while disconnected. */
  publish(subject: string, data: string): void {
    if (this.isConnected) this.connection.publish(subject, data);
  }

  /** Returns the function that unsubscribes. */
  subscribe(subject: string, call: (message: StreamMessage) => void): () => void {
    const subscription = this.connection.subscribe(subject, {
      callback: (error, msg) => {
        if (!error) call(republishedMessage(msg));
      },
    });
    return () => subscription.unsubscribe();
  }

  /** Stores a message, once for each `id`: a `duplicate` was stored before. @throws {NoResponse | JetStreamApiError} */
  store(subject: string, data: string, id: string): Promise<PubAck> {
    return this.#store(subject, data, { "Nats-Msg-Id": id });
  }

  /**
   * Stores a value at a key, and returns its revision; undefined if the key's is not `expected`, 0 for none.
   * @throws {NoResponse | JetStreamApiError}
   */
  async put(
    key: string,
    value: string,
    { expected, operation }: { expected?: number | undefined; operation?: string | undefined } = {},
  ): Promise<number | undefined> {
    const fields = {
      "KV-Operation": operation,
      "Nats-Expected-Last-Subject-Sequence": expected?.toString(),
    };
    try {
      return (await this.#store(key, value, fields)).seq;
    } catch (error) {
      if (hasCode(error, WRONG_REVISION)) return undefined;
      throw error;
    }
  }

  /** The last message of a subject, as the stream's leader has it. */
  last(stream: string, subject: string): Promise<StreamMessage | undefined> {
    return this.reader.find(stream, { last_by_subj: subject });
  }

  /** The sequence number of a subject's last message, as any replica has it; 0 for none. */
  async lastSeqFromAny(stream: string, subject: string): Promise<number> {
    const found = await this.request((api) =>
      api.direct.getMessage(stream, { last_by_subj: subject })
    );
    return found?.seq ?? 0;
  }

  /** Removes the messages that match a filter, up to and including a sequence number. */
  async purge(stream: string, filter: string, upTo: number): Promise<void> {
    await this.request((api) => api.streams.purge(stream, { filter, seq: upTo + 1 }));
  }

  streamInfo(stream: string): Promise<StreamInfo> {
    return this.request((api) => api.streams.info(stream));
  }

  /** Sends what is buffered, then disconnects. Takes at most the response timeout. */
  async close(): Promise<void> {
    this.onDisconnected = () => {};
    const wasConnected = this.isConnected;
    this.#disconnect("the hub is stopping");
    if (!wasConnected || this.connection.isClosed()) return await this.connection.close();
    const limit = { milliseconds: this.timeouts.response, clock: this.clock };
    await within(this.connection.drain().catch(() => {}), limit);
    await this.connection.close();
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === "disconnect" || status.type === "staleConnection") {
        if (!this.isConnected) continue;
        this.#disconnect("the connection broke");
        this.onDisconnected();
      } else if (status.type === "reconnect") this.isConnected = true;
    }
  }

  #disconnect(reason: string): void {
    this.isConnected = false;
    const error = new NoResponse(reason);
    for (const reject of [...this.#pendingRequests]) reject(error);
  }

  async #store(subject: string, data: string, fields: Record<string, string | undefined>) {
    const options = { headers: headers(), timeout: this.timeouts.response };
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) options.headers.set(name, value);
    }
    try {
      const send = () => this.connection.request(subject, data, options);
      const ack = (await this.whileConnected(send)).json<PubAck & { error?: ApiError }>();
      if (ack.error) throw new JetStreamApiError(ack.error);
      return ack;
    } catch (error) {
      // A stream has no leader, which says nothing about JetStream itself.
      const isDown = error instanceof errors.RequestError && error.isNoResponders();
      throw isDown ? new NoResponse("no responders") : translateError(error);
    }
  }

  /** What the servers answer. @throws {NoResponse | JetStreamApiError} */
  async request<T>(call: (api: JetStreamManager) => Promise<T>): Promise<T> {
    try {
      return await this.whileConnected(() => call(this.#manager));
    } catch (error) {
      throw translateError(error);
    }
  }

  /** The result of a call. @throws {NoResponse} without a connection, or if it breaks first. */
  async whileConnected<T>(call: () => Promise<T>): Promise<T> {
    if (!this.isConnected) throw new NoResponse("not connected");
    const { promise: broken, reject } = Promise.withResolvers<never>();
    this.#pendingRequests.add(reject);
    try {
      return await Promise.race([call(), broken]);
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
  // The servers of a cluster share their users, so the first credentials given serve for all.
  const { user, password } = parsed.find((server) => server.password !== undefined) ?? {};
  const login = user === undefined ? { token: password } : { user, pass: password };
  return {
    servers: natsAddresses(servers),
    name: "chat",
    ...(isEncrypted ? { tls: defined({ ca }) } : {}),
    ...(creds === undefined
      ? defined(login)
      : { authenticator: credsAuthenticator(new TextEncoder().encode(creds)) }),
    timeout: timeouts.connect,
    maxReconnectAttempts: -1,
    reconnectTimeWait: timeouts.reconnect,
    reconnectJitter: timeouts.reconnect,
    reconnectJitterTLS: timeouts.reconnect,
    pingInterval: timeouts.ping,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: false,
    noAsyncTraces: true, // they cost a stack trace for each request
  };
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
