import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { graphemes, textWidth } from "../../../../common/cli/width.ts";
import { wrap, wrapLazily } from "../../../../client/terminal/wrap.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { heavyTexts } from "../../../support/heavy_texts.ts";
import { testProperty } from "../../../support/property.ts";
import { countWork } from "../../../support/work.ts";

/** Words and spaces of all kinds, even rare ones. */
const texts = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(" ", "  ", "     ") },
    { weight: 3, arbitrary: fc.stringMatching(/^[a-z]{1,12}$/) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "日本語",
        "👨‍👩‍👧‍👦",
        "🇪🇸",
        "1️⃣",
        "👍🏽",
        "e\u0301",
        "❤️",
        "\u00a0",
        "\u3000",
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  ),
  { maxLength: 60 },
).map((parts) => parts.join(""));

Deno.test("wrap leaves a text that fits unchanged, spaces included", () => {
  assertEquals(wrap("", 10), [""]);
  assertEquals(wrap("hola mundo", 10), ["hola mundo"]);
  assertEquals(wrap("  a   b ", 8), ["  a   b "]);
});

Deno.test("wrap breaks at spaces, and drops only those at the break", () => {
  assertEquals(wrap("hola mundo", 9), ["hola", "mundo"]);
  assertEquals(wrap("uno dos  tres cuatro", 8), ["uno dos", "tres", "cuatro"]);
  assertEquals(wrap("a    b", 3), ["a", "b"]);
  assertEquals(wrap("  foo bar", 5), ["  foo", "bar"]);
  assertEquals(wrap("foo   ", 4), ["foo"]);
});

Deno.test("wrap breaks inside a word only if the word is wider than a line", () => {
  assertEquals(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
  assertEquals(wrap("a bcd", 4), ["a", "bcd"]);
  assertEquals(wrap("a bbbbbb c", 3), ["a b", "bbb", "bb", "c"]);
});

Deno.test("wrap never splits a grapheme", () => {
  assertEquals(wrap("日本語", 5), ["日本", "語"]);
  assertEquals(wrap("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3), ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
  assertEquals(wrap("e\u0301e\u0301e\u0301", 2), ["e\u0301e\u0301", "e\u0301"]);
});

Deno.test("wrap puts a grapheme wider than a line on its own line", () => {
  assertEquals(wrap("日本", 1), ["日", "本"]);
  assertEquals(wrap("a日b", 1), ["a", "日", "b"]);
});

Deno.test("wrap keeps non-breaking and ideographic spaces", () => {
  assertEquals(wrap("10\u00a0km 日\u3000本", 8), ["10\u00a0km", "日\u3000本"]);
  assertEquals(wrap("ab\u3000 cdef", 6), ["ab\u3000", "cdef"]);
  assertEquals(wrap("\u3000\u3000 abcdef", 6), ["\u3000\u3000", "abcdef"]);
});

testProperty("no wrapped line is too wide, except a single grapheme that is", {
  weight: 10,
}, (check) => {
  check(fc.property(texts, fc.integer({ min: 1, max: 300 }), (text, width) => {
    for (const line of wrap(text, width)) {
      const drawn = [...graphemes(line)].filter((each) => each.width > 0);
      assert(textWidth(line) <= width || drawn.length === 1, JSON.stringify(line));
    }
  }));
});

testProperty(
  "wrap drops only spaces, and only between lines",
  { weight: 10 },
  (check) => {
    check(fc.property(texts, fc.integer({ min: 1, max: 300 }), (text, width) => {
      let rest = text;
      for (const line of wrap(text, width)) {
        while (!rest.startsWith(line)) {
          assert(rest.startsWith(" "), `${JSON.stringify(line)} is not next in ${text}`);
          rest = rest.slice(1);
        }
        rest = rest.slice(line.length);
      }
      assertEquals(rest.replace(/^ +/, ""), "");
    }));
  },
);

testProperty(
  "wrap returns at least one line, and wrapping again changes nothing",
  { weight: 10 },
  (check) => {
    check(fc.property(texts, fc.integer({ min: 1, max: 300 }), (text, width) => {
      const lines = wrap(text, width);
      assert(lines.length > 0);
      assertEquals(lines.flatMap((line) => wrap(line, width)), lines);
    }));
  },
);

testProperty(
  "wrapLazily returns where each line begins in the text",
  { weight: 10 },
  (check) => {
    assertEquals([...wrapLazily("hola mundo", 10)], [{ text: "hola mundo", start: 0 }]);
    assertEquals([...wrapLazily("uno dos  tres", 8)], [
      { text: "uno dos", start: 0 },
      { text: "tres", start: 9 },
    ]);
    assertEquals([...wrapLazily("a 日本語", 4)], [
      { text: "a 日", start: 0 },
      { text: "本語", start: 3 },
    ]);
    check(fc.property(texts, fc.integer({ min: 1, max: 300 }), (text, width) => {
      const pieces = [...wrapLazily(text, width)];
      assertEquals(pieces.map((piece) => piece.text), wrap(text, width));
      let end = 0;
      for (const piece of pieces) {
        assert(piece.start >= end);
        end = piece.start + piece.text.length;
        assertEquals(text.slice(piece.start, end), piece.text);
      }
    }));
  },
);

Deno.test("a line that is not asked for is not measured", () => {
  for (const [kind, text] of heavyTexts(20_000)) {
    if (/zero-width|selectors|marks without/.test(kind)) continue; // their first line never ends
    const { segments } = countWork(() => {
      for (const { start } of wrapLazily(sanitize(text), 50)) if (start > 0) break;
    });
    assert(segments < 3000, `${segments} segments of ${kind}`);
  }
});
