/**
 * The client in a terminal: what others say appears above the line that is being typed. Puts the conversation, the prompt
 * and the screen together; each of them knows nothing of the others.
 */

import { Failure } from "../cli/failure.ts";
import { translate } from "../i18n/mod.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { type Conversation, exitCode } from "./conversation.ts";
import { renderFrame, renderMessage, renderNotice, timeOfDay, type View } from "./render.ts";
import { describeOwn } from "./state.ts";
import { takeCursorReport } from "./terminal/cursor_report.ts";
import { Prompt } from "./terminal/prompt.ts";
import { Screen } from "./terminal/screen.ts";
import { Tty } from "./terminal/tty.ts";
import { makeTheme, type Theme } from "./theme.ts";

/** With so many lines waiting for the terminal, the hub is not read further. */
const MAX_WAITING = 1000;
/** So long the hub may take to say goodbye, in milliseconds. */
const GOODBYE_TIMEOUT = 1000;

/** Talks until the person or the hub ends it, and gives the exit code. Standard input and output must be terminals. */
export async function runInteractive(
  conversation: Conversation,
  { color }: { color: boolean },
): Promise<number> {
  const ui = new Interactive(conversation, makeTheme(color));
  return await ui.run();
}

class Interactive {
  readonly #conversation: Conversation;
  readonly #theme: Theme;
  readonly #tty: Tty;
  readonly #screen: Screen;
  readonly #prompt: Prompt;
  /** Lines that were entered before the welcome: until then there is no nick to show them by. */
  #early: string[] = [];
  #isLeaving = false;
  #goodbye: ReturnType<typeof setTimeout> | undefined;

  constructor(conversation: Conversation, theme: Theme) {
    this.#conversation = conversation;
    this.#theme = theme;
    this.#prompt = new Prompt({
      onSubmit: (line) => this.#submit(line),
      onChange: () => this.#showInput(),
      onInterrupt: () => this.#interrupt(),
      onEnd: () => this.#leave(),
      onClear: () => this.#screen.clear(),
    });
    this.#tty = new Tty({
      onBytes: (bytes) => this.#typed(bytes),
      onResize: (columns, rows) => this.#screen.resize(columns, rows),
      onContinue: () => this.#screen.forget(),
      onTerminate: () => this.#leave(),
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
      for await (const frames of this.#conversation.batches()) {
        for (const frame of frames) {
          this.#screen.print(renderFrame(frame, Date.now(), this.#view()));
        }
        if (this.#isWelcome) this.#early.splice(0).forEach((line) => this.#submit(line));
        this.#showInput();
        if (this.#screen.waiting > MAX_WAITING) await this.#screen.settle();
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    } finally {
      clearTimeout(this.#goodbye);
      await this.#close(failure);
    }
    return failure ? failure.exitCode : exitCode(this.#conversation.state.bye);
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
    const typed = report?.rest ?? bytes;
    if (typed.length > 0) this.#prompt.feed(typed);
  }

  #showInput(): void {
    if (!this.#isWelcome || this.#isLeaving) return;
    const { nick, room, home } = this.#conversation.state;
    this.#screen.show({
      // Who is only where everyone is need not know that there are rooms.
      prompt: sanitize(room === home ? `${nick}> ` : `#${room} ${nick}> `),
      line: this.#prompt.line,
      cursor: this.#prompt.cursor,
    });
  }

  #submit(line: string): void {
    if (!this.#isWelcome) {
      this.#early.push(line);
      return;
    }
    const submitted = this.#conversation.submit(line);
    if (submitted.kind === "sent") {
      this.#screen.print(this.#renderOwn(line));
    } else if (submitted.kind === "too_long") {
      const { bytes, max } = submitted;
      this.#notice(
        "! ",
        translate(this.#view().lang, "client.too_long", { bytes, max }),
        this.#theme.error,
      );
      this.#prompt.replace(line); // to be shortened
    }
  }

  #renderOwn(line: string): string[] {
    const own = describeOwn(line);
    const now = Date.now();
    if (own === undefined) return [];
    if (own.kind === "command") {
      return renderNotice(`› ${sanitize(line)}`, now, this.#theme.typed, this.#view());
    }
    const { nick, room } = this.#conversation.state;
    return renderMessage({ ...own, nick, room, ts: now }, this.#view());
  }

  /** Ctrl-C empties the line; where it is empty already, leaves. */
  #interrupt(): void {
    if (this.#prompt.line === "") this.#leave();
    else this.#prompt.replace("");
  }

  /** Says goodbye, and goes without an answer when none comes. */
  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#conversation.leave();
    this.#goodbye = setTimeout(() => this.#conversation.close(), GOODBYE_TIMEOUT);
  }

  /** Nothing that was typed is lost: what did not reach the hub stays on the screen. */
  async #close(failure: Failure | undefined): Promise<void> {
    const { lang, pending, bye } = this.#conversation.state;
    if (failure) this.#notice("! ", failure.in(lang), this.#theme.error);
    const unanswered = bye?.code === "quit" ? [] : [...pending.values()].map(({ text }) => text);
    for (const text of [...unanswered, ...this.#early, this.#prompt.line]) {
      if (text === "") continue;
      this.#notice("! ", translate(lang, "client.unsent", { text }), this.#theme.error);
    }
    this.#screen.show(undefined);
    await this.#screen.settle();
    this.#tty.close();
  }

  #notice(mark: string, text: string, style: (text: string) => string): void {
    this.#screen.print(renderNotice(mark + sanitize(text), Date.now(), style, this.#view()));
  }
}
