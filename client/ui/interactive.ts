/**
 * The client in a terminal: what others say appears above the line that is being typed. Puts the conversation, what is
 * typed, what is shown and the screen together; each of them knows nothing of the others.
 */

import { Failure } from "../../common/cli/failure.ts";
import { listNames } from "../../common/i18n/frames.ts";
import { type Key, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { MessageFrame } from "../../common/protocol/frame.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { Acquaintance } from "./roster.ts";
import { askToSend, summarize } from "./multiline.ts";
import {
  findLocalCommand,
  hidePassword,
  isExit,
  lacksPassword,
} from "../session/local_commands.ts";
import { Composer, type Entry } from "./composer.ts";
import { exitCode } from "../session/bye.ts";
import type { Conversation, ConversationEvent } from "../session/conversation.ts";
import type { InputHistoryFile } from "./input_history_file.ts";
import type { LeaveGuard } from "./leave_guard.ts";
import { findAlert } from "../session/mentions.ts";
import { Missed } from "./missed.ts";
import { MAX_PASTE } from "../terminal/paste.ts";
import { type Above, Screen } from "../terminal/screen.ts";
import { Tty } from "../terminal/tty.ts";
import { type Reader, type Taste, Transcript } from "./transcript.ts";

/** With so many lines waiting for the terminal, the hub is not read further. */
const MAX_WAITING = 1000;
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
  /** Keeps what is typed for the next time. */
  inputHistory?: InputHistoryFile | undefined;
}

/** Talks until the person or the hub ends it, and gives the exit code. Standard input and output must be terminals. */
export async function runInteractive(
  conversation: Conversation,
  options: InteractiveOptions,
): Promise<number> {
  const history = await options.inputHistory?.read();
  const ui = new Interactive(conversation, options, history);
  return await ui.run();
}

class Interactive {
  readonly #conversation: Conversation;
  readonly #options: InteractiveOptions;
  readonly #transcript: Transcript;
  readonly #missed = new Missed();
  readonly #tty: Tty;
  readonly #screen: Screen;
  readonly #composer: Composer;
  readonly #acquaintance = new Acquaintance();
  /** What was entered before the welcome: until then there is no nick to show it by. */
  readonly #early: Entry[] = [];
  #countdown: ReturnType<typeof setInterval> | undefined;
  /** Until the hub has answered everything: shows, after a while, what it has not. */
  #pendingTimer: ReturnType<typeof setTimeout> | undefined;
  #showsPending = false;

