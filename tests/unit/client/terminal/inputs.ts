/** Random inputs for the tests of the layout and of the screen. */

import fc from "fast-check";
import type { InputLine } from "../../../../client/terminal/layout.ts";

/** Characters that are as wide in our table as in the headless terminal's. */
const DRAWN = [
  "a",
  "b",
  "z",
  "0",
  " ",
  "\n",
  "ñ",
  "e\u0301",
  "日",
  "한",
  "👍🏽",
  "👨‍👩‍👧‍👦",
  "🇪🇸",
  "1️⃣",
  "❤️",
];

/** Inputs with a short prompt, a line of at most `maxLength` characters, and a cursor anywhere. */
export function inputs(maxLength: number): fc.Arbitrary<InputLine> {
  const unit = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "d", " ") },
    { weight: 1, arbitrary: fc.constantFrom(...DRAWN) },
  );
  return fc.record({
    prompt: fc.constantFrom("> ", "ana> ", "日本> "),
    line: fc.array(unit, { maxLength, size: "max" }).map((parts) => parts.join("")),
    // Mostly at the end, where people write.
    part: fc.oneof(fc.constant(100), fc.integer({ min: 0, max: 100 })),
  }).map(({ prompt, line, part }) => ({
    prompt,
    line,
    cursor: Math.round(part * line.length / 100),
  }));
}
