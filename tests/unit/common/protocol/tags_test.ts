import { assertEquals } from "@std/assert";
import { decodeClientFrame } from "../../../../common/protocol/frame_codec.ts";
import { TAGS } from "../../../../common/protocol/tags.ts";

Deno.test("tags are safe texts by names that begin with +", () => {
  for (
    const [tags, isFit] of [
      [{ "+draft/reply": "7" }, true],
      [{ "+typing": "active", "+example.org/x-y": "" }, true],
      [{ "+draft/react": "👩‍👩‍👧" }, true],
      [{}, false],
      [[], false],
      ["+a", false],
      [{ msgid: "7" }, false],
      [{ "+": "" }, false],
      [{ "+a b": "" }, false],
      [{ "+a;time": "" }, false],
      [{ "+a=1": "" }, false],
      [{ "+a\n": "" }, false],
      [{ "+a": "\n" }, false],
      [{ "+a": "\x1b[2J" }, false],
      [{ "+a": "\u202e" }, false],
      [{ "+a": 7 }, false],
      [{ "+a": { toString: 1 } }, false],
      [{ "+a": "x", "+b": null }, false],
    ] as const
  ) {
    assertEquals(TAGS.accepts(tags), isFit, JSON.stringify(tags));
  }
});

Deno.test("the limit of tags is that of IRC, which escapes some characters", () => {
  const isFit = (name: string, text: string) => TAGS.accepts({ [name]: text });
  assertEquals([isFit("+a", "x".repeat(4091)), isFit("+a", "x".repeat(4092))], [true, false]);
  assertEquals([isFit("+a", "ñ".repeat(2045)), isFit("+a", "ñ".repeat(2046))], [true, false]);
  assertEquals([isFit("+a", ";".repeat(2045)), isFit("+a", ";".repeat(2046))], [true, false]);
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`+${1000 + at}`, ""]));
  assertEquals([TAGS.accepts(many(682)), TAGS.accepts(many(683))], [true, false]);
});

Deno.test("a frame with other tags is refused with a reason", () => {
  const decoded = decodeClientFrame('{"type":"say","ref":"1","text":"","tags":{"id":"1"}}');
  assertEquals(decoded, {
    kind: "invalid",
    reason: `say: "tags" must be ${TAGS.wanted}`,
    type: "say",
    ref: "1",
  });
});
