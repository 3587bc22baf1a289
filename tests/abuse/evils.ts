/** Characters that must reach nobody, and how they are shown in place. */

import { assert } from "@std/assert";
import { CONTROL } from "../support/besieged.ts";
import type { Peer } from "../support/peer.ts";

const EIGHT_AND_MORE_MARKS = /\p{M}{9}/u;

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at));
}

/** Characters that must reach nobody, by class. */
const CLASSES: readonly [name: string, evils: readonly string[]][] = [
  ["C0", range(0, 0x1f)],
  ["DEL", ["\x7f"]],
  ["C1", range(0x80, 0x9f)],
  ["line and paragraph separators", ["\u2028", "\u2029"]],
  [
    "bidirectional controls",
    [...range(0x202a, 0x202e), ...range(0x2066, 0x2069), "\u200e", "\u200f", "\u061c"],
  ],
  ["heaps of marks", ["\u0335".repeat(9), "\u0301\u0336".repeat(20)]],
];
export const EVILS = CLASSES.flatMap(([, evils]) => evils);
/** In text LF ends a line, BS and DEL take back a character, and a line with NUL is refused: framing_test.ts. */
export const isInText = (evil: string) => !"\n\b\x7f\0".includes(evil);
/** All of a class at once, as the wrong passwords of an address are limited. */
export const PASSWORDS = CLASSES.map(([, evils]) => evils.filter(isInText).join(""));

/** They surround each text that is sent, so that the output can be searched for it. */
export const [BEFORE, AFTER] = ["q", "z"];

/** How it is shown within a line. */
export function safe(evil: string): string {
  if (evil === "\t") return "    ";
  return EIGHT_AND_MORE_MARKS.test(evil) ? evil.slice(0, 8) : "\ufffd";
}

/** How it is shown in the text of a frame, which may have several lines. */
export function safeInFrame(evil: string): string {
  return evil === "\n" || evil === "\r" ? "\n" : safe(evil);
}

/** Asserts that nothing harmful is in what peers received, in the strings of frames included. */
export function assertSafe(...peers: Peer[]): void {
  for (const peer of peers) {
    for (const line of new TextDecoder().decode(peer.received()).split("\n")) {
      if (line.startsWith("{")) assertSafeFrame(line);
      else assertSafeText(line);
    }
  }
}

function assertSafeFrame(line: string): void {
  JSON.parse(line, (key, value) => {
    assertSafeText(key);
    // The lines of a message end in LF; a ref is chosen by its sender, who alone sees it.
    if (typeof value === "string" && key !== "ref") assertSafeText(value.replaceAll("\n", ""));
    return value;
  });
}

function assertSafeText(text: string): void {
  for (const harmful of [CONTROL, EIGHT_AND_MORE_MARKS]) {
    const found = harmful.exec(text);
    if (found) assert(false, `${JSON.stringify(found[0])} in ${text.slice(0, 300)}`);
  }
}

let nickCount = 0;

/** A nick that nobody has had before. */
export function newNick(name: string): string {
  return `${name}${++nickCount}`;
}

let refs = 0;

/** A line with a frame that has a new ref. */
export function framed(fields: Record<string, unknown>): string {
  return JSON.stringify({ ref: String(++refs), ...fields }) + "\n";
}
