import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  escapeTag,
  exceedsLimits,
  formatLine,
  parseLine,
  unescapeTag,
} from "../../../../../server/dialect/irc/line.ts";
import { testProperty } from "../../../../support/property.ts";

Deno.test("a line is tags, a source that is ignored, a command in capitals, and params", () => {
  const parsed = (text: string) => {
    const line = parseLine(text);
    return line && [Object.fromEntries(line.tags), line.command, ...line.params];
  };
  for (
    const [text, wanted] of [
      ["PRIVMSG #general :hola a todos", [{}, "PRIVMSG", "#general", "hola a todos"]],
      ["privmsg #general hola", [{}, "PRIVMSG", "#general", "hola"]],
      ["  JOIN   #dev  ", [{}, "JOIN", "#dev"]],
      [":ana!a@b PART #dev :", [{}, "PART", "#dev", ""]],
      [
        "@label=7;+draft/reply=a\\sb;x :ana PING ::)",
        [{ label: "7", "+draft/reply": "a b", x: "" }, "PING", ":)"],
      ],
      ["@a=1;a=2;=3; NICK ana", [{ a: "2" }, "NICK", "ana"]],
      ["AWAY :", [{}, "AWAY", ""]],
      ["QUIT", [{}, "QUIT"]],
      ["", undefined],
      ["   ", undefined],
      ["@only=tags", undefined],
      [":only.a.source", undefined],
      ["ñ x", undefined],
      ["{json}", undefined],
    ] as const
  ) {
    assertEquals(parsed(text), wanted as unknown, JSON.stringify(text));
  }
});

Deno.test("the fifteenth param holds the rest of the line", () => {
  const { params } = parseLine(`X ${Array.from({ length: 20 }, (_, at) => at + 1).join(" ")}`)!;
  assertEquals([params.length, params[13], params[14]], [15, "14", "15 16 17 18 19 20"]);
});

Deno.test("the limits of a line are those of its tags and of the rest, in bytes", () => {
  const rest = (bytes: number) => `PRIVMSG a :${"ñ".repeat((bytes - 13) / 2)}\n`.slice(0, -1);
  assertEquals([exceedsLimits(rest(509)), exceedsLimits(rest(513))], [false, true]);
  const tags = (bytes: number) => `@a=${"x".repeat(bytes - 4)} PING 1`;
  assertEquals([exceedsLimits(tags(4096)), exceedsLimits(tags(4097))], [false, true]);
  assertEquals(exceedsLimits(`@a=1 ${rest(509)}`), false);
  const label = (bytes: number) => exceedsLimits("PING 1", "ñ".repeat(bytes / 2));
  assertEquals([label(64), label(66)], [false, true]);
});

Deno.test("a line that would be too long is cut, between graphemes", () => {
  const line = formatLine("hub", "332", ["ana", "#dev", "e\u0301".repeat(400)]);
  assertEquals(new TextEncoder().encode(line).length, 509); // 3 bytes a grapheme
  assertEquals(line.startsWith(":hub 332 ana #dev e\u0301"), true);
  assertEquals(line.slice(-4), "e\u0301\r\n");
  const named = formatLine("hub", "401", ["ana", "日".repeat(500), "No such nick"]);
  assertEquals(new TextEncoder().encode(named).length <= 512, true);
  assertEquals(named.endsWith("日 :No such nick\r\n"), true);
});

/** Any text that may come between two line ends. */
const anyText = fc.string({ unit: "binary" }).map((text) => text.replace(/\n/g, ""));
const word = fc.string({ unit: "grapheme", minLength: 1 })
  .filter((text) => !/[\s\0:]/.test(text[0]!) && !/[ \r\n\0]/.test(text));
const text = fc.string({ unit: "grapheme" }).map((each) => each.replace(/[\r\n\0]/g, ""));
const tagName = fc.stringMatching(/^[+]?[a-z./-]{1,10}$/);

testProperty("what is formatted is parsed as it was", { weight: 3 }, (check) => {
  const tags = fc.dictionary(tagName, fc.string({ unit: "binary" }), {
    maxKeys: 5,
    noNullPrototype: true,
  });
  return check(
    fc.property(
      tags,
      word,
      fc.array(word, { maxLength: 13 }),
      text,
      (tags, source, words, last) => {
        const line = formatLine(source, "PRIVMSG", [...words, last], tags);
        assertEquals(line.slice(-2), "\r\n");
        const parsed = parseLine(line.slice(0, -2))!;
        assertEquals(Object.fromEntries(parsed.tags), tags);
        assertEquals([parsed.command, ...parsed.params], ["PRIVMSG", ...words, last]);
      },
    ),
  );
});

testProperty("the value of a tag is escaped without blanks, semicolons and line ends", {
  weight: 1,
}, (check) =>
  check(fc.property(fc.string({ unit: "binary" }), (value) => {
    assertEquals(unescapeTag(escapeTag(value)), value);
    assertEquals(/[; \r\n]/.test(escapeTag(value)), false);
  })));

testProperty("no line throws, cut anywhere", { weight: 3 }, (check) => {
  const pieces = fc.constantFrom(
    "@",
    "a=",
    "\\",
    ";",
    " ",
    ":",
    "PING",
    "\r",
    "\0",
    "=",
    "ñ",
    "\\s",
  );
  const odd = fc.oneof(anyText, fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")));
  return check(fc.property(odd, fc.nat(), (line, at) => {
    for (const each of [line, line.slice(0, at % (line.length + 1))]) {
      const parsed = parseLine(each);
      exceedsLimits(each, parsed?.tags.get("label"));
      assertEquals(parsed === undefined || /^[A-Z_]+$|^\d{3}$/.test(parsed.command), true);
      assertEquals((parsed?.params.length ?? 0) <= 15, true);
    }
  }));
});
