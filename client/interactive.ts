/**
 * The client in a terminal: what others say appears above the line that is being typed. Puts the conversation, the prompt
 * and the screen together; each of them knows nothing of the others.
 */

import { Failure } from "../cli/failure.ts";
import { type Key, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import { sanitize } from "../protocol/sanitize.ts";
import {
  findLocalCommand,
  isExit,
  lacksPassword,
  withLocalHelp,
  withoutPassword,
} from "./commands.ts";
import { type Conversation, exitCode, type Happening } from "./conversation.ts";
import type { LeaveGuard } from "./leaving.ts";
import { renderFrame, renderMessage, renderNotice, timeOfDay, type View } from "./render.ts";
import { describeOwn } from "./state.ts";
import { takeCursorReport } from "./terminal/cursor_report.ts";
import { Prompt } from "./terminal/prompt.ts";
import { Screen } from "./terminal/screen.ts";
import { Tty } from "./terminal/tty.ts";
import { makeTheme, type Theme } from "./theme.ts";

/** With so many lines waiting for the terminal, the hub is not read further. */
const MAX_WAITING = 1000;
const CR = 0x0d;
const LF = 0x0a;
/** So often the seconds until the next attempt are shown anew, in milliseconds. */
const COUNTDOWN_STEP = 1000;

/**
 * Talks until the person or the hub ends it, and gives the exit code. Standard input and output must be terminals. Of a
 * `guard` is asked whether the person may leave.
 */
export async function runInteractive(
  conversation: Conversation,
  { color, guard }: { color: boolean; guard: LeaveGuard | undefined },
): Promise<number> {
  const ui = new Interactive(conversation, makeTheme(color), guard);
  return await ui.run();
}

class Interactive {
  readonly #conversation: Conversation;
  readonly #theme: Theme;
  readonly #guard: LeaveGuard | undefined;
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

  constructor(conversation: Conversation, theme: Theme, guard: LeaveGuard | undefined) {
    this.#conversation = conversation;
    this.#theme = theme;
    this.#guard = guard;
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
        if (this.#isWelcome) this.#early.splice(0).forEach((line) => this.#submit(line));
        this.#followStage();
        this.#showInput();
        if (this.#screen.waiting > MAX_WAITING) await this.#screen.settle();
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    } finally {
      clearInterval(this.#countdown);
      await this.#close(failure);
    }
    return failure ? failure.exitCode : exitCode(this.#conversation.state.bye);
  }

  #tell(happening: Happening): void {
    switch (happening.type) {
      case "frame": {
        const frame = withLocalHelp(happening.frame, this.#conversation.state.lang);
        return this.#screen.print(renderFrame(frame, Date.now(), this.#view()));
      }
      case "lost":
        return this.#notice("* ", "client.lost");
      case "restarted":
        this.#notice("* ", "client.restarted");
        for (const { shown: text } of happening.uncertain) {
          this.#notice("! ", "client.uncertain", { text });
        }
    }
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

  #view(): View {
    const { lang, room } = this.#conversation.state;
    return { width: this.#screen.columns, lang, room, theme: this.#theme, clock: timeOfDay };
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
    if (this.#secret) {
      const prompt = `${translate(this.#view().lang, "client.password")} `;
      return this.#screen.show({ prompt, line: "", cursor: 0 });
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
      this.#screen.print(this.#renderOwn(line));
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

  #renderOwn(line: string): string[] {
    const own = describeOwn(line);
    const now = Date.now();
    if (own === undefined) return [];
    if (own.kind === "command") {
      return renderNotice(
        `› ${sanitize(withoutPassword(line))}`,
        now,
        this.#theme.typed,
        this.#view(),
      );
    }
    const { nick, room } = this.#conversation.state;
    return renderMessage({ ...own, nick, room, ts: now }, this.#view());
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
    const style = mark === "! " ? this.#theme.error : this.#theme.notice;
    const text = translate(this.#view().lang, key, params);
    this.#screen.print(renderNotice(mark + sanitize(text), Date.now(), style, this.#view()));
  }
}
