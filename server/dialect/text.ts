/** The text dialect: what people type into `nc` or telnet, and read there. */

import { LANGS } from "../../common/i18n/mod.ts";
import { plainLines } from "../../common/i18n/plain.ts";
import { parseInput } from "../../common/protocol/input.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Dialect } from "./mod.ts";

/** A text peer has no refs: its answers come in order. */
const NO_REF = "";

export const textDialect: Dialect = {
  name: "text",
  pings: false,
  acks: false,

  parse(line) {
    // With a line end in it, it would be two further on, where messages may have several.
    const isOne = !line.includes("\r") && !line.includes("\n");
    const input = parseInput(isOne ? line : sanitize(line));
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

  // Fields are made safe where they come in; this is the last look at what reaches a bare terminal.
  format(frames, lang, isElsewhere) {
    let lines = "";
    for (const frame of frames) {
      for (const line of plainLines(frame, lang, { isElsewhere })) lines += sanitize(line) + "\n";
    }
    return lines;
  },
};
