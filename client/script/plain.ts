/**
 * The client that only adds lines: those of standard input are sent, and what arrives is printed, without prompt or
 * colour. It is for pipes, and for a person at a terminal on which nothing is to be redrawn. It leaves when everything that
 * was sent is answered. What the lines look like, the format knows.
 */

import { formatAddress } from "../../common/cli/address.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { type Key, translate } from "../../common/i18n/mod.ts";
import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";
import { LineSplitter, type SplitResult } from "../../common/protocol/line_splitter.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { lacksPassword } from "../session/local_commands.ts";
import { exitCode } from "../session/bye.ts";
import type { Conversation, ConversationEvent } from "../session/conversation.ts";
import { isPasswordPrompt, type ScriptFormat, type ScriptInput } from "./format.ts";
import { findAlert } from "../session/mentions.ts";

const READ_BUFFER = 64 * 1024;
/** So many lines may wait for their answers, so that a long file neither fills memory nor waits for each line. */
const MAX_PENDING = 32;

export interface ScriptIo {
  input: { read(buffer: Uint8Array): Promise<number | null> };
  /** Both resolve to false when nobody reads any more. */
  print: (line: string) => Promise<boolean>;
  printError: (line: string) => Promise<boolean>;
  /** Who sits at the input and reads the output; missing where nobody does. */
  user?: TerminalUser;
}

export interface TerminalUser {
  /** Asks for what is not to be seen; undefined where it is not given. Nobody else may read the input meanwhile. */
  askSecret: (question: string) => Promise<string | undefined>;
  /** Draws the person's attention to a message. */
  alert: (message: MessageFrame) => void;
}

/**
 * Runs until all is sent and answered, or until the hub closes.
 *
 * @returns the exit code: 1 when a line could not be sent, or when nobody read on before all were.
 * @throws {Failure} when the connection breaks for good, or when the hub wants a password that it did not get or does not
 * let the client into the room that was asked for; then nothing was sent.
 */
export async function runPlain(
  conversation: Conversation,
  format: ScriptFormat,
  surroundings: ScriptIo,
): Promise<number> {
  return await new PlainClient(conversation, format, surroundings).run();
}

class PlainClient {
  readonly #conversation: Conversation;
  readonly #format: ScriptFormat;
  readonly #surroundings: ScriptIo;
  /** Lines of the input that did not reach anyone, as far as is known. */
  #unsendable = 0;
  #isAllSent = false;
  /** Whether somebody still reads the output. */
  #isRead = true;

  constructor(conversation: Conversation, format: ScriptFormat, surroundings: ScriptIo) {
    this.#conversation = conversation;
    this.#format = format;
    this.#surroundings = surroundings;
  }

  async run(): Promise<number> {
    const conversation = this.#conversation;
    this.#sendLines()
      .then(() => this.#isAllSent = true)
      .finally(() => conversation.leave()) // a failing input ends the conversation as its end does
      .catch(() => {});
    try {
      for await (const happenings of conversation.events()) {
        for (const happening of happenings) await this.#tell(happening);
        this.#call(happenings);
      }
    } finally {
      // What the hub did not answer may not have reached anyone.
      for (const text of this.#isRead ? conversation.takeUncertain() : []) {
        await this.#complain("client.uncertain", { text });
      }
      for (const text of this.#isRead ? conversation.unsent() : []) {
        await this.#complain("client.unsent", { text });
      }
    }
    const { user } = this.#surroundings;
    if (!user || conversation.missedRoom) checkRoom(conversation);
    const { bye, errors } = conversation.state;
    // A person has seen what went wrong.
    if (user) return exitCode(bye);
    const isClean = errors + this.#unsendable === 0;
    if (bye && !conversation.isLeaving) return exitCode(bye) || (isClean ? EXIT.done : EXIT.failed);
    return this.#isAllSent && isClean ? EXIT.done : EXIT.failed;
  }

  async #tell(happening: ConversationEvent): Promise<void> {
    const conversation = this.#conversation;
    const { state, isLeaving } = conversation;
    for (const { to, line } of this.#format.render(happening, state, isLeaving)) {
      this.#isRead &&= await this.#surroundings[to](line);
      if (!this.#isRead) conversation.leave();
    }
    if (happening.type === "restarted") this.#unsendable += happening.uncertain.length;
    if (happening.type === "unsent") this.#unsendable += happening.lines.length;
    if (happening.type !== "frame") return;
    const { user } = this.#surroundings;
    if (user && isPasswordPrompt(happening.frame, state)) this.#answerPassword(user);
    else checkPassword(happening.frame, conversation);
  }

  /** The hub may end the conversation before there is an answer. */
  async #answerPassword({ askSecret }: TerminalUser): Promise<void> {
    const { lang } = this.#conversation.state;
    const password = await askSecret(translate(lang, "client.password"));
    if (password === undefined) this.#conversation.leave();
    else this.#conversation.answerPassword(password);
  }

