/** A cheap line-based connection for load generators, which can be broken in the ways that real connections break. */

import { connect, type Socket } from "node:net";

export interface WireEvents {
  onOpen(): void;
  /** A line without its LF. */
  onLine(line: string): void;
  /** The other side has closed or the connection broke; not called after {@linkcode Wire.cut}. */
  onClose(error: Error | undefined): void;
}

export class Wire {
  readonly #socket: Socket;
  #rest = "";
  #error: Error | undefined;
  #isCut = false;

  /** Connects to 127.0.0.1. Without `reading`, nothing is ever read. */
  constructor(port: number, events: WireEvents, { reading = true }: { reading?: boolean } = {}) {
    const socket = this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.setEncoding("utf8");
    if (!reading) socket.pause();
    socket.on("connect", () => {
      if (!this.#isCut) events.onOpen();
    });
    socket.on("error", (error) => this.#error = error);
    socket.on("close", () => {
      if (!this.#isCut) events.onClose(this.#error);
    });
    if (!reading) return;
    socket.on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop()!;
      for (const line of lines) if (!this.#isCut) events.onLine(line);
    });
  }

  send(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /** Breaks the connection at once; data in transit may be lost. No event is called after this. */
  cut(how: "reset" | "close"): void {
    this.#isCut = true;
    if (how === "reset") this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
}
