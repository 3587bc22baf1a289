import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { graphemes, textWidth } from "../../../../common/cli/width.ts";
import { testProperty } from "../../../support/property.ts";
import { countWork } from "../../../support/work.ts";

/** The widths of a text's graphemes. */
function widths(text: string): number[] {
  return Array.from(graphemes(text), ({ width }) => width);
}

Deno.test("ASCII and accented characters are one column wide", () => {
  assertEquals(textWidth(""), 0);
  assertEquals(textWidth("hola, mundo"), 11);
  assertEquals(textWidth("José Ñandú ¿qué?"), 16);
  assertEquals(textWidth("Ελένη Ольга"), 11);
});

Deno.test("wide characters are two columns wide, and half-width ones one", () => {
  assertEquals(textWidth("日本"), 4);
  assertEquals(textWidth("한국"), 4);
  assertEquals(textWidth("ＡＢ"), 4);
  assertEquals(textWidth("　"), 2);
  assertEquals(textWidth("𠮷"), 2);
  assertEquals(textWidth("ﾊﾝ"), 2);
});

Deno.test("symbols that became wide after Unicode 15.0 are two columns wide", () => {
  for (const char of "䷀䷿☰⚊𝌀𝍠㇯⿼") assertEquals(textWidth(char), 2, char);
  for (const emoji of "🫩🫆🪾🫜🫟🪉🪏") assertEquals(widths(emoji), [2], emoji);
});

Deno.test("Latin, Cyrillic, Hebrew and box drawing characters are one column wide", () => {
  for (const char of "aZ~ñé€…Жאα─█") assertEquals(textWidth(char), 1, char);
});

Deno.test("Arabic number signs are one column wide, as in glibc", () => {
  for (const sign of "\u0600\u0605\u06dd\u070f\u0890\u08e2\u{110bd}\u{110cd}") {
    assertEquals(textWidth(sign), 1, sign.codePointAt(0)!.toString(16));
  }
});

Deno.test("controls, marks, joiners and selectors take no column", () => {
  const none =
    "\u0301\u0e36\u20e3\u200b\u200d\ufe0f\u115f\u3164\u1161\u11ab\ud7b0\u2028\ufff9\u{13430}\0\t\x1b\x85";
  for (const char of none) assertEquals(textWidth(char), 0, char.codePointAt(0)!.toString(16));
});

Deno.test("characters that join the one before them take no column", () => {
  assertEquals(textWidth("Jose\u0301"), 4);
  assertEquals(textWidth("e" + "\u0301".repeat(8)), 1);
  assertEquals(textWidth("か\u3099"), 2);
  assertEquals(textWidth("ครั้ง"), 3);
  assertEquals(textWidth("\u1112\u1161\u11ab"), 2); // three letters that make one syllable
  assertEquals(textWidth("a\u200db"), 2);
});

Deno.test("an emoji is two columns wide, however many code points it has", () => {
  const emoji = {
    "a face": "😀",
    "a family joined by ZWJ": "👨‍👩‍👧‍👦",
    "a profession": "👩‍🚀",
    "a skin tone": "👍🏽",
    "a couple of two tones": "🧑🏽‍🤝‍🧑🏿",
    "a tone, a gender and a selector": "⛹🏽‍♀️",
    "a rainbow flag": "🏳️‍🌈",
    "a flag": "🇪🇸",
    "a flag made of tags": "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "a keycap": "1️⃣",
    "another keycap": "#️⃣",
    "a heart with its selector": "❤️",
    "a sign of Latin-1 with a selector": "©️",
  };
  for (const [name, text] of Object.entries(emoji)) {
    assertEquals(widths(text), [2], name);
    assertEquals(textWidth(`a${text}b`), 4, name);
  }
});

Deno.test("symbols that are emoji only with a selector are one column wide", () => {
  for (const sign of ["❤", "©", "™", "☺", "☎\ufe0e"]) assertEquals(textWidth(sign), 1, sign);
});

Deno.test("a keycap mark without its keycap is one column wide", () => {
  assertEquals(textWidth("1\u20e3"), 1);
  assertEquals(textWidth("!\u20e3"), 1);
  assertEquals(textWidth("日\u20e3"), 2);
});

Deno.test("half a flag is one column wide", () => {
  assertEquals(widths("🇪"), [1]);
  assertEquals(widths("🇪🇸🇫🇷🇩"), [2, 2, 1]);
});

testProperty(
  "the graphemes make up the text, and their widths add up to its width",
  { weight: 5 },
  (check) => {
    const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }));
    check(fc.property(text, (input) => {
      const found = [...graphemes(input)];
      assertEquals(found.map(({ grapheme }) => grapheme).join(""), input);
      assertEquals(found.reduce((sum, { width }) => sum + width, 0), textWidth(input));
      assertEquals(found.every(({ width }) => Number.isInteger(width) && width >= 0), true);
    }));
  },
);

Deno.test("an endless cluster is taken apart, as terminals do, and an ordinary one never", () => {
  assertEquals(widths("\u1100".repeat(3)), [2, 2, 2]);
  assertEquals(widths("\u0915\u094d".repeat(5)), [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  assertEquals(widths("क्ष्म"), [3]);
  assertEquals(widths("👨\u200d".repeat(17)).length, 34);
  assertEquals(widths("👩🏽‍❤️‍💋‍👩🏿"), [2]);
});

Deno.test("the width of a text is measured up to a limit", () => {
  const { segments } = countWork(() => {
    assertEquals(textWidth("e\u0301".repeat(1000), 10) > 10, true);
  });
  assertEquals(segments, 11);
});

Deno.test("letters that never join their neighbours need no segmenter", () => {
  const text = "José, Ελένη, Ольга, שלום, مرحبا, かな, カナ, 漢字, 한국, ＡＢ。";
  const { segments } = countWork(() => assertEquals(textWidth(text), 63));
  assertEquals(segments, 0);
});

testProperty(
  "letters are measured alike with and without their neighbours",
  { weight: 5 },
  (check) => {
    const letters = fc.array(fc.integer({ min: 0x20, max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units).toWellFormed());
    check(fc.property(letters, (text) => {
      // A mark makes the segmenter read the whole text.
      const read = [...graphemes(`${text} \u0301`)].slice(0, -1);
      const found = [...graphemes(`${text} `)].slice(0, -1);
      assertEquals(found, read);
    }));
  },
);
