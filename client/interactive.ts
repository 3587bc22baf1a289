/**
 * The client in a terminal: what others say appears above the line that is being typed. Puts the conversation, the prompt
 * and the screen together; each of them knows nothing of the others.
 */

import { Failure } from "../cli/failure.ts";
import { type Key, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import type { MessageFrame } from "../protocol/frame.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { findLocalCommand, isExit, lacksPassword, withoutPassword } from "./commands.ts";
import { type Conversation, exitCode, type Happening } from "./conversation.ts";
import type { LeaveGuard } from "./leaving.ts";
import { findCall } from "./mentions.ts";
import { Missed } from "./missed.ts";
import { takeCursorReport } from "./terminal/cursor_report.ts";
import { Prompt } from "./terminal/prompt.ts";
import { type Above, Screen } from "./terminal/screen.ts";
import { Tty } from "./terminal/tty.ts";
import { type Reader, type Taste, Transcript } from "./transcript.ts";

/** With so many lines waiting for the terminal, the hub is not read further. */
const MAX_WAITING = 1000;
const CR = 0x0d;
const LF = 0x0a;
/** So often the seconds until the next attempt are shown anew, in milliseconds. */
const COUNTDOWN_STEP = 1000;
/** What the hub answers within so many milliseconds is shown once it has. */
const PENDING_DELAY = 150;
/** So many rows above the input show what waits for its answer. */
const MAX_PENDING_ROWS = 5;

export interface InteractiveOptions {
  taste: Taste;
  /** What is written to the terminal when somebody calls one by name; nothing where it is empty. */
  bell: (message: MessageFrame) => string;
  /** Is asked whether the person may leave. */
  guard?: LeaveGuard | undefined;
}

/** Talks until the person or the hub ends it, and gives the exit code. Standard input and output must be terminals. */
export async function runInteractive(
  conversation: Conversation,
  options: InteractiveOptions,
): Promise<number> {
  const ui = new Interactive(conversation, options);
  return await ui.run();
}

class Interactive {
  readonly #conversation: Conversation;
  readonly #guard: LeaveGuard | undefined;
  readonly #bell: InteractiveOptions["bell"];
  readonly #transcript: Transcript;
  readonly #missed = new Missed();
  readonly #tty: Tty;
  readonly #screen: Screen;
  readonly #prompt: Prompt;
  /** Lines that were entered before the welcome: until then there is no nick to show them by. */
  #early: string[] = [];
  /**
   * Where a password is typed instead of a line, of which nothing is to be seen or to be called back; `line` is the command
   * that it is for, where the hub itself does not ask for it.
   */
  #secret: { prompt: Prompt; line?: string } | undefined;
  #countdown: ReturnType<typeof setInterval> | undefined;
  /** Until the hub has answered everything: shows, after a while, what it has not. */
  #pendingTimer: ReturnType<typeof setTimeout> | undefined;
  #showsPending = false;

  constructor(conversation: Conversation, { taste, bell, guard }: InteractiveOptions) {
    this.#conversation = conversation;
    this.#guard = guard;
    this.#bell = bell;
    this.#transcript = new Transcript(taste);
    this.#prompt = new Prompt({
      onSubmit: (line) => this.#submit(line),
      onChange: () => this.#showInput(),
      onInterrupt: () => this.#interrupt(),
      onEnd: () => this.#leave(),
      onClear: () => this.#screen.clear(),
    }, { remembers: (line) => withoutPassword(line) === line });
    this.#tty = new Tty({
      onBytes: (bytes) => this.#typed(bytes),
      onResize: (columns, rows) => this.#screen.resize(columns, rows),
      onContinue: () => this.#screen.forget(),
      onTerminate: () => this.#conversation.leave(),
    });
    this.#screen = new Screen({
      ...this.#tty.size(),
      styles: { above: taste.theme.pending, prompt: taste.theme.prompt },
      write: (text) => this.#tty.write(text),
      schedule: (flush) => void setTimeout(flush, 0),
      after: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
    });
  }

  async run(): Promise<number> {
    let failure: Failure | undefined;
    try {
      for await (const happenings of this.#conversation.happenings()) {
        for (const happening of happenings) this.#tell(happening);
        this.#ring(happenings);
        if (this.#isWelcome) this.#early.splice(0).forEach((line) => this.#submit(line));
        this.#followStage();
        this.#followPending();
        this.#showInput();
        if (this.#screen.waiting > MAX_WAITING) await this.#screen.settle();
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    } finally {
      clearInterval(this.#countdown);
      clearTimeout(this.#pendingTimer);
      await this.#close(failure);
    }
    return failure ? failure.exitCode : exitCode(this.#conversation.state.bye);
  }

  #tell(happening: Happening): void {
    this.#print(this.#missed.take(happening, this.#conversation.state.nick));
  }

  #print(happenings: Happening[]): void {
    for (const happening of happenings) {
      this.#screen.print(this.#transcript.tell(happening, Date.now(), this.#reader()));
    }
  }

  /** Once, for all that came together. */
  #ring(happenings: Happening[]): void {
    const message = findCall(happenings, this.#conversation.state.nick);
    if (message) this.#tty.write(this.#bell(message));
  }

  /** Asks for a password when the hub wants one, and counts the seconds while it is not there. */
  #followStage(): void {
    const { stage } = this.#conversation.state;
    const isAsked = this.#secret !== undefined && this.#secret.line === undefined;
    if (stage === "password" && !isAsked) this.#secret = { prompt: this.#secretPrompt() };
    if (stage !== "password" && isAsked) this.#secret = undefined;
    clearInterval(this.#countdown);
    if (stage === "lost") {
      this.#countdown = setInterval(() => this.#showInput(), COUNTDOWN_STEP);
    }
  }

  get #isWelcome(): boolean {
    return this.#conversation.state.nick !== "";
  }

  #reader(): Reader {
    const { lang, room, nick } = this.#conversation.state;
    return { width: this.#screen.columns, lang, room, nick };
  }

  /** From the first line that the hub has not answered, until it has answered all. */
  #followPending(): void {
    if (this.#conversation.pending === 0) {
      clearTimeout(this.#pendingTimer);
      this.#pendingTimer = undefined;
      this.#showsPending = false;
    } else {
      this.#pendingTimer ??= setTimeout(() => {
        this.#showsPending = true;
        this.#showInput();
      }, PENDING_DELAY);
    }
  }

  #pendingRows(columns: number, maxRows: number): readonly string[] {
    if (!this.#showsPending) return [];
    const reader = { ...this.#reader(), width: columns };
    const rows = Math.min(maxRows, MAX_PENDING_ROWS);
    return this.#transcript.pending(this.#conversation.unsent(), Date.now(), reader, rows);
  }

  #typed(bytes: Uint8Array): void {
    const report = takeCursorReport(bytes); // a late one too: it must not be typed
    if (report) this.#screen.cursorReported(report.column);
    let typed = report?.rest ?? bytes;
    // One line at a time: behind an Enter, what is typed may be a password, or no longer be one.
    while (typed.length > 0) {
      let end = typed.findIndex((byte) => byte === CR || byte === LF) + 1 || typed.length;
      if (typed[end - 1] === CR && typed[end] === LF) end++;
      (this.#secret?.prompt ?? this.#prompt).feed(typed.subarray(0, end));
      typed = typed.subarray(end);
    }
  }

  #showInput(): void {
    if (this.#conversation.isLeaving) return;
    const above: Above = (columns, maxRows) => this.#pendingRows(columns, maxRows);
    if (this.#secret) {
      const prompt = `${translate(this.#reader().lang, "client.password")} `;
      return this.#screen.show({ prompt, line: "", cursor: 0 }, { above });
    }
    const { nick, room, home } = this.#conversation.state;
    // Who is only where everyone is need not know that there are rooms.
    const prompt = sanitize(room === home ? `${nick}> ` : `#${room} ${nick}> `);
    this.#screen.show(
      this.#isWelcome
        ? {
          prompt: this.#offline() + prompt,
          line: this.#prompt.line,
          cursor: this.#prompt.cursor,
        }
        : undefined,
      { above },
    );
  }

  /** What stands before the prompt while the hub is not there. */
  #offline(): string {
    const { stage, lang } = this.#conversation.state;
    if (stage === "joined") return "";
    const wait = this.#conversation.retryIn;
    if (wait === undefined) return `${translate(lang, "client.connecting")} `;
    const seconds = Math.max(1, Math.ceil(wait / 1000));
    return `${translate(lang, "client.again_in", { seconds })} `;
  }

  #submit(line: string): void {
    if (line.trim() === "") return this.#conversation.retryNow();
    if (findLocalCommand(line)?.name === "clear") return this.#screen.clear();
    if (isExit(line) && !this.#mayLeave()) return;
    if (!this.#isWelcome) {
      this.#early.push(line);
    } else if (isExit(line) && this.#conversation.state.stage !== "joined") {
      this.#conversation.leave(); // who leaves does not wait for the hub to be back
    } else if (lacksPassword(line)) {
      this.#secret = { prompt: this.#secretPrompt(), line: line.trim() };
    } else {
      this.#send(line);
    }
  }

  #send(line: string): void {
    const submitted = this.#conversation.submit(line);
    if (submitted.kind === "sent") {
      this.#followPending();
    } else if (submitted.kind === "too_long") {
      const { bytes, max } = submitted;
      this.#notice("! ", "client.too_long", { bytes, max });
      this.#prompt.replace(withoutPassword(line)); // to be shortened
    }
  }

  #secretPrompt(): Prompt {
    return new Prompt({
      onSubmit: (secret) => this.#submitSecret(secret),
      onChange: () => {},
      onInterrupt: () => this.#dropSecret(),
      onEnd: () => {
        this.#dropSecret();
        return true;
      },
      onClear: () => this.#screen.clear(),
    }, { remembers: () => false });
  }

  #submitSecret(secret: string): void {
    const line = this.#secret?.line;
    if (line === undefined) {
      if (secret === "") return;
      this.#conversation.answerPassword(secret);
    }
    this.#secret = undefined;
    if (line !== undefined && secret !== "") this.#send(`${line} ${secret}`);
    this.#showInput();
  }

  /** Ctrl-C or Ctrl-D: goes without the command, or where the hub asks, leaves. */
  #dropSecret(): void {
    const line = this.#secret?.line;
    this.#secret = undefined;
    if (line === undefined) this.#conversation.leave();
    else this.#showInput();
  }

  /** Ctrl-C empties the line; where it is empty already, leaves. */
  #interrupt(): void {
    if (this.#prompt.line === "") this.#leave();
    else this.#prompt.replace("");
  }

  /** Gives whether one may. */
  #leave(): boolean {
    const mayLeave = this.#mayLeave();
    if (mayLeave) this.#conversation.leave();
    return mayLeave;
  }

  /** Whether nobody else minds; if not, it has been said. */
  #mayLeave(): boolean {
    const others = this.#guard?.wish() ?? 0;
    if (others > 0) this.#notice("! ", "client.leaving_stops", { others });
    return others === 0;
  }

  /** Nothing that was typed is lost: what did not reach the hub stays on the screen. */
  async #close(failure: Failure | undefined): Promise<void> {
    this.#print(this.#missed.end());
    if (failure) this.#notice("! ", failure.key, failure.params);
    const draft = this.#prompt.line === "" ? [] : [this.#prompt.line];
    for (const text of [...this.#conversation.unsent(), ...this.#early, ...draft]) {
      this.#notice("! ", "client.unsent", { text: withoutPassword(text) });
    }
    this.#screen.show(undefined);
    await this.#screen.settle();
    this.#tty.close();
  }

  #notice(mark: "* " | "! ", key: Key, params: Params = {}): void {
    const lines = this.#transcript.notice(mark, key, params, Date.now(), this.#reader());
    this.#screen.print(lines);
  }
}
