import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readDuration } from "../../../../server/commands/duration.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("a time is a number with or without a unit of either language, and what follows stays", () => {
  const cases: [string, number, string][] = [
    ["5", 300, ""],
    ["5s", 5, ""],
    ["5 seg", 5, ""],
    ["2 HORAS", 7200, ""],
    ["1 día", 86_400, ""],
    ["off", 0, ""],
    ["No kitchen", 0, "kitchen"],
    ["5 kitchen", 300, "kitchen"],
    ["5  #s", 300, "#s"],
    ["5 s kitchen now", 5, "kitchen now"],
    ["5 6", 300, "6"],
    ["0", 0, ""],
  ];
  for (const [text, seconds, rest] of cases) {
    assertEquals(readDuration(text, 60), { seconds, rest }, text);
  }
});

Deno.test("anything else is not a time", () => {
  for (
    const text of ["", "x", "-1", "1.5", "5x", "5,", "nono", "offs", "1234567890", "s", "5m!", "5ſ"]
  ) {
    assertEquals(readDuration(text, 60), undefined, text);
  }
});

testProperty("no text is read as a time that it does not begin with", { weight: 1 }, (check) => {
  const piece = fc.constantFrom("5", "12", " ", "s", "min", "off", "no", "h", "#", "x", "\t", "é");
  check(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
    const text = pieces.join("").trim();
    const read = readDuration(text, 1);
    if (!read) return;
    assertEquals(text.endsWith(read.rest), true);
    assertEquals(/^(\d|off|no)/i.test(text), true);
  }));
});
