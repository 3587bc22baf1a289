/** The NATS library's transport over Deno's sockets: an error of an abandoned connection cannot end the program. */

import {
  checkOptions,
  type ConnectionOptions,
  extractProtocolMessage,
  INFO,
  type Server,
  type ServerInfo,
  setTransportFactory,
  type Transport,
} from "@nats-io/transport-node";
import { lookup } from "../../../common/cli/lookup.ts";
import { writeAll } from "../../../common/cli/write_all.ts";
import { attempt } from "../../../common/result.ts";

/** The longest INFO line of a server, in bytes. */
const MAX_INFO = 64 * 1024;
const READ_BYTES = 64 * 1024;

/** Makes the library use this transport for new connections. */
export function installTransport(): void {
  setTransportFactory({
    factory: () => new DenoTransport(),
    dnsResolveFn: async (host) => {
      const found = await lookup(host, { all: true });
      return found.map(({ address }) => address);
    },
  });
}

export class DenoTransport implements Transport {
  readonly lang = "deno";
  readonly version = "1";
  closeError?: Error;
  readonly #closed = Promise.withResolvers<void | Error>();
  /** The last write: each waits for those before it. */
  #written: Promise<void> = Promise.resolve();
  #conn: Deno.TcpConn | Deno.TlsConn | undefined;
  #info: Uint8Array<ArrayBuffer> = new Uint8Array();
  #isConnected = false;
  isClosed = false;

  async connect(server: Server, options: ConnectionOptions): Promise<void> {
    try {
      const { hostname, port, tlsName } = server;
      const conn = await Deno.connect({ hostname, port });
      this.#setConnection(conn);
      conn.setNoDelay(true);
      const info = await this.#readInfo(conn);
      checkOptions(info, options);
      if (info.tls_required || (info.tls_available && options.tls !== null)) {
        const ca = options.tls?.ca;
        const encrypted = await Deno.startTls(conn, {
          hostname: tlsName || hostname,
          ...(ca === undefined ? {} : { caCerts: [ca] }),
        });
        this.#setConnection(encrypted);
        await encrypted.handshake();
      }
      this.#isConnected = true;
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    yield this.#info;
    const conn = this.#conn!;
    const bytes = new Uint8Array(READ_BYTES);
    try {
      while (!this.isClosed) {
        const count = await conn.read(bytes);
        // Once this transport is discarded, the library's parser reads from the next one.
        if (count === null || this.isClosed) break;
        yield bytes.slice(0, count); // the library keeps the bytes
      }
      this.#end();
    } catch (error) {
      this.#end(error);
    }
  }

  isEncrypted(): boolean {
    return this.#conn !== undefined && "handshake" in this.#conn;
  }

  send(frame: Uint8Array): void {
    const conn = this.#conn;
    if (this.isClosed || !conn) return;
    const bytes = new Uint8Array(frame); // the library reuses its buffer
    this.#written = this.#written.then(() => writeAll(conn, bytes))
      .catch((error) => this.#end(error));
  }

  close(error?: Error): Promise<void> {
    this.#end(error);
    return Promise.resolve();
  }

  disconnect(): void {
    this.#end();
  }

  closed(): Promise<void | Error> {
    return this.#closed.promise;
  }

  /** Closes the socket without an event. */
  discard(): void {
    this.isClosed = true;
    attempt(() => this.#conn?.close()); // perhaps closed already
    this.#conn = undefined;
  }

  /** @throws if the library abandoned the connection meanwhile. */
  #setConnection(conn: Deno.TcpConn | Deno.TlsConn): void {
    this.#conn = conn;
    if (!this.isClosed) return;
    this.discard();
    throw new Error("abandoned");
  }

  /** Reads the server's INFO line, which is yielded again to the library. */
  async #readInfo(conn: Deno.TcpConn): Promise<ServerInfo> {
    for (;;) {
      const bytes = new Uint8Array(this.#info.length + READ_BYTES);
      bytes.set(this.#info);
      const count = await conn.read(bytes.subarray(this.#info.length));
      if (count === null) throw new Error("the server closed the connection");
      this.#info = bytes.subarray(0, this.#info.length + count);
      const line = extractProtocolMessage(this.#info);
      const [, info] = INFO.exec(line) ?? [];
      if (info !== undefined) return JSON.parse(info);
      if (line !== "" || this.#info.length > MAX_INFO) {
        throw new Error("unexpected response from server");
      }
    }
  }

  #end(error?: unknown): void {
    if (this.isClosed) return;
    if (error instanceof Error) this.closeError = error;
    const wasConnected = this.#isConnected;
    this.discard();
    if (wasConnected) this.#closed.resolve(this.closeError);
  }
}
