import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ConversationEvent } from "../../../../client/session/conversation.ts";
import { ResumeSummary } from "../../../../client/ui/resume_summary.ts";
import { describeFrame } from "../../../../common/i18n/frames.ts";
import type { DeletedFrame, MessageFrame, NoticeFrame } from "../../../../common/protocol/frame.ts";
import { testProperty } from "../../../support/property.ts";

const LOST: ConversationEvent = { type: "lost" };

function resumed(count: number, params: Record<string, number> = {}): NoticeFrame {
  return { type: "notice", code: "resumed", params: { count, missing: 0, ...params }, text: "" };
}

function replayed(text: string, nick = "bob"): MessageFrame {
  return { type: "message", id: 1, room: "r", nick, text, ts: 1, kind: "say", replay: true };
}

const event = (frame: MessageFrame | NoticeFrame | DeletedFrame): ConversationEvent => ({
  type: "frame",
  frame,
});

/** The events returned for some frames, without those still held back. */
function push(...frames: (MessageFrame | NoticeFrame | DeletedFrame)[]): ConversationEvent[] {
  const summary = new ResumeSummary();
  return frames.flatMap((frame) => summary.push(event(frame), "ana"));
}

Deno.test("a message that is deleted while it is held back is not shown", () => {
  const [kept, lost] = [replayed("kept"), { ...replayed("lost"), id: 2 }];
  const deleted: DeletedFrame = { type: "deleted", room: "r", ids: [2], nick: "bob", by: "mo" };
  const frames = [resumed(3), kept, lost];
  assertEquals(push(...frames, deleted), [resumed(3), kept, deleted].map(event));
});

Deno.test("the notice has the number of mentions in the replay after it", () => {
  const messages = [
    replayed("hola Ana"),
    replayed("x"),
    replayed("ana: y"),
    replayed("ana", "ana"),
  ];
  const shown = push(resumed(4, { missing: 2 }), ...messages);
  assertEquals(shown, [resumed(4, { missing: 2, mentions: 2 }), ...messages].map(event));
  const [notice] = shown as { frame: NoticeFrame }[];
  assertEquals(describeFrame(notice!.frame, "en"), [
    "reconnected: 4 messages meanwhile (2 mention you), and 2 more that the hub no longer keeps",
  ]);
  assertEquals(describeFrame(notice!.frame, "es"), [
    "conexión recuperada: 4 mensajes mientras tanto (2 te mencionan), y otros 2 que el servidor ya no conserva",
  ]);
});

Deno.test("without mentions, or without missed messages, the notice has no number of mentions", () => {
  const [notice] = push(resumed(1), replayed("x")) as { frame: NoticeFrame }[];
  assertEquals(describeFrame(notice!.frame, "en"), [
    "reconnected: one message meanwhile",
  ]);
  assertEquals(push(resumed(0)), [event(resumed(0))]);
});

Deno.test("events are held back only while the replay goes on", () => {
  const live: MessageFrame = { ...replayed("ana"), replay: undefined } as never;
  const summary = new ResumeSummary();
  assertEquals(summary.push(event(resumed(3)), "ana"), []);
  assertEquals(summary.push(event(replayed("ana")), "ana"), []);
  const all = [resumed(3), replayed("ana"), live].map(event);
  assertEquals(summary.push(event(live), "ana"), all);
  assertEquals(summary.flush(), []);
  summary.push(event(resumed(3)), "ana");
  assertEquals(summary.push(LOST, "ana"), [event(resumed(3)), LOST]);
  summary.push(event(resumed(3)), "ana");
  summary.push(event(replayed("x")), "ana");
  assertEquals(summary.flush(), [resumed(3), replayed("x")].map(event));
});

Deno.test("the size of the held events is limited", () => {
  const summary = new ResumeSummary();
  summary.push(event(resumed(Number.MAX_SAFE_INTEGER)), "ana");
  let held = 0;
  while (summary.push(event(replayed("x".repeat(100_000))), "ana").length === 0) held++;
  assertEquals(held, 10);
  summary.push(event(resumed(Number.MAX_SAFE_INTEGER)), "ana");
  for (held = 0; summary.push(event(replayed("")), "ana").length === 0;) held++;
  assertEquals(held, Math.floor(1024 * 1024 / 200));
});

testProperty(
  "every event is returned once, in its order",
  { weight: 10 },
  (check) => {
    const frames = fc.array(fc.oneof(
      fc.integer({ min: 0, max: 4 }).map((count) => event(resumed(count))),
      fc.integer().map((id) => event({ ...replayed("ana"), id })),
      fc.constant(LOST),
    ));
    const withoutCount = (shown: ConversationEvent[]) =>
      shown.map((each) =>
        each.type === "frame" && each.frame.type === "notice"
          ? event(resumed(Number(each.frame.params["count"])))
          : each
      );
    check(fc.property(frames, (all) => {
      const summary = new ResumeSummary();
      const shown = all.flatMap((each) => summary.push(each, "ana"));
      assertEquals(withoutCount([...shown, ...summary.flush()]), all);
    }));
  },
);