  constructor(
    conversation: Conversation,
    options: InteractiveOptions,
    history: readonly string[] = [],
  ) {
    const { taste, inputHistory } = options;
    this.#conversation = conversation;
    this.#options = options;
    this.#transcript = new Transcript(taste);
    this.#composer = new Composer({
      onEntry: (entry) => this.#enter(entry),
      onNothing: () => this.#conversation.retryNow(),
      onPassword: (password, line) => this.#passwordGiven(password, line),
      onNoPassword: (line) => line === undefined ? this.#conversation.leave() : this.#showInput(),
      onChange: () => this.#showInput(),
      onEnd: () => this.#leave(),
      onClear: () => this.#screen.clear(),
      onChoices: (choices) => this.#list(choices),
      onTooLong: () => this.#notice("! ", "client.paste_too_long", { max: MAX_PASTE }),
      onCursorReport: (column) => this.#screen.cursorReported(column),
    }, { known: () => this.#acquaintance.known(this.#reader().lang), history, after });
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
      styles: { above: taste.theme.pending, prompt: taste.theme.prompt },
      write: (text) => this.#tty.write(text),
      schedule: (flush) => void setTimeout(flush, 0),
      after,
    });
    inputHistory?.failed.then(() =>
      this.#notice("* ", "client.input_unkept", { path: inputHistory.path })
    );
  }

  async run(): Promise<number> {
    let failure: Failure | undefined;
    try {
      for await (const happenings of this.#conversation.events()) {
        for (const happening of happenings) this.#tell(happening);
        this.#ring(happenings);
        if (this.#isWelcome) this.#enterEarly();
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

  // What happens.

  #tell(happening: ConversationEvent): void {
    if (happening.type === "frame") this.#acquaintance.take(happening.frame);
    this.#print(this.#missed.take(happening, this.#conversation.state.nick));
  }

  #print(happenings: ConversationEvent[]): void {
    for (const happening of happenings) {
      this.#screen.print(this.#transcript.tell(happening, Date.now(), this.#reader()));
    }
  }

  /** Once, for all that came together. */
  #ring(happenings: ConversationEvent[]): void {
    const message = findAlert(happenings, this.#conversation.state.nick);
    if (message) this.#tty.write(this.#options.bell(message));
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

  /** From the first line that the hub has not answered, until it has answered all. */
  #followPending(): void {
    if (this.#conversation.pendingCount === 0) {
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

  get #isWelcome(): boolean {
    return this.#conversation.state.nick !== "";
  }

  #reader(): Reader {
    const { lang, room, nick } = this.#conversation.state;
    return { width: this.#screen.columns, lang, room, nick };
  }

  // What is shown below it.

  #showInput(): void {
    if (this.#conversation.isLeaving) return;
    const above: Above = (columns, maxRows) => this.#pendingRows(columns, maxRows);
    this.#screen.show(this.#input(), { above });
  }

  #input(): { prompt: string; line: string; cursor: number } | undefined {
    const { password, asked, line, cursor } = this.#composer;
    const { lang } = this.#reader();
    if (password.isOpen) {
      return { prompt: `${translate(lang, "client.password")} `, line: "", cursor: 0 };
    }
    if (asked !== undefined) {
      const prompt = sanitize(
        askToSend(asked, lang, this.#screen.columns, this.#options.taste.marks),
      );
      return { prompt, line: "", cursor: 0 };
    }
    if (!this.#isWelcome) return undefined;
    const { nick, room, home } = this.#conversation.state;
    // Who is only where everyone is need not know that there are rooms.
    const prompt = sanitize(room === home ? `${nick}> ` : `#${room} ${nick}> `);
    return { prompt: this.#offline() + prompt, line, cursor };
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

  #pendingRows(columns: number, maxRows: number): readonly string[] {
    if (!this.#showsPending) return [];
    const reader = { ...this.#reader(), width: columns };
    const rows = Math.min(maxRows, MAX_PENDING_ROWS);
    return this.#transcript.pending(this.#conversation.unsent(), Date.now(), reader, rows);
  }

  // What is entered.

  #enterEarly(): void {
    for (const entry of this.#early.splice(0)) {
      if (!this.#enter(entry)) this.#tellOf("client.unsent", entry.text);
    }
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
    this.#options.inputHistory?.add(text);
    if (isClear) {
      this.#screen.clear();
    } else if (isExit(text) && !this.#mayLeave()) {
      return true;
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
  #send({ text, isBlock }: Entry): boolean {
    const submitted = isBlock ? this.#conversation.post(text) : this.#conversation.submit(text);
    if (submitted.kind === "sent") this.#followPending();
    if (submitted.kind !== "too_long") return true;
    const { bytes, max } = submitted;
    this.#notice("! ", "client.too_long", { bytes, max });
    return false;
  }

  #passwordGiven(password: string, line: string | undefined): void {
    if (line === undefined) this.#conversation.answerPassword(password);
    else this.#send({ text: `${line} ${password}`, isBlock: false });
    this.#showInput();
  }

  /** Gives whether one may. */
  #leave(): boolean {
    const mayLeave = this.#mayLeave();
    if (mayLeave) this.#conversation.leave();
    return mayLeave;
  }

  /** Whether nobody else minds; if not, it has been said. */
  #mayLeave(): boolean {
    const others = this.#options.guard?.wish() ?? 0;
    if (others > 0) this.#notice("! ", "client.leaving_stops", { others });
    return others === 0;
  }

  #list(choices: string[]): void {
    const { lang } = this.#reader();
    const names = listNames(choices, choices.length, lang);
    this.#screen.print(this.#transcript.text("* ", names, Date.now(), this.#reader()));
  }

  /** Nothing that was typed is lost: what did not reach the hub stays on the screen. */
  async #close(failure: Failure | undefined): Promise<void> {
    this.#print(this.#missed.end());
    if (failure) this.#notice("! ", failure.key, failure.params);
    for (const text of this.#conversation.takeUncertain()) this.#tellOf("client.uncertain", text);
    const early = this.#early.map(({ text }) => text);
    for (const text of [...this.#conversation.unsent(), ...early, this.#composer.draft]) {
      if (text !== "") this.#tellOf("client.unsent", text);
    }
    this.#screen.show(undefined);
    this.#composer.close();
    await this.#screen.settle();
    this.#tty.close();
    await this.#options.inputHistory?.close();
  }

  #tellOf(key: "client.unsent" | "client.uncertain", entered: string): void {
    const text = summarize(
      hidePassword(entered),
      this.#reader().lang,
      this.#options.taste.marks,
    );
    this.#notice("! ", key, { text });
  }

  #notice(mark: "* " | "! ", key: Key, params: Params = {}): void {
    const lines = this.#transcript.notice(mark, key, params, Date.now(), this.#reader());
    this.#screen.print(lines);
  }
}

function after(milliseconds: number, call: () => void): () => void {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}
