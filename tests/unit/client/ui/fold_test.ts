import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { countRows } from "../../../../client/ui/fold.ts";
import { wrap } from "../../../../client/terminal/wrap.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { testProperty } from "../../../support/property.ts";

const newlines = { newlines: true };

Deno.test("short lines take a row each, and that is exact", () => {
  assertEquals(countRows("uno\n\ndos", 10, newlines), { count: 3, isExact: true });
  assertEquals(countRows("0123456789", 10, newlines), { count: 1, isExact: true });
  assertEquals(countRows("uno\ndos", 10), { count: 1, isExact: true });
});

Deno.test("of long lines at least the rows that their letters fill are counted", () => {
  assertEquals(countRows("x".repeat(35), 10, newlines), { count: 4, isExact: false });
  assertEquals(countRows("\u1100".repeat(20), 10), { count: 4, isExact: false });
  assertEquals(countRows(" ".repeat(1000), 10), { count: 1, isExact: false });
});

Deno.test("of an endless text a part is counted", () => {
  const { count, isExact } = countRows("\n".repeat(1_000_000), 10, newlines);
  assert(count > 60_000 && count < 70_000 && !isExact);
});

testProperty("a text takes at least the counted rows, and exactly as many if the count is exact", {
  weight: 10,
}, (check) => {
  const texts = fc.array(
    fc.oneof(
      fc.constantFrom(
        "hola",
        "日本語",
        "👨‍👩‍👧‍👦",
        "🇪🇸",
        "e\u0301",
        "\u0915\u094d",
        "\u1100",
        "❤️",
        "1️⃣",
        "©",
      ),
      fc.constantFrom(" ", "     ", "\n", "\r\n", "\t", "\u200b", "\u00a0"),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join(""));
  check(
    fc.property(texts, fc.integer({ min: 4, max: 100 }), (text, width) => {
      const lines = sanitize(text, newlines).split("\n");
      const rows = lines.flatMap((line) => wrap(line, width)).length;
      const { count, isExact } = countRows(text, width, newlines);
      assert(
        isExact ? count === rows : count <= rows,
        `${count} of ${rows}: ${JSON.stringify(text)}`,
      );
    }),
    { numRuns: 1000 },
  );
});
