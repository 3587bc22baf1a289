/**
 * A TLS connection of the hub that can be closed at any time. Deno keeps it open while its handshake or a write is
 * pending, until the peer lets go of it: until `released`, it occupies a descriptor and must be counted.
 */

import { attempt } from "../../common/result.ts";
import type { PeerSocket } from "./socket.ts";

/** Tells the peer of a connection without a handshake, in clear, that the hub is encrypted. */
export type AnswerInClear = (conn: Deno.TlsConn) => void;

export class HubTlsSocket implements PeerSocket {
  readonly #conn: Deno.TlsConn;
  readonly remoteAddr: Deno.Addr;
  readonly localAddr: Deno.Addr;
  readonly #answerInClear: AnswerInClear | undefined;
  /** Rejects each call that is pending. */
  readonly #rejects: Set<(error: Error) => void> = new Set();
  /** Handshakes and writes, which Deno cannot abort. */
  readonly #uninterruptible: Set<Promise<unknown>> = new Set();
  readonly #released = Promise.withResolvers<void>();
  /** Resolves after {@linkcode close}, when the descriptor is free. */
  readonly released: Promise<void> = this.#released.promise;
  #isClosed = false;

  constructor(conn: Deno.TlsConn, answerInClear?: AnswerInClear) {
    this.#conn = conn;
    this.remoteAddr = conn.remoteAddr;
    this.localAddr = conn.localAddr;
    this.#answerInClear = answerInClear;
  }

  /** Must be awaited before anything else. Rejects if the handshake fails. */
  async handshake(): Promise<void> {
    await this.#track(this.#conn.handshake());
  }

  answerInClear(): void {
    if (!this.#isClosed) this.#answerInClear?.(this.#conn);
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#untilClosed(this.#conn.read(buffer));
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#track(this.#conn.write(bytes));
  }

  closeWrite(): Promise<void> {
    return this.#track(this.#conn.closeWrite());
  }

  /** Closes the connection at once for its user: pending calls reject. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const reject of this.#rejects) reject(new Deno.errors.Interrupted("closed"));
    this.#release();
  }

  async #release(): Promise<void> {
    await Promise.allSettled(this.#uninterruptible);
    // Bytes that it still buffers would keep it open too. The peer may be gone, and the connection closed.
    await this.#conn.closeWrite().catch(() => {});
    attempt(() => this.#conn.close());
    this.#released.resolve();
  }

  /** As {@linkcode #untilClosed}, for what Deno cannot abort. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#uninterruptible.add(work);
    return this.#untilClosed(work.finally(() => this.#uninterruptible.delete(work)));
  }

  /** As `work`, but rejects when the socket is closed. */
  #untilClosed<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#rejects.add(reject);
    work.then(resolve, reject).finally(() => this.#rejects.delete(reject));
    return promise;
  }
}
