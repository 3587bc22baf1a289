import type { PendingLine } from "../../../client/pending.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Happening } from "../../../client/conversation.ts";
import { ASCII_MARKS, MARKS } from "../../../client/marks.ts";
import { makeTheme } from "../../../client/theme.ts";
import { type Reader, type Taste, Transcript } from "../../../client/transcript.ts";
import { textWidth } from "../../../client/width.ts";
import type { HubFrame, MessageFrame } from "../../../protocol/frame.ts";
import { testProperty } from "../../support/property.ts";

const READER: Reader = { width: 60, lang: "en", room: "general", nick: "ana" };
const HOUR = 3_600_000;
/** 14:03 of a Sunday. */
const NOW = Date.UTC(2026, 10, 22, 14, 3);

function transcript(taste: Partial<Taste> = {}): Transcript {
  const usual: Taste = { theme: makeTheme(false), time: "HH:MM", joins: "all", marks: MARKS };
  return new Transcript({ ...usual, ...taste }, { timeZone: "UTC" });
}

function message(text: string, fields: Partial<MessageFrame> = {}): MessageFrame {
  return {
    type: "message",
    id: 1,
    room: "general",
    nick: "bob",
    text,
    ts: NOW,
    kind: "say",
    ...fields,
  };
}

const frame = (frame: HubFrame): Happening => ({ type: "frame", frame });

/** What one entered, and what the hub answered. */
function answered(line: string, answer: HubFrame): Happening {
  return { type: "frame", frame: answer, own: { line, nick: "ana", room: "general" } };
}

const ack = (ts = NOW): HubFrame => ({ type: "ack", ref: "1", id: 1, ts });
const refusal: HubFrame = {
  type: "error",
  ref: "1",
  code: "paused",
  params: { room: "general" },
  text: "",
};

function pendingLine(text: string): PendingLine {
  return { frame: { type: "say", ref: text, text }, shown: text, bytes: 1 };
}

Deno.test("one's own message stands where the hub accepted it, at the hub's time", () => {
  const told = transcript();
  assertEquals(told.tell(frame(message("hola")), NOW, READER), ["14:03 bob: hola"]);
  const said = answered("hello", ack(NOW + HOUR));
  assertEquals(told.tell(said, NOW + 2 * HOUR, READER), ["15:03 ana: hello"]);
});

Deno.test("one's own line has the nick and the room that one had when it was answered", () => {
  const { own } = answered("//who", ack()) as { own: { line: string; nick: string; room: string } };
  const said: Happening = {
    type: "frame",
    frame: ack(),
    own: { ...own, nick: "eva", room: "dev" },
  };
  assertEquals(transcript().tell(said, NOW, READER), ["14:03 #dev eva: /who"]);
  const done = answered("/me claps", ack());
  assertEquals(transcript().tell(done, NOW, READER), ["14:03 * ana claps"]);
});

Deno.test("a command stands before its answer, be it a reply, an error or a goodbye", () => {
  const who = {
    type: "reply",
    ref: "1",
    code: "who",
    data: { members: ["ana"], count: 1 },
    text: "",
  };
  const answers: [HubFrame, string][] = [
    [who as HubFrame, "14:03 * 1 here: ana"],
    [refusal, "14:03 ! #general is paused: only moderators may write there"],
    [{ type: "bye", code: "quit", params: {}, text: "" }, "14:03 * goodbye"],
  ];
  for (const [answer, shown] of answers) {
    const lines = transcript().tell(answered("/quien", answer), NOW, READER);
    assertEquals(lines, ["14:03 › /quien", shown]);
  }
  assertEquals(transcript().tell(answered("/mod secret", refusal), NOW, READER)[0], "14:03 › /mod");
});

Deno.test("a message that was refused is shown as not sent", () => {
  assertEquals(transcript().tell(answered("hello\nthere", refusal), NOW, READER), [
    "14:03 ! #general is paused: only moderators may write there",
    "14:03 ! not sent: hello",
    "        there",
  ]);
});

