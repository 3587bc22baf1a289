import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RecentSpeakers, Roster } from "../../../../client/ui/roster.ts";
import { complete } from "../../../../client/ui/complete.ts";
import { LOCAL_COMMANDS } from "../../../../client/session/local_commands.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { nickKey } from "../../../../common/protocol/names.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";
import { testProperty } from "../../../support/property.ts";
import { countWork } from "../../../support/work.ts";
import { welcome } from "../session/test_conversation.ts";

const MEMBER = { lang: "en" as "en" | "es", hasModeration: false, isModerator: false };

function rosterOf(...frames: HubFrame[]): Roster {
  const roster = new Roster();
  frames.forEach((frame) => roster.update(frame));
  return roster;
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

Deno.test("of the commands, those that the user may use are listed, in the user's language", () => {
  const listed = (fields: Partial<typeof MEMBER>) =>
    rosterOf().completionNames({ ...MEMBER, ...fields }).commands;
  const namesOf = (lang: "en" | "es", isUsable: (row: typeof COMMANDS[number]) => boolean) =>
    [...COMMANDS.filter(isUsable), ...LOCAL_COMMANDS].flatMap(({ names }) => [...names[lang]]);
  for (const lang of ["en", "es"] as const) {
    const forAll = namesOf(lang, ({ role, name }) => !role && name !== "mod");
    assertEquals(listed({ lang }), forAll);
    const withMod = namesOf(lang, ({ role }) => !role);
    assertEquals(listed({ lang, hasModeration: true }), withMod);
    const all = namesOf(lang, () => true);
    assertEquals(
      listed({ lang, hasModeration: true, isModerator: true }).toSorted(),
      all.toSorted(),
    );
  }
});

Deno.test("a name of the other language is completed if none of the user's own begins so", () => {
  const completed = (typed: string, lang: "en" | "es" = "en") =>
    complete(typed, typed.length, rosterOf().completionNames({ ...MEMBER, lang }));
  assertEquals(completed("/nom"), { kind: "completed", line: "/nombre ", cursor: 8 });
  assertEquals(completed("/histor", "es"), { kind: "completed", line: "/historial ", cursor: 11 });
  assertEquals(completed("/history", "es"), { kind: "completed", line: "/history ", cursor: 9 });
  assertEquals(completed("/whisp"), { kind: "nothing" }); // of other programs
  assertEquals(completed("/expul"), { kind: "nothing" }); // for moderators
});

Deno.test("members are listed, the latest speaker first and the user last", () => {
  assertEquals(rosterOf(here).completionNames(MEMBER).nicks, ["bea", "carla", "ana"]);
  const heard = rosterOf(here, message("carla"), message("eva", { room: "", kind: "private" }));
  assertEquals(heard.completionNames(MEMBER).nicks, ["eva", "carla", "bea", "ana"]);
});

Deno.test("senders of replayed messages are not listed", () => {
  assertEquals(rosterOf(here, message("zoe", { replay: true })).completionNames(MEMBER).nicks, [
    "bea",
    "carla",
    "ana",
  ]);
});

Deno.test("joins, leaves and new nicks are followed", () => {
  const room = "general";
  const roster = rosterOf(
    here,
    { type: "joined", room, nick: "eva", count: 4 },
    { type: "left", room, nick: "carla", count: 3 },
    { type: "renamed", room, from: "bea", nick: "zoe" },
  );
  assertEquals(roster.completionNames(MEMBER).nicks, ["zoe", "eva", "ana"]);
});

Deno.test("a batch of joins and leaves adds and removes the named people, and one named twice is back", () => {
  const roster = rosterOf(here, {
    type: "presence",
    room: "general",
    joined: { count: 12, nicks: ["eva", "bea"] },
    left: { count: 2, nicks: ["carla", "bea"] },
    count: 12,
  });
  assertEquals(roster.completionNames(MEMBER).nicks, ["eva", "bea", "ana"]);
});

Deno.test("the user's old nick is removed", () => {
  const roster = rosterOf(here, reply("nick", { nick: "zoe" }));
  assertEquals(roster.completionNames(MEMBER).nicks, ["bea", "carla", "zoe"]);
});

Deno.test("people named in replies are added", () => {
  const roster = rosterOf(
    here,
    reply("who", { room: "general", members: ["ana", "dana"], count: 2 }),
    reply("join", { room: "dev", members: ["ana", "eva"], count: 2, topic: "" }),
  );
  assertEquals(roster.completionNames(MEMBER).nicks, ["bea", "carla", "dana", "eva", "ana"]);
});

Deno.test("a new session begins with its own members", () => {
  const roster = rosterOf(here, welcome({ nick: "ana2", members: ["ana2", "zoe"] }));
  assertEquals(roster.completionNames(MEMBER).nicks, ["zoe", "ana2"]);
});

Deno.test("rooms are added by the frames that name them, the latest first", () => {
  const roster = rosterOf(
    here,
    reply("rooms", { rooms: [{ room: "big" }, { room: "small" }], total: 2 }),
    message("eva", { room: "dev" }),
    reply("leave", { room: "old", current: "general" }),
    message("eva", { room: "", kind: "private" }),
  );
  assertEquals(roster.completionNames(MEMBER).rooms, ["old", "dev", "big", "small", "general"]);
});

Deno.test("malformed replies are ignored", () => {
  const roster = rosterOf(
    here,
    reply("nick", { nick: 7 }),
    reply("join", { room: null, members: "eva" }),
    reply("who", { members: [7, null] }),
    reply("rooms", { rooms: [null, 7, { room: 7 }] }),
    reply("rooms", {}),
  );
  assertEquals(roster.completionNames(MEMBER).nicks, ["bea", "carla", "ana"]);
  assertEquals(roster.completionNames(MEMBER).rooms, ["general"]);
});

Deno.test("the number of rooms is limited", () => {
  const rooms = Array.from({ length: 1000 }, (_, number) => ({ room: `r${number}` }));
  const roster = rosterOf(here, reply("rooms", { rooms, total: 1000 }));
  for (let number = 0; number < 300; number++) {
    roster.update(message("eva", { room: `x${number}` }));
  }
  const known = roster.completionNames(MEMBER).rooms;
  assertEquals([known.length, known[0]], [200, "x299"]);
});

function people(...nicks: string[]): RecentSpeakers {
  const speakers = new RecentSpeakers();
  nicks.forEach((nick) => speakers.add(nick));
  return speakers;
}

Deno.test("the latest speaker is first, silent people keep the order of joining, the user is last", () => {
  const speakers = people("yo1", "ana", "bea", "carla");
  assertEquals(speakers.list("yo1"), ["ana", "bea", "carla", "yo1"]);
  speakers.moveToFront("carla");
  speakers.moveToFront("bea");
  speakers.moveToFront("yo1");
  assertEquals(speakers.list("yo1"), ["bea", "carla", "ana", "yo1"]);
  speakers.moveToFront("carla");
  assertEquals(speakers.list("yo1"), ["carla", "bea", "ana", "yo1"]);
});

Deno.test("people are added, renamed in their place and removed, in any spelling of their nicks", () => {
  const cases: [start: string[], happens: (speakers: RecentSpeakers) => void, listed: string[]][] =
    [
      [["ana"], (all) => all.moveToFront("bea"), ["bea", "ana"]],
      [["José", "ana"], (all) => all.add("JOSÉ"), ["José", "ana"]],
      [["José", "ana"], (all) => all.moveToFront("josé"), ["josé", "ana"]],
      [["ana", "bea", "carla"], (all) => all.rename("bea", "Bea2"), ["ana", "Bea2", "carla"]],
      [["ana", "bea", "carla"], (all) => all.rename("bea", "BEA"), ["ana", "BEA", "carla"]],
      // The nick of somebody who left unseen, and a person who was unknown.
      [["ana", "bea", "carla"], (all) => all.rename("carla", "Ana"), ["bea", "Ana"]],
      [["ana"], (all) => all.rename("guest1", "bea"), ["ana", "bea"]],
      [["ana", "José"], (all) => all.remove("JOSÉ"), ["ana"]],
      [["ana", "José"], (all) => all.remove("nadie"), ["ana", "José"]],
    ];
  for (const [start, happens, listed] of cases) {
    const speakers = people(...start);
    happens(speakers);
    assertEquals(speakers.list("yo1"), [...listed, "yo1"], happens.toString());
  }
  assertEquals(people("josé", "ana").list("Ana"), ["josé", "Ana"], "the user's own nick is last");
});

Deno.test("beyond the limit, the person silent longest is forgotten", () => {
  const speakers = new RecentSpeakers({ max: 2 });
  ["ana", "bea", "carla"].forEach((nick) => speakers.add(nick));
  assertEquals(speakers.list("yo1"), ["ana", "bea", "yo1"]);
  speakers.moveToFront("carla");
  assertEquals(speakers.list("yo1"), ["carla", "ana", "yo1"]);
});

testProperty(
  "after any events, nobody is listed twice, the limit holds, and the latest speaker is first",
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

Deno.test("names that are longer than any nick are not kept from lists", () => {
  const long = Array.from({ length: 400 }, (_, id) => "é".repeat(250) + id);
  const roster = rosterOf(here, reply("who", { room: "general", members: [...long, "dora"] }));
  assertEquals(roster.completionNames(MEMBER).nicks, ["bea", "carla", "dora", "ana"]);
});

Deno.test("a list of many members costs no more than those that are kept", () => {
  const members = Array.from({ length: 50_000 }, (_, id) => `é${id}`);
  const { normalized } = countWork(() => rosterOf(welcome({ members, count: 50_000 })));
  assert(normalized < 20_000, `${normalized} units`);
});
