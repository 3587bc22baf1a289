/**
 * A terminal emulator for tests: runs a program in a pty, shows its output as a user would see it,
 * types, resizes, and waits for what should appear.
 *
 * Windows has no ptys of this kind: these tests have `ignore: NO_PTY`.
 */

import { smallEnvironment } from "./environment.ts";
import { type Key, keyBytes } from "./keys.ts";
import { type Exit, Pty } from "./pty.ts";
import { type Cell, type Cursor, EmulatedScreen } from "./screen.ts";
import { type NotYet, search, show, Watch } from "./watch.ts";

export type { Cell, Color, Cursor } from "./screen.ts";
export type { Exit } from "./pty.ts";
export type { Key } from "./keys.ts";

/** Whether ptys are missing on this system. */
export const NO_PTY: boolean = Deno.build.os === "windows";

/** Rows. */
const SCROLLBACK = 5000;

// How much of the latest output an error shows, in characters.
const RAW_TAIL = 600;

export interface TerminalOptions {
  /** Columns; 80 by default. */
  cols?: number;
  /** Rows; 24 by default. */
  rows?: number;
  /** Added to the small environment of every program: PATH, HOME, LANG=C.UTF-8, TERM... */
  env?: Record<string, string>;
  /** The program's working directory; the test's own by default. */
  cwd?: string;
  /** Whether a resize reflows the cursor's line, as VTE and tmux do, or not, as VS Code. */
  reflowCursorLine?: boolean;
}

/** One open terminal. `await using` ends the program and frees everything. */
export class TestTerminal {
  readonly #watch = new Watch();
  readonly #command: readonly string[];
  /** The program's state folder, new for each terminal. */
  readonly #state = Deno.makeTempDirSync({ prefix: "chat-test-state-" });
  readonly #pty: Pty;
  readonly #screen: EmulatedScreen;
  readonly #ended: Promise<void>;
  #exit: Exit | undefined;

  /** Starts `command`, a program and its arguments, in a new terminal. */
  static open(command: string[], options: TerminalOptions = {}): TestTerminal {
    return new TestTerminal(command, options);
  }

