/**
 * The client that only adds lines: those of standard input are sent, and what arrives is printed, without prompt or
 * colour. It is for pipes, and for a person at a terminal on which nothing is to be redrawn. It leaves when everything that
 * was sent is answered. Errors, and what becomes of the connection, go to standard error.
 */

import { type Address, formatAddress } from "../cli/address.ts";
import { EXIT, Failure } from "../cli/failure.ts";
import { type Key, translate } from "../i18n/mod.ts";
import { plainLines } from "../i18n/plain.ts";
import { type HubFrame, isElsewhere, type MessageFrame } from "../protocol/frame.ts";
import { decodeLine, LineSplitter, type SplitResult } from "../protocol/line_splitter.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { findLocalCommand, lacksPassword } from "./commands.ts";
import { type Conversation, exitCode, type Happening } from "./conversation.ts";
import { type JoinChoice, JoinFilter } from "./joins.ts";
import { findCall } from "./mentions.ts";

const READ_BUFFER = 64 * 1024;
/** So many lines may wait for their answers, so that a long file neither fills memory nor waits for each line. */
const MAX_PENDING = 32;

export interface PlainSurroundings {
  input: { read(buffer: Uint8Array): Promise<number | null> };
  /** Both resolve to false when nobody reads any more. */
  print: (line: string) => Promise<boolean>;
  complain: (line: string) => Promise<boolean>;
  /** Of the hub, and for how long it is tried again, in seconds: to be told. */
  address: Address;
  retry: number;
  joins: JoinChoice;
  /** Who sits at the input and reads the output; missing where nobody does. */
  person?: Person;
}

export interface Person {
  /** Asks for what is not to be seen; undefined where it is not given. Nobody else may read the input meanwhile. */
  askSecret: (question: string) => Promise<string | undefined>;
  /** Draws the person's attention to a message. */
  call: (message: MessageFrame) => void;
}

/**
 * Runs until all is sent and answered, or until the hub closes.
 *
 * @returns the exit code: 1 when a line could not be sent, or when nobody read on before all were.
 * @throws {Failure} when the connection breaks for good, or when the hub wants a password that it did not get.
 */
export async function runPlain(
  conversation: Conversation,
  surroundings: PlainSurroundings,
): Promise<number> {
  return await new Plain(conversation, surroundings).run();
}

class Plain {
  readonly #conversation: Conversation;
  readonly #surroundings: PlainSurroundings;
  readonly #filter: JoinFilter;
  /** Lines of the input that did not reach anyone, as far as is known. */
  #unsendable = 0;
  #isAllSent = false;
  /** Whether somebody still reads the output. */
  #isRead = true;

  constructor(conversation: Conversation, surroundings: PlainSurroundings) {
    this.#conversation = conversation;
    this.#surroundings = surroundings;
    this.#filter = new JoinFilter(surroundings.joins);
  }

  async run(): Promise<number> {
    const conversation = this.#conversation;
    this.#sendLines()
      .then(() => this.#isAllSent = true)
      .finally(() => conversation.leave()) // a failing input ends the conversation as its end does
      .catch(() => {});
    try {
      for await (const happenings of conversation.happenings()) {
        for (const happening of happenings) await this.#tell(happening);
        this.#call(happenings);
      }
    } finally {
      // What the hub did not answer may not have reached anyone.
      for (const text of this.#isRead ? conversation.unsent() : []) {
        await this.#complain("client.unsent", { text });
      }
    }
    const { bye, errors } = conversation.state;
    // A person has seen what went wrong.
    if (this.#surroundings.person) return exitCode(bye);
    const isClean = errors + this.#unsendable === 0;
    if (bye && !conversation.isLeaving) return exitCode(bye) || (isClean ? EXIT.done : EXIT.failed);
    return this.#isAllSent && isClean ? EXIT.done : EXIT.failed;
  }

  async #tell(happening: Happening): Promise<void> {
    switch (happening.type) {
      case "frame":
        return await this.#tellFrame(happening.frame);
      case "lost":
        return await this.#tellLost();
      case "restarted":
        await this.#complain("client.restarted", {}, "* ");
        for (const text of happening.uncertain) {
          this.#unsendable++;
          await this.#complain("client.uncertain", { text });
        }
    }
  }

  async #tellLost(): Promise<void> {
    const { retry, person } = this.#surroundings;
    if (person) await this.#complain("client.lost", {}, "* ");
    else await this.#complain("client.lost_for", { seconds: retry }, "* ");
  }

