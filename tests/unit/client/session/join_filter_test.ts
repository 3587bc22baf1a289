import { assertEquals } from "@std/assert";
import { type JoinChoice, JoinFilter } from "../../../../client/session/join_filter.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";

const room = "general";
const message = (nick: string, replay?: true): HubFrame => ({
  ...{ type: "message", id: 1, room, nick, text: "hola", ts: 0, kind: "say" },
  ...(replay ? { replay } : {}),
});
const joined = (nick: string): HubFrame => ({ type: "joined", room, nick, count: 2 });
const left = (nick: string): HubFrame => ({ type: "left", room, nick, count: 1 });
const renamed = (from: string, nick: string): HubFrame => ({ type: "renamed", room, from, nick });

/** Whether each frame is shown. */
function shown(choice: JoinChoice, frames: HubFrame[]): boolean[] {
  const filter = new JoinFilter(choice);
  return frames.map((frame) => filter.shows(frame));
}

const DAY = [joined("ana"), message("ana"), renamed("ana", "eva"), left("eva")];

Deno.test("with all, every join, leave and rename is shown", () => {
  assertEquals(shown("all", DAY), [true, true, true, true]);
});

Deno.test("with none, no join, leave or rename is shown, but messages are", () => {
  assertEquals(shown("none", DAY), [false, true, false, false]);
});

Deno.test("with smart, only joins, leaves and renames of speakers are shown", () => {
  assertEquals(shown("smart", DAY), [false, true, true, true]);
  assertEquals(shown("smart", [joined("ana"), renamed("ana", "eva"), left("eva")]), [
    false,
    false,
    false,
  ]);
});

Deno.test("a speaker who rejoins is shown, however the nick is spelled", () => {
  assertEquals(shown("smart", [message("José"), left("José"), joined("JOSÉ")]), [true, true, true]);
});

Deno.test("a presence batch is shown if one of its named users has spoken", () => {
  const many = (come: string[], go: string[]): HubFrame => ({
    type: "presence",
    room,
    joined: { count: 20 + come.length, nicks: come },
    left: { count: go.length, nicks: go },
    count: 30,
  });
  const frames = [
    message("ana"),
    many(["eva", "ANA"], []),
    many(["eva"], ["ana"]),
    many(["eva"], []),
  ];
  assertEquals(shown("all", frames), [true, true, true, true]);
  assertEquals(shown("smart", frames), [true, true, true, false]);
  assertEquals(shown("none", frames), [true, false, false, false]);
});

Deno.test("a replayed message counts as spoken", () => {
  assertEquals(shown("smart", [message("ana", true), left("ana")]), [true, true]);
});

Deno.test("a speaker is followed through renames, and the old nick is forgotten", () => {
  const frames = [
    message("ana"),
    renamed("ana", "eva"),
    renamed("eva", "Eva"),
    left("eva"),
    joined("ana"),
  ];
  assertEquals(shown("smart", frames), [true, true, true, true, false]);
});

Deno.test("a rename to the nick of a speaker is shown", () => {
  assertEquals(shown("smart", [message("ana"), left("ana"), renamed("luis", "ana")]), [
    true,
    true,
    true,
  ]);
});

Deno.test("other frames are always shown", () => {
  const frames: HubFrame[] = [
    { type: "notice", code: "throttled", params: {}, text: "" },
    { type: "error", code: "empty_message", params: {}, text: "" },
    { type: "topic", room, nick: "ana", topic: "x" },
    { type: "pong" },
  ];
  for (const choice of ["all", "smart", "none"] as const) {
    assertEquals(shown(choice, frames), [true, true, true, true]);
  }
});

Deno.test("the last thousand speakers are remembered", () => {
  const filter = new JoinFilter("smart");
  for (let i = 0; i < 1000; i++) filter.shows(message(`n${i}`));
  filter.shows(message("n0"));
  filter.shows(message("new"));
  assertEquals(filter.shows(left("n0")), true);
  assertEquals(filter.shows(left("n1")), false);
  assertEquals(filter.shows(left("n2")), true);
  assertEquals(filter.shows(left("new")), true);
});

Deno.test("of an announcement only as many nicks are looked at as hubs name", () => {
  const nicks = [...Array(8).fill("eva"), "ana"];
  const both = { count: 9, nicks };
  const presence: HubFrame = { type: "presence", room, joined: both, left: both, count: 9 };
  assertEquals(shown("smart", [message("ana"), presence]), [true, false]);
});
