/**
 * How the client and a script speak to each other: in lines of text, as people do, or in frames, one JSON object a line.
 * Pure: who reads and writes the lines is not its business.
 */

import { formatAddress } from "../../common/cli/address.ts";
import { EXIT } from "../../common/cli/failure.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import { decodeClientFrame, type HubFrame, isElsewhere } from "../../common/protocol/frame.ts";
import { parseInput } from "../../common/protocol/input.ts";
import { sanitize, sanitizeJson } from "../../common/protocol/sanitize.ts";
import { findLocalCommand, hidePassword } from "../session/local_commands.ts";
import { exitCode } from "../session/bye.ts";
import type { ClientRequest, ConversationEvent } from "../session/conversation.ts";
import { type JoinChoice, JoinFilter } from "../session/join_filter.ts";
import type { ConversationState } from "../session/state.ts";

/** What a line of the input asks for. */
export type ScriptInput =
  | { kind: "nothing" }
  /** `shown`: what may be shown of it; `ref`: by which the script knows it. */
  | { kind: "request"; request: ClientRequest; shown: string; ref: string }
  | { kind: "invalid"; reason: string };

/** A line for standard output, or for standard error. */
export interface ScriptOutput {
  to: "print" | "printError";
  line: string;
}

export interface ScriptFormat {
  /** Reads a line, which is the one of that number. */
  parse(line: string, number: number): ScriptInput;
  /** A request was sent by a ref of the client's own, where the script knows it by another one. */
  onSent(ref: string, scriptRef: string): void;
  /** What a script is told of a happening, made safe. */
  render(
    happening: ConversationEvent,
    state: ConversationState,
    isLeaving: boolean,
  ): ScriptOutput[];
}

/** A line that a person would type. */
function parseText(line: string, number: number): ScriptInput {
  if (findLocalCommand(line)) return { kind: "nothing" }; // there is no screen
  const input = parseInput(line);
  if (input.kind === "nothing") return input;
  const request = input.kind === "say"
    ? { type: "say", text: input.text } as const
    : { type: "command", line: input.line } as const;
  return { kind: "request", request, shown: hidePassword(line), ref: String(number) };
}

export interface TextOptions {
  /** For how long a lost hub is tried again, in seconds. */
  retry: number;
  joins: JoinChoice;
  /** Whether a person reads the lines, and can be asked. */
  isInteractive: boolean;
}

/**
 * Lines of text both ways. What failed, and what becomes of the connection, is for standard error.
 */
export class TextFormat implements ScriptFormat {
  readonly #options: TextOptions;
  readonly #filter: JoinFilter;

  constructor(options: TextOptions) {
    this.#options = options;
    this.#filter = new JoinFilter(options.joins);
  }

  parse(line: string, number: number): ScriptInput {
    return parseText(line, number);
  }

  onSent(): void {}

  render(
    happening: ConversationEvent,
    state: ConversationState,
    isLeaving: boolean,
  ): ScriptOutput[] {
    const { lang } = state;
    const complain = (line: string): ScriptOutput => ({ to: "printError", line: sanitize(line) });
    switch (happening.type) {
      case "frame":
        return this.#renderFrame(happening.frame, state, isLeaving);
      case "lost":
        return [complain(`* ${this.#lost(lang)}`)];
      case "moved": {
        const address = formatAddress(happening.address);
        return [complain(`* ${translate(lang, "client.moved", { address })}`)];
      }
      case "restarted":
        return [
          complain(`* ${translate(lang, "client.restarted")}`),
          ...happening.uncertain.map(({ display: text }) =>
            complain(`! ${translate(lang, "client.uncertain", { text })}`)
          ),
        ];
      case "unsent":
        return happening.lines.map(({ display: text }) =>
          complain(`! ${translate(lang, "client.unsent", { text })}`)
        );
    }
  }

