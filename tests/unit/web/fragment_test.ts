/** The fragment of the page's address. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseFragment } from "../../../web/fragment.ts";
import { testProperty } from "../../support/property.ts";

Deno.test("the fragment may give a password and a room, in any order, with what does not belong to it", () => {
  for (
    const [hash, key, room, shown] of [
      ["", null, null, ""],
      ["#x", null, null, ""],
      ["#room=caf%C3%A9&key=a+b%20c", "a+b c", "café", "#room=caf%C3%A9"],
      ["#x&key=100%&room=dev", "100%", "dev", "#room=dev"],
      ["#key=a=b", "a=b", null, ""],
    ] as const
  ) {
    assertEquals(parseFragment(hash), { key, room, shown }, hash);
  }
});

testProperty("any password and room come through the fragment", { weight: 1 }, (check) => {
  const texts = fc.string({ minLength: 1, unit: "grapheme" });
  return check(fc.property(texts, texts, (key, room) => {
    const shown = `#room=${encodeURIComponent(room)}`;
    const hash = `${shown}&key=${encodeURIComponent(key)}`;
    assertEquals(parseFragment(hash), { key, room, shown });
  }));
});
