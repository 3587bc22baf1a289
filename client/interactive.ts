/**
 * The client in a terminal: what others say appears above the line that is being typed. Puts the conversation, the prompt
 * and the screen together; each of them knows nothing of the others.
 */

import { Failure } from "../cli/failure.ts";
import { listNames } from "../i18n/frames.ts";
import { type Key, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { Acquaintance } from "./acquaintance.ts";
import { askToSend, summarize } from "./block.ts";
import {
  findLocalCommand,
  isExit,
  lacksPassword,
  withLocalHelp,
  withoutPassword,
} from "./commands.ts";
import { Composer, type Entry } from "./composer.ts";
import { type Conversation, exitCode, type Happening } from "./conversation.ts";
import type { InputHistoryFile } from "./input_history_file.ts";
import { renderFrame, renderMessage, renderNotice, timeOfDay, type View } from "./render.ts";
import { describeOwn } from "./state.ts";
import { MAX_PASTE } from "./terminal/paste.ts";
import { Screen } from "./terminal/screen.ts";
import { Tty } from "./terminal/tty.ts";
import { makeTheme, type Theme } from "./theme.ts";

/** With so many lines waiting for the terminal, the hub is not read further. */
const MAX_WAITING = 1000;
/** So often the seconds until the next attempt are shown anew, in milliseconds. */
const COUNTDOWN_STEP = 1000;

/** Talks until the person or the hub ends it, and gives the exit code. Standard input and output must be terminals. */
export async function runInteractive(
  conversation: Conversation,
  { color, inputHistory }: { color: boolean; inputHistory?: InputHistoryFile },
): Promise<number> {
  const lines = await inputHistory?.read();
  const ui = new Interactive(conversation, makeTheme(color), inputHistory, lines);
  return await ui.run();
}

class Interactive {
  readonly #conversation: Conversation;
  readonly #theme: Theme;
  readonly #tty: Tty;
  readonly #screen: Screen;
  readonly #composer: Composer;
  readonly #acquaintance = new Acquaintance();
  readonly #inputHistory: InputHistoryFile | undefined;
  /** What was entered before the welcome: until then there is no nick to show it by. */
  readonly #early: Entry[] = [];
  #countdown: ReturnType<typeof setInterval> | undefined;

  constructor(
    conversation: Conversation,
    theme: Theme,
    inputHistory: InputHistoryFile | undefined,
    history: readonly string[] = [],
  ) {
    this.#conversation = conversation;
    this.#theme = theme;
    this.#composer = new Composer({
      onEntry: (entry) => this.#enter(entry),
      onNothing: () => this.#conversation.retryNow(),
      onPassword: (password, line) => this.#passwordGiven(password, line),
      onNoPassword: (line) => line === undefined ? this.#conversation.leave() : this.#showInput(),
      onChange: () => this.#showInput(),
      onEnd: () => this.#conversation.leave(),
      onClear: () => this.#screen.clear(),
      onChoices: (choices) => this.#list(choices),
      onTooLong: () => this.#notice("! ", "client.paste_too_long", { max: MAX_PASTE }),
      onCursorReport: (column) => this.#screen.cursorReported(column),
    }, { known: () => this.#acquaintance.known(this.#view().lang), history, after });
    this.#tty = new Tty({
      onBytes: (bytes) => this.#composer.take(bytes),
      onResize: (columns, rows) => {
        this.#screen.resize(columns, rows);
        this.#showInput();
      },
      onContinue: () => this.#screen.forget(),
      onTerminate: () => this.#conversation.leave(),
    });
    this.#screen = new Screen({
      ...this.#tty.size(),
      write: (text) => this.#tty.write(text),
      schedule: (flush) => void setTimeout(flush, 0),
      after,
    });
    this.#inputHistory = inputHistory;
    inputHistory?.failed.then(() =>
      this.#notice("* ", "client.input_unkept", { path: inputHistory.path })
    );
  }

  async run(): Promise<number> {
    let failure: Failure | undefined;
    try {
      for await (const happenings of this.#conversation.happenings()) {
        for (const happening of happenings) this.#tell(happening);
        if (this.#isWelcome) this.#enterEarly();
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

  #enterEarly(): void {
    for (const entry of this.#early.splice(0)) {
      if (!this.#enter(entry)) this.#tellEntry("client.unsent", entry.text);
    }
  }

  #tell(happening: Happening): void {
    switch (happening.type) {
      case "frame": {
        this.#acquaintance.take(happening.frame);
        const frame = withLocalHelp(happening.frame, this.#conversation.state.lang);
        return this.#screen.print(renderFrame(frame, Date.now(), this.#view()));
      }
      case "lost":
        return this.#notice("* ", "client.lost");
      case "restarted":
        this.#notice("* ", "client.restarted");
        for (const text of happening.uncertain) this.#tellEntry("client.uncertain", text);
    }
  }

  /** Asks for a password when the hub wants one, and counts the seconds while it is not there. */
  #followStage(): void {
    const { stage } = this.#conversation.state;
    const { password } = this.#composer;
    if (stage === "password" && !password.isForHub) password.open();
    if (stage !== "password" && password.isForHub) password.close();
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

  #list(choices: string[]): void {
    this.#print("* ", listNames(choices, choices.length, this.#view().lang));
  }

  #showInput(): void {
    if (this.#conversation.isLeaving) return;
    const { password, asked, line, cursor } = this.#composer;
    if (password.isOpen) {
      const prompt = `${translate(this.#view().lang, "client.password")} `;
      return this.#screen.show({ prompt, line: "", cursor: 0 });
    }
    if (asked !== undefined) {
      const prompt = askToSend(asked, this.#view().lang, this.#screen.columns);
      return this.#screen.show({ prompt: sanitize(prompt), line: "", cursor: 0 });
    }
    const { nick, room, home } = this.#conversation.state;
    // Who is only where everyone is need not know that there are rooms.
    const prompt = sanitize(room === home ? `${nick}> ` : `#${room} ${nick}> `);
    this.#screen.show(
      this.#isWelcome
        ? {
          prompt: this.#offline() + prompt,
          line,
          cursor,
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

  /** Does what was entered, or keeps it for the welcome; gives false where it is too long. */
  #enter(entry: Entry): boolean {
    const { text, isBlock } = entry;
    const isClear = !isBlock && findLocalCommand(text)?.name === "clear";
    if (!this.#isWelcome && !isClear) {
      this.#early.push(entry);
      return true;
    }
    if (isBlock) return this.#send(entry);
    this.#inputHistory?.add(text);
    if (isClear) {
      this.#screen.clear();
    } else if (isExit(text) && this.#conversation.state.stage !== "joined") {
      this.#conversation.leave(); // who leaves does not wait for the hub to be back
    } else if (lacksPassword(text)) {
      this.#composer.password.open(text.trim());
    } else {
      return this.#send(entry);
    }
    return true;
  }

  /** Gives false where it is too long. */
  #send(entry: Entry): boolean {
    const { text, isBlock } = entry;
    const conversation = this.#conversation;
    const submitted = isBlock ? conversation.say(text) : conversation.submit(text);
    if (submitted.kind === "sent") {
      this.#screen.print(this.#renderOwn(entry));
    } else if (submitted.kind === "too_long") {
      const { bytes, max } = submitted;
      this.#notice("! ", "client.too_long", { bytes, max });
    }
    return submitted.kind !== "too_long";
  }

  #passwordGiven(password: string, line: string | undefined): void {
    if (line === undefined) this.#conversation.answerPassword(password);
    else this.#send({ text: `${line} ${password}`, isBlock: false });
    this.#showInput();
  }

  #renderOwn({ text, isBlock }: Entry): string[] {
    const own = isBlock ? { kind: "say", text } as const : describeOwn(text);
    const now = Date.now();
    if (own === undefined) return [];
    if (own.kind === "command") {
      const shown = summarize(withoutPassword(text), this.#view().lang);
      return renderNotice(
        `› ${sanitize(shown, { newlines: true })}`,
        now,
        this.#theme.typed,
        this.#view(),
      );
    }
    const { nick, room } = this.#conversation.state;
    return renderMessage({ ...own, nick, room, ts: now }, this.#view());
  }

  /** Nothing that was typed is lost: what did not reach the hub stays on the screen. */
  async #close(failure: Failure | undefined): Promise<void> {
    if (failure) this.#notice("! ", failure.key, failure.params);
    const early = this.#early.map(({ text }) => text);
    const { draft } = this.#composer;
    for (const text of [...this.#conversation.unsent(), ...early, draft]) {
      if (text !== "") this.#tellEntry("client.unsent", text);
    }
    this.#screen.show(undefined);
    this.#composer.close();
    await this.#screen.settle();
    this.#tty.close();
    await this.#inputHistory?.settle();
  }

  #notice(mark: "* " | "! ", key: Key, params: Params = {}): void {
    this.#print(mark, sanitize(translate(this.#view().lang, key, params)));
  }

  /** What became of something that was entered. */
  #tellEntry(key: "client.unsent" | "client.uncertain", entered: string): void {
    const { lang } = this.#view();
    const text = translate(lang, key, { text: summarize(withoutPassword(entered), lang) });
    this.#print("! ", sanitize(text, { newlines: true }));
  }

  #print(mark: "* " | "! ", text: string): void {
    const style = mark === "! " ? this.#theme.error : this.#theme.notice;
    this.#screen.print(renderNotice(mark + text, Date.now(), style, this.#view()));
  }
}

function after(milliseconds: number, call: () => void): () => void {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}
