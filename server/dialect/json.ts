/** The frames dialect: a JSON object a line, for the client and for bots. It does not depend on the language. */

import type { WireFrame } from "../../common/protocol/frame.ts";
import { decodeClientFrame, encodeFrame } from "../../common/protocol/frame_codec.ts";
import { skipUnseen } from "../../common/protocol/input.ts";
import { fold } from "../../common/protocol/runs.ts";
import type { ClientRequest, Dialect } from "./mod.ts";

export const framesDialect: Dialect = {
  name: "frames",
  pings: true,
  acks: true,

  parse(line) {
    if (line.trim() === "") return { kind: "nothing" };
    const decoded = decodeClientFrame(line);
    if (decoded.kind === "unknown") return { kind: "nothing" };
    if (decoded.kind === "invalid") return decoded;
    const { frame } = decoded;
    switch (frame.type) {
      case "hello":
        return { kind: "hello", hello: frame };
      case "say":
        return { ...frame, kind: "say" };
      case "command":
        return { kind: "command", ref: frame.ref, line: frame.line };
      case "ping":
        return { kind: "ping" };
    }
  },

  variant: () => 0,

  format: (frames, _lang, _isElsewhere, ts) => formatFrames(frames, ts),
};

/** The frames dialect for peers whose `hello` asks for runs (docs/protocol.md). */
export const runsDialect: Dialect = {
  ...framesDialect,
  variant: () => 1,
  format: (frames, _lang, _isElsewhere, ts) => formatFrames(fold(frames), ts),
};

/** Frames that tell something get the time, so that clients with other clocks can show all of them in one. */
function formatFrames(frames: readonly WireFrame[], ts: number): string {
  let lines = "";
  for (const frame of frames) {
    const isTimed = "ts" in frame || frame.type === "pong" || frame.type === "look";
    lines += encodeFrame(isTimed ? frame : { ...frame, ts }) + "\n";
  }
  return lines;
}

/** Parses a first line that is a `hello`, even with an invalid field: the connection speaks frames. Else undefined. */
export function parseHello(
  line: string,
): Extract<ClientRequest, { kind: "hello" | "invalid" }> | undefined {
  const seen = skipUnseen(line);
  if (!seen.startsWith("{")) return undefined;
  const decoded = decodeClientFrame(seen);
  if (decoded.kind === "frame" && decoded.frame.type === "hello") {
    return { kind: "hello", hello: decoded.frame };
  }
  if (decoded.kind === "invalid" && decoded.type === "hello") return decoded;
  return undefined;
}
