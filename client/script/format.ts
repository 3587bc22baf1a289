/** Input and output of scripts: lines of text, as users type and read them, or frames, one JSON object per line. */

import { formatAddress } from "../../common/cli/address.ts";
import { EXIT } from "../../common/cli/failure.ts";
import { translate } from "../../common/i18n/mod.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import { type HubFrame, isElsewhere, type Ref } from "../../common/protocol/frame.ts";
import { decodeClientFrame } from "../../common/protocol/frame_codec.ts";
import { sanitize, sanitizeJson } from "../../common/protocol/sanitize.ts";
import { exitCode } from "../session/bye.ts";
import { describeChange } from "../session/changes.ts";
import type { ConversationEvent } from "../session/conversation.ts";
import { type JoinChoice, JoinFilter } from "../session/join_filter.ts";
import { findLocalCommand, hidePassword } from "../session/local_commands.ts";
import type { PendingLine } from "../session/pending.ts";
import { parseRequest, type UserRequest } from "../session/request.ts";
import type { ConversationState } from "../session/state.ts";

/** What a line of the input asks for. */
export type ScriptInput =
  | { kind: "nothing" }
  /** `display`: what may be shown of it; `ref`: the script's own ref. */
  | { kind: "request"; request: UserRequest; display: string; ref: Ref }
  | { kind: "invalid"; reason: string };

/** A line for standard output or standard error. */
export interface ScriptOutput {
  to: "print" | "printError";
  line: string;
}

export interface ScriptFormat {
  /** Parses an input line, given its number. */
  parse(line: string, number: number): ScriptInput;
  /** Notes that a request of the script was sent with a ref of the client. */
  onSent?(ref: Ref, scriptRef: Ref): void;
  /** The lines that report an event, sanitized. */
  render(event: ConversationEvent, state: ConversationState, isLeaving: boolean): ScriptOutput[];
}

function parseText(line: string, number: number): ScriptInput {
  const parsed = findLocalCommand(line) ? undefined : parseRequest(line); // local commands act on a screen
  return parsed ? { kind: "request", ...parsed, ref: String(number) } : { kind: "nothing" };
}

export interface TextOptions {
  /** How long a lost connection is retried, in seconds. */
  retry: number;
  joins: JoinChoice;
  /** Whether a user at a terminal reads the lines, and can be asked. */
  isInteractive: boolean;
  /** Whether the client only sends one text, and shows only its answer and problems. */
  isSingle?: boolean;
}

/** Lines of text in both directions. Errors, and the state of the connection, go to standard error. */
export class TextFormat implements ScriptFormat {
  readonly #options: TextOptions;
  readonly #filter: JoinFilter;
  /** Whether the replayed messages that follow are those that /history or /search asked for. */
  #isShowingHistory = false;

  constructor(options: TextOptions) {
    this.#options = options;
    this.#filter = new JoinFilter(options.joins);
  }

  readonly parse = parseText;

  render(event: ConversationEvent, state: ConversationState, isLeaving: boolean): ScriptOutput[] {
    if (event.type === "frame") return this.#renderFrame(event.frame, state, isLeaving);
    const { isInteractive, isSingle, retry } = this.#options;
    return describeChange(event, { seconds: isInteractive ? undefined : retry })
      .filter(({ mark }) => !isSingle || mark === "! " || event.type === "lost")
      .map(({ mark, key, params }) => ({
        to: "printError",
        line: sanitize(mark + translate(state.lang, key, params)),
      }));
  }

  #renderFrame(frame: HubFrame, state: ConversationState, isLeaving: boolean): ScriptOutput[] {
    const { lang, room, stage } = state;
    const { isInteractive, isSingle } = this.#options;
    const isAsked = isInteractive && isPasswordPrompt(frame, state);
    // A script cannot answer: the client ends with a failure that says so.
    if (frame.type === "error" && stage === "password" && !isAsked) return [];
    // The client asked for this goodbye itself.
    if (frame.type === "bye" && (frame.code === "quit" || isSingle) && isLeaving) return [];
    if (!this.#filter.shows(frame) || (isSingle && !this.#isAnswer(frame))) return [];
    const to = isForStderr(frame) ? "printError" : "print";
    return plainLines(frame, lang, { isElsewhere: isElsewhere(frame, room) })
      .map((line) => ({ to, line: sanitize(line) }));
  }

