import { assertEquals } from "@std/assert";
import { type JoinChoice, JoinFilter } from "../../../../client/session/join_filter.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";

const room = "general";
const said = (nick: string, replay?: true): HubFrame => ({
  ...{ type: "message", id: 1, room, nick, text: "hola", ts: 0, kind: "say" },
  ...(replay ? { replay } : {}),
});
const joined = (nick: string): HubFrame => ({ type: "joined", room, nick, count: 2 });
const left = (nick: string): HubFrame => ({ type: "left", room, nick, count: 1 });
const renamed = (from: string, nick: string): HubFrame => ({ type: "renamed", room, from, nick });

/** For each frame, whether it is shown. */
function shown(choice: JoinChoice, frames: HubFrame[]): boolean[] {
  const filter = new JoinFilter(choice);
  return frames.map((frame) => filter.shows(frame));
}

const DAY = [joined("ana"), said("ana"), renamed("ana", "eva"), left("eva")];

Deno.test("with all, every coming, going and new name is shown", () => {
  assertEquals(shown("all", DAY), [true, true, true, true]);
});

Deno.test("with none, no coming, going or new name is shown, and what is said is", () => {
  assertEquals(shown("none", DAY), [false, true, false, false]);
});

Deno.test("with smart, only those who spoke are told of", () => {
  assertEquals(shown("smart", DAY), [false, true, true, true]);
  assertEquals(shown("smart", [joined("ana"), renamed("ana", "eva"), left("eva")]), [
    false,
    false,
    false,
  ]);
});

Deno.test("who comes back after having spoken is shown, however the nick is written", () => {
  assertEquals(shown("smart", [said("José"), left("José"), joined("JOSÉ")]), [true, true, true]);
});

Deno.test("of many who come and go at once is told if one of those who are named spoke", () => {
  const many = (come: string[], go: string[]): HubFrame => ({
    type: "presence",
    room,
    joined: { count: 20 + come.length, nicks: come },
    left: { count: go.length, nicks: go },
    count: 30,
  });
  const frames = [said("ana"), many(["eva", "ANA"], []), many(["eva"], ["ana"]), many(["eva"], [])];
  assertEquals(shown("all", frames), [true, true, true, true]);
  assertEquals(shown("smart", frames), [true, true, true, false]);
  assertEquals(shown("none", frames), [true, false, false, false]);
});

Deno.test("what is told again counts as spoken", () => {
  assertEquals(shown("smart", [said("ana", true), left("ana")]), [true, true]);
});

Deno.test("who spoke is followed through new names, and the old one is free again", () => {
  const frames = [
    said("ana"),
    renamed("ana", "eva"),
    renamed("eva", "Eva"),
    left("eva"),
    joined("ana"),
  ];
  assertEquals(shown("smart", frames), [true, true, true, true, false]);
});

Deno.test("who takes the name of one who spoke is shown", () => {
  assertEquals(shown("smart", [said("ana"), left("ana"), renamed("luis", "ana")]), [
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

Deno.test("the thousand who spoke last are remembered, and no more", () => {
  const filter = new JoinFilter("smart");
  for (let i = 0; i < 1000; i++) filter.shows(said(`n${i}`));
  filter.shows(said("n0"));
  filter.shows(said("new"));
  assertEquals(filter.shows(left("n0")), true);
  assertEquals(filter.shows(left("n1")), false);
  assertEquals(filter.shows(left("n2")), true);
  assertEquals(filter.shows(left("new")), true);
});
