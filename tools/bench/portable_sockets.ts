/** Deno's own sockets, for any system: they cost more time per message than the hub, so only a large slowdown shows. */

import { writeAll } from "../../common/cli/write_all.ts";
import type { Sockets } from "./sockets.ts";

const READ_BUFFER = 64 * 1024;

interface Connection {
  conn?: Deno.TcpConn;
  /** What was read last, until it is fetched; empty at the end. */
  arrived: Uint8Array;
  /** Continues reading. */
  fetched: () => void;
  writing: Promise<void>;
}

export class PortableSockets implements Sockets {
  readonly #connections = new Map<number, Connection>();
  #opened = 0;
  #events: number[] = [];
  #reported: number[] = [];
  #wake: () => void = () => {};

  connect(port: number): number {
    const socket = this.#opened++;
    const connection: Connection = {
      arrived: new Uint8Array(),
      fetched: () => {},
      writing: Promise.resolve(),
    };
    this.#connections.set(socket, connection);
    this.#read(port, connection, () => {
      this.#reported.push(socket);
      this.#wake();
    });
    return socket;
  }

  async #read(port: number, connection: Connection, report: () => void): Promise<void> {
    try {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      conn.setNoDelay(true);
      connection.conn = conn;
      report();
      const buffer = new Uint8Array(READ_BUFFER);
      for (let size; (size = await conn.read(buffer)) !== null;) {
        connection.arrived = buffer.subarray(0, size);
        const { promise, resolve } = Promise.withResolvers<void>();
        connection.fetched = resolve;
        report();
        await promise;
      }
    } catch {
      // refused, reset, or closed by the load generator
    }
    connection.arrived = new Uint8Array();
    report();
  }

  isConnected(socket: number): boolean {
    return this.#connections.get(socket)?.conn !== undefined;
  }

  async wait(milliseconds: number): Promise<number> {
    if (this.#reported.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    this.#events = this.#reported;
    this.#reported = [];
    return this.#events.length;
  }

  eventAt(index: number): number {
    return this.#events[index]!;
  }

  read(socket: number, buffer: Uint8Array): number {
    const { arrived, fetched } = this.#connections.get(socket)!;
    buffer.set(arrived);
    fetched();
    return arrived.length;
  }

  write(socket: number, bytes: Uint8Array): number {
    const connection = this.#connections.get(socket)!;
    const copy = bytes.slice(); // a batch is sent again with other refs
    connection.writing = connection.writing.then(() => writeAll(connection.conn!, copy))
      .catch(() => {}); // the read fails too
    return bytes.length;
  }

  close(socket: number): void {
    this.#connections.get(socket)?.conn?.close();
    this.#connections.delete(socket);
  }

  [Symbol.dispose](): void {}
}
