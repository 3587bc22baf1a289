import { assertEquals } from "@std/assert";
import type { HubFrame } from "../../../common/protocol/frame.ts";
import { Members } from "../../../web/members.ts";

const ANA = { room: "general", nick: "ana" };

/** The members after some frames in the room, by name; those away in parentheses. */
function show(members: Members): string {
  const names = members.list().map(({ nick, absence }) => absence ? `(${nick})` : nick);
  return `${members.count}: ${names.join(" ")}`;
}

function receive(members: Members, frames: readonly object[], state = ANA): string {
  for (const frame of frames) members.update({ type: "frame", frame: frame as HubFrame }, state);
  return show(members);
}

const WELCOME = {
  type: "welcome",
  room: "general",
  nick: "ana",
  members: ["zoe", "ana"],
  count: 2,
};
const reply = (code: string, data: object) => ({ type: "reply", ref: "1", code, data, text: "" });
const ZOE_AWAY = reply("who", {
  room: "general",
  members: ["ana", "zoe"],
  count: 2,
  away: [{ nick: "zoe" }],
});

Deno.test("the user comes first, the others by name, as they join, leave and are renamed", () => {
  const members = new Members();
  assertEquals(receive(members, [WELCOME]), "2: ana zoe");
  const joined = { type: "joined", room: "general", nick: "Édgar", count: 3 };
  assertEquals(receive(members, [joined]), "3: ana Édgar zoe");
  const renamed = { type: "renamed", room: "general", from: "zoe", nick: "bea" };
  assertEquals(receive(members, [renamed]), "3: ana bea Édgar");
  assertEquals(receive(members, [{ ...joined, type: "left", count: 2 }]), "2: ana bea");
  const own = { room: "general", nick: "yolanda" };
  assertEquals(receive(members, [reply("nick", { nick: "yolanda" })], own), "2: yolanda bea");
});

Deno.test("of many who join and leave at once some are named, and all are counted", () => {
  const members = new Members();
  receive(members, [WELCOME]);
  const presence = {
    type: "presence",
    room: "general",
    joined: { count: 90, nicks: ["eva", "zoe"] },
    left: { count: 1, nicks: ["zoe"] },
    count: 91,
  };
  assertEquals(receive(members, [presence]), "91: ana eva zoe");
  const many = Array.from({ length: 5000 }, (_, index) => `user${index}`);
  receive(members, [reply("who", { room: "general", members: many, count: 5000 })]);
  assertEquals([members.list().length, members.count], [200, 5000]);
});

Deno.test("other rooms change nothing, and another current room is unknown until the hub names its members", () => {
  const members = new Members();
  const elsewhere = [
    { type: "joined", room: "dev", nick: "eva", count: 7 },
    reply("who", { room: "dev", members: ["eva"], count: 7, away: [{ nick: "zoe" }] }),
  ];
  assertEquals(receive(members, [WELCOME, ...elsewhere]), "2: ana zoe");
  const inDev = { room: "dev", nick: "ana" };
  assertEquals(
    receive(members, [reply("leave", { room: "general", current: "dev" })], inDev),
    "0: ana",
  );
  assertEquals(members.isKnown, false);
  receive(
    members,
    [reply("join", { room: "dev", members: ["ana", "eva"], count: 2, topic: "" })],
    inDev,
  );
  assertEquals([show(members), members.isKnown], ["2: ana eva", true]);
  members.update({ type: "lost" }, inDev);
  assertEquals([show(members), members.isKnown], ["2: ana eva", false]);
});

Deno.test("a new nick is told once, in any of the rooms that two users share", () => {
  const members = new Members();
  assertEquals(receive(members, [WELCOME, ZOE_AWAY]), "2: ana (zoe)");
  const renamed = { type: "renamed", room: "dev", from: "zoe", nick: "bea" };
  assertEquals(receive(members, [renamed]), "2: ana (bea)");
  assertEquals(receive(members, [{ ...renamed, from: "eva", nick: "eve" }]), "2: ana (bea)");
});

Deno.test("a member who was away and comes again is there", () => {
  const members = new Members();
  const away = { room: "general", members: ["ana", "bob", "zoe"], count: 3 };
  const who = reply("who", { ...away, away: [{ nick: "bob" }, { nick: "zoe" }] });
  assertEquals(receive(members, [WELCOME, who]), "3: ana (bob) (zoe)");
  const joined = { type: "joined", room: "general", nick: "zoe", count: 3 };
  receive(members, [{ ...joined, type: "left", count: 2 }, joined]);
  const bob = { count: 1, nicks: ["bob"] };
  const presence = { type: "presence", room: "general", joined: bob, left: bob, count: 3 };
  assertEquals(receive(members, [presence]), "3: ana bob zoe");
});

Deno.test("a member is away until writing something", () => {
  const members = new Members();
  assertEquals(receive(members, [WELCOME, ZOE_AWAY]), "2: ana (zoe)");
  const message = {
    type: "message",
    id: 1,
    room: "general",
    nick: "Zoe",
    ts: 0,
    kind: "say",
    text: "",
  };
  assertEquals(receive(members, [{ ...message, replay: true }]), "2: ana (zoe)");
  assertEquals(receive(members, [message]), "2: ana zoe");
});

Deno.test("a user is shown as away or back at once, told in any shared room", () => {
  const members = new Members();
  receive(members, [WELCOME]);
  const away = { type: "away", room: "dev", nick: "zoe", isAway: true, text: "lunch" };
  assertEquals(receive(members, [away]), "2: ana (zoe)");
  assertEquals(members.list()[1]!.absence?.text, "lunch");
  assertEquals(receive(members, [{ ...away, isAway: false }]), "2: ana zoe");
});
