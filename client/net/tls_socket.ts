/** Adapts a `node:tls` socket to the interface of Deno's connections. */

import type { TLSSocket } from "node:tls";

/** The part of a connection that the client uses. */
export type HubSocket = Pick<Deno.Conn, "read" | "write" | "close">;

export class NodeTlsSocket implements HubSocket {
  readonly #socket: TLSSocket;
  #error: Error | undefined;
  #isOver = false;
  /** Resumes a waiting read. */
  #wake: () => void = () => {};

  /** Takes a socket that nothing was read from yet. */
  constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on("readable", () => this.#wake());
    socket.on("error", (error) => {
      this.#error ??= error;
      this.#wake();
    });
    for (const event of ["end", "close"] as const) {
      socket.on(event, () => {
        this.#isOver = true;
        this.#wake();
      });
    }
  }

  /** One read at a time. */
  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const bytes: Uint8Array | null = this.#socket.read();
      if (bytes) {
        const size = Math.min(bytes.length, buffer.length);
        buffer.set(bytes.subarray(0, size));
        if (size < bytes.length) this.#socket.unshift(bytes.subarray(size));
        return size;
      }
      if (this.#error) throw this.#error;
      if (this.#isOver) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    return promise;
  }

  close(): void {
    this.#isOver = true;
    this.#socket.destroy();
    this.#wake();
  }
}