  #lost(lang: Lang): string {
    const { retry, isInteractive } = this.#options;
    return isInteractive
      ? translate(lang, "client.lost")
      : translate(lang, "client.lost_for", { seconds: retry });
  }

  #renderFrame(frame: HubFrame, state: ConversationState, isLeaving: boolean): ScriptOutput[] {
    const { lang, room, stage } = state;
    const isAsked = this.#options.isInteractive && isPasswordPrompt(frame, state);
    // Nobody is there to type the password: that is the end, and told as such.
    if (frame.type === "error" && stage === "password" && !isAsked) return [];
    // Nobody is told of what this client has done by itself.
    if (frame.type === "bye" && frame.code === "quit" && isLeaving) return [];
    if (!this.#filter.shows(frame)) return [];
    const to = isForStderr(frame) ? "printError" : "print";
    return plainLines(frame, lang, { isElsewhere: isElsewhere(frame, room) })
      .map((line) => ({ to, line: sanitize(line) }));
  }
}

/**
 * Frames, one JSON object a line, all on standard output. The hub's come as they were understood, without what this
 * version does not know, and without the `pong` that the client itself has asked for. Some objects are the client's own:
 * `{"type":"lost"}` when the connection broke and is tried again, `{"type":"moved","address":"HOST:PORT"}` when another one
 * of several hubs has let the client in, and `{"type":"restarted","uncertain":[...]}` when it is back in a new session, with
 * the refs of what may have been sent or not; the new `welcome` follows, and where that is in another room than before,
 * `{"type":"unsent","refs":[...]}` with those of what waited for that.
 *
 * A line of the input that begins with `{` is a `say` or a `command`, and any other one is text. On the wire the client
 * uses refs of its own, so that a script may use one again; the script is answered by the one that it gave, or by the
 * number of the line.
 */
export class JsonFormat implements ScriptFormat {
  /** By the client's ref, the script's; of what is not answered. */
  readonly #refs = new Map<string, string>();

  parse(line: string, number: number): ScriptInput {
    if (!line.startsWith("{")) return parseText(line, number);
    const decoded = decodeClientFrame(line, { ref: String(number) });
    if (decoded.kind === "invalid") return { kind: "invalid", reason: decoded.reason };
    const type = decoded.kind === "unknown" ? decoded.type : decoded.frame.type;
    if (decoded.kind === "unknown" || !("ref" in decoded.frame)) {
      return { kind: "invalid", reason: `"type" must be one of say, command, not "${type}"` };
    }
    const { ref, ...request } = decoded.frame;
    const shown = request.type === "say" ? request.text : hidePassword(request.line);
    return { kind: "request", request, shown, ref };
  }

  onSent(ref: string, scriptRef: string): void {
    this.#refs.set(ref, scriptRef);
  }

  render(happening: ConversationEvent): ScriptOutput[] {
    const object = this.#describe(happening);
    if (!object) return [];
    return [{ to: "print", line: sanitizeJson(JSON.stringify(object)) }];
  }

  #describe(happening: ConversationEvent): object | undefined {
    switch (happening.type) {
      case "frame": {
        const { type, ...fields } = happening.frame;
        if (type === "pong") return undefined;
        if (!("ref" in fields) || fields.ref === undefined) return { type, ...fields };
        return { type, ...fields, ref: this.#takeRef(fields.ref) };
      }
      case "lost":
        return { type: "lost" };
      case "moved":
        return { type: "moved", address: formatAddress(happening.address) };
      case "restarted":
        return {
          type: "restarted",
          uncertain: happening.uncertain.map(({ frame }) => this.#takeRef(frame.ref)),
        };
      case "unsent":
        return {
          type: "unsent",
          refs: happening.lines.map(({ frame }) => this.#takeRef(frame.ref)),
        };
    }
  }

  #takeRef(ref: string): string {
    const scriptRef = this.#refs.get(ref) ?? ref;
    this.#refs.delete(ref);
    return scriptRef;
  }
}

/**
 * Whether a frame, after which the state is this one, asks a person for the hub's password at a time when there is nothing
 * else to type: once one is in, the input is read for lines.
 */
export function isPasswordPrompt(frame: HubFrame, { stage, nick }: ConversationState): boolean {
  return frame.type === "error" && stage === "password" && nick === "";
}

/** Whether a frame is for standard error: what failed, and what became of the connection. */
export function isForStderr(frame: HubFrame): boolean {
  return frame.type === "error" || (frame.type === "notice" && frame.code === "resumed") ||
    (frame.type === "bye" && exitCode(frame) !== EXIT.done);
}
