import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type InputLine,
  type Layout,
  layOut,
  type Resized,
  rowsAboveCursor,
} from "../../../../client/terminal/layout.ts";
import { graphemes, textWidth } from "../../../../common/cli/width.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { testProperty } from "../../../support/property.ts";
import { inputs } from "./inputs.ts";

const ANY_ROWS = 1000;

/** An input with `|` as its cursor. */
function input(marked: string, prompt = "> "): InputLine {
  return { prompt, line: marked.replace("|", ""), cursor: marked.indexOf("|") };
}

/** A line as its rows show it, one after the other. */
function shownLine(line: string): string {
  return sanitize(line, { newlines: true }).replaceAll("\n", "");
}

function assertLaidOut(actual: Layout, rows: string[], [row, column]: [number, number]): void {
  assertEquals(actual, { rows, cursorRow: row, cursorColumn: column });
}

Deno.test("a short input takes one row", () => {
  assertLaidOut(layOut(input("hola|"), 20, 9), ["> hola"], [0, 6]);
  assertLaidOut(layOut(input("ho|la"), 20, 9), ["> hola"], [0, 4]);
  assertLaidOut(layOut(input("|hola"), 20, 9), ["> hola"], [0, 2]);
  assertLaidOut(layOut(input("|"), 20, 9), ["> "], [0, 2]);
});

Deno.test("a longer input is wrapped, and the cursor with it", () => {
  assertLaidOut(layOut(input("abcdefghij|"), 8, 9), ["> abcdef", "ghij"], [1, 4]);
  assertLaidOut(layOut(input("abcde|fghij"), 8, 9), ["> abcdef", "ghij"], [0, 7]);
  assertLaidOut(layOut(input("abcdef|ghij"), 8, 9), ["> abcdef", "ghij"], [1, 0]);
});

Deno.test("after a full row the cursor has a row of its own", () => {
  assertLaidOut(layOut(input("abcdef|"), 8, 9), ["> abcdef", ""], [1, 0]);
  assertLaidOut(layOut(input("|abcdef"), 8, 9), ["> abcdef"], [0, 2]);
  assertLaidOut(layOut(input("|", "12345678"), 8, 9), ["12345678", ""], [1, 0]);
});

Deno.test("a wide character is not split at the edge", () => {
  assertLaidOut(layOut(input("abcde日|"), 8, 9), ["> abcde", "日"], [1, 2]);
  assertLaidOut(layOut(input("abcde|日"), 8, 9), ["> abcde", "日"], [1, 0]);
  assertLaidOut(layOut(input("abcd日|"), 8, 9), ["> abcd日", ""], [1, 0]);
  assertLaidOut(layOut(input("abcde👨‍👩‍👧‍👦x|"), 8, 9), ["> abcde", "👨‍👩‍👧‍👦x"], [1, 3]);
});

Deno.test("control characters are replaced", () => {
  assertLaidOut(layOut(input("\x1b[2J|"), 20, 9), ["> \uFFFD[2J"], [0, 6]);
  assertLaidOut(layOut(input("a\tb|"), 20, 9), ["> a    b"], [0, 8]);
});

Deno.test("each line of the input begins a row", () => {
  assertLaidOut(layOut(input("ab\n\ncd|"), 20, 9), ["> ab", "", "cd"], [2, 2]);
  assertLaidOut(layOut(input("ab|\ncd"), 20, 9), ["> ab", "cd"], [0, 4]);
  assertLaidOut(layOut(input("ab\n|cd"), 20, 9), ["> ab", "cd"], [1, 0]);
  assertLaidOut(layOut(input("ab\n|"), 20, 9), ["> ab", ""], [1, 0]);
  assertLaidOut(layOut(input("abcdef|\ng"), 8, 9), ["> abcdef", "", "g"], [1, 0]);
  assertLaidOut(layOut(input("abcdefg\n|h"), 8, 9), ["> abcdef", "g", "h"], [2, 0]);
});

Deno.test("of an input with too many rows, those around the cursor are shown", () => {
  const line = "abcdefghijklmnopqrstuvwx"; // with the prompt, seven rows of four and an empty one
  const at = (cursor: number) => layOut({ prompt: "> ", line, cursor }, 4, 3);
  assertLaidOut(at(0), ["> ab", "cdef", "ghij"], [0, 2]);
  assertLaidOut(at(4), ["> ab", "cdef", "ghij"], [1, 2]);
  assertLaidOut(at(12), ["ghij", "klmn", "opqr"], [1, 2]);
  assertLaidOut(at(24), ["opqr", "stuv", "wx"], [2, 2]);
  assertEquals(layOut({ prompt: "> ", line, cursor: 12 }, 4, 1).rows, ["klmn"]);
});

