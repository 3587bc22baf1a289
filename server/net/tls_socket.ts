/**
 * A TLS connection of the hub that can be ended at any time. It knows nothing of what is said over it.
 *
 * Deno lets go of a connection whose handshake is not over, or whose peer does not read, only when the peer lets go of it
 * too, whatever `close` says. So it is closed when that has come about, and `released` tells when: until then it takes a
 * descriptor, and has to be counted.
 */

import type { Socket } from "./connection.ts";

export class TlsSocket implements Socket {
  readonly #conn: Deno.TlsConn;
  /** Ends the waiting for what the connection was asked to do. */
  readonly #waiting: Set<(error: Error) => void> = new Set();
  /** What cannot be broken off. */
  readonly #unbroken: Set<Promise<unknown>> = new Set();
  readonly #released = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(conn: Deno.TlsConn) {
    this.#conn = conn;
  }

  get remoteAddr(): Deno.Addr {
    return this.#conn.remoteAddr;
  }

  /** Resolves when, after {@linkcode close}, the connection takes nothing of the system any more. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** To be awaited before all else. Rejects where the peer does not speak TLS as it should. */
  async handshake(): Promise<void> {
    await this.#await(this.#unbreakable(this.#conn.handshake()));
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#await(this.#conn.read(buffer));
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#await(this.#unbreakable(this.#conn.write(bytes)));
  }

  closeWrite(): Promise<void> {
    return this.#await(this.#unbreakable(this.#conn.closeWrite()));
  }

  /** Ends it at once for who uses it: what is awaited rejects. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const reject of this.#waiting) reject(new Deno.errors.Interrupted("closed"));
    this.#release();
  }

  async #release(): Promise<void> {
    await Promise.allSettled(this.#unbroken);
    try {
      await this.#conn.closeWrite(); // what it still holds would keep it open, too
    } catch {
      // the peer is gone
    }
    try {
      this.#conn.close();
    } catch {
      // it was closed already
    }
    this.#released.resolve();
  }

  async #unbreakable<T>(work: Promise<T>): Promise<T> {
    this.#unbroken.add(work);
    try {
      return await work;
    } finally {
      this.#unbroken.delete(work);
    }
  }

  #await<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.add(reject);
    work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    return promise;
  }
}
