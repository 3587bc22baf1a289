/**
 * A connection and what is known of it: turns what a person types into frames, and keeps the state in step with
 * what the hub sends. How any of it looks is not its business.
 */

import { EXIT } from "../cli/failure.ts";
import type { Lang } from "../i18n/mod.ts";
import { type ByeFrame, type ClientFrame, encodeFrame, type HubFrame } from "../protocol/frame.ts";
import { parseInput } from "../protocol/input.ts";
import type { HubConnection } from "./connection.ts";
import { initialState, reduce, type State } from "./state.ts";

/** What became of a line. */
export type Submitted =
  | { kind: "nothing" }
  | { kind: "sent" }
  /** It does not fit into a frame, and nothing of it was sent. Both in bytes. */
  | { kind: "too_long"; bytes: number; max: number };

const utf8 = new TextEncoder();

export class Conversation {
  readonly #connection: HubConnection;
  #state: State;
  #lastRef = 0;
  #changed = Promise.withResolvers<void>();

  constructor(connection: HubConnection, lang: Lang) {
    this.#connection = connection;
    this.#state = initialState(lang);
  }

  get state(): State {
    return this.#state;
  }

  /** Sends a line as a person types it: a message, or a command with its slash. */
  submit(line: string): Submitted {
    const input = parseInput(line);
    if (input.kind === "nothing") return input;
    const ref = String(++this.#lastRef);
    const frame: ClientFrame = input.kind === "say"
      ? { type: "say", ref, text: input.text }
      : { type: "command", ref, line: input.line };
    const bytes = utf8.encode(encodeFrame(frame)).length;
    const max = this.#state.maxFrame;
    if (bytes > max) return { kind: "too_long", bytes, max };
    this.#state = reduce(this.#state, { type: "sent", ref, text: line });
    this.#connection.send(frame);
    return { kind: "sent" };
  }

  /** Asks the hub to say goodbye; the end of {@linkcode batches} follows. */
  leave(): void {
    this.#connection.send({ type: "command", ref: String(++this.#lastRef), line: "/exit" });
  }

  /** The hub's frames, each batch after the state has taken it in. Ends and throws as HubConnection.batches does. */
  async *batches(): AsyncGenerator<HubFrame[]> {
    try {
      for await (const frames of this.#connection.batches()) {
        for (const frame of frames) this.#state = reduce(this.#state, { type: "received", frame });
        this.#announce();
        yield frames;
      }
    } finally {
      this.#announce();
    }
  }

  /** Resolves when the state fulfils a condition; looked at whenever the hub has sent something. */
  async until(condition: (state: State) => boolean): Promise<void> {
    while (!condition(this.#state)) await this.#changed.promise;
  }

  close(): void {
    this.#connection.close();
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** The exit code for the hub's last word; without one, the connection was ended by us. */
export function exitCode(bye: ByeFrame | undefined): number {
  switch (bye?.code) {
    case undefined:
    case "quit":
      return EXIT.done;
    case "server_full":
    case "unsupported_protocol":
      return EXIT.refused;
    default:
      return EXIT.failed;
  }
}
