/** The client at a terminal: messages are printed above the line that is being typed. */

import { Failure } from "../../common/cli/failure.ts";
import type { Invitation } from "../../common/cli/own_hub.ts";
import { after } from "../../common/cli/timers.ts";
import { listNames } from "../../common/i18n/frames.ts";
import type { Key } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { MessageFrame } from "../../common/protocol/frame.ts";
import { exitCode } from "../session/bye.ts";
import { describeUnanswered, type Mark } from "../session/changes.ts";
import type { Conversation, ConversationEvent } from "../session/conversation.ts";
import {
  answerLocally,
  findLocalCommand,
  isExit,
  lacksPassword,
} from "../session/local_commands.ts";
import { findAlerts } from "../session/mentions.ts";
import { MAX_PASTE_BYTES } from "../terminal/paste.ts";
import { Screen } from "../terminal/screen.ts";
import { Tty } from "../terminal/tty.ts";
import { Absence } from "./absence.ts";
import { Composer } from "./composer.ts";
import type { InputHistoryFile } from "./input_history_file.ts";
import { inputLine } from "./input_line.ts";
import { ResumeSummary } from "./resume_summary.ts";
import { Roster } from "./roster.ts";
import type { Viewport } from "./render.ts";
import { WindowTitle } from "./window_title.ts";
import { type DisplayOptions, Transcript } from "./transcript.ts";

/** With more lines than this waiting for the terminal, reading from the hub pauses. */
const MAX_QUEUED_LINES = 1000;
/** How long events are shown before keys get their turn, in milliseconds. */
const MAX_TURN = 10;
/** How often the countdown to the next attempt is repainted, in milliseconds. */
const COUNTDOWN_STEP = 1000;
/** How long unanswered input stays hidden, in milliseconds: most answers come sooner, and nothing flickers. */
const PENDING_DELAY = 150;
/** The most completions of a word that are listed; further ones are counted. */
const MAX_CHOICES = 24;
/** The most rows of unanswered input above the prompt. */
const MAX_PENDING_ROWS = 5;

export interface InteractiveOptions {
  display: DisplayOptions;
  /** What to write to the terminal for a message that mentions the user; may be empty. */
  bell: (message: MessageFrame) => string;
  /** Whether the title of the window shows the room and unread mentions. */
  showsTitle?: boolean | undefined;
  /** Stops the program, as Ctrl-Z does. */
  stop?: (() => void) | undefined;
  invitation: () => Invitation;
  /** Whether it shows a QR code. */
  hasQr: boolean;
  /** Returns how many users leaving would disconnect, if the host must confirm it; 0 otherwise. */
  requestLeave?: (() => number) | undefined;
  /** Keeps the input history for the next session. */
  inputHistory?: InputHistoryFile | undefined;
}

export class InteractiveClient {
  readonly #conversation: Conversation;
  readonly #options: InteractiveOptions;
  readonly #tty: Tty;
  readonly #screen: Screen;
  readonly #composer: Composer;
  readonly #transcript: Transcript;
  readonly #resumeSummary = new ResumeSummary();
  readonly #roster = new Roster();
  readonly #absence = new Absence(performance.now());
  /** When keys had their last turn. */
  #lastTurn = performance.now();
  #countdownTimer: ReturnType<typeof setInterval> | undefined;
  /** Runs, or has run out, while input is unanswered. */
  #pendingTimer: ReturnType<typeof setTimeout> | undefined;
  #showsPending = false;
  /** While the program is stopped, and at its end. */
  #hidesInput = false;
  readonly #title: WindowTitle | undefined;
  /** Why the input or the conversation ended. */
  #failure: Failure | undefined;

