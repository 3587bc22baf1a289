import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { blockLabel, summarize } from "../../../../client/ui/multiline.ts";
import { ASCII_GLYPHS, UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import { textWidth } from "../../../../common/cli/width.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { testProperty } from "../../../support/property.ts";

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`).join("\n");

Deno.test("a label has the number of lines and the beginning of the first, in each language", () => {
  assertEquals(blockLabel(lines(12), "en", UNICODE_GLYPHS), '[12 lines: "line 0" …]');
  assertEquals(blockLabel(`\n\n  ${lines(6)}`, "es", UNICODE_GLYPHS), '[8 líneas: "line 0" …]');
  const wide = `José dice 日本語${"x".repeat(200)}\n2`;
  assertEquals(blockLabel(wide, "en", UNICODE_GLYPHS), '[2 lines: "José dice 日本語xxx…" …]');
  assertEquals(blockLabel(wide, "en", ASCII_GLYPHS), '[2 lines: "José dice 日本語x..." ...]');
});

testProperty("a label is short", { weight: 5 }, (check) => {
  const text = fc.string({ unit: "grapheme", maxLength: 80 });
  check(fc.property(text, (first) => {
    assert(textWidth(sanitize(blockLabel(`${first}\n2`, "en", UNICODE_GLYPHS))) < 40);
  }));
});

Deno.test("a short text is shown whole, and a long one by its first line", () => {
  assertEquals(summarize(lines(5), "en", UNICODE_GLYPHS), lines(5));
  assertEquals(summarize(lines(6), "en", UNICODE_GLYPHS), "line 0 (6 lines)");
  assertEquals(summarize(lines(6), "es", UNICODE_GLYPHS), "line 0 (6 líneas)");
  const long = `${"x".repeat(100)}\n${lines(5)}`;
  assertEquals(summarize(long, "en", UNICODE_GLYPHS), `${"x".repeat(59)}… (6 lines)`);
  assertEquals(summarize(long, "en", ASCII_GLYPHS), `${"x".repeat(57)}... (6 lines)`);
});
