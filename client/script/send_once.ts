/**
 * The client that sends one message or command and is done: it prints nothing but what the command answers, and reads
 * nothing. What went wrong goes to standard error.
 */

import { EXIT } from "../../common/cli/failure.ts";
import { type Key, translate } from "../../common/i18n/mod.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { exitCode } from "../session/bye.ts";
import type { Conversation, ConversationEvent } from "../session/conversation.ts";
import { checkPassword, checkRoom, type ScriptIo } from "./plain.ts";

export interface SendOnceIo extends Omit<ScriptIo, "input"> {
  /** For how long a lost hub is tried again, in seconds: to be told. */
  retry: number;
}

/**
 * Sends a text, which may have several lines, and leaves when the hub has answered it.
 *
 * @returns the exit code: 0 when the hub has accepted it, 1 when it has not or may not have, 3 when it sent one away.
 * @throws {Failure} as `runPlain` does.
 */
export async function sendOnce(
  conversation: Conversation,
  text: string,
  surroundings: SendOnceIo,
): Promise<number> {
  return await new SingleSend(conversation, text, surroundings).run();
}

class SingleSend {
  readonly #conversation: Conversation;
  readonly #text: string;
  readonly #surroundings: SendOnceIo;
  #wasSubmitted = false;
  /** What the hub answers by; none before it was sent. */
  #ref: string | undefined;
  #isRecalling = false;
  /** None before the answer. */
  #code: number | undefined;

  constructor(conversation: Conversation, text: string, surroundings: SendOnceIo) {
    this.#conversation = conversation;
    this.#text = text;
    this.#surroundings = surroundings;
  }

  async run(): Promise<number> {
    const conversation = this.#conversation;
    try {
      for await (const happenings of conversation.events()) {
        for (const happening of happenings) await this.#take(happening);
      }
    } finally {
      for (const text of conversation.takeUncertain()) {
        await this.#complain("client.uncertain", { text });
      }
      for (const text of conversation.unsent()) await this.#complain("client.unsent", { text });
    }
    checkRoom(conversation);
    return this.#code ?? EXIT.failed;
  }

  async #take(happening: ConversationEvent): Promise<void> {
    switch (happening.type) {
      case "frame":
        return await this.#takeFrame(happening.frame);
      case "lost":
        return await this.#complain("client.lost_for", { seconds: this.#surroundings.retry }, "* ");
      case "restarted":
        for (const { display: text } of happening.uncertain) {
          await this.#complain("client.uncertain", { text });
          this.#finish(EXIT.failed);
        }
        return;
      case "unsent":
        for (const { display: text } of happening.lines) {
          await this.#complain("client.unsent", { text });
          this.#finish(EXIT.failed);
        }
    }
  }

  async #takeFrame(frame: HubFrame): Promise<void> {
    checkPassword(frame, this.#conversation);
    switch (frame.type) {
      case "welcome":
        return await this.#submit();
      case "ack":
        if (frame.ref === this.#ref) this.#finish(EXIT.done);
        return;
      case "reply":
        if (frame.ref !== this.#ref) return;
        this.#finish(EXIT.done);
        return await this.#tell(frame, "print");
      case "notice":
        // What /history shows is between this and the answer.
        this.#isRecalling = frame.code === "history";
        return;
      case "message":
        if (frame.replay && this.#isRecalling) await this.#tell(frame, "print");
        return;
      case "error":
        // Without a ref it is about coming in.
        if (frame.ref === this.#ref) this.#finish(EXIT.failed);
        return await this.#tell(frame, "printError");
      case "bye":
        if (this.#conversation.isLeaving) return;
        this.#code = exitCode(frame);
        if (this.#code !== EXIT.done) await this.#tell(frame, "printError");
    }
  }

  async #submit(): Promise<void> {
    const conversation = this.#conversation;
    if (this.#wasSubmitted) return; // it has come back, and the conversation sends it again
    if (conversation.missedRoom) return conversation.leave();
    this.#wasSubmitted = true;
    const submitted = conversation.submit(this.#text);
    if (submitted.kind === "sent") {
      this.#ref = submitted.ref;
      return;
    }
    this.#finish(EXIT.failed);
    if (submitted.kind === "too_long") {
      const { bytes, max } = submitted;
      await this.#complain("client.too_long", { bytes, max });
    }
  }

  #finish(code: number): void {
    this.#code = code;
    this.#conversation.leave();
  }

  async #tell(frame: HubFrame, to: "print" | "printError"): Promise<void> {
    for (const line of plainLines(frame, this.#conversation.state.lang)) {
      await this.#surroundings[to](sanitize(line));
    }
  }

  async #complain(
    key: Key,
    params: Record<string, string | number>,
    mark = "! ",
  ): Promise<void> {
    const { lang } = this.#conversation.state;
    await this.#surroundings.printError(mark + sanitize(translate(lang, key, params)));
  }
}
