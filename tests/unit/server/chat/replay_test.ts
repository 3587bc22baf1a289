import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { MessageFrame } from "../../../../common/protocol/frame.ts";
import { replayMissed, replayShortened } from "../../../../server/chat/replay.ts";
import type { Posted } from "../../../../server/types.ts";
import { testProperty } from "../../../support/property.ts";

/** As a hub without options replays. */
const MAX = 256 * 1024;

function posted(...texts: string[]): Posted[] {
  const author = { id: "a", host: "192.0.2.1", nick: "ana" } as unknown as Posted["author"];
  return texts.map((text, index) => ({
    message: {
      type: "message",
      id: index + 1,
      ts: 0,
      room: "general",
      nick: "ana",
      text,
      kind: "say",
    },
    author,
  }));
}

const size = (messages: MessageFrame[]) =>
  messages.reduce((sum, { text }) => sum + text.length + text.split("\n").length - 1 + 300, 0);

const LONG = Array(200).fill("x".repeat(300)).join("\n");

Deno.test("what fits is replayed whole", () => {
  const texts = [LONG, "hola", LONG, "adiós"];
  const messages = replayShortened(posted(...texts), MAX);
  assertEquals(messages.map(({ text }) => text), texts);
  assert(messages.every(({ replay, more }) => replay && more === undefined));
});

Deno.test("ten long messages do not push forty short ones out, and say what they left out", () => {
  const texts = [...Array(40).fill("hola"), ...Array(10).fill(LONG)];
  const messages = replayShortened(posted(...texts), MAX);
  assertEquals(messages.map(({ id }) => id), texts.map((_, index) => index + 1));
  assertEquals(messages.filter(({ text }) => text === "hola").length, 40);
  for (const { text, more } of messages.slice(40)) {
    const lines = text.split("\n");
    assertEquals([lines.length + more!, LONG.startsWith(text)], [200, true]);
    assert(lines.length > 50, `${lines.length} lines`);
  }
  assert(size(messages) <= MAX);
});

Deno.test("a single line that is too long ends in an ellipsis, between two characters", () => {
  const [message] = replayShortened(posted("😀".repeat(1000)), 800);
  assertEquals(message?.text, `${"😀".repeat(249)}…`);
  assertEquals(message?.more, 0);
});

Deno.test("without shortening, the newest messages that fit are replayed", () => {
  const { messages, missing } = replayMissed(posted("a", LONG, LONG, "b"), [], 70_000);
  assertEquals([messages.map(({ id }) => id), missing], [[3, 4], 2]);
  assertEquals(messages[0]?.text, LONG);
});

testProperty(
  "a shortened replay fits, is as long as one of short messages, and keeps beginnings in order",
  {
    weight: 1,
  },
  (check) =>
    check(fc.property(
      fc.array(
        fc.oneof(
          fc.string({ maxLength: 50 }),
          fc.nat(3000).map((length) => "日".repeat(length)),
          fc.tuple(fc.nat(300), fc.nat(50)).map(([lines, length]) =>
            Array(lines).fill("y".repeat(length)).join("\n")
          ),
        ),
        { maxLength: 60 },
      ),
      fc.integer({ min: 1000, max: 100_000 }),
      (texts, max) => {
        const messages = replayShortened(posted(...texts), max);
        assert(size(messages) <= max + messages.length, `${size(messages)} of ${max}`);
        assert(messages.length >= Math.min(texts.length, Math.floor(max / 500)));
        for (const [index, { id, text, more }] of messages.entries()) {
          assertEquals(id, texts.length - messages.length + index + 1);
          const whole = texts[id - 1]!;
          if (more === undefined) assertEquals(text, whole);
          else assert(whole.startsWith(text.replace(/…$/, "")));
        }
      },
    )),
);
