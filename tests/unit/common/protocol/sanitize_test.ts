import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sanitize, sanitizeJson } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

/** Every code point that can control a terminal or reorder text. */
const CONTROLS = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0x2028,
  0x2029,
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  0x200e,
  0x200f,
  0x061c,
].filter((code) => code !== 0x09);

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

Deno.test("sanitize replaces every control character", () => {
  for (const code of CONTROLS) {
    const char = String.fromCodePoint(code);
    assertEquals(sanitize(`a${char}b`), "a\uFFFDb", `U+${code.toString(16)}`);
  }
});

/** What sanitize must do with marks, without any shortcut. */
function cutMarks(text: string): string {
  return text.replace(/(\p{M}{8})\p{M}+/gu, "$1");
}

testProperty("sanitize cuts marks to 8 in a row, of any plane and mix", { weight: 20 }, (check) => {
  const unit = fc.constantFrom("a", "日", "😀", "\u0301", "\u0301\u0323", "\u{1d167}");
  check(fc.property(fc.array(unit, { maxLength: 60, size: "max" }), (units) => {
    const text = units.join("");
    assertEquals(sanitize(text), cutMarks(text));
    const runs = units.flatMap((each) => [each, each.repeat(7)]).join("");
    assertEquals(sanitize(runs), cutMarks(runs));
  }));
});

Deno.test("sanitize disarms escape sequences", () => {
  assertEquals(
    sanitize("\x1b[2J\x1b]0;title\x07x\x9b31m"),
    "\uFFFD[2J\uFFFD]0;title\uFFFDx\uFFFD31m",
  );
});

Deno.test("sanitize keeps accents, scripts, emoji and their joiners", () => {
  for (const text of ["José", "ñ\u0303", "日本語", "👨‍👩‍👧", "🇪🇸", "❤️", "שלום", "\u200d"]) {
    assertEquals(sanitize(text), text);
  }
});

Deno.test("sanitize cuts more than 8 combining marks in a row to 8", () => {
  assertEquals(sanitize("e" + "\u0301".repeat(50) + "x"), "e" + "\u0301".repeat(8) + "x");
  assertEquals(sanitize("e" + "\u0301".repeat(8)), "e" + "\u0301".repeat(8));
});

Deno.test("sanitize replaces a TAB by four spaces", () => {
  assertEquals(sanitize("\tif"), "    if");
});

Deno.test("sanitize replaces lone surrogates", () => {
  assertEquals(sanitize("a\ud800b"), "a\uFFFDb");
});

Deno.test("sanitize keeps newlines only on request, and turns CRLF and CR into LF", () => {
  assertEquals(sanitize("a\r\nb\rc\nd", { newlines: true }), "a\nb\nc\nd");
  assertEquals(sanitize("a\nb"), "a\uFFFDb");
});

/** The rules, applied one code point at a time. */
function sanitizedByRule(text: string, newlines: boolean): string {
  let safe = "";
  let marks = 0;
  for (const char of newlines ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text) {
    const isNewline = newlines && char === "\n";
    const isUnsafe = CONTROLS.includes(char.codePointAt(0)!) && !isNewline;
    marks = /\p{M}/u.test(char) ? marks + 1 : 0;
    if (char === "\t") safe += "    ";
    else if (isUnsafe || !char.isWellFormed()) safe += "\uFFFD";
    else if (marks <= 8) safe += char;
  }
  return safe;
}

testProperty(
  "sanitize follows its rules on any text, and leaves its own result unchanged",
  { weight: 200 },
  (check) => {
    const text = fc.oneof(hostileText(), fc.string({ unit: "binary" }));
    check(fc.property(text, fc.boolean(), (input, newlines) => {
      const safe = sanitize(input, { newlines });
      assertEquals(safe, sanitizedByRule(input, newlines));
      assertEquals(sanitize(safe, { newlines }), safe);
      assert(safe.length <= 4 * input.length);
    }));
  },
);

testProperty("sanitizeJson of any value is safe, and keeps the value", { weight: 50 }, (check) => {
  check(fc.property(fc.oneof(fc.jsonValue({ stringUnit: "binary" }), hostileText()), (value) => {
    const json = JSON.stringify(value);
    const safe = sanitizeJson(json);
    assertEquals(JSON.parse(safe), JSON.parse(json));
    assert(!/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/u.test(safe), safe);
  }));
  assertEquals(sanitizeJson('"\x9b olé \u202e"'), '"\\u009b olé \\u202e"');
});
