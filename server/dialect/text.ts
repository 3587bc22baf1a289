/** The text dialect, for users with `nc` or telnet. */

import { LANGS } from "../../common/i18n/mod.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import { recogniseLine } from "../../common/protocol/foreign.ts";
import type { MessageFrame } from "../../common/protocol/frame.ts";
import { graphemesOf } from "../../common/protocol/graphemes.ts";
import { parseInput } from "../../common/protocol/input.ts";
import { replaceControls, sanitize } from "../../common/protocol/sanitize.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import type { Dialect } from "./mod.ts";

/** Lines of a replayed message that are shown: a long one must not push the others out of sight. */
const MAX_REPLAYED_LINES = 10;
/** Text peers have no refs: answers come in the order of the lines. */
const NO_REF = "";
// deno-lint-ignore no-control-regex
const ERASURE = /[\x08\x7f]/;

export const textDialect: Dialect = {
  name: "text",
  pings: false,
  acks: false,

  parse(received) {
    const line = applyErasures(received);
    const foreign = recogniseLine(line);
    if (foreign) return { kind: "foreign", ...foreign };
    // A message may have several lines, but not one that was typed as a single line: no CR or LF may remain in it.
    const isSingleLine = !line.includes("\r") && !line.includes("\n");
    const input = parseInput(isSingleLine || isBlank(line) ? line : sanitize(line));
    if (input.kind === "say") return { ...input, ref: NO_REF, typed: true };
    return input.kind === "nothing" ? input : { ...input, ref: NO_REF };
  },

  variant: (lang, isElsewhere) => 2 + 2 * LANGS.indexOf(lang) + Number(isElsewhere),

  // The fields were sanitized on their way in. This is the last guard of a bare terminal.
  format(frames, lang, isElsewhere) {
    let lines = "";
    for (const frame of frames) {
      const shown = frame.type === "message" && frame.replay ? firstLines(frame) : frame;
      for (const line of plainLines(shown, lang, { isElsewhere })) {
        lines += replaceControls(line) + "\n";
      }
    }
    return lines;
  },
};

/** The line as a terminal shows it: BS and DEL, which telnet sends in character mode, take the character before. */
export function applyErasures(line: string): string {
  if (!ERASURE.test(line)) return line;
  const kept: string[] = [];
  for (const { segment } of graphemesOf(line)) {
    if (ERASURE.test(segment)) kept.pop();
    else kept.push(segment);
  }
  return kept.join("");
}

function firstLines(message: MessageFrame): MessageFrame {
  const lines = message.text.split("\n");
  const left = lines.splice(MAX_REPLAYED_LINES).length;
  if (left === 0) return message;
  return { ...message, text: lines.join("\n"), more: (message.more ?? 0) + left };
}
