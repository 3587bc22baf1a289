/**
 * A connection of a load generator: lines in, lines out, as cheap as can be, and broken in the ways that connections break.
 * It knows nothing of what the lines say.
 */

import { connect, type Socket } from "node:net";

export interface WireEvents {
  onOpen(): void;
  /** A line without its LF. */
  onLine(line: string): void;
  /** The other side has closed, or the connection is broken; not after {@linkcode Wire.cut}. */
  onClose(error: Error | undefined): void;
}

export class Wire {
  readonly #socket: Socket;
  #rest = "";
  #error: Error | undefined;
  #isCut = false;

  /** Connects. `reading`: whether what comes is read at all. */
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

  /** Breaks the connection at once; what is on its way in either direction may be lost. Nothing more is told. */
  cut(how: "reset" | "close"): void {
    this.#isCut = true;
    if (how === "reset") this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
}
