import { assertEquals } from "@std/assert";
import { Absence } from "../../../../client/ui/absence.ts";

const MINUTE = 60_000;

Deno.test("the first message while the window has no focus is marked, once per absence", () => {
  const absence = new Absence(0);
  assertEquals(absence.takeFirst(1), false);
  absence.noteUser(2, { isFocused: false });
  assertEquals([absence.takeFirst(3), absence.takeFirst(4)], [true, false]);
  absence.noteUser(5, { isFocused: true });
  assertEquals(absence.takeFirst(6), false);
  absence.noteUser(7, { isFocused: false });
  assertEquals(absence.takeFirst(8), true);
  absence.noteUser(9); // a key: the window has the focus, whatever it reported
  assertEquals(absence.takeFirst(10), false);
});

Deno.test("without reports of the focus, five minutes without a key count as an absence", () => {
  const absence = new Absence(0);
  assertEquals(absence.takeFirst(5 * MINUTE - 1), false);
  assertEquals([absence.takeFirst(5 * MINUTE), absence.takeFirst(6 * MINUTE)], [true, false]);
  absence.noteUser(7 * MINUTE);
  assertEquals(absence.takeFirst(8 * MINUTE), false);
  assertEquals(absence.takeFirst(12 * MINUTE), true);
});

Deno.test("mentions count until the next key, or until the window gets the focus", () => {
  const absence = new Absence(0);
  absence.mentions += 2;
  absence.noteUser(1, { isFocused: false });
  assertEquals(absence.mentions, 2);
  absence.noteUser(2);
  assertEquals(absence.mentions, 0);
});