  /** Once, for all that came together. */
  #call(happenings: ConversationEvent[]): void {
    const message = findAlert(happenings, this.#conversation.state.nick);
    if (message) this.#surroundings.user?.alert(message);
  }

  async #complain(
    key: Key,
    params: Record<string, string | number>,
    mark = "! ",
  ): Promise<boolean> {
    const { lang } = this.#conversation.state;
    return await this.#surroundings.printError(mark + sanitize(translate(lang, key, params)));
  }

  /** Sends each line of the input, and resolves when the last one is answered. */
  async #sendLines(): Promise<void> {
    const conversation = this.#conversation;
    await conversation.until(() => conversation.state.nick !== "");
    if (conversation.missedRoom) return;
    const { maxFrame: max } = conversation.state;
    const splitter = new LineSplitter({ maxLine: max, maxUnended: Infinity });
    let number = 0;
    for await (const result of lines(splitter, this.#surroundings.input)) {
      number++;
      if (result.kind === "not_utf8") {
        await this.#refuse("client.not_utf8", { number });
        continue;
      }
      const line = await this.#complete(result.kind === "line" ? result.text : "");
      const asked = this.#format.parse(line, number);
      if (asked.kind === "invalid") {
        await this.#refuse("client.bad_frame", { number, reason: asked.reason });
        continue;
      }
      await conversation.until(() => conversation.pendingCount < MAX_PENDING);
      // A person sees where it is.
      if (conversation.lostRoom && !this.#surroundings.user) {
        if (asked.kind === "request") await this.#refuse("client.unsent", { text: asked.shown });
        return;
      }
      if (result.kind !== "line" || !this.#ask(asked)) {
        await this.#refuse("client.line_too_long", { number, max });
      }
    }
    await conversation.until(() => conversation.pendingCount === 0);
  }

  /** The line, with the password that it lacks where somebody can be asked for it; empty where that is not given. */
  async #complete(line: string): Promise<string> {
    const { user } = this.#surroundings;
    if (user && line.trim() === "") this.#conversation.retryNow();
    if (!user || !lacksPassword(line)) return line;
    const secret = await user.askSecret(
      translate(this.#conversation.state.lang, "client.password"),
    );
    return secret ? `${line.trim()} ${secret}` : "";
  }

  /** Gives whether it could be sent. */
  #ask(asked: Exclude<ScriptInput, { kind: "invalid" }>): boolean {
    if (asked.kind === "nothing") return true;
    const submitted = this.#conversation.send(asked.request, asked.shown);
    if (submitted.kind === "sent") this.#format.onSent(submitted.ref, asked.ref);
    return submitted.kind === "sent";
  }

  async #refuse(key: Key, params: Record<string, string | number>): Promise<void> {
    this.#unsendable++;
    await this.#complain(key, params);
  }
}

/**
 * Nobody is there to type a password.
 *
 * @throws {Failure} when a frame, which the conversation has just taken in, asks for one.
 */
export function checkPassword(frame: HubFrame, { state, address }: Conversation): void {
  if (frame.type !== "error" || state.stage !== "password") return;
  throw new Failure(
    frame.code === "wrong_password" ? "failure.wrong_password" : "failure.password_wanted",
    { address: formatAddress(address) },
  );
}

/**
 * What is meant for one room must not be said in another.
 *
 * @throws {Failure} when the hub has not let the client into the room that was asked for.
 */
export function checkRoom(conversation: Conversation): void {
  if (!conversation.missedRoom && !conversation.lostRoom) return;
  throw new Failure("failure.other_room", {
    address: formatAddress(conversation.address),
    room: conversation.state.room,
  });
}

async function* lines(
  splitter: LineSplitter,
  input: ScriptIo["input"],
): AsyncGenerator<SplitResult> {
  const buffer = new Uint8Array(READ_BUFFER);
  for (let size; (size = await input.read(buffer)) !== null;) {
    splitter.push(buffer.subarray(0, size));
    for (let result; (result = splitter.next());) yield result;
  }
  const rest = splitter.end();
  if (rest) yield rest;
}