  private constructor(command: string[], options: TerminalOptions) {
    const { cols = 80, rows = 24, env = {}, cwd, reflowCursorLine = true } = options;
    const [file, ...args] = command;
    if (file === undefined) throw new TypeError("Cannot open a terminal: no command");
    this.#command = command;
    this.#screen = new EmulatedScreen({
      cols,
      rows,
      scrollback: SCROLLBACK,
      reflowCursorLine,
      reply: (data) => this.#pty.write(data),
      changed: () => this.#watch.changed(),
    });
    this.#pty = new Pty([file, ...args], {
      cols,
      rows,
      cwd,
      env: smallEnvironment({ XDG_STATE_HOME: this.#state, ...env }),
      received: (bytes) => this.#screen.feed(bytes),
    });
    this.#ended = this.#end();
  }

  async #end(): Promise<void> {
    const exit = await this.#pty.exited;
    await this.#screen.settled();
    this.#exit = exit;
    this.#watch.end(`the program ended with ${exit.signal ?? `code ${exit.code}`}`);
  }

  /** Sends text unchanged, as typed keys. */
  type(text: string | Uint8Array): void {
    this.#pty.write(text);
  }

  /** Sends keys by name. */
  press(...keys: Key[]): void {
    const applicationCursor = this.modes.applicationCursorKeysMode;
    for (const key of keys) this.#pty.write(keyBytes(key, { applicationCursor }));
  }

  /** Pastes as a terminal does: newlines become CR, in a bracketed paste if the program enabled it. */
  paste(text: string): void {
    const lines = text.replace(/\r?\n/g, "\r");
    this.#pty.write(this.modes.bracketedPasteMode ? `\x1b[200~${lines}\x1b[201~` : lines);
  }

  /**
   * Resizes as a real terminal does: pending output is drawn and reflowed first, then the program
   * gets SIGWINCH.
   */
  async resize(cols: number, rows: number): Promise<void> {
    await this.#screen.settled();
    this.#screen.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  /** The rows on the screen, top to bottom, without trailing spaces. */
  screen(): string[] {
    return this.#screen.rows();
  }

  /** Scrollback and screen, one line per row; with `joinWrapped`, wrapped rows are joined. */
  text(options: { joinWrapped?: boolean } = {}): string {
    return this.#screen.text(options);
  }

  cursor(): Cursor {
    return this.#screen.cursor();
  }

  /** The cell in column `x` of row `y` of the screen. Throws a RangeError outside it. */
  cell(x: number, y: number): Cell {
    return this.#screen.cell(x, y);
  }

  /** The column and row of the first occurrence of `text` on the screen; it must not wrap. */
  find(text: string): { x: number; y: number } | undefined {
    return this.#screen.find(text);
  }

  /** The first cell of the first occurrence of `text` on the screen. Throws if the screen does not show it. */
  cellOf(text: string): Cell & { x: number; y: number } {
    const at = this.find(text);
    if (!at) throw new Error(`Cannot find ${JSON.stringify(text)} on the ${this.#screen.dump()}`);
    return { ...this.cell(at.x, at.y), ...at };
  }

  /** All output so far, decoded as UTF-8. */
  raw(): string {
    return this.#screen.raw;
  }

  /** The modes that the program has set, such as `bracketedPasteMode`. */
  get modes(): EmulatedScreen["modes"] {
    return this.#screen.modes;
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Stops reading output, as a terminal on a stalled ssh connection does. */
  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  /** Sends a signal to the program's process group. */
  signal(signal: Deno.Signal): void {
    this.#pty.signal(signal);
  }

  /** Closes the terminal, as closing its window does: the program gets SIGHUP and the end of input. */
  hangUp(): void {
    this.#pty.hangUp();
  }

  /**
   * Waits until scrollback and screen (wrapped rows joined) have a text or a match, or until a
   * predicate is truthy; resolves to the match or the predicate's result.
   *
   * Checks after each output and each resize. Rejects with the whole screen if the program ends
   * first or the deadline passes; `what` names the wait in that error.
   */
  until(wanted: RegExp, what?: string): Promise<RegExpMatchArray>;
  until(wanted: string, what?: string): Promise<string>;
  until<T>(wanted: (terminal: this) => T | NotYet, what?: string): Promise<T>;
  until(
    wanted: RegExp | string | ((terminal: this) => unknown),
    what?: string,
  ): Promise<unknown> {
    const name = typeof wanted === "function" ? String(wanted) : show(wanted);
    const attempt = () =>
      typeof wanted === "function"
        ? wanted(this)
        : search(this.text({ joinWrapped: true }), wanted);
    return this.#until(attempt, what === undefined ? name : `${what} (${name})`);
  }

  #until<T>(attempt: () => T | NotYet, what: string): Promise<T> {
    const describe = (reason: string) =>
      [
        `Waited for ${what}: ${reason}`,
        `command: ${this.#command.join(" ")}`,
        this.#screen.dump(),
        `latest output: ${JSON.stringify(this.raw().slice(-RAW_TAIL))}`,
      ].join("\n");
    return this.#watch.until(attempt, describe);
  }

  /** Waits for the program's end, with all its output on the screen. */
  exit(): Promise<Exit> {
    return this.#until(() => this.#exit, "the program to end");
  }

  /** The terminal's settings (`stty -a`, without the size), while the program runs. */
  async stty(): Promise<string> {
    const command = new Deno.Command("sh", {
      args: ["-c", 'stty -a < "$1"', "sh", this.#pty.path],
    });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`Cannot read the terminal's settings: ${decode(stderr)}`);
    return withoutSize(decode(stdout));
  }

  /** Ends the program if it still runs, and frees everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pty[Symbol.asyncDispose]();
    await this.#ended;
    this.#screen.dispose();
    await Deno.remove(this.#state, { recursive: true });
  }
}

/** A command that records the terminal's settings before and after it. */
export interface SttyRecorder {
  /** The wrapped command; it has the same exit code. */
  command: string[];
  /** The settings before and after; only after the command has ended. */
  settings(): Promise<{ before: string; after: string }>;
}

/** Wraps a command so that it records the terminal's settings in files in `directory`. */
export function recordStty(command: string[], directory: string): SttyRecorder {
  const files = { before: `${directory}/stty-before`, after: `${directory}/stty-after` };
  // The traps: the shell must survive the signal that ends the program, and a trapped signal, unlike
  // an ignored one, has its default effect in the program.
  const script = `
    trap : INT QUIT TERM HUP
    stty -a > "$1"; after=$2; shift 2
    "$@"; code=$?
    stty -a > "$after"
    exit $code`;
  return {
    command: ["sh", "-c", script, "sh", files.before, files.after, ...command],
    settings: async () => ({
      before: withoutSize(await Deno.readTextFile(files.before)),
      after: withoutSize(await Deno.readTextFile(files.after)),
    }),
  };
}

// A test may resize: removes `rows 24; columns 80;` of GNU and `24 rows; 80 columns;` of BSD.
function withoutSize(settings: string): string {
  return settings.replace(/(rows|columns) \d+; |; \d+ (rows|columns)/g, "").trim();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
