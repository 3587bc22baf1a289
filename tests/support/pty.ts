/**
 * A program in a pseudo-terminal: bytes to it, bytes from it, its size, its end. Does not know what
 * the bytes mean. All that is peculiar about node-pty under Deno stays in here.
 */

import { type IPty, spawn } from "@lydell/node-pty";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { constants } from "node:os";

/** How a program ended; `code` is 128 + n when signal n ended it, as a shell has it. */
export interface Exit {
  code: number;
  signal: Deno.Signal | null;
}

/** How a program is started. */
export interface PtyOptions {
  cols: number;
  rows: number;
  cwd?: string | undefined;
  env: Record<string, string>;
  /** Takes what the program writes. */
  received: (bytes: Uint8Array) => void;
}

// A terminal that does not close at the program's end (another process may hold it open, and macOS
// sometimes never closes it) is taken for closed after so many silent turns. They are turns of the
// event loop and not a time: a machine that stands still a while must not lose the last output.
const SILENT_TURNS = 20;
const TURN_MS = 100;

// How often a write that the kernel has refused is tried again.
const WRITE_RETRY_MS = 2;

type Timer = ReturnType<typeof setTimeout>;

/** The parts of node-pty's object on Unix that its types leave out. */
interface Internals {
  readonly _socket: Socket & { _handle: { readStop(): void; readStart(): void } | null };
  readonly ptsName: string;
}

/** One program and the pseudo-terminal it runs in. */
export class Pty {
  readonly #pty: IPty & Internals;
  readonly #socket: Internals["_socket"];
  /** Resolves when the program has ended and all its output has been received. */
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
    // node-pty throws errors it does not expect, unless somebody else listens.
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

  // 200 ms after the program's end, node-pty destroys the stream, read to its end or not; a machine
  // that is busy just then would lose the last output. The stream closes by itself at its end.
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

  /** The process id of the program, which leads its own session and process group. */
  get pid(): number {
    return this.#pty.pid;
  }

  /** The device that the program has as its terminal, such as `/dev/pts/3`. */
  get path(): string {
    return this.#pty.ptsName;
  }

  /** Sends input, in order, however slowly the program reads. Does nothing after its end. */
  write(data: string | Uint8Array): void {
    if (!this.#running || this.#closing) return;
    this.#pty.write((typeof data === "string" ? data : Buffer.from(data)) as string);
    // Deno 2.9 never learns that a full terminal has room again, and tries again only when the
    // terminal has output to be read or reading begins; so that is made to begin again.
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

  /** Stops reading: the program's writes are refused once a few buffers are full. */
  pause(): void {
    this.#paused = true;
    this.#pty.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#paused = false;
    this.#pty.resume();
  }

  /** Sets the size; the kernel tells the program with SIGWINCH. Does nothing after its end. */
  resize(cols: number, rows: number): void {
    if (this.#running && !this.#closing) this.#pty.resize(cols, rows);
  }

  /** Sends a signal to the program and all in its process group. Does nothing after its end. */
  signal(signal: Deno.Signal): void {
    if (!this.#running) return;
    // Just after its start the program leads no group yet; just after its end there is no process.
    kill(-this.pid, signal) || kill(this.pid, signal);
  }

  /** Closes the terminal, as closing its window does: the kernel sends SIGHUP. */
  hangUp(): void {
    this.#closing = true;
    clearInterval(this.#retry);
    this.#socket.destroy();
  }

  /** Ends the program if it still runs, closes the terminal and waits for both. */
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

/** Sends a signal to a process or, where negative, to a group, and tells whether there was one. */
function kill(target: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(target, signal);
    return true;
  } catch (error) {
    // EPERM: what macOS says of a group of zombies.
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (none) return false;
    throw error;
  }
}
