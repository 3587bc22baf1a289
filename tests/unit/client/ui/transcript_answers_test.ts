/** The user's own lines, and what answers them. */

import { assert, assertEquals } from "@std/assert";
import type { ConversationEvent, OwnLine } from "../../../../client/session/conversation.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import {
  ack,
  answered,
  frame,
  message,
  NOW,
  refusal,
  transcript,
  VIEWPORT,
} from "./transcripts.ts";

Deno.test("a command is shown before its answer: a reply, an error or a goodbye", () => {
  const who = {
    type: "reply",
    ref: "1",
    code: "who",
    data: { room: "general", members: ["ana"], count: 1 },
    text: "",
  };
  const answers: [HubFrame, string][] = [
    [who as HubFrame, "14:03 * 1 here: ana"],
    [refusal, "14:03 ! #general is paused: only moderators may write there"],
    [{ type: "bye", code: "quit", params: {}, text: "" }, "14:03 * goodbye"],
  ];
  for (const [answer, shown] of answers) {
    const lines = transcript().formatEvent(answered("/quien", answer), VIEWPORT);
    assertEquals(lines, ["14:03 › /quien", shown]);
  }
  assertEquals(
    transcript().formatEvent(answered("/mod secret", refusal), VIEWPORT)[0],
    "14:03 › /mod",
  );
});

const delivered: HubFrame = {
  ...{ type: "reply", ref: "1", code: "private", text: "" },
  data: { to: "bob", text: "one\ntwo", id: 5, ts: NOW },
};

Deno.test("a private message is shown once, as it will be while it is unanswered, and kept if it is refused", () => {
  for (
    const [line, lang, shown] of [["/msg bob one\ntwo", "en", "[private] to bob:"], [
      "/r one\ntwo",
      "es",
      "[privado] a bob:",
    ]] as const
  ) {
    const log = transcript();
    const viewport = { ...VIEWPORT, lang };
    const indent = " ".repeat(`14:03 ${shown} `.length);
    const lines = [`14:03 ${shown} one`, `${indent}two`];
    assertEquals(log.formatEvent(answered(line, delivered), viewport), lines);
    const away: HubFrame = {
      type: "notice",
      ref: "1",
      code: "away",
      params: { nick: "bob" },
      text: "",
    };
    assert(log.formatEvent(answered(line, away), viewport)[0]!.startsWith("14:03 * bob "));
    assertEquals(log.formatEvent(answered(line, refusal), viewport).slice(0, 2), [
      `14:03 › ${line.split("\n")[0]}`,
      "        two",
    ]);
  }
  assertEquals(transcript().formatPending(["/msg bob one", "/msg bob", "/r one"], VIEWPORT, 5), [
    "…     [private] to bob: one",
    "…     › /msg bob",
    "…     › /r one",
  ]);
});

Deno.test("a command whose answer says all that it says is not shown", () => {
  const cases: [line: string, code: string, data: Record<string, unknown>, shown: string][] = [
    ["/name eva", "nick", { nick: "eva" }, "you are now eva"],
    ["/unignore bob", "ignore", { nick: "bob", isIgnored: false }, "you no longer ignore bob"],
    ["/dejar", "leave", { room: "dev", current: "general" }, "you left #dev, and are in #general"],
  ];
  for (const [line, code, data, shown] of cases) {
    const reply: HubFrame = { type: "reply", ref: "1", code, data, text: "" };
    assertEquals(transcript().formatEvent(answered(line, reply), VIEWPORT), [`14:03 * ${shown}`]);
    assertEquals(transcript().formatEvent(answered(line, refusal), VIEWPORT)[0], `14:03 › ${line}`);
  }
});

Deno.test("a command is shown once, above the messages that it asked for", () => {
  const log = transcript();
  const params = { room: "general", count: 1 };
  const topic = { room: "general", topic: "" };
  const shown = [
    answered("/history 1", { type: "notice", ref: "7", code: "history", params, text: "" }),
    frame(message("hello", { replay: true })),
    answered("/history 1", { type: "reply", ref: "7", code: "history", data: params, text: "" }),
    answered("/topic", { type: "reply", ref: "8", code: "topic", data: topic, text: "" }),
  ].flatMap((event) => log.formatEvent(event, VIEWPORT));
  assertEquals(shown, [
    "14:03 › /history 1",
    "14:03 * --- the last message ---",
    "14:03 bob: hello",
    "14:03 › /topic",
    "14:03 * this room has no topic: /topic TEXT sets one",
  ]);
});

Deno.test("a refused message is shown as not sent", () => {
  assertEquals(transcript().formatEvent(answered("hello\nthere", refusal), VIEWPORT), [
    "14:03 ! #general is paused: only moderators may write there",
    "14:03 ! not sent: hello",
    "        there",
  ]);
});

Deno.test("the user's own line has the nick and room from when it was answered", () => {
  const { own } = answered("//who", ack()) as { own: OwnLine };
  const said: ConversationEvent = {
    type: "frame",
    frame: ack(),
    own: { ...own, nick: "eva", room: "dev" },
  };
  assertEquals(transcript().formatEvent(said, VIEWPORT), ["14:03 #dev eva: /who"]);
  const done = answered("/me claps", ack());
  assertEquals(transcript().formatEvent(done, VIEWPORT), ["14:03 * ana claps"]);
});
