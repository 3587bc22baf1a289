/**
 * A dialect is how a session's input is read and its output is written. What the lines mean and who gets which frame, the
 * hub decides; a dialect only translates, and holds no state.
 */

import type { Lang } from "../../common/i18n/mod.ts";
import type { HelloFrame, HubFrame } from "../../common/protocol/frame.ts";

/** What a peer asks for, whichever dialect it speaks. `ref` comes back in the answer. */
export type ClientRequest =
  | { kind: "hello"; hello: HelloFrame }
  | { kind: "say"; ref: string; text: string; room?: string; to?: string }
  | { kind: "command"; ref: string; line: string }
  | { kind: "ping" }
  /** Nothing to do, and nothing to say about it. */
  | { kind: "nothing" }
  | { kind: "invalid"; ref?: string; reason: string };

export interface Dialect {
  readonly name: "text" | "frames" | "http";
  /** Whether its peers ping, so that one of whom nothing is heard for long is gone. */
  readonly pings: boolean;
  /** Whether its peers are told of each message that it was accepted. */
  readonly acks: boolean;
  /** Reads one line. Never throws. */
  parse(line: string): ClientRequest;
  /**
   * A small number that is the same for two readers exactly when {@linkcode format} gives the same for them, so that
   * a frame is written once for all who read it alike. No two dialects share one.
   */
  variant(lang: Lang, isElsewhere: boolean): number;
  /**
   * The lines of frames that follow one another, each ended by LF; empty for what this dialect does not show. `isElsewhere`:
   * they are told in a room that is not the reader's current one.
   */
  format(frames: readonly HubFrame[], lang: Lang, isElsewhere: boolean): string;
}
