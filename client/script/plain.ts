/** The client without a screen: sends the lines of its input, prints what arrives, and leaves once all is answered. */

import { formatAddress } from "../../common/cli/address.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { writeAll } from "../../common/cli/write_all.ts";
import { describeCode } from "../../common/i18n/frames.ts";
import { type Key, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";
import { LineSplitter } from "../../common/protocol/line_splitter.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { exitCode } from "../session/bye.ts";
import { describeUnanswered } from "../session/changes.ts";
import type { Conversation, ConversationEvent } from "../session/conversation.ts";
import { answerLocally, lacksPassword } from "../session/local_commands.ts";
import { findAlerts } from "../session/mentions.ts";
import { isPasswordPrompt, type ScriptFormat } from "./format.ts";

export interface ScriptIo {
  /** Where the lines come from, or the only text to send. */
  input: { read(buffer: Uint8Array): Promise<number | null> } | string;
  print: LinePrinter;
  printError: LinePrinter;
  /** The user at the terminal; undefined for a script. */
  user: TerminalUser | undefined;
  /** The lines that say how others join. */
  invitation: () => readonly string[];
}

/** Prints a line on standard output or standard error; resolves to false once its reader is gone. */
type LinePrinter = (line: string) => Promise<boolean>;

interface TerminalUser {
  /** Asks for a secret without echo; undefined if the user gives none. Nothing else may read the input meanwhile. */
  askSecret: (question: string) => Promise<string | undefined>;
  /** Rings for a message. */
  alert: (message: MessageFrame) => void;
}

const utf8 = new TextEncoder();

export function linePrinter(output: { write(bytes: Uint8Array): Promise<number> }): LinePrinter {
  return (line) => writeAll(output, utf8.encode(line + "\n")).then(() => true, () => false);
}

const READ_BUFFER = 64 * 1024;
/** How many lines may wait for their answers: enough not to wait for each line, and few enough to bound memory. */
const MAX_PENDING = 32;

export class PlainClient {
  readonly #conversation: Conversation;
  readonly #format: ScriptFormat;
  readonly #io: ScriptIo;
  /** Input lines that were not accepted, as far as is known. */
  #failedLines = 0;
  #isAllSent = false;
  #hasReader = true;
  #inputFailure: Failure | undefined;

  constructor(conversation: Conversation, format: ScriptFormat, io: ScriptIo) {
    this.#conversation = conversation;
    this.#format = format;
    this.#io = io;
  }

  /**
   * Gives the exit code: 1 if a line could not be sent, or if the reader of the output went away before all were.
   * @throws {Failure} if the input cannot be read, the connection breaks for good, or the hub refuses the password or
   * the room before anything is sent.
   */
  async run(): Promise<number> {
    const conversation = this.#conversation;
    this.#sendLines()
      .then(() => this.#isAllSent = true)
      .catch(() => this.#inputFailure = new Failure("failure.input_unreadable"))
      .finally(() => conversation.leave());
    try {
      for await (const events of conversation.events()) {
        for (const event of events) await this.#onEvent(event);
        const [message] = findAlerts(events, conversation.state.nick);
        if (message) this.#io.user?.alert(message); // once for all that arrived together
      }
    } finally {
      const unanswered = this.#hasReader ? describeUnanswered(conversation) : [];
      for (const { key, params } of unanswered) await this.#printProblem(key, params);
    }
    if (this.#inputFailure) throw this.#inputFailure;
    const { user } = this.#io;
    if (!user || conversation.wasRoomRefused) this.#checkRoom();
    const { bye, errors } = conversation.state;
    // A user has seen the errors; a script learns of them by the exit code.
    if (user) return exitCode(bye);
    const isClean = errors + this.#failedLines === 0;
    if (bye && !conversation.isLeaving) return exitCode(bye) || (isClean ? EXIT.done : EXIT.failed);
    return this.#isAllSent && isClean ? EXIT.done : EXIT.failed;
  }

  async #onEvent(event: ConversationEvent): Promise<void> {
    const conversation = this.#conversation;
    const { state, isLeaving } = conversation;
    for (const { to, line } of this.#format.render(event, state, isLeaving)) {
      this.#hasReader &&= await this.#io[to](line);
      if (!this.#hasReader) conversation.leave();
    }
    if (event.type === "restarted") this.#failedLines += event.uncertain.length;
    if (event.type === "unsent") this.#failedLines += event.lines.length;
    if (event.type !== "frame") return;
    const { user } = this.#io;
    // Not awaited: the hub may end the conversation before the user answers.
    if (user && isPasswordPrompt(event.frame, state)) this.#answerPassword(user);
    else this.#checkPassword(event.frame);
  }

  /** @throws {Failure} if a frame that was just received asks for a password: a script has no user to type it. */
  #checkPassword(frame: HubFrame): void {
    const { state: { stage, lang }, address: hub } = this.#conversation;
    if (frame.type !== "error" || stage !== "password") return;
    const address = formatAddress(hub);
    if (frame.code === "try_later") {
      const reason = describeCode("error", frame.code, frame.params, lang) ?? frame.text;
      throw new Failure("failure.turned_away", { address, reason });
    }
    const isWrong = frame.code === "wrong_password";
    throw new Failure(`failure.${isWrong ? "wrong_password" : "password_wanted"}`, { address });
  }

  async #answerPassword({ askSecret }: TerminalUser): Promise<void> {
    const { lang } = this.#conversation.state;
    const password = await askSecret(translate(lang, "client.password"));
    if (password === undefined) this.#conversation.leave();
    else this.#conversation.answerPassword(password);
  }

  /** Sends each line of the input, and resolves when the last line is answered. */
  async #sendLines(): Promise<void> {
    const conversation = this.#conversation;
    await conversation.until(() => conversation.state.nick !== "");
    if (conversation.wasRoomRefused) return;
    const { maxFrame: max } = conversation.state;
    const { input: source } = this.#io;
    const isSingle = typeof source === "string";
    const lines = isSingle ? [{ kind: "line", text: source } as const] : readLines(source, max);
    let number = 0;
    for await (const read of lines) {
      number++;
      if (read.kind !== "line") {
        const key = read.kind === "not_utf8" ? "client.not_utf8" : "client.line_too_long";
        await this.#refuse(key, { number, max });
        continue;
      }
      const line = await this.#withPassword(read.text);
      const answer = answerLocally(line, conversation.state.lang, this.#io.invitation);
      if (answer) {
        if (answer.type === "error") this.#failedLines++;
        await this.#onEvent({ type: "frame", frame: answer });
        continue;
      }
      const input = this.#format.parse(line, number);
      if (input.kind === "invalid") {
        await this.#refuse("client.bad_frame", { number, reason: input.reason });
        continue;
      }
      await conversation.until(() => conversation.pendingCount < MAX_PENDING);
      // A user sees in which room the client is; a script does not.
      if (conversation.wasRoomLost && !this.#io.user) {
        if (input.kind === "request") await this.#refuse("client.unsent", { text: input.display });
        return;
      }
      if (input.kind === "nothing") continue;
      const result = conversation.send(input.request, input.display);
      if (result.kind === "sent") this.#format.onSent?.(result.ref, input.ref);
      else if (result.fault.key === "client.too_long" && !isSingle) {
        await this.#refuse("client.line_too_long", { number, max });
      } else await this.#refuse(result.fault.key, result.fault.params);
    }
    await conversation.until(() => conversation.pendingCount === 0);
  }

  /** Completes a command that lacks its password by asking the user; returns "" if the user gives none. */
  async #withPassword(line: string): Promise<string> {
    const { user } = this.#io;
    if (user && isBlank(line)) this.#conversation.retryNow();
    if (!user || !lacksPassword(line)) return line;
    const { lang } = this.#conversation.state;
    const secret = await user.askSecret(translate(lang, "client.password"));
    return secret ? `${line.trim()} ${secret}` : "";
  }

  async #refuse(key: Key, params: Params): Promise<void> {
    this.#failedLines++;
    await this.#printProblem(key, params);
  }

  /** Prints an error on standard error. */
  async #printProblem(key: Key, params: Params): Promise<void> {
    const { lang } = this.#conversation.state;
    await this.#io.printError("! " + sanitize(translate(lang, key, params)));
  }

  /** @throws {Failure} if the client is not in the room that was asked for: nothing may be posted in another. */
  #checkRoom(): void {
    const { wasRoomRefused, wasRoomLost, state, address } = this.#conversation;
    if (!wasRoomRefused && !wasRoomLost) return;
    const params = { address: formatAddress(address), room: state.room };
    throw new Failure("failure.other_room", params);
  }
}

async function* readLines(input: Exclude<ScriptIo["input"], string>, maxLine: number) {
  const splitter = new LineSplitter({ maxLine, maxUnended: Infinity });
  const buffer = new Uint8Array(READ_BUFFER);
  for (let size; (size = await input.read(buffer)) !== null;) {
    splitter.push(buffer.subarray(0, size));
    for (let result; (result = splitter.next());) yield result;
  }
  const rest = splitter.end();
  if (rest) yield rest;
}
