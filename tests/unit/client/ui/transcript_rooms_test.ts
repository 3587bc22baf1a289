/** How the lines of a user of several rooms are shown. */

import { assertEquals } from "@std/assert";
import type { OwnLine } from "../../../../client/session/conversation.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { transcript } from "./transcripts.ts";

/** The lines of a user in #general, with the hub's answer. */
function answered(line: string, frame: HubFrame, unread: OwnLine["unread"] = new Map()): string[] {
  const here = { nick: "ana", room: "general" };
  const viewport = { ...here, now: 0, clockAhead: 0, width: 80, height: 40, lang: "en" } as const;
  return transcript({ time: "none" }).formatEvent(
    { type: "frame", frame, own: { ...here, line, unread } },
    viewport,
  );
}

Deno.test("the user's own message is shown in the room that it went to, without its name", () => {
  const said = (line: string, fields = {}) =>
    answered(line, { type: "ack", ref: "1", id: 1, ts: 0, ...fields });
  assertEquals(said(" #DEV: hola\n#dev", { room: "dev" }), ["#dev ana: hola", "          #dev"]);
  assertEquals(said("#general #dev is full"), ["ana: #dev is full"]);
  assertEquals(said("/me #general waves"), ["* ana #general waves"]);
  assertEquals(said("#1 priority"), ["ana: #1 priority"]);
});

Deno.test("a refused message for another room is shown whole", () => {
  const params = { room: "dev" };
  const refusal: HubFrame = { type: "error", ref: "1", code: "paused", params, text: "" };
  assertEquals(answered("#dev hola", refusal).at(-1), "! not sent: #dev hola");
});

Deno.test("on going to a room with unread messages, the user is told how to see them again", () => {
  const data = { room: "dev", count: 1, members: ["ana"], topic: "" };
  const joined: HubFrame = { type: "reply", ref: "1", code: "join", data, text: "" };
  const join = (...unread: [room: string, count: number][]) =>
    answered(
      "/join dev",
      joined,
      new Map(unread.map(([room, count]) => [room, { count, isMention: false }])),
    ).at(-1);
  assertEquals(
    join(["ops", 5], ["dev", 3]),
    "* #dev: 3 unread messages above; /history 3 shows them again",
  );
  assertEquals(join(["dev", 1]), "* #dev: one unread message above; /history 1 shows it again");
  assertEquals(join(["ops", 5]), "* you are in #dev (1 here: ana)");
});