testProperty(
  "no text is lost or added, and no row is wider than the terminal",
  { weight: 5 },
  (check) => {
    check(fc.property(inputs(300), fc.integer({ min: 2, max: 300 }), (each, columns) => {
      const { rows } = layOut(each, columns, ANY_ROWS);
      assertEquals(rows.join(""), sanitize(each.prompt) + shownLine(each.line));
      for (const row of rows) assert(textWidth(row) <= columns, row);
    }));
  },
);

testProperty("the cursor is where the text before it ends", { weight: 5 }, (check) => {
  check(fc.property(inputs(300), fc.integer({ min: 2, max: 300 }), (each, columns) => {
    const { rows, cursorRow, cursorColumn } = layOut(each, columns, ANY_ROWS);
    assert(cursorColumn < columns);
    let [before, width] = [rows.slice(0, cursorRow).join(""), 0];
    for (const { grapheme, width: own } of graphemes(rows[cursorRow]!)) {
      if (width >= cursorColumn) break;
      before += grapheme;
      width += own;
    }
    assertEquals(width, cursorColumn);
    let typed = sanitize(each.prompt);
    let end = 0;
    for (const { grapheme } of graphemes(each.line)) {
      end += grapheme.length;
      if (end <= each.cursor) typed += shownLine(grapheme);
    }
    assertEquals(before, typed);
  }));
});

testProperty(
  "a cropped input always shows the cursor's row",
  { weight: 5 },
  (check) => {
    const rows = fc.integer({ min: 1, max: 8 });
    check(
      fc.property(inputs(200), fc.integer({ min: 2, max: 40 }), rows, (each, columns, max) => {
        const whole = layOut(each, columns, ANY_ROWS);
        const shown = layOut(each, columns, max);
        assertEquals(shown.rows.length, Math.min(max, whole.rows.length));
        assertEquals(shown.rows[shown.cursorRow], whole.rows[whole.cursorRow]);
        assertEquals(shown.cursorColumn, whole.cursorColumn);
        assert(whole.rows.join("\n").includes(shown.rows.join("\n")));
      }),
    );
  },
);

/** A cursor that was in row 20, in a terminal that is narrower now. */
function narrowed(columns: number, row?: number, column = 0): Resized {
  const cursor = row === undefined ? undefined : { row, column };
  return { columns, narrowest: columns, cursor, firstRow: 20, lastRow: 20 };
}

function above(layout: Layout, resized: Resized, isReflowing = false): number {
  return rowsAboveCursor(layout, resized, isReflowing) ?? layout.cursorRow;
}

Deno.test("rows that broke are counted if the cursor is in another row than without a reflow", () => {
  const rows = ["a".repeat(20), "b".repeat(20), "c".repeat(5)];
  const layout: Layout = { rows, cursorRow: 2, cursorColumn: 5 };
  assertEquals(above(layout, narrowed(30, 19, 5)), 2);
  assertEquals(above(layout, narrowed(10, 19, 5)), 4);
  assertEquals(above(layout, narrowed(7, 22, 5)), 6);
  assertEquals(above(layout, narrowed(10, 20, 5), true), 4);
  // A message would be erased.
  assertEquals(above(layout, narrowed(10, 20, 5)), 2);
  assertEquals(above(layout, { ...narrowed(10, 19, 5), firstRow: 15 }), 2);
  assertEquals(above(layout, { ...narrowed(10, 19, 5), firstRow: NaN, lastRow: NaN }), 2);
  assertEquals(above(layout, narrowed(10)), 2);
});

Deno.test("wide characters that do not fit at the edge are counted", () => {
  const layout: Layout = { rows: ["日".repeat(4), "x"], cursorRow: 1, cursorColumn: 1 };
  assertEquals(above(layout, narrowed(8, 19, 1)), 1);
  assertEquals(above(layout, narrowed(5, 19, 1)), 2);
  assertEquals(above(layout, narrowed(3, 19, 1)), 4);
});

Deno.test("the cursor's column shows whether its row was reflowed", () => {
  const layout: Layout = { rows: ["a".repeat(18)], cursorRow: 0, cursorColumn: 18 };
  assertEquals(above(layout, narrowed(10, 20, 8)), 1);
  assertEquals(above(layout, narrowed(10, 20, 9)), 0); // cut: the last column
  assertEquals(above(layout, { ...narrowed(10, 20, 8), narrowest: 9 }), 0); // cut before
  assertEquals(above(layout, narrowed(10)), 0);
  const end: Layout = { rows: ["a".repeat(19)], cursorRow: 0, cursorColumn: 19 };
  assertEquals(above(end, narrowed(10, 20, 9)), 0); // either
});
