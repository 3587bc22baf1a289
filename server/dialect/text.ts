/** The text dialect, for users with `nc` or telnet. */

import { LANGS } from "../../common/i18n/mod.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import { parseInput } from "../../common/protocol/input.ts";
import { replaceControls, sanitize } from "../../common/protocol/sanitize.ts";
import type { Dialect } from "./mod.ts";

/** Text peers have no refs: answers come in the order of the lines. */
const NO_REF = "";

export const textDialect: Dialect = {
  name: "text",
  pings: false,
  acks: false,

  parse(line) {
    // A message may have several lines, but not one that was typed as a single line: no CR or LF may remain in it.
    const isSingleLine = !line.includes("\r") && !line.includes("\n");
    const input = parseInput(isSingleLine ? line : sanitize(line));
    switch (input.kind) {
      case "nothing":
        return input;
      case "say":
        return { kind: "say", ref: NO_REF, text: input.text };
      case "command":
        return { kind: "command", ref: NO_REF, line: input.line };
    }
  },

  variant: (lang, isElsewhere) => 2 + 2 * LANGS.indexOf(lang) + Number(isElsewhere),

  // The fields were sanitized on their way in. This is the last guard of a bare terminal.
  format(frames, lang, isElsewhere) {
    let lines = "";
    for (const frame of frames) {
      for (const line of plainLines(frame, lang, { isElsewhere })) {
        lines += replaceControls(line) + "\n";
      }
    }
    return lines;
  },
};