Deno.test("another day begins with its name, back only with what is told again", () => {
  const told = transcript();
  const tell = (ts: number, fields: Partial<MessageFrame> = {}) =>
    told.tell(frame(message("x", { ts, ...fields })), NOW, READER);
  assertEquals(tell(NOW), ["14:03 bob: x"]);
  assertEquals(tell(NOW - 24 * HOUR, { replay: true }), [
    "--- Saturday, 21 November 2026 ---",
    "14:03 bob: x",
  ]);
  assertEquals(tell(NOW - 23 * HOUR, { replay: true }), ["15:03 bob: x"]);
  assertEquals(tell(NOW), ["--- Sunday, 22 November 2026 ---", "14:03 bob: x"]);
  assertEquals(tell(NOW - 24 * HOUR), ["14:03 bob: x"]);
  const spanish = { ...READER, lang: "es" } as const;
  assertEquals(
    told.tell(answered("y", ack(NOW + 24 * HOUR)), NOW, spanish)[0],
    "--- lunes, 23 de noviembre de 2026 ---",
  );
});

Deno.test("what shows no line changes neither the day nor the time that is counted from", () => {
  const told = transcript({ time: "relative" });
  told.tell(frame(message("x")), NOW, READER);
  assertEquals(told.tell(frame({ type: "pong" }), NOW + 48 * HOUR, READER), []);
  told.pending(["hello"], NOW + 48 * HOUR, READER, 5);
  const next = frame(message("y", { ts: NOW + 5000 }));
  assertEquals(told.tell(next, NOW, READER), ["+5s   bob: y"]);
});

Deno.test("comings and goings are shown by taste", () => {
  const events: HubFrame[] = [
    { type: "joined", room: "general", nick: "eva", count: 2 },
    { type: "joined", room: "general", nick: "bob", count: 3 },
    message("x"),
    { type: "left", room: "general", nick: "eva", count: 2 },
    { type: "renamed", room: "general", from: "bob", nick: "rob" },
    { type: "left", room: "general", nick: "rob", count: 1 },
  ];
  const shown = (joins: Taste["joins"]) => {
    const told = transcript({ joins, time: "none" });
    return events.flatMap((event) => told.tell(frame(event), NOW, READER));
  };
  assertEquals(shown("all").length, 6);
  assertEquals(shown("smart"), ["bob: x", "* bob is now rob", "* rob left (1 here)"]);
  assertEquals(shown("none"), ["bob: x"]);
});

Deno.test("what may or may not have been sent is told with the news of a new session", () => {
  const restarted: Happening = { type: "restarted", uncertain: ["one", "two"].map(pendingLine) };
  const lines = transcript({ time: "none" }).tell(restarted, NOW, { ...READER, width: 200 });
  assertEquals(lines.length, 3);
  assertEquals(lines.slice(1), [
    "! may not have been sent: one",
    "! may not have been sent: two",
  ]);
});

Deno.test("what is not answered yet shows as it will, with a mark in place of the time", () => {
  const pending = (lines: string[], taste: Partial<Taste> = {}) =>
    transcript(taste).pending(lines, NOW, READER, 5);
  assertEquals(pending(["hello", "/me claps", "/who", "/mod secret", "//x"]), [
    "…     ana: hello",
    "…     * ana claps",
    "…     › /who",
    "…     › /mod",
    "…     ana: /x",
  ]);
  assertEquals(pending(["/who"], { marks: ASCII_MARKS }), ["...   > /who"]);
  assertEquals(pending(["hello", "/who"], { time: "none" }), ["… ana: hello", "… › /who"]);
  assertEquals(pending([]), []);
});

Deno.test("of many lines that are not answered the latest are shown, and how many more there are", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
  const told = transcript();
  assertEquals(told.pending(lines, NOW, READER, 3), [
    "… and 98 more before these",
    "…     ana: line 99",
    "…     ana: line 100",
  ]);
  assertEquals(told.pending(lines, NOW, READER, 1), ["… and 99 more before these"]);
  const long = "word ".repeat(100);
  assertEquals(told.pending([long], NOW, READER, 2).length, 2);
  assertEquals(told.pending(["x", long], NOW, READER, 2)[0], "… and 1 more before these");
});

testProperty(
  "what is not answered fits into its rows and columns, whatever it is",
  { weight: 5 },
  (check) => {
    const lines = fc.array(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary", maxLength: 200 })),
      { maxLength: 12 },
    );
    // A grapheme of two columns fits into no narrower terminal.
    const width = fc.integer({ min: 2, max: 80 });
    check(fc.property(lines, width, fc.integer({ min: 1, max: 6 }), (entered, columns, max) => {
      const rows = transcript().pending(entered, NOW, { ...READER, width: columns }, max);
      assert(rows.length <= max);
      for (const row of rows) assert(textWidth(row) <= columns, JSON.stringify(row));
    }));
  },
);
