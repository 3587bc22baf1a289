import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { applyErasures, textDialect } from "../../../../server/dialect/text.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("BS and DEL take the character before them, whole", () => {
  for (
    const [line, wanted] of [
      ["chr mde\x7f\x7fode", "chr mode"],
      ["abc\b\bd", "ad"],
      ["\x7f\bhola\b", "hol"],
      ["Jose\u0301\x7fé", "José"],
      ["👨‍👩‍👧🇪🇸\x7f\x7fok", "ok"],
      ["hola", "hola"],
    ] as const
  ) {
    assertEquals(applyErasures(line), wanted, JSON.stringify(line));
  }
});

Deno.test("a line is read as it was left: a command, a slash taken back, or nothing", () => {
  assertEquals(textDialect.parse("/whi\x7fo"), { kind: "command", line: "/who", ref: "" });
  const said = { kind: "say", text: "hola", ref: "", typed: true } as const;
  assertEquals(textDialect.parse("/\bhola"), said);
  assertEquals(textDialect.parse("ab\x7f\x7f"), { kind: "nothing" });
});

testProperty("characters that were typed and taken back leave no trace", { weight: 1 }, (check) => {
  const grapheme = fc.constantFrom("a", "ñ", "e\u0301", "日", "👨‍👩‍👧", " ", "/");
  const typing = fc.record({
    wrong: fc.array(grapheme),
    right: grapheme,
    key: fc.constantFrom("\b", "\x7f"),
  });
  return check(fc.property(fc.array(typing), (typings) => {
    const line = typings.map(({ wrong, right, key }) =>
      wrong.join("") + key.repeat(wrong.length) + right
    ).join("");
    assertEquals(applyErasures(line), typings.map(({ right }) => right).join(""));
  }));
});
