import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type AckFrame,
  type HubFrame,
  MAX_HUB_FRAME,
  type MessageFrame,
} from "../../../../common/protocol/frame.ts";
import { decodeHubFrame, encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { fold, unfold } from "../../../../common/protocol/runs.ts";
import { testProperty } from "../../../support/property.ts";

function message(id: number, fields: Partial<MessageFrame> = {}): MessageFrame {
  const frame = { type: "message", room: "general", nick: "ana", text: `t${id}`, ts: 5 } as const;
  return { ...frame, id, kind: "say", ...fields };
}

Deno.test("messages that differ only in their text become one frame", () => {
  assertEquals(fold([message(7), message(8), message(9)]), [
    {
      type: "messages",
      id: 7,
      room: "general",
      nick: "ana",
      ts: 5,
      kind: "say",
      texts: ["t7", "t8", "t9"],
    },
  ]);
});

Deno.test("acks of consecutive messages become one frame", () => {
  const ack = (id: number, ts = 5) => ({ type: "ack", ref: `r${id}`, id, ts } as const);
  assertEquals(fold([ack(1), ack(2), ack(4), ack(5, 6)]), [
    { type: "acks", id: 1, ts: 5, refs: ["r1", "r2"] },
    ack(4),
    ack(5, 6),
  ]);
});

Deno.test("a message that differs in anything else remains a frame of its own", () => {
  const others: Partial<MessageFrame>[] = [
    { id: 9 },
    { nick: "eva" },
    { room: "cine" },
    { ts: 6 },
    { kind: "action" },
    { replay: true },
    { as: "notice" },
    { tags: { "+typing": "done" } },
  ];
  for (const other of others) {
    const frames = [message(7), message(8, other)];
    assertEquals(fold(frames), frames);
  }
  const pong: HubFrame = { type: "pong" };
  assertEquals(fold([message(7), pong, message(8)]), [message(7), pong, message(8)]);
});

Deno.test("a run of long texts stays within a client's line limit", () => {
  const frames = [];
  for (let id = 1; id <= 20; id++) frames.push(message(id, { text: "\u0001".repeat(30_000) }));
  const folded = fold(frames);
  assertEquals(folded.flatMap(unfold), frames);
  for (const frame of folded) assertEquals(encodeFrame(frame).length < MAX_HUB_FRAME, true);
});

testProperty(
  "folded frames unfold to the original ones, over the wire too",
  { weight: 20 },
  (check) => {
    const few = fc.nat(3);
    type Make = (id: number) => HubFrame;
    const ack: Make = (id) => ({ type: "ack", ref: "r", id, ts: 5 });
    const pong: Make = () => ({ type: "pong" });
    const frame: fc.Arbitrary<Make> = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<Make>((id) => message(id), ack) },
      fc.constantFrom<Make>((id) => ({ ...ack(id) as AckFrame, room: "dev" })),
      fc.record({ ts: few, nick: fc.constantFrom("ana", "eva"), text: fc.string() })
        .map((fields) => (id: number) => message(id, fields)),
      fc.constantFrom<Make>((id) => message(id, { replay: true }), pong),
    );
    const steps = fc.array(fc.tuple(frame, fc.constantFrom(1, 1, 1, 2)), { maxLength: 30 });
    check(fc.property(steps, (steps) => {
      let id = 0;
      const frames = steps.map(([make, step]) => make(id += step));
      const read = fold(frames).map((frame) => decodeHubFrame(encodeFrame(frame)));
      assertEquals(read.flatMap((each) => each.kind === "frame" ? unfold(each.frame) : []), frames);
    }));
  },
);
