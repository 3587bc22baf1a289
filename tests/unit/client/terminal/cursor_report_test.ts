import { assertEquals } from "@std/assert";
import { extractCursorReport } from "../../../../client/terminal/cursor_report.ts";

const utf8 = new TextEncoder();

function take(text: string): { column: number; rest: string } | undefined {
  const found = extractCursorReport(utf8.encode(text));
  return found && { column: found.column, rest: new TextDecoder().decode(found.rest) };
}

Deno.test("a cursor report is found, and its column counts from 0", () => {
  assertEquals(take("\x1b[24;80R"), { column: 79, rest: "" });
  assertEquals(take("\x1b[1;1R"), { column: 0, rest: "" });
});

Deno.test("what was typed before and after a cursor report stays, as it was", () => {
  assertEquals(take("José\x1b[2;5R日本"), { column: 4, rest: "José日本" });
  assertEquals(take("\x1b[A\x1b[2;5R\x1b[B"), { column: 4, rest: "\x1b[A\x1b[B" });
});

Deno.test("only the first of several cursor reports is taken", () => {
  assertEquals(take("\x1b[2;5R\x1b[3;7R"), { column: 4, rest: "\x1b[3;7R" });
});

Deno.test("typing and other sequences are no cursor report", () => {
  for (const text of ["", "hola", "\x1b", "\x1b[", "\x1b[A", "\x1b[24;80", "\x1b[5R", "[24;80R"]) {
    assertEquals(take(text), undefined, JSON.stringify(text));
  }
});