  /** Stdin and stdout must be terminals. `history`: the input history, the latest line first. */
  constructor(conversation: Conversation, options: InteractiveOptions, history: readonly string[]) {
    const { display, inputHistory } = options;
    this.#conversation = conversation;
    this.#options = options;
    this.#transcript = new Transcript(display);
    this.#composer = new Composer({
      onSubmit: (text, isPasted) => this.#submit(text, isPasted),
      onEmptyLine: () => conversation.retryNow(),
      onPassword: (password, command) => this.#onPassword(password, command),
      onPasswordCancel: (command) =>
        command === undefined ? conversation.leave() : this.#refreshInput(),
      onChange: () => this.#noteUser(),
      onEnd: () => {
        const mayLeave = this.#confirmLeave();
        if (mayLeave) conversation.leave();
        return mayLeave;
      },
      onClear: () => this.#screen.clear(),
      onChoices: (choices) => this.#printChoices(choices),
      onPasteTooLong: () =>
        this.#printNotice("! ", "client.paste_too_long", { max: MAX_PASTE_BYTES }),
      onCursorReport: (row, column) => this.#screen.onCursorReport(row, column),
      onTerminalId: (id) => this.#screen.onTerminalId(id),
      onFocus: (isFocused) => this.#noteUser({ isFocused }),
      onSuspend: () => void this.#suspend(),
      onSwitchRoom: (number) => this.#switchRoom(number),
    }, {
      completionNames: () => this.#roster.completionNames(conversation.state),
      history,
      after,
    });
    this.#tty = new Tty({
      onBytes: (bytes) => this.#composer.keyboard.feed(bytes),
      onResize: (columns, rows) => this.#resize(columns, rows),
      onContinue: () => {
        this.#hidesInput = false;
        this.#screen.invalidate();
        this.#refreshInput();
      },
      onTerminate: (failure) => {
        this.#failure ??= failure;
        conversation.leave();
      },
    });
    if (options.showsTitle) this.#title = new WindowTitle((text) => this.#tty.write(text));
    this.#screen = new Screen({
      ...this.#tty.size(),
      styles: { statusRows: display.theme.pending, prompt: display.theme.prompt },
      write: (text) => this.#tty.write(text),
      schedule: (flush) =>
        void setTimeout(() => {
          const { columns, rows } = this.#tty.size(); // its signal comes later
          if (columns !== this.#screen.columns || rows !== this.#screen.rows) {
            this.#resize(columns, rows);
          }
          flush();
        }, 0),
      after,
    });
    inputHistory?.failed.then(() =>
      this.#printNotice("* ", "client.input_unkept", { path: inputHistory.path })
    );
  }

  /** Runs until the user or the hub ends the session; gives the exit code. */
  async run(): Promise<number> {
    try {
      for await (const events of this.#conversation.events()) await this.#onEvents(events);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failure = error;
    } finally {
      clearInterval(this.#countdownTimer);
      clearTimeout(this.#pendingTimer);
      await this.#close();
    }
    return this.#failure?.exitCode ?? exitCode(this.#conversation.state.bye);
  }

  async #onEvents(events: ConversationEvent[]): Promise<void> {
    const { nick } = this.#conversation.state;
    const mentions = findAlerts(events, nick);
    this.#absence.mentions += mentions.length;
    if (mentions[0]) this.#tty.write(this.#options.bell(mentions[0])); // once for all that arrived together
    for (const event of events) {
      if (event.type === "frame") this.#roster.update(event.frame);
      for (const due of this.#resumeSummary.push(event, nick)) {
        this.#printEvent(due);
        await this.#letKeysIn();
      }
    }
    this.#followStage();
    this.#updatePending();
    this.#refreshInput();
    await this.#letKeysIn();
  }

  /** Waits until the terminal has room, and until keys that wait have been handled, if it is their turn. */
  async #letKeysIn(): Promise<void> {
    if (this.#screen.queuedLines > MAX_QUEUED_LINES) await this.#screen.flush();
    if (performance.now() - this.#lastTurn < MAX_TURN) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastTurn = performance.now();
  }

  /** Asks for a password when the hub requires one, and counts down while the connection is lost. */
  #followStage(): void {
    const { stage } = this.#conversation.state;
    const { password } = this.#composer;
    if (stage === "password" && !password.isForHub) password.open();
    if (stage !== "password" && password.isForHub) password.close();
    clearInterval(this.#countdownTimer);
    if (stage !== "lost") return;
    this.#countdownTimer = setInterval(() => this.#refreshInput(), COUNTDOWN_STEP);
  }

  /** Shows unanswered input after a delay, until all of it is answered. */
  #updatePending(): void {
    if (this.#conversation.pendingCount === 0) {
      clearTimeout(this.#pendingTimer);
      this.#pendingTimer = undefined;
      this.#showsPending = false;
      return;
    }
    this.#pendingTimer ??= setTimeout(() => {
      this.#showsPending = true;
      this.#refreshInput();
    }, PENDING_DELAY);
  }

  #viewport(): Viewport {
    const { lang, room, nick, clockAhead } = this.#conversation.state;
    const { columns: width, rows: height } = this.#screen;
    return { now: Date.now(), clockAhead, width, height, lang, room, nick };
  }

  #resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#refreshInput();
  }

  #refreshInput(): void {
    const { state: { nick, room }, isLeaving } = this.#conversation;
    if (isLeaving || this.#hidesInput) return;
    if (nick !== "") this.#title?.show(room, this.#absence.mentions);
    const { glyphs } = this.#options.display;
    const line = inputLine(this.#composer, this.#conversation, this.#screen.columns, glyphs);
    this.#screen.setInput(line, (columns, max) => this.#pendingRows(columns, max));
  }

  #pendingRows(columns: number, maxRows: number): readonly string[] {
    const viewport = { ...this.#viewport(), width: columns };
    if (!this.#showsPending || viewport.nick === "") return []; // no nick to show it by before the welcome
    const rows = Math.min(maxRows, MAX_PENDING_ROWS);
    return this.#transcript.formatPending(this.#conversation.unsent(), viewport, rows);
  }

  #printEvent(event: ConversationEvent): void {
    const isMessage = event.type === "frame" && event.frame.type === "message";
    const isFirst = isMessage && this.#absence.takeFirst(performance.now());
    if (isFirst) this.#printNotice("* ", "client.new_messages");
    this.#screen.print(this.#transcript.formatEvent(event, this.#viewport()));
  }

  async #printQr(text: string): Promise<void> {
    if (!this.#options.hasQr) return;
    const { drawQr } = await import("../../common/cli/qr.ts");
    this.#screen.print(drawQr(text, this.#screen));
  }

  #printChoices(choices: string[]): void {
    const { lang } = this.#conversation.state;
    const text = listNames(choices.slice(0, MAX_CHOICES), choices.length, lang);
    this.#screen.print(this.#transcript.formatText("* ", text, this.#viewport()));
  }

  #printNotice(mark: Mark, key: Key, params: Params = {}): void {
    this.#screen.print(this.#transcript.formatNotice(mark, key, params, this.#viewport()));
  }

  /** Sends or runs a submission; returns false if it was refused. */
  #submit(text: string, isPasted: boolean): boolean {
    if (isPasted) return this.#send(text, { isPasted });
    this.#options.inputHistory?.add(text);
    const { state } = this.#conversation;
    const invitation = this.#options.invitation();
    const answer = answerLocally(text, state.lang, () => invitation.lines);
    if (answer) {
      this.#printEvent({ type: "frame", frame: answer, own: { ...state, line: text } });
      const isInvitation = answer.type === "reply" && answer.code === "invite";
      if (isInvitation && invitation.url) void this.#printQr(invitation.url);
    } else if (findLocalCommand(text)?.name === "clear") {
      this.#screen.clear();
    } else if (isExit(text) && !this.#confirmLeave()) {
      return true;
    } else if (isExit(text) && state.stage !== "joined") {
      this.#conversation.leave(); // without waiting for the hub to come back
    } else if (lacksPassword(text)) {
      this.#composer.password.open(text.trim());
    } else {
      return this.#send(text);
    }
    return true;
  }

  /** Returns false if the text must stay in the prompt. */
  #send(text: string, { isPasted = false } = {}): boolean {
    const result = isPasted ? this.#conversation.post(text) : this.#conversation.submit(text);
    if (result.kind === "sent") this.#updatePending();
    if (result.kind !== "refused") return true;
    const { key, params } = result.fault;
    this.#printNotice("! ", key, params);
    return key === "error.misplaced_command"; // the arrow key brings it back, unless it has a password
  }

  /** The user has pressed a key, or the window got the focus or lost it: what was unread is seen. */
  #noteUser({ isFocused = true } = {}): void {
    this.#absence.noteUser(performance.now(), { isFocused });
    this.#refreshInput();
  }

  /** Goes to the room with a number, in the order in which the user joined them. What is typed stays. */
  #switchRoom(number: number): void {
    const { rooms, room } = this.#conversation.state;
    const name = rooms[number - 1];
    if (name !== undefined && name !== room) {
      this.#send(`/join ${name}`);
    } else {
      const listed = rooms.map((name, index) => `${index + 1} #${name}`).join(", ");
      this.#printNotice("* ", "client.rooms", { rooms: listed });
    }
  }

  #onPassword(password: string, command: string | undefined): void {
    if (command === undefined) this.#conversation.answerPassword(password);
    else this.#send(`${command} ${password}`);
    this.#refreshInput();
  }

  /** Stops the program, without the input on the screen, until the shell continues it. */
  async #suspend(): Promise<void> {
    const { stop } = this.#options;
    if (!stop) return;
    this.#hidesInput = true;
    this.#screen.setInput(undefined);
    this.#title?.restore();
    await this.#screen.flush();
    this.#tty.suspend(stop);
  }

  /** Whether the user may leave; otherwise asks for confirmation. */
  #confirmLeave(): boolean {
    const others = this.#options.requestLeave?.() ?? 0;
    if (others > 0) this.#printNotice("! ", "client.leaving_stops", { others });
    return others === 0;
  }

  /** Gives the terminal back. No input is lost: what did not reach the hub stays on the screen. */
  async #close(): Promise<void> {
    this.#hidesInput = true;
    for (const event of this.#resumeSummary.flush()) this.#printEvent(event);
    for (const { key, params } of this.#failure?.parts ?? []) this.#printNotice("! ", key, params);
    const unanswered = describeUnanswered(this.#conversation, this.#composer.draft);
    for (const { mark, key, params } of unanswered) this.#printNotice(mark, key, params);
    this.#screen.setInput(undefined);
    this.#composer.keyboard.close();
    this.#title?.restore();
    await this.#screen.flush();
    this.#tty.close();
    await this.#options.inputHistory?.close();
  }
}
