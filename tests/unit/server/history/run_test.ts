import { assertEquals } from "@std/assert";
import { type Run, RUN_LIMITS, RunBuilder } from "../../../../server/history/run.ts";
import type { Posted } from "../../../../server/types.ts";

interface Details {
  text?: string;
  room?: string;
  nick?: string;
  key?: string;
  by?: string;
  ts?: number;
  kind?: "say" | "action" | "notice";
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

/** The number of messages in each run. */
const sizes = (all: readonly Posted[]) => runsOf(all).map(({ texts }) => texts.length);

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
