/** A program in a pseudo-terminal. The workarounds for node-pty under Deno are all here. */

import { type IPty, spawn } from "@lydell/node-pty";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { constants } from "node:os";

/** How a program ended; `code` is 128 + n after signal n, as in a shell. */
export interface Exit {
  code: number;
  signal: Deno.Signal | null;
}

export interface PtyOptions {
  cols: number;
  rows: number;
  cwd?: string | undefined;
  env: Record<string, string>;
  /** Receives the program's output. */
  received: (bytes: Uint8Array) => void;
}

// If the terminal does not close at the program's end (another process may hold it open, and macOS
// sometimes never closes it), it counts as closed after this many turns without output. Turns of the
// event loop, not a time: a machine that stalls must not lose the last output.
const SILENT_TURNS = 20;
const TURN_MS = 100;

// How often a refused write is tried again, in milliseconds.
const WRITE_RETRY_MS = 2;

type Timer = ReturnType<typeof setTimeout>;

/** Properties of node-pty's object on Unix that are missing in its types. */
interface Internals {
  readonly _socket: Socket & { _handle: { readStop(): void; readStart(): void } | null };
  readonly ptsName: string;
}

export class Pty {
  readonly #pty: IPty & Internals;
  readonly #socket: Internals["_socket"];
  /** Resolves when the program has ended and all its output was received. */
  readonly exited: Promise<Exit>;
  #running = true;
  #closing = false;
  #silence: Timer | undefined;
  #silentTurns = 0;
  #paused = false;
  #retry: Timer | undefined;

  constructor([file, ...args]: [string, ...string[]], options: PtyOptions) {
    const { cols, rows, cwd, env, received } = options;
    this.#pty = spawn(file, args, {
      name: "xterm-256color",
      cols,
      rows,
      env,
      // Bytes: as strings, a character split between two reads would depend on node-pty's decoder.
      encoding: null,
      ...(cwd === undefined ? {} : { cwd }),
    }) as IPty & Internals;
    this.#socket = this.#pty._socket;
    // node-pty throws unexpected errors unless there is another listener.
    this.#socket.on("error", () => {});
    this.#keepOutput();
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.exited = promise;
    this.#pty.onData((chunk) => {
      this.#silentTurns = 0;
      received(chunk as unknown as Uint8Array);
    });
    this.#pty.onExit(({ exitCode, signal }) => {
      this.#running = false;
      clearInterval(this.#silence);
      clearInterval(this.#retry);
      if (signal) resolve({ code: 128 + signal, signal: name(signal) });
      else resolve({ code: exitCode, signal: null });
    });
  }

  // 200 ms after the program's end node-pty destroys the stream, even if it was not read to its end: a
  // busy machine would lose the last output. The stream closes by itself at its end.
  #keepOutput(): void {
    const destroy = this.#socket.destroy.bind(this.#socket);
    this.#socket.destroy = (error) => {
      if (error || this.#socket.readableEnded || this.#closing) return destroy(error);
      this.#closeWhenSilent();
      return this.#socket;
    };
  }

  #closeWhenSilent(): void {
    this.#silentTurns = 0;
    this.#silence ??= setInterval(() => {
      if (!this.#paused && ++this.#silentTurns === SILENT_TURNS) this.hangUp();
    }, TURN_MS);
  }

  /** The program's process id; it leads its own session and process group. */
  get pid(): number {
    return this.#pty.pid;
  }

  /** The terminal's device, such as `/dev/pts/3`. */
  get path(): string {
    return this.#pty.ptsName;
  }

  /** Sends input, in order, however slowly the program reads; ignored after its end. */
  write(data: string | Uint8Array): void {
    if (!this.#running || this.#closing) return;
    this.#pty.write((typeof data === "string" ? data : Buffer.from(data)) as string);
    // Deno 2.9 never notices that a full terminal has room again, and retries only when there is
    // output to read or when reading starts; so reading is restarted.
    this.#retry ??= setInterval(() => {
      if (this.#socket.writableLength > 0) {
        this.#socket._handle?.readStop();
        this.#socket._handle?.readStart();
      } else {
        clearInterval(this.#retry);
        this.#retry = undefined;
      }
    }, WRITE_RETRY_MS);
  }

  /** Stops reading: the program's output stalls once a few buffers are full. */
  pause(): void {
    this.#paused = true;
    this.#pty.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#pty.resume();
  }

  /** Sets the size, and the kernel sends SIGWINCH; ignored after the program's end. */
  resize(cols: number, rows: number): void {
    if (this.#running && !this.#closing) this.#pty.resize(cols, rows);
  }

  /** Sends a signal to the program's process group; ignored after its end. */
  signal(signal: Deno.Signal): void {
    if (!this.#running) return;
    // Just after its start the group does not exist yet; just after its end the process no longer exists.
    kill(-this.pid, signal) || kill(this.pid, signal);
  }

  /** Closes the terminal, as closing its window does: the kernel sends SIGHUP. */
  hangUp(): void {
    this.#closing = true;
    clearInterval(this.#retry);
    this.#socket.destroy();
  }

  /** Kills the program if it still runs, closes the terminal and waits for both. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    this.hangUp();
    await this.exited;
  }
}

function name(signal: number): Deno.Signal | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === signal);
  return (found?.[0] ?? null) as Deno.Signal | null;
}

/** Sends a signal to a process or, if negative, a group; returns whether there is one. */
function kill(target: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(target, signal);
    return true;
  } catch (error) {
    // macOS answers EPERM for a group of zombies.
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (none) return false;
    throw error;
  }
}