  /** Whether a frame answers the only text that is sent. */
  #isAnswer(frame: HubFrame): boolean {
    if (frame.type === "notice") {
      this.#isShowingHistory = frame.code === "history" || frame.code === "search";
      return false;
    }
    if (frame.type === "message") return this.#isShowingHistory && frame.replay === true;
    return frame.type === "reply" || isForStderr(frame);
  }
}

/**
 * Frames, one JSON object per line, all on standard output. The hub's frames appear as this version understood them:
 * without unknown fields, and without `pong`. The client adds objects of its own for what happens to its connection
 * (docs/bots.md).
 *
 * An input line that begins with `{` is a `say` or `command` frame, and any other line is text. On the wire the client
 * uses its own refs, so a script may reuse one; answers carry the script's ref, or else the number of the line.
 */
export class JsonFormat implements ScriptFormat {
  /** Refs of the script by refs of the client, until they are answered. */
  readonly #refs = new Map<Ref, Ref>();

  parse(line: string, number: number): ScriptInput {
    if (!line.startsWith("{")) return parseText(line, number);
    const decoded = decodeClientFrame(line, { ref: String(number) });
    if (decoded.kind === "invalid") return { kind: "invalid", reason: decoded.reason };
    const type = decoded.kind === "unknown" ? decoded.type : decoded.frame.type;
    if (decoded.kind === "unknown" || !("ref" in decoded.frame)) {
      return { kind: "invalid", reason: `"type" must be one of say, command, not "${type}"` };
    }
    const { ref, ...request } = decoded.frame;
    const display = hidePassword(request.type === "say" ? request.text : request.line);
    return { kind: "request", request, display, ref };
  }

  onSent(ref: Ref, scriptRef: Ref): void {
    this.#refs.set(ref, scriptRef);
  }

  render(event: ConversationEvent): ScriptOutput[] {
    const object = this.#toObject(event);
    if (!object) return [];
    return [{ to: "print", line: sanitizeJson(JSON.stringify(object)) }];
  }

  #toObject(event: ConversationEvent): object | undefined {
    switch (event.type) {
      case "frame": {
        const { type, ...fields } = event.frame;
        if (type === "pong") return undefined;
        if (!("ref" in fields) || fields.ref === undefined) return { type, ...fields };
        // A notice comes before the answer.
        const ref = type === "notice" ? this.#refs.get(fields.ref) : this.#takeRef(fields.ref);
        return { type, ...fields, ref: ref ?? fields.ref };
      }
      case "lost":
        return { type: "lost" };
      case "moved":
        return {
          type: "moved",
          address: formatAddress(event.address),
          ...(event.isOtherChat ? { otherChat: true } : {}),
        };
      case "restarted":
        return { type: "restarted", uncertain: this.#takeRefs(event.uncertain) };
      case "unsent":
        return { type: "unsent", refs: this.#takeRefs(event.lines) };
    }
  }

  #takeRefs(lines: readonly PendingLine[]): Ref[] {
    return lines.map(({ frame }) => this.#takeRef(frame.ref));
  }

  #takeRef(ref: Ref): Ref {
    const scriptRef = this.#refs.get(ref) ?? ref;
    this.#refs.delete(ref);
    return scriptRef;
  }
}

/** Whether a frame asks for the password before the first welcome: later the input is read as lines. */
export function isPasswordPrompt(frame: HubFrame, { stage, nick }: ConversationState): boolean {
  return frame.type === "error" && stage === "password" && nick === "";
}

/** Whether a frame goes to standard error: errors, and changes of the connection. */
function isForStderr(frame: HubFrame): boolean {
  return frame.type === "error" || (frame.type === "notice" && frame.code === "resumed") ||
    (frame.type === "bye" && exitCode(frame) !== EXIT.done);
}
