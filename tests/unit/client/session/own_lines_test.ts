/** What the hub's answers make of the user's own lines, for the terminal and for the page. */

import { assertEquals } from "@std/assert";
import {
  acceptedMessage,
  momentOf,
  OwnLines,
  unansweredMessage,
} from "../../../../client/session/own_lines.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";

const own = (line: string) => ({ line, nick: "ana", room: "general", unread: new Map() });
const ack: HubFrame = { type: "ack", ref: "1", id: 7, ts: 5 };

Deno.test("an accepted message is in the room that the line named, without its name", () => {
  const message = { kind: "say", id: 7, text: "#otra hola", nick: "ana", room: "general" };
  assertEquals(acceptedMessage(ack, own("#otra hola")), { ...message, kind: "say" });
  const elsewhere = { ...ack, room: "otra" };
  assertEquals(acceptedMessage(elsewhere, own("#otra hola")), {
    ...message,
    kind: "say",
    text: "hola",
    room: "otra",
  });
});

Deno.test("a private message is known by the hub's reply; other answers accept nothing", () => {
  const data = { to: "luis", text: "hola", id: 8, ts: 5 };
  const reply: HubFrame = { type: "reply", ref: "1", code: "private", data, text: "" };
  const accepted = acceptedMessage(reply, own("/msg luis hola"));
  assertEquals([accepted?.kind, accepted?.to, accepted?.text], ["private", "luis", "hola"]);
  const who: HubFrame = { type: "reply", ref: "1", code: "who", data: {}, text: "" };
  assertEquals(acceptedMessage(who, own("/who")), undefined);
});

Deno.test("a line that is not answered is a message, a private message or a command", () => {
  assertEquals(unansweredMessage("/me saluda"), { kind: "action", text: "saluda" });
  assertEquals(unansweredMessage("/msg luis a\nb"), { kind: "private", to: "luis", text: "a\nb" });
  for (const command of ["/msg luis", "/who"]) assertEquals(unansweredMessage(command), undefined);
});

Deno.test("a command is shown above an error, and above answers that do not say all", () => {
  const reply = (code: string): HubFrame => ({ type: "reply", ref: "1", code, data: {}, text: "" });
  const error: HubFrame = { type: "error", ref: "1", code: "x", params: {}, text: "" };
  const read = (line: string, frame: HubFrame) => new OwnLines().read(frame, own(line));
  assertEquals(read("/join otra", reply("join")), {});
  assertEquals(read("/join otra", error), { command: "/join otra" });
  assertEquals(read("/who", reply("who")), { command: "/who" });
  assertEquals(read("hola", error), { unsent: "hola" });
});

Deno.test("what just came is of now; a replay is of its own moment, by the clock here", () => {
  const [now, clockAhead] = [1_000_000, 60_000];
  const message = {
    type: "message",
    id: 1,
    room: "g",
    nick: "b",
    ts: 939_000,
    kind: "say",
  } as const;
  const at = (frame: HubFrame) => momentOf(frame, { now, clockAhead });
  assertEquals(at({ ...message, text: "x" }), now);
  assertEquals(at({ ...message, text: "x", replay: true }), 999_000);
});
