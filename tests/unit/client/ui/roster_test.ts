import { assertEquals } from "@std/assert";
import { Acquaintance } from "../../../../client/ui/roster.ts";
import { complete } from "../../../../client/ui/complete.ts";
import { LOCAL_COMMANDS } from "../../../../client/session/local_commands.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";
import { welcome } from "../session/test_conversation.ts";

function meet(...frames: HubFrame[]): Acquaintance {
  const acquaintance = new Acquaintance();
  frames.forEach((frame) => acquaintance.take(frame));
  return acquaintance;
}

const reply = (code: string, data: Record<string, unknown>): HubFrame => ({
  type: "reply",
  ref: "1",
  code,
  data,
  text: "",
});

const message = (nick: string, fields: Partial<HubFrame & { type: "message" }> = {}): HubFrame => ({
  type: "message",
  id: 1,
  room: "general",
  nick,
  text: "x",
  ts: 0,
  kind: "say",
  ...fields,
});

const here = welcome({ members: ["ana", "bea", "carla"], count: 3 });

Deno.test("every name of every command is known, those of one's language first", () => {
  const all = [...COMMANDS, ...LOCAL_COMMANDS].flatMap(({ names }) => Object.values(names).flat());
  for (const [lang, first] of [["en", "name"], ["es", "nombre"]] as const) {
    const { commands } = meet().known(lang);
    assertEquals([...new Set(commands)].sort(), all.toSorted());
    assertEquals(commands[0], first);
  }
  assertEquals(complete("/no", 3, meet().known("en")), {
    kind: "completed",
    line: "/nombre ",
    cursor: 8,
  });
});

Deno.test("who is here is known, who spoke last first and oneself last", () => {
  assertEquals(meet(here).known("en").nicks, ["bea", "carla", "ana"]);
  const heard = meet(here, message("carla"), message("eva", { room: "", kind: "private" }));
  assertEquals(heard.known("en").nicks, ["eva", "carla", "bea", "ana"]);
});

Deno.test("who spoke before one came need not be here", () => {
  assertEquals(meet(here, message("zoe", { replay: true })).known("en").nicks, [
    "bea",
    "carla",
    "ana",
  ]);
});

Deno.test("who comes, goes and takes another nick is followed", () => {
  const room = "general";
  const acquaintance = meet(
    here,
    { type: "joined", room, nick: "eva", count: 4 },
    { type: "left", room, nick: "carla", count: 3 },
    { type: "renamed", room, from: "bea", nick: "zoe" },
  );
  assertEquals(acquaintance.known("en").nicks, ["zoe", "eva", "ana"]);
});

Deno.test("of many who come and go at once those are followed who are named, and who is named twice is back", () => {
  const acquaintance = meet(here, {
    type: "presence",
    room: "general",
    joined: { count: 12, nicks: ["eva", "bea"] },
    left: { count: 2, nicks: ["carla", "bea"] },
    count: 12,
  });
  assertEquals(acquaintance.known("en").nicks, ["eva", "bea", "ana"]);
});

Deno.test("one's own old nick is nobody's", () => {
  const acquaintance = meet(here, reply("nick", { nick: "zoe" }));
  assertEquals(acquaintance.known("en").nicks, ["bea", "carla", "zoe"]);
});

Deno.test("whom the answers name is known", () => {
  const acquaintance = meet(
    here,
    reply("who", { room: "general", members: ["ana", "dana"], count: 2 }),
    reply("join", { room: "dev", members: ["ana", "eva"], count: 2, topic: "" }),
  );
  assertEquals(acquaintance.known("en").nicks, ["bea", "carla", "dana", "eva", "ana"]);
});

Deno.test("a new session begins with those who are here then", () => {
  const acquaintance = meet(here, welcome({ nick: "ana2", members: ["ana2", "zoe"] }));
  assertEquals(acquaintance.known("en").nicks, ["zoe", "ana2"]);
});

Deno.test("rooms are known by what named them, the latest first", () => {
  const acquaintance = meet(
    here,
    reply("rooms", { rooms: [{ room: "big" }, { room: "small" }], total: 2 }),
    message("eva", { room: "dev" }),
    reply("leave", { room: "old", current: "general" }),
    message("eva", { room: "", kind: "private" }),
  );
  assertEquals(acquaintance.known("en").rooms, ["old", "dev", "big", "small", "general"]);
});

Deno.test("answers that are not what they should be teach nothing", () => {
  const acquaintance = meet(
    here,
    reply("nick", { nick: 7 }),
    reply("join", { room: null, members: "eva" }),
    reply("who", { members: [7, null] }),
    reply("rooms", { rooms: [null, 7, { room: 7 }] }),
    reply("rooms", {}),
  );
  assertEquals(acquaintance.known("en").nicks, ["bea", "carla", "ana"]);
  assertEquals(acquaintance.known("en").rooms, ["general"]);
});

Deno.test("no more rooms are kept than may be", () => {
  const rooms = Array.from({ length: 1000 }, (_, number) => ({ room: `r${number}` }));
  const acquaintance = meet(here, reply("rooms", { rooms, total: 1000 }));
  for (let number = 0; number < 300; number++) {
    acquaintance.take(message("eva", { room: `x${number}` }));
  }
  const known = acquaintance.known("en").rooms;
  assertEquals([known.length, known[0]], [200, "x299"]);
});
