/** The terminal: its modes, size, input, output and signals. However the program ends, the modes are restored. */

import { Failure } from "../../common/cli/failure.ts";
import { writeAll } from "../../common/cli/write_all.ts";
import { attempt } from "../../common/result.ts";

export interface TtyEvents {
  /** The bytes change afterwards. */
  onBytes: (bytes: Uint8Array) => void;
  onResize: (columns: number, rows: number) => void;
  /** The program continues after it was stopped; other programs may have written to the screen. */
  onContinue: () => void;
  /** A signal that ends programs, or the terminal is gone, or its input cannot be read. */
  onTerminate: (failure?: Failure) => void;
}

/** What would end the program without a listener; not every system has all of them. */
const ENDING_SIGNALS = [
  ...["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGALRM", "SIGUSR1", "SIGUSR2"],
  ...["SIGVTALRM", "SIGXCPU", "SIGXFSZ", "SIGIO", "SIGPWR", "SIGSTKFLT", "SIGSYS", "SIGTRAP"],
] as Deno.Signal[];

const FALLBACK_SIZE = { columns: 80, rows: 24 };
const READ_BUFFER = 4096;

/** Bracketed paste, and reports of the window's focus ("FocusIn/FocusOut" in xterm's control sequences). */
const ENABLE_MODES = "\x1b[?2004h\x1b[?1004h";
const DISABLE_MODES = "\x1b[?1004l\x1b[?2004l";

const utf8 = new TextEncoder();

export class Tty {
  readonly #events: TtyEvents;
  readonly #stopListening: (() => void)[] = [];
  readonly #restore = () => this.#setModes(false);
  #isOpen = true;
  #writes: Promise<void> = Promise.resolve();

  /** Takes over stdin and stdout, which must be terminals. */
  constructor(events: TtyEvents) {
    this.#events = events;
    this.#setModes(true);
    globalThis.addEventListener("unload", this.#restore);
    for (const signal of ENDING_SIGNALS) this.#onSignal(signal, () => events.onTerminate());
    this.#onSignal("SIGWINCH", () => this.#reportSize());
    this.#onSignal("SIGCONT", () => this.#continue());
    this.#read();
  }

  size(): { columns: number; rows: number } {
    const { columns, rows } = attempt(() => Deno.consoleSize()) ?? FALLBACK_SIZE;
    // 0: the terminal does not know its size.
    return { columns: columns || FALLBACK_SIZE.columns, rows: rows || FALLBACK_SIZE.rows };
  }

  /** Writes text, in the order of the calls. */
  write(text: string): Promise<void> {
    return this.#writes = this.#writes.then(() => writeAll(Deno.stdout, utf8.encode(text)))
      .catch(() => this.#events.onTerminate());
  }

  /** Gives the terminal back while `stop` stops the program. */
  suspend(stop: () => void): void {
    this.#restore();
    stop();
    setTimeout(() => this.#continue(), 0); // even if nothing has stopped it
  }

  /** Gives the terminal back. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    globalThis.removeEventListener("unload", this.#restore);
    for (const stop of this.#stopListening) stop();
    this.#restore();
  }

  #continue(): void {
    if (!this.#isOpen) return;
    this.#setModes(true);
    this.#events.onContinue();
    this.#reportSize(); // SIGWINCH went to the program in the foreground
  }

  #reportSize(): void {
    const { columns, rows } = this.size();
    this.#events.onResize(columns, rows);
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BUFFER);
    let failure: Failure | undefined;
    try {
      for (let size; (size = await Deno.stdin.read(buffer)) !== null;) {
        if (!this.#isOpen) return;
        this.#events.onBytes(buffer.subarray(0, size));
      }
    } catch (error) {
      // EIO: the terminal is gone.
      const isGone = error instanceof Error && "code" in error && error.code === "EIO";
      if (!isGone) failure = new Failure("failure.input_unreadable");
    }
    if (this.#isOpen) this.#events.onTerminate(failure);
  }

  /** Switches raw mode and the modes of the terminal on or off, unless the terminal is gone. */
  #setModes(isOn: boolean): void {
    attempt(() => {
      Deno.stdin.setRaw(isOn);
      Deno.stdout.writeSync(utf8.encode(isOn ? ENABLE_MODES : DISABLE_MODES));
    });
  }

  /** Not every system has every signal. */
  #onSignal(signal: Deno.Signal, listener: () => void): void {
    attempt(() => {
      Deno.addSignalListener(signal, listener);
      this.#stopListening.push(() => Deno.removeSignalListener(signal, listener));
    });
  }
}
