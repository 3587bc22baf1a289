/**
 * The socket under the client of NATS: Deno's own, where no error of a connection that is being given up can end the program.
 * What goes over it, the client knows.
 */

import { writeAll } from "../../../common/cli/own_files.ts";
import { lookup } from "node:dns/promises";
import {
  checkOptions,
  type ConnectionOptions,
  extractProtocolMessage,
  INFO,
  type Server,
  setTransportFactory,
  type Transport,
} from "@nats-io/transport-node";

/** What a server says first is no longer, in bytes. */
const MAX_GREETING = 64 * 1024;
const READ_BYTES = 64 * 1024;

/** From now on connections of the client are made by this module. */
export function useTransport(): void {
  setTransportFactory({
    factory: () => new DenoTransport(),
    dnsResolveFn: async (host) => {
      const found = await lookup(host, { all: true });
      return found.map(({ address }) => address);
    },
  });
}

class DenoTransport implements Transport {
  readonly lang = "deno";
  readonly version = "1";
  closeError?: Error;
  readonly #closed = Promise.withResolvers<void | Error>();
  /** What has to be written yet. */
  readonly #frames: Uint8Array<ArrayBuffer>[] = [];
  #conn: Deno.TcpConn | Deno.TlsConn | undefined;
  #greeting: Uint8Array<ArrayBuffer> = new Uint8Array();
  #isConnected = false;
  #isEncrypted = false;
  #isDone = false;
  #isWriting = false;

  get isClosed(): boolean {
    return this.#isDone;
  }

  async connect(server: Server, options: ConnectionOptions): Promise<void> {
    try {
      const { hostname, port, tlsName } = server;
      const conn = await Deno.connect({ hostname, port });
      this.#adopt(conn);
      conn.setNoDelay(true);
      const info = await this.#greet(conn);
      checkOptions(info as Parameters<typeof checkOptions>[0], options);
      if (info.tls_required || (info.tls_available && options.tls !== null)) {
        const ca = options.tls?.ca;
        const encrypted = await Deno.startTls(conn, {
          hostname: tlsName || hostname,
          ...(ca === undefined ? {} : { caCerts: [ca] }),
        });
        this.#adopt(encrypted);
        await encrypted.handshake();
        this.#isEncrypted = true;
      }
      this.#isConnected = true;
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    yield this.#greeting;
    const conn = this.#conn!;
    const bytes = new Uint8Array(READ_BYTES);
    try {
      while (!this.#isDone) {
        const count = await conn.read(bytes);
        if (count === null) break;
        yield bytes.slice(0, count); // the client keeps what it is given
      }
      this.#end();
    } catch (error) {
      this.#end(error);
    }
  }

  isEncrypted(): boolean {
    return this.#isEncrypted;
  }

  send(frame: Uint8Array): void {
    if (this.#isDone || !this.#conn) return;
    this.#frames.push(new Uint8Array(frame)); // the client uses its own again
    if (!this.#isWriting) void this.#write(this.#conn);
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

  /** Nobody is to hear of this one any more. */
  discard(): void {
    this.#isDone = true;
    try {
      this.#conn?.close();
    } catch {
      // It was closed already.
    }
    this.#conn = undefined;
  }

  /** The client may have given it up meanwhile. */
  #adopt(conn: Deno.TcpConn | Deno.TlsConn): void {
    this.#conn = conn;
    if (!this.#isDone) return;
    this.discard();
    throw new Error("given up");
  }

  /** Reads what the server says first, which the client is given again. */
  async #greet(conn: Deno.TcpConn): Promise<{ tls_required?: boolean; tls_available?: boolean }> {
    for (;;) {
      const bytes = new Uint8Array(this.#greeting.length + READ_BYTES);
      bytes.set(this.#greeting);
      const count = await conn.read(bytes.subarray(this.#greeting.length));
      if (count === null) throw new Error("the server closed the connection");
      this.#greeting = bytes.subarray(0, this.#greeting.length + count);
      const line = extractProtocolMessage(this.#greeting);
      const [, info] = INFO.exec(line) ?? [];
      if (info !== undefined) return JSON.parse(info);
      if (line !== "" || this.#greeting.length > MAX_GREETING) {
        throw new Error("unexpected response from server");
      }
    }
  }

  async #write(conn: Deno.Conn): Promise<void> {
    this.#isWriting = true;
    try {
      for (let frame = this.#frames.shift(); frame; frame = this.#frames.shift()) {
        await writeAll(conn, frame);
      }
    } catch (error) {
      this.#end(error);
    }
    this.#isWriting = false;
  }

  #end(error?: unknown): void {
    if (this.#isDone) return;
    if (error instanceof Error) this.closeError = error;
    const wasConnected = this.#isConnected;
    this.discard();
    if (wasConnected) this.#closed.resolve(this.closeError);
  }
}
