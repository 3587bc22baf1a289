import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Said } from "../../../server/history/mod.ts";
import { cutRun, fromRun, RUN_LIMITS, toRuns } from "../../../server/history/run.ts";
import { testProperty } from "../../support/property.ts";

function said(
  id: number,
  { text = `m${id}`, room = "general", nick = "ana", key = nick, ts = 1, kind = "say" as const }: {
    text?: string;
    room?: string;
    nick?: string;
    key?: string;
    ts?: number;
    kind?: "say" | "action";
  } = {},
): Said {
  return {
    message: { type: "message", id, room, nick, text, ts, kind },
    author: { token: "", key, nick },
  };
}

/** How many messages are in each. */
const sizes = (all: Said[]) => toRuns(all).map(({ messages }) => messages);

testProperty(
  "messages come out of their runs as they went in, also out of runs that were cut",
  { weight: 10 },
  (check) => {
    const message = fc.record({
      gap: fc.constantFrom(1, 1, 1, 2),
      text: fc.string({ unit: "binary" }),
      room: fc.constantFrom("a", "a", "b"),
      nick: fc.constantFrom("ana", "ana", "eva"),
      ts: fc.constantFrom(1, 1, 2),
      kind: fc.constantFrom("say" as const, "say" as const, "action" as const),
    });
    check(fc.property(fc.array(message, { maxLength: 50 }), fc.nat(), (all, number) => {
      let id = 0;
      const before = all.map(({ gap, ...rest }) => said(id += gap, rest));
      const runs = toRuns(before);
      assertEquals(runs.flatMap(fromRun), before);
      for (const run of runs) {
        const count = number % run.messages;
        assertEquals(fromRun(cutRun(run, count)), fromRun(run).slice(count));
      }
    }));
  },
);

Deno.test("what one says at one moment is one run, until anything but the text differs", () => {
  assertEquals(sizes([]), []);
  assertEquals(sizes([said(1), said(2), said(3)]), [3]);
  for (const other of [{ room: "dev" }, { nick: "eva" }, { key: "eva" }, { ts: 2 }]) {
    assertEquals(
      sizes([said(1), said(2), said(3, other), said(4)]),
      [2, 1, 1],
      Object.keys(other)[0],
    );
  }
  assertEquals(sizes([said(1), said(2, { kind: "action" })]), [1, 1]);
  assertEquals(sizes([said(1), said(3), said(4)]), [1, 2], "a private message was in between");
});

Deno.test("a run is bounded in messages and in characters", () => {
  const { messages, characters } = RUN_LIMITS;
  const many = (length: number, text: string) =>
    Array.from({ length }, (_, index) => said(index + 1, { text }));
  assertEquals(sizes(many(2 * messages + 1, "x")), [messages, messages, 1]);
  const half = "x".repeat(characters / 2);
  assertEquals(sizes(many(5, half)), [2, 2, 1]);
  assertEquals(sizes(many(2, `${half}${half}${half}`)), [1, 1]);
});

Deno.test("a run whose texts are not those of its messages is damaged", () => {
  const [run] = toRuns([said(5), said(6)]);
  assert(run);
  for (const texts of ['["m5"]', '["m5",6]', "{}", "null", "[", ""]) {
    assertThrows(() => fromRun({ ...run, texts }), Error, undefined, texts);
    assertThrows(() => cutRun({ ...run, texts }, 1), Error, undefined, texts);
  }
});
