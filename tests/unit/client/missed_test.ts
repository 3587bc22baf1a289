import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Happening } from "../../../client/conversation.ts";
import { Missed } from "../../../client/missed.ts";
import { describeFrame } from "../../../i18n/frames.ts";
import type { MessageFrame, NoticeFrame } from "../../../protocol/frame.ts";
import { testProperty } from "../../support/property.ts";

const LOST: Happening = { type: "lost" };

function resumed(count: number, params: Record<string, number> = {}): NoticeFrame {
  return { type: "notice", code: "resumed", params: { count, missing: 0, ...params }, text: "" };
}

function replayed(text: string, nick = "bob"): MessageFrame {
  return { type: "message", id: 1, room: "r", nick, text, ts: 1, kind: "say", replay: true };
}

const happening = (frame: MessageFrame | NoticeFrame): Happening => ({ type: "frame", frame });

/** What comes of frames, those that are held back to the end left out. */
function take(...frames: (MessageFrame | NoticeFrame)[]): Happening[] {
  const missed = new Missed();
  return frames.flatMap((frame) => missed.take(happening(frame), "ana"));
}

Deno.test("how many mention one stands before what was missed", () => {
  const messages = [
    replayed("hola Ana"),
    replayed("x"),
    replayed("ana: y"),
    replayed("ana", "ana"),
  ];
  const told = take(resumed(4, { missing: 2 }), ...messages);
  assertEquals(told, [resumed(4, { missing: 2, mentions: 2 }), ...messages].map(happening));
  const [notice] = told as { frame: NoticeFrame }[];
  assertEquals(describeFrame(notice!.frame, "en"), [
    "reconnected: 4 messages meanwhile (2 mention you), and 2 more that the hub no longer keeps",
  ]);
  assertEquals(describeFrame(notice!.frame, "es"), [
    "conexión recuperada: 4 mensajes mientras tanto (2 te mencionan), y otros 2 que el servidor ya no conserva",
  ]);
});

Deno.test("where nothing mentions one, or nothing was missed, that is not mentioned", () => {
  const [notice] = take(resumed(1), replayed("x")) as { frame: NoticeFrame }[];
  assertEquals(describeFrame(notice!.frame, "en"), [
    "reconnected: one message meanwhile",
  ]);
  assertEquals(take(resumed(0)), [happening(resumed(0))]);
});

Deno.test("nothing is held back longer than what was missed comes", () => {
  const live: MessageFrame = { ...replayed("ana"), replay: undefined } as never;
  const missed = new Missed();
  assertEquals(missed.take(happening(resumed(3)), "ana"), []);
  assertEquals(missed.take(happening(replayed("ana")), "ana"), []);
  const all = [resumed(3), replayed("ana"), live].map(happening);
  assertEquals(missed.take(happening(live), "ana"), all);
  assertEquals(missed.end(), []);
  missed.take(happening(resumed(3)), "ana");
  assertEquals(missed.take(LOST, "ana"), [happening(resumed(3)), LOST]);
  missed.take(happening(resumed(3)), "ana");
  missed.take(happening(replayed("x")), "ana");
  assertEquals(missed.end(), [resumed(3), replayed("x")].map(happening));
});

Deno.test("no more is held back than a hub may tell again", () => {
  const missed = new Missed();
  missed.take(happening(resumed(Number.MAX_SAFE_INTEGER)), "ana");
  let held = 0;
  while (missed.take(happening(replayed("x".repeat(100_000))), "ana").length === 0) held++;
  assertEquals(held, 10);
  missed.take(happening(resumed(Number.MAX_SAFE_INTEGER)), "ana");
  for (held = 0; missed.take(happening(replayed("")), "ana").length === 0;) held++;
  assertEquals(held, Math.floor(1024 * 1024 / 200));
});

testProperty(
  "whatever comes, all of it is let through once, in its order",
  { weight: 10 },
  (check) => {
    const frames = fc.array(fc.oneof(
      fc.integer({ min: 0, max: 4 }).map((count) => happening(resumed(count))),
      fc.integer().map((id) => happening({ ...replayed("ana"), id })),
      fc.constant(LOST),
    ));
    const withoutCount = (told: Happening[]) =>
      told.map((each) =>
        each.type === "frame" && each.frame.type === "notice"
          ? happening(resumed(Number(each.frame.params["count"])))
          : each
      );
    check(fc.property(frames, (all) => {
      const missed = new Missed();
      const told = all.flatMap((each) => missed.take(each, "ana"));
      assertEquals(withoutCount([...told, ...missed.end()]), all);
    }));
  },
);
