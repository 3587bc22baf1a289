/** Adapts a `node:tls` socket to the interface of Deno's connections. */

import type { TLSSocket } from "node:tls";

/** The part of a connection that the client uses. */
export type HubSocket = Pick<Deno.Conn, "read" | "write" | "close">;

export class NodeTlsSocket implements HubSocket {
  readonly #socket: TLSSocket;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #unread: Uint8Array = new Uint8Array();
  #isClosed = false;

  /** Takes a socket that nothing was read from yet. */
  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  /** One read at a time. */
  async read(buffer: Uint8Array): Promise<number | null> {
    if (this.#unread.length === 0) {
      const { value } = await this.#chunks.next().catch((error) => {
        if (this.#isClosed) return { value: undefined };
        throw error;
      });
      if (value === undefined) return null;
      this.#unread = value;
    }
    const part = this.#unread.subarray(0, buffer.length);
    buffer.set(part);
    this.#unread = this.#unread.subarray(part.length);
    return part.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }
}