  async #tellFrame(frame: HubFrame): Promise<void> {
    const conversation = this.#conversation;
    const { lang, room, stage, nick } = conversation.state;
    const { person } = this.#surroundings;
    const wantsPassword = frame.type === "error" && stage === "password";
    // Once one is in, the input is read for lines.
    const canAsk = person && nick === "";
    if (wantsPassword && !canAsk) {
      const { hostname, port } = this.#surroundings.address;
      throw new Failure(
        frame.code === "wrong_password" ? "failure.wrong_password" : "failure.password_wanted",
        { address: formatAddress(hostname, port) },
      );
    }
    // Nobody is told of what this client has done by itself.
    if (frame.type === "bye" && frame.code === "quit" && conversation.isLeaving) return;
    if (!this.#filter.shows(frame)) return;
    const write = isTrouble(frame) ? this.#surroundings.complain : this.#surroundings.print;
    for (const line of plainLines(frame, lang, { isElsewhere: isElsewhere(frame, room) })) {
      this.#isRead &&= await write(sanitize(line));
      if (!this.#isRead) conversation.leave();
    }
    if (wantsPassword && canAsk) this.#answerPassword(person);
  }

  async #complain(
    key: Key,
    params: Record<string, string | number>,
    mark = "! ",
  ): Promise<boolean> {
    const { lang } = this.#conversation.state;
    return await this.#surroundings.complain(mark + sanitize(translate(lang, key, params)));
  }

  /** The hub may end the conversation before there is an answer. */
  async #answerPassword({ askSecret }: Person): Promise<void> {
    const { lang } = this.#conversation.state;
    const password = await askSecret(translate(lang, "client.password"));
    if (password === undefined) this.#conversation.leave();
    else this.#conversation.answerPassword(password);
  }

  /** Once, for all that came together. */
  #call(happenings: Happening[]): void {
    const message = findCall(happenings, this.#conversation.state.nick);
    if (message) this.#surroundings.person?.call(message);
  }

  /** Sends each line of the input, and resolves when the last one is answered. */
  async #sendLines(): Promise<void> {
    const conversation = this.#conversation;
    await conversation.until(() => conversation.state.nick !== "");
    const { maxFrame: max } = conversation.state;
    const splitter = new LineSplitter({ maxLine: max, maxUnended: Infinity });
    let number = 0;
    for await (const result of lines(splitter, this.#surroundings.input)) {
      number++;
      let line = result.kind === "line" ? decodeLine(result.bytes) : "";
      if (line === undefined) {
        await this.#refuse("client.not_utf8", { number });
        continue;
      }
      const { person } = this.#surroundings;
      if (person && line.trim() === "") conversation.retryNow();
      if (person && lacksPassword(line)) {
        const secret = await person.askSecret(
          translate(conversation.state.lang, "client.password"),
        );
        if (!secret) continue;
        line = `${line.trim()} ${secret}`;
      }
      if (findLocalCommand(line)) continue; // there is no screen
      await conversation.until(() => conversation.pending < MAX_PENDING);
      if (result.kind !== "line" || conversation.submit(line).kind === "too_long") {
        await this.#refuse("client.line_too_long", { number, max });
      }
    }
    await conversation.until(() => conversation.pending === 0);
  }

  async #refuse(key: Key, params: Record<string, number>): Promise<void> {
    this.#unsendable++;
    await this.#complain(key, params);
  }
}

/** Whether a frame is for standard error: what failed, and what became of the connection. */
function isTrouble(frame: HubFrame): boolean {
  return frame.type === "error" || (frame.type === "notice" && frame.code === "resumed") ||
    (frame.type === "bye" && exitCode(frame) !== EXIT.done);
}

async function* lines(
  splitter: LineSplitter,
  input: PlainSurroundings["input"],
): AsyncGenerator<SplitResult> {
  const buffer = new Uint8Array(READ_BUFFER);
  for (let size; (size = await input.read(buffer)) !== null;) {
    splitter.push(buffer.subarray(0, size));
    for (let result; (result = splitter.next());) yield result;
  }
  const rest = splitter.end();
  if (rest) yield rest;
}
