import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  confirmationPrompt,
  isMultiline,
  needsConfirmation,
  summarize,
} from "../../../../client/ui/multiline.ts";
import { ASCII_GLYPHS } from "../../../../client/ui/theme.ts";
import { textWidth } from "../../../../common/cli/width.ts";
import { testProperty } from "../../../support/property.ts";

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`).join("\n");

Deno.test("a text with a line end is multiline, and one of more than five lines needs confirmation", () => {
  assertEquals([isMultiline("uno"), isMultiline("uno\ndos")], [false, true]);
  assertEquals([needsConfirmation(lines(5)), needsConfirmation(lines(6))], [false, true]);
});

Deno.test("the question has the number of lines and the beginning of the text, in each language", () => {
  assertEquals(
    confirmationPrompt(lines(12), "en", 80),
    'send 12 lines? "line 0" Enter: yes, Esc: no> ',
  );
  assertEquals(
    confirmationPrompt(`\n\n  ${lines(6)}`, "es", 80),
    '¿enviar 8 líneas? "line 0" Intro: sí, Esc: no> ',
  );
});

Deno.test("the beginning of the text is cut to the width, but not below a few columns", () => {
  const text = `José dice 日本語${"x".repeat(200)}\n${lines(6)}`;
  assertEquals(
    confirmationPrompt(text, "en", 60),
    'send 7 lines? "José dice 日本語xxxx…" Enter: yes, Esc: no> ',
  );
  assertEquals(
    confirmationPrompt(text, "en", 10),
    'send 7 lines? "José di…" Enter: yes, Esc: no> ',
  );
});

testProperty(
  "the question fits into one row if the width allows it",
  { weight: 5 },
  (check) => {
    const text = fc.string({ unit: "grapheme", maxLength: 80 }).filter((each) =>
      !/\p{Cc}/u.test(each)
    );
    check(
      fc.property(text, fc.integer({ min: 52, max: 200 }), (first, columns) => {
        assert(textWidth(confirmationPrompt(`${first}\n${lines(5)}`, "en", columns)) < columns);
      }),
    );
  },
);

Deno.test("a short text is shown whole, and a long one by its first line", () => {
  assertEquals(summarize(lines(5), "en"), lines(5));
  assertEquals(summarize(lines(6), "en"), "line 0 (6 lines)");
  assertEquals(summarize(lines(6), "es"), "line 0 (6 líneas)");
  const long = `${"x".repeat(100)}\n${lines(5)}`;
  assertEquals(summarize(long, "en"), `${"x".repeat(59)}… (6 lines)`);
  assertEquals(summarize(long, "en", ASCII_GLYPHS), `${"x".repeat(57)}... (6 lines)`);
  assertEquals(
    confirmationPrompt(long, "en", 50, ASCII_GLYPHS),
    'send 6 lines? "xxxxxxxx..." Enter: yes, Esc: no> ',
  );
});
