/** `--send`: sends one message or command, prints the reply to a command, and leaves. Problems go to standard error. */

import { EXIT } from "../../common/cli/failure.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { exitCode } from "../session/bye.ts";
import { describeChange } from "../session/changes.ts";
import type { Conversation, ConversationEvent } from "../session/conversation.ts";
import { answerLocally } from "../session/local_commands.ts";
import { checkPassword, checkRoom, printProblem, printUnanswered, type ScriptIo } from "./io.ts";

export class SingleSend {
  readonly #conversation: Conversation;
  readonly #text: string;
  readonly #io: ScriptIo;
  /** Undefined until the text is submitted. */
  #ref: string | undefined;
  /** Whether the replayed messages that follow are what /history or /search asked for. */
  #isShowingHistory = false;
  /** Undefined until the answer. */
  #exitCode: number | undefined;

  constructor(conversation: Conversation, text: string, io: ScriptIo) {
    this.#conversation = conversation;
    this.#text = text;
    this.#io = io;
  }

  /**
   * Gives the exit code: 0 if the hub accepted the text, 1 if it did not or may not have, 3 if it refused the client.
   * @throws {Failure} as `PlainClient.run` does.
   */
  async run(): Promise<number> {
    const conversation = this.#conversation;
    try {
      for await (const events of conversation.events()) {
        for (const event of events) await this.#onEvent(event);
      }
    } finally {
      await printUnanswered(this.#io, conversation);
    }
    checkRoom(conversation);
    return this.#exitCode ?? EXIT.failed;
  }

  async #onEvent(event: ConversationEvent): Promise<void> {
    if (event.type === "frame") return await this.#onFrame(event.frame);
    for (const { mark, key, params } of describeChange(event, { seconds: this.#io.retry })) {
      if (mark === "* " && event.type !== "lost") continue; // about messages of others
      await printProblem(this.#io, this.#conversation.state.lang, key, params, mark);
      if (mark === "! ") this.#finish(EXIT.failed);
    }
  }

  async #onFrame(frame: HubFrame): Promise<void> {
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
        return await this.#print(frame, "print");
      case "notice":
        this.#isShowingHistory = frame.code === "history" || frame.code === "search";
        return;
      case "message":
        if (frame.replay && this.#isShowingHistory) await this.#print(frame, "print");
        return;
      case "error":
        // Errors of the handshake have no ref.
        if (frame.ref === this.#ref) this.#finish(EXIT.failed);
        return await this.#print(frame, "printError");
      case "bye":
        if (this.#conversation.isLeaving) return;
        this.#exitCode = exitCode(frame);
        if (this.#exitCode !== EXIT.done) await this.#print(frame, "printError");
    }
  }

  async #submit(): Promise<void> {
    const conversation = this.#conversation;
    if (this.#ref !== undefined) return; // after a reconnect the conversation sends it again by itself
    if (conversation.wasRoomRefused) return conversation.leave();
    const answer = answerLocally(this.#text, conversation.state.lang, this.#io.invitation);
    if (answer) {
      const isError = answer.type === "error";
      this.#finish(isError ? EXIT.failed : EXIT.done);
      return await this.#print(answer, isError ? "printError" : "print");
    }
    const result = conversation.submit(this.#text);
    if (result.kind === "sent") {
      this.#ref = result.ref;
      return;
    }
    this.#finish(EXIT.failed);
    if (result.kind !== "refused") return;
    await printProblem(this.#io, conversation.state.lang, result.fault.key, result.fault.params);
  }

  #finish(code: number): void {
    this.#exitCode = code;
    this.#conversation.leave();
  }

  async #print(frame: HubFrame, to: "print" | "printError"): Promise<void> {
    for (const line of plainLines(frame, this.#conversation.state.lang)) {
      await this.#io[to](sanitize(line));
    }
  }
}
