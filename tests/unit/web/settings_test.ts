import { assertEquals } from "@std/assert";
import type { HubFrame } from "../../../common/protocol/frame.ts";
import { Settings } from "../../../web/settings.ts";

const reply = (code: string, data: object) => ({ type: "reply", ref: "1", code, data, text: "" });
const notice = (code: string, params: object) => ({ type: "notice", code, params, text: "" });

function receive(settings: Settings, ...frames: object[]): Settings {
  for (const frame of frames) settings.update(frame as HubFrame, "ana");
  return settings;
}

Deno.test("users are ignored by the list of the hub, and by later answers", () => {
  const settings = new Settings();
  const ignored = () => ["ana", "zoe", "eva"].map((nick) => settings.isOn("ignore", nick));
  assertEquals(ignored(), [undefined, undefined, undefined]);
  receive(settings, reply("ignored", { nicks: ["Ana"] }));
  assertEquals(ignored(), [true, false, false]);
  receive(settings, reply("ignore", { nick: "zoe", isIgnored: true }));
  receive(settings, reply("ignore", { nick: "ana", isIgnored: false }));
  assertEquals(ignored(), [false, true, false]);
  receive(settings, { type: "renamed", room: "general", from: "zoe", nick: "eva" });
  assertEquals(ignored(), [false, true, true]);
  receive(settings, { type: "welcome" });
  assertEquals(ignored(), [undefined, undefined, undefined]);
});

Deno.test("rooms are locked, paused and slow by answers, and by what other moderators do", () => {
  const settings = new Settings();
  const found = () => ["lock", "pause", "slow"].map((command) => settings.isOn(command, "dev"));
  assertEquals(found(), [undefined, undefined, undefined]);
  receive(
    settings,
    reply("lock", { room: "dev", isLocked: true, already: true }),
    reply("pause", { room: "dev", isPaused: false }),
    notice("slowed", { room: "dev", nick: "mo", seconds: 10 }),
    reply("lock", { room: "general", isLocked: false }),
  );
  assertEquals(found(), [true, false, true]);
  receive(
    settings,
    notice("unlocked", { room: "dev", nick: "mo" }),
    notice("paused", { room: "dev", nick: "mo" }),
    reply("slow", { room: "dev", seconds: 0 }),
  );
  assertEquals(found(), [false, true, false]);
});

Deno.test("the user moderates a room that they open or are given, until it is taken or they leave", () => {
  const settings = new Settings();
  const steps: [object, boolean | undefined][] = [
    [notice("opped", { room: "dev", nick: "ana", member: "eva" }), undefined],
    [notice("room_moderator", { room: "dev" }), true],
    [reply("op", { room: "dev", nick: "eva", isModerator: false }), true],
    [reply("op", { room: "dev", nick: "ana", isModerator: false }), false],
    [notice("opped", { room: "dev", nick: "eva", member: "ana" }), true],
    [notice("deopped", { room: "dev", nick: "eva", member: "ana" }), false],
    [notice("room_moderator", { room: "dev" }), true],
    [reply("leave", { room: "dev", current: "general" }), false],
    [notice("room_moderator", { room: "dev" }), true],
    [notice("removed", { by: "eva", room: "dev", current: "general" }), false],
  ];
  for (const [frame, isOn] of steps) {
    assertEquals(receive(settings, frame).isOn("moderate", "dev"), isOn, JSON.stringify(frame));
  }
});

Deno.test("what a hostile hub says is bounded, and changes nothing else", () => {
  const settings = receive(new Settings(), reply("ignored", { nicks: "x" }), reply("lock", {}));
  for (let user = 0; user < 2000; user++) {
    receive(settings, reply("ignore", { nick: `user${user}`, isIgnored: true }));
  }
  const known = Array.from({ length: 2000 }, (_, user) => settings.isOn("ignore", `user${user}`));
  assertEquals(known.filter((isOn) => isOn !== undefined).length <= 502, true);
  assertEquals(settings.isOn("ignore", "user1999"), true);
});
