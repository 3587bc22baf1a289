/** Batches of lines (IRCv3 batch), also of the answers to a request under its label (IRCv3 labeled-response). */

import { escapeTag, formatLine } from "./line.ts";

/** At most a line, or the batch of a message. */
const LONE = /^[^\n]*\n?$|^(?:@\S+ )?\S+ BATCH \+(m\d+) [^]*BATCH -\1\r\n$/;

export interface Batch {
  /** The lines of a part in the batch. A lone line or batch has the label itself, and no line is an ACK. */
  add(lines: string): string;
}

/** `host`: of the hub. `opening`: its first line. `label`: of the request. `parts`: how often lines are added. */
export function openBatch(
  host: string,
  name: string,
  opening: string,
  { label, parts = 1 }: { label?: string; parts?: number } = {},
): Batch {
  let partsLeft = parts;
  return {
    add(lines) {
      if (label !== undefined && parts === 1 && LONE.test(lines)) {
        return addTag(lines || formatLine(host, "ACK", []), "label", label);
      }
      const inner = lines.split(/(?<=\n)(?=.)/).map((line) =>
        // Empty, or in a batch within this one.
        /^$|^@(\S*;)?batch=|^\S+ BATCH -/.test(line) ? line : addTag(line, "batch", name)
      );
      const start = partsLeft === parts ? opening : "";
      const end = --partsLeft === 0 ? formatLine(host, "BATCH", [`-${name}`]) : "";
      return start + inner.join("") + end;
    },
  };
}

function addTag(line: string, name: string, value: string): string {
  const tag = `@${name}=${escapeTag(value)}`;
  return line.startsWith("@") ? `${tag};${line.slice(1)}` : `${tag} ${line}`;
}
