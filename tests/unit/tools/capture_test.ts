/** What the pictures in docs/ cannot show; tests/e2e/capture_test.ts compares them with the program. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Cell } from "../../support/screen.ts";
import { contrast, GROUND, hex, INK, legible } from "../../../tools/capture/palette.ts";
import { join, textOf } from "../../../tools/capture/recording.ts";

const BLANK = { bold: false, dim: false, italic: false, underline: false, inverse: false };

function frame(time: number, cursor: number, ...rows: string[]) {
  const cells = rows.map((row) =>
    Array.from(row.padEnd(12), (char): Cell => ({
      ...BLANK,
      text: char.trim(),
      width: 1,
      fg: "default",
      bg: "default",
    }))
  );
  return { time, cursor, cells };
}

const FRAMES = [
  frame(0, 3, "one", "two", "a> "),
  frame(100, 4, "one", "two", "a> h"),
  frame(300, 4, "two", "three", "a> h"),
  frame(400, 5, "two", "three", "a> hi"),
];

Deno.test("every colour is lightened until it can be read on the window", () => {
  assertEquals(contrast("#000000", "#ffffff"), 21);
  for (let color = 0; color < 256; color++) {
    assert(contrast(legible(hex(color, INK)), GROUND) >= 6, String(color));
  }
  assertEquals(legible("#ffff00"), "#ffff00");
});

Deno.test("messages and typed characters are joined into one log and one line", () => {
  const { log, input, steps } = join(FRAMES);
  assertEquals(textOf([...log, input]), "one\ntwo\nthree\na> hi");
  assertEquals(steps.map(({ rows, cursor }) => [rows, cursor]), [[2, 3], [2, 4], [3, 4], [3, 5]]);
});

Deno.test("frames in which the line or the log is disturbed are refused", () => {
  for (
    const wrong of [
      frame(350, 4, "two", "three", "a> x"),
      frame(350, 4, "two", "other", "a> h"),
      frame(350, 4, "three", "a> h"),
    ]
  ) {
    assertThrows(() => join(FRAMES.toSpliced(3, 0, wrong)), Error, "another screen at 350 ms");
  }
});
