import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cut } from "../../../../../server/dialect/irc/text.ts";
import { testProperty } from "../../../../support/property.ts";

const utf8 = new TextEncoder();
const sizeOf = (text: string) => utf8.encode(text).length;
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

Deno.test("a text that fits is not cut", () => {
  assertEquals(cut("ñ".repeat(206), 100), ["ñ".repeat(206)]);
  assertEquals(cut("ñ".repeat(207), 100), ["ñ".repeat(206), "ñ"]);
  assertEquals(cut("", 100), [""]);
});

Deno.test("a grapheme that is too long for a line is cut all the same", () => {
  const chain = "👩‍".repeat(500);
  const pieces = cut(chain, 100);
  assertEquals(pieces.join(""), chain);
  assertEquals(pieces.filter((piece) => sizeOf(piece) > 412 || !piece.isWellFormed()), []);
});

Deno.test("a line without room for a text is cut all the same", () => {
  assertEquals(cut("日本", 600).join(""), "日本");
});

testProperty(
  "the pieces are the text, each fits, and none splits a grapheme",
  { weight: 2 },
  (check) => {
    const unit = fc.constantFrom("a", " ", "ñ", "e\u0301", "日", "😀", "👨‍👩‍👧", "🇪🇸", "ạ̃̃");
    return check(
      fc.property(
        fc.array(unit, { maxLength: 600, size: "max" }),
        fc.integer({ min: 0, max: 400 }),
        (units, taken) => {
          const text = units.join("");
          const pieces = cut(text, taken);
          assertEquals(pieces.join(""), text);
          assert(pieces.every((piece) => sizeOf(piece) + taken <= 512), "a piece is too long");
          const boundaries = new Set(Array.from(graphemes.segment(text), ({ index }) => index));
          let at = 0;
          for (const piece of pieces.slice(0, -1)) {
            at += piece.length;
            assert(boundaries.has(at), `cut at ${at}`);
          }
        },
      ),
    );
  },
);
