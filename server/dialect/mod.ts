/** Dialects: how a session's input is parsed and its output is formatted. Only that of IRC has state. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { Foreign } from "../../common/protocol/foreign.ts";
import type { HelloFrame, HubFrame, Ref, SayFrame } from "../../common/protocol/frame.ts";

/** A parsed line. The answer carries its `ref`. */
export type ClientRequest =
  | { kind: "hello"; hello: HelloFrame }
  | ({ kind: "say" } & Omit<SayFrame, "type">)
  | { kind: "command"; ref: Ref; line: string }
  | { kind: "ping" }
  /** What the dialect answers by itself, in its own lines. */
  | { kind: "own"; text: string }
  /** Of another protocol: ends the connection. */
  | ({ kind: "foreign" } & Foreign)
  /** Ignored without an answer. */
  | { kind: "nothing" }
  | { kind: "invalid"; ref?: Ref; reason: string };

export interface Dialect {
  readonly name: "text" | "frames" | "irc";
  /** Whether its peers send pings, so that a long silence means that the connection is dead. */
  readonly pings: boolean;
  /** Whether its clients often go on at once to rooms of their own: their joining the chat is told later. */
  readonly goesOn?: boolean;
  /** Whether each accepted message gets an `ack`. */
  readonly acks: boolean;
  /** Parses one line. Never throws. */
  parse(line: string): ClientRequest | readonly ClientRequest[];
  /**
   * A small number that is equal for two readers exactly when {@linkcode format} returns the same for them, so that a
   * frame is formatted once for all of them. No two dialects share a number.
   */
  variant(lang: Lang, isElsewhere: boolean): number;
  /**
   * Formats frames as lines, each with its LF; frames that the dialect does not show give none. `isElsewhere`: the
   * frames are of a room that is not the reader's current one. `ts`: when they were told, in milliseconds since 1970.
   */
  format(frames: readonly HubFrame[], lang: Lang, isElsewhere: boolean, ts: number): string;
}
