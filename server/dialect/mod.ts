/** Dialects: how a session's input is parsed and its output is formatted. A dialect has no state. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { Foreign } from "../../common/protocol/foreign.ts";
import type { HelloFrame, HubFrame, Ref } from "../../common/protocol/frame.ts";

/** A parsed line. The answer carries its `ref`. */
export type ClientRequest =
  | { kind: "hello"; hello: HelloFrame }
  | { kind: "say"; ref: Ref; text: string; room?: string; to?: string; typed?: true }
  | { kind: "command"; ref: Ref; line: string }
  | { kind: "ping" }
  /** Of another protocol: ends the connection. */
  | ({ kind: "foreign" } & Foreign)
  /** Ignored without an answer. */
  | { kind: "nothing" }
  | { kind: "invalid"; ref?: Ref; reason: string };

export interface Dialect {
  readonly name: "text" | "frames";
  /** Whether its peers send pings, so that a long silence means that the connection is dead. */
  readonly pings: boolean;
  /** Whether each accepted message gets an `ack`. */
  readonly acks: boolean;
  /** Parses one line. Never throws. */
  parse(line: string): ClientRequest;
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
