import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  messageAt,
  type Run,
  RUN_LIMITS,
  RunBuilder,
  trimRun,
} from "../../../../server/history/run.ts";
import { testProperty } from "../../../support/property.ts";
import type { Posted } from "../../../../server/types.ts";

interface Details {
  text?: string;
  room?: string;
  nick?: string;
  key?: string;
  by?: string;
  ts?: number;
  kind?: "say" | "action";
}

function posted(
  id: number,
  {
    text = `m${id}`,
    room = "general",
    nick = "ana",
    key = nick,
    by = "t",
    ts = 1,
    kind = "say",
  }: Details = {},
): Posted {
  return {
    message: { type: "message", id, room, nick, text, ts, kind },
    author: { id: by, key, nick },
  };
}

function runsOf(all: readonly Posted[]): Run[] {
  const builder = new RunBuilder();
  for (const each of all) builder.add(each);
  return builder.take();
}

function messagesOf(run: Run): Posted[] {
  return run.texts.map((_, place) => messageAt(run, place));
}

/** The number of messages in each run. */
const sizes = (all: readonly Posted[]) => runsOf(all).map(({ texts }) => texts.length);

testProperty(
  "messages come out of their runs unchanged, also after trimming",
  { weight: 10 },
  (check) => {
    const message = fc.record({
      gap: fc.constantFrom(1, 1, 1, 2),
      text: fc.string({ unit: "binary" }),
      room: fc.constantFrom("a", "a", "b"),
      nick: fc.constantFrom("ana", "ana", "eva"),
      ts: fc.constantFrom(1, 1, 2),
      kind: fc.constantFrom("say" as const, "say" as const, "action" as const),
      taken: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    });
    check(fc.property(fc.array(message, { maxLength: 50 }), fc.nat(), (all, number) => {
      const builder = new RunBuilder();
      const before: Posted[] = [];
      const runs: Run[] = [];
      let id = 0;
      for (const { gap, taken, ...details } of all) {
        before.push(posted(id += gap, details));
        builder.add(before.at(-1)!);
        if (taken) runs.push(...builder.take());
      }
      runs.push(...builder.take());
      assertEquals(builder.take(), []);
      assertEquals(runs.flatMap(messagesOf), before);
      for (const run of runs) {
        const count = number % run.texts.length;
        assertEquals(messagesOf(trimRun(run, count)), messagesOf(run).slice(count));
      }
    }));
  },
);

Deno.test("messages that differ only in text and id are one run", () => {
  assertEquals(sizes([]), []);
  assertEquals(sizes([posted(1), posted(2), posted(3)]), [3]);
  const others: Details[] = [
    { room: "dev" },
    { nick: "eva" },
    { key: "eva" },
    { by: "u" },
    { ts: 2 },
    { kind: "action" },
  ];
  for (const other of others) {
    assertEquals(
      sizes([posted(1), posted(2), posted(3, other), posted(4)]),
      [2, 1, 1],
      Object.keys(other)[0],
    );
  }
  assertEquals(
    sizes([posted(1), posted(3), posted(4)]),
    [1, 2],
    "a private message was in between",
  );
});

Deno.test("runs that were taken do not change afterwards", () => {
  const builder = new RunBuilder();
  builder.add(posted(1));
  const [first] = builder.take();
  builder.add(posted(2));
  const [second] = builder.take();
  assertEquals([first!.texts, second!.texts], [["m1"], ["m2"]]);
});

Deno.test("a run is limited in messages and characters", () => {
  const { messages, characters } = RUN_LIMITS;
  const many = (length: number, text: string) =>
    Array.from({ length }, (_, index) => posted(index + 1, { text }));
  assertEquals(sizes(many(2 * messages + 1, "x")), [messages, messages, 1]);
  const half = "x".repeat(characters / 2);
  assertEquals(sizes(many(5, half)), [2, 2, 1]);
  assertEquals(sizes(many(2, `${half}${half}${half}`)), [1, 1]);
});
