import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { dropLineEnds } from "../../../../common/protocol/input.ts";
import { isBlank } from "../../../../common/protocol/visible.ts";
import { NOTHING_TO_SEE } from "../../../support/nothing_to_see.ts";
import { testProperty } from "../../../support/property.ts";

testProperty("a text is blank until something visible is in it", { weight: 10 }, (check) => {
  const unseen = fc.array(fc.constantFrom(...NOTHING_TO_SEE), { maxLength: 50 });
  const seen = fc.constantFrom(
    "a",
    "ñ",
    ".",
    "/",
    "_",
    "א",
    "한",
    "あ",
    "👍",
    "👍🏽",
    "👩‍👩‍👧",
    "🇪🇸",
    "١",
  );
  check(fc.property(unseen, seen, unseen, (before, seen, after) => {
    assert(isBlank(before.join("")));
    assert(!isBlank([...before, seen, ...after].join("")));
  }));
});

Deno.test("a text loses the line ends at its end, and no others", () => {
  for (const end of ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\n\r"]) {
    assertEquals(dropLineEnds(`a\n\nb${end}`), "a\n\nb");
    assertEquals(dropLineEnds(`\na${end}`), "\na");
  }
  assertEquals(dropLineEnds(`${"\n".repeat(60_000)}a`).length, 60_001);
  assertEquals(dropLineEnds("a "), "a ");
});
