import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RecentSpeakers, Roster } from "../../../../client/ui/roster.ts";
import { complete } from "../../../../client/ui/complete.ts";
import { LOCAL_COMMANDS } from "../../../../client/session/local_commands.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { nickKey } from "../../../../common/protocol/names.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";
import { testProperty } from "../../../support/property.ts";
import { welcome } from "../session/test_conversation.ts";

function meet(...frames: HubFrame[]): Roster {
  const acquaintance = new Roster();
  frames.forEach((frame) => acquaintance.update(frame));
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
    const { commands } = meet().completionNames(lang);
    assertEquals([...new Set(commands)].sort(), all.toSorted());
    assertEquals(commands[0], first);
  }
  assertEquals(complete("/no", 3, meet().completionNames("en")), {
    kind: "completed",
    line: "/nombre ",
    cursor: 8,
  });
});

Deno.test("who is here is known, who spoke last first and oneself last", () => {
  assertEquals(meet(here).completionNames("en").nicks, ["bea", "carla", "ana"]);
  const heard = meet(here, message("carla"), message("eva", { room: "", kind: "private" }));
  assertEquals(heard.completionNames("en").nicks, ["eva", "carla", "bea", "ana"]);
});

Deno.test("who spoke before one came need not be here", () => {
  assertEquals(meet(here, message("zoe", { replay: true })).completionNames("en").nicks, [
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
  assertEquals(acquaintance.completionNames("en").nicks, ["zoe", "eva", "ana"]);
});

Deno.test("of many who come and go at once those are followed who are named, and who is named twice is back", () => {
  const acquaintance = meet(here, {
    type: "presence",
    room: "general",
    joined: { count: 12, nicks: ["eva", "bea"] },
    left: { count: 2, nicks: ["carla", "bea"] },
    count: 12,
  });
  assertEquals(acquaintance.completionNames("en").nicks, ["eva", "bea", "ana"]);
});

Deno.test("one's own old nick is nobody's", () => {
  const acquaintance = meet(here, reply("nick", { nick: "zoe" }));
  assertEquals(acquaintance.completionNames("en").nicks, ["bea", "carla", "zoe"]);
});

Deno.test("whom the answers name is known", () => {
  const acquaintance = meet(
    here,
    reply("who", { room: "general", members: ["ana", "dana"], count: 2 }),
    reply("join", { room: "dev", members: ["ana", "eva"], count: 2, topic: "" }),
  );
  assertEquals(acquaintance.completionNames("en").nicks, ["bea", "carla", "dana", "eva", "ana"]);
});

Deno.test("a new session begins with those who are here then", () => {
  const acquaintance = meet(here, welcome({ nick: "ana2", members: ["ana2", "zoe"] }));
  assertEquals(acquaintance.completionNames("en").nicks, ["zoe", "ana2"]);
});

Deno.test("rooms are known by what named them, the latest first", () => {
  const acquaintance = meet(
    here,
    reply("rooms", { rooms: [{ room: "big" }, { room: "small" }], total: 2 }),
    message("eva", { room: "dev" }),
    reply("leave", { room: "old", current: "general" }),
    message("eva", { room: "", kind: "private" }),
  );
  assertEquals(acquaintance.completionNames("en").rooms, ["old", "dev", "big", "small", "general"]);
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
  assertEquals(acquaintance.completionNames("en").nicks, ["bea", "carla", "ana"]);
  assertEquals(acquaintance.completionNames("en").rooms, ["general"]);
});

Deno.test("no more rooms are kept than may be", () => {
  const rooms = Array.from({ length: 1000 }, (_, number) => ({ room: `r${number}` }));
  const acquaintance = meet(here, reply("rooms", { rooms, total: 1000 }));
  for (let number = 0; number < 300; number++) {
    acquaintance.update(message("eva", { room: `x${number}` }));
  }
  const known = acquaintance.completionNames("en").rooms;
  assertEquals([known.length, known[0]], [200, "x299"]);
});

function people(...nicks: string[]): RecentSpeakers {
  const speakers = new RecentSpeakers();
  nicks.forEach((nick) => speakers.add(nick));
  return speakers;
}

Deno.test("who spoke last is first, who said nothing comes in the order of coming, oneself is last", () => {
  const speakers = people("yo1", "ana", "bea", "carla");
  assertEquals(speakers.list("yo1"), ["ana", "bea", "carla", "yo1"]);
  speakers.moveToFront("carla");
  speakers.moveToFront("bea");
  speakers.moveToFront("yo1");
  assertEquals(speakers.list("yo1"), ["bea", "carla", "ana", "yo1"]);
  speakers.moveToFront("carla");
  assertEquals(speakers.list("yo1"), ["carla", "bea", "ana", "yo1"]);
});

Deno.test("who speaks without having been met is known", () => {
  const speakers = people("ana");
  speakers.moveToFront("bea");
  assertEquals(speakers.list("yo1"), ["bea", "ana", "yo1"]);
});

Deno.test("a nick is one person in any letters, and shows as it was last written by who speaks", () => {
  const speakers = people("José", "ana");
  speakers.add("JOSÉ");
  assertEquals(speakers.list("yo1"), ["José", "ana", "yo1"]);
  speakers.moveToFront("josé");
  assertEquals(speakers.list("Ana"), ["josé", "Ana"]);
});

Deno.test("who takes another nick keeps the place", () => {
  const speakers = people("ana", "bea", "carla");
  speakers.rename("bea", "Beatriz");
  assertEquals(speakers.list("yo1"), ["ana", "Beatriz", "carla", "yo1"]);
  speakers.rename("Beatriz", "BEATRIZ");
  assertEquals(speakers.list("yo1"), ["ana", "BEATRIZ", "carla", "yo1"]);
});

Deno.test("who takes the nick of somebody whose going was not seen is the only one with it", () => {
  const speakers = people("ana", "bea", "carla");
  speakers.rename("carla", "Ana");
  assertEquals(speakers.list("yo1"), ["bea", "Ana", "yo1"]);
});

Deno.test("who was not known and takes another nick is met", () => {
  const speakers = people("ana");
  speakers.rename("guest1", "bea");
  assertEquals(speakers.list("yo1"), ["ana", "bea", "yo1"]);
});

Deno.test("who left is not known any more", () => {
  const speakers = people("ana", "José");
  speakers.remove("JOSÉ");
  speakers.remove("nadie");
  assertEquals(speakers.list("yo1"), ["ana", "yo1"]);
});

Deno.test("with too many people, who was silent the longest is forgotten", () => {
  const speakers = new RecentSpeakers({ max: 2 });
  ["ana", "bea", "carla"].forEach((nick) => speakers.add(nick));
  assertEquals(speakers.list("yo1"), ["ana", "bea", "yo1"]);
  speakers.moveToFront("carla");
  assertEquals(speakers.list("yo1"), ["carla", "ana", "yo1"]);
});

testProperty(
  "whatever happens, nobody is there twice, no more are kept than may be, and the last speaker is first",
  { weight: 10 },
  (check) => {
    const nick = fc.constantFrom("ana", "ANA", "José", "jose", "JOSÉ", "bea", "carla", "日本");
    const happening = fc.oneof(
      fc.record({ what: fc.constantFrom("add", "moveToFront", "remove"), nick }),
      fc.record({ what: fc.constant("rename" as const), nick, to: nick }),
    );
    check(fc.property(fc.array(happening), fc.integer({ min: 1, max: 4 }), (all, max) => {
      const speakers = new RecentSpeakers({ max });
      for (const each of all) {
        if ("to" in each) speakers.rename(each.nick, each.to);
        else speakers[each.what as "add" | "moveToFront" | "remove"](each.nick);
        const nicks = speakers.list("yo1");
        assertEquals(nicks.pop(), "yo1");
        assertEquals(new Set(nicks.map(nickKey)).size, nicks.length);
        assert(nicks.length <= max);
        if (each.what === "moveToFront") assertEquals(nicks[0], each.nick);
        if (each.what === "remove") assert(!nicks.map(nickKey).includes(nickKey(each.nick)));
      }
    }));
  },
);
