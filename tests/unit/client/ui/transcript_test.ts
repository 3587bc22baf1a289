import type { PendingLine } from "../../../../client/session/pending.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ConversationEvent } from "../../../../client/session/conversation.ts";
import { ASCII_GLYPHS, UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import type { DisplayOptions } from "../../../../client/ui/transcript.ts";
import { textWidth } from "../../../../common/cli/width.ts";
import type { HubFrame, MessageFrame } from "../../../../common/protocol/frame.ts";
import { TestHub } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";
import {
  ack,
  answered,
  frame,
  HOUR,
  message,
  MINUTE,
  NOW,
  transcript,
  VIEWPORT,
} from "./transcripts.ts";

function pendingLine(text: string): PendingLine {
  return { frame: { type: "say", ref: text, text }, display: text, bytes: 1 };
}

Deno.test("the user's own message appears when the hub accepts it, with the hub's time", () => {
  const log = transcript();
  assertEquals(log.formatEvent(frame(message("hola")), VIEWPORT), ["14:03 bob: hola"]);
  const said = answered("hello", ack(NOW + HOUR));
  assertEquals(log.formatEvent(said, { ...VIEWPORT, now: NOW + 2 * HOUR }), ["15:03 ana: hello"]);
});

Deno.test("another hub that is another chat is told in one sentence, and then what may be lost", () => {
  const log = transcript({ time: "none" });
  const events: ConversationEvent[] = [
    { type: "moved", address: { hostname: "b", port: 1 }, isOtherChat: true },
    { type: "restarted", uncertain: [pendingLine("one")], isOtherChat: true },
    { type: "unsent", lines: [pendingLine("two")] },
  ];
  const told = (lang: "en" | "es") =>
    events.flatMap((event) => log.formatEvent(event, { ...VIEWPORT, width: 200, lang }));
  assertEquals(told("en"), [
    "* now connected to b:1, which is another chat: messages of the one before are not here",
    "! may not have been sent: one",
    "! not sent: two",
  ]);
  assertEquals(
    told("es")[0],
    "* ahora en b:1, que es otro chat: los mensajes del anterior no están aquí",
  );
});

Deno.test("help in the client names the keys, and fits a terminal of 80 columns and 24 rows", () => {
  for (const lang of ["en", "es"] as const) {
    const test = new TestHub({ lang, modPassword: "tiza" });
    const ana = test.connect();
    ana.hello({ nick: "ana", lang });
    ana.command("1", "/help");
    test.tick();
    const reply = ana.takeFrames().at(-1)!;
    for (const [glyphs, up] of [[UNICODE_GLYPHS, "↑"], [ASCII_GLYPHS, "Up"]] as const) {
      const viewport = { ...VIEWPORT, width: 80, height: 24, lang };
      const rows = transcript({ glyphs }).formatEvent(answered("/help", reply), viewport);
      assert(rows.length < 24, `${rows.length} rows`);
      assert(rows.every((row) => row.startsWith("14:03 ")), rows.join("\n")); // none is wrapped
      assertEquals(
        rows.at(-1)!.slice(6),
        {
          en: `* Tab completes, ${up} repeats, /exit leaves; //TEXT sends /TEXT`,
          es: `* Tab completa, ${up} repite, /salir sale; //TEXTO envía /TEXTO`,
        }[lang],
      );
    }
  }
});

Deno.test("a new day begins with a divider, and only a replay goes back", () => {
  const log = transcript();
  const tell = (ts: number, fields: Partial<MessageFrame> = {}) =>
    log.formatEvent(frame(message("x", { ts, ...fields })), VIEWPORT);
  assertEquals(tell(NOW), ["14:03 bob: x"]);
  assertEquals(tell(NOW - 24 * HOUR, { replay: true }), [
    "--- Saturday, 21 November 2026 ---",
    "14:03 bob: x",
  ]);
  assertEquals(tell(NOW - 23 * HOUR, { replay: true }), ["15:03 bob: x"]);
  assertEquals(tell(NOW), ["--- Sunday, 22 November 2026 ---", "14:03 bob: x"]);
  assertEquals(tell(NOW - 24 * HOUR), ["14:03 bob: x"]);
  const spanish = { ...VIEWPORT, lang: "es" } as const;
  assertEquals(
    log.formatEvent(answered("y", ack(NOW + 24 * HOUR)), spanish)[0],
    "--- lunes, 23 de noviembre de 2026 ---",
  );
});

Deno.test("an event without lines changes neither the day nor the relative time", () => {
  const log = transcript({ time: "relative" });
  log.formatEvent(frame(message("x")), VIEWPORT);
  assertEquals(log.formatEvent(frame({ type: "pong" }), { ...VIEWPORT, now: NOW + 48 * HOUR }), []);
  log.formatPending(["hello"], { ...VIEWPORT, now: NOW + 48 * HOUR }, 5);
  const next = frame(message("y", { ts: NOW + 5000 }));
  assertEquals(log.formatEvent(next, VIEWPORT), ["+5s   bob: y"]);
});

/** What a client shows whose clock is ahead of the hub's: one line a minute, told by the hub and by the client in turn. */
function shownByClock(ahead: number, options: Partial<DisplayOptions> = {}): string[] {
  const log = transcript(options);
  const at = (minutes: number) => ({
    ...VIEWPORT,
    now: NOW + ahead + minutes * MINUTE,
    clockAhead: ahead,
  });
  const told = (minutes: number) => ({ ts: NOW + minutes * MINUTE });
  return [
    ...log.formatEvent(frame(message("before", { ...told(-2), replay: true })), at(0)),
    ...log.formatEvent(
      frame({ type: "joined", room: "general", nick: "eva", count: 2, ...told(1) }),
      at(1),
    ),
    ...log.formatEvent(frame(message("hola", told(2))), at(2)),
    ...log.formatEvent(answered("hello", ack(NOW + 3 * MINUTE)), at(3)),
    ...log.formatNotice("* ", "client.lost", {}, at(4)),
    ...log.formatEvent(
      frame({ type: "left", room: "general", nick: "eva", count: 1, ...told(5) }),
      at(5),
    ),
    ...log.formatEvent(frame(message("late", told(5))), at(7)),
  ];
}

Deno.test("a client whose clock differs from the hub's shows everything by its own", () => {
  const shown = (ahead: number) =>
    shownByClock(ahead, { time: "HH:MM" }).map((line) => line.replace(/^(\d\d:\d\d).*/, "$1"))
      .filter((line) => /^\d/.test(line));
  const times = ["14:08", "14:11", "14:12", "14:13", "14:14", "14:15", "14:15"];
  assertEquals(shown(7 * MINUTE), times);
  const behind = shownByClock(-23 * HOUR);
  assert(!behind.some((line) => line.startsWith("---")), behind.join("\n"));
  assertEquals(shown(-23 * HOUR)[0], "15:01");
  const relative = shownByClock(7 * MINUTE, { time: "relative" }).map((line) => line.slice(0, 3));
  assertEquals(relative, shownByClock(0, { time: "relative" }).map((line) => line.slice(0, 3)));
});

Deno.test("what was on its way for a moment is of now, and what was delayed for longer has its own time", () => {
  const log = transcript();
  const now = NOW + 500; // half a second into 14:03
  const tell = (ts: number) => log.formatEvent(frame(message("x", { ts })), { ...VIEWPORT, now });
  assertEquals(
    log.formatNotice("* ", "client.lost", {}, { ...VIEWPORT, now })[0]?.slice(0, 5),
    "14:03",
  );
  assertEquals(tell(NOW - 500), ["14:03 bob: x"]);
  assertEquals(tell(NOW - MINUTE), ["14:02 bob: x"]);
});

Deno.test("joins and leaves are shown as the user chose", () => {
  const events: HubFrame[] = [
    { type: "joined", room: "general", nick: "eva", count: 2 },
    { type: "joined", room: "general", nick: "bob", count: 3 },
    message("x"),
    { type: "left", room: "general", nick: "eva", count: 2 },
    { type: "renamed", room: "general", from: "bob", nick: "rob" },
    { type: "left", room: "general", nick: "rob", count: 1 },
  ];
  const shown = (joins: DisplayOptions["joins"]) => {
    const log = transcript({ joins, time: "none" });
    return events.flatMap((event) => log.formatEvent(frame(event), VIEWPORT));
  };
  assertEquals(shown("all").length, 6);
  assertEquals(shown("smart"), ["bob: x", "* bob is now rob", "* rob left (1 here)"]);
  assertEquals(shown("none"), ["bob: x"]);
});

Deno.test("a new session's notice is followed by the messages that may have been lost", () => {
  const restarted: ConversationEvent = {
    type: "restarted",
    uncertain: ["one", "two"].map(pendingLine),
  };
  const lines = transcript({ time: "none" }).formatEvent(restarted, {
    ...VIEWPORT,
    width: 200,
  });
  assertEquals(lines.length, 3);
  assertEquals(lines.slice(1), [
    "! may not have been sent: one",
    "! may not have been sent: two",
  ]);
});

Deno.test("unanswered input looks as it will later, with a glyph in place of the time", () => {
  const pending = (lines: string[], options: Partial<DisplayOptions> = {}) =>
    transcript(options).formatPending(lines, VIEWPORT, 5);
  assertEquals(pending(["hello", "/me claps", "/who", "/mod secret", "//x"]), [
    "…     ana: hello",
    "…     * ana claps",
    "…     › /who",
    "…     › /mod",
    "…     ana: /x",
  ]);
  assertEquals(pending(["/who"], { glyphs: ASCII_GLYPHS }), ["...   > /who"]);
  assertEquals(pending(["hello", "/who"], { time: "none" }), ["… ana: hello", "… › /who"]);
  assertEquals(pending([]), []);
});

Deno.test("of many unanswered inputs the latest are shown, with the number of the others", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
  const log = transcript();
  assertEquals(log.formatPending(lines, VIEWPORT, 3), [
    "… and 98 more before these",
    "…     ana: line 99",
    "…     ana: line 100",
  ]);
  assertEquals(log.formatPending(lines, VIEWPORT, 1), ["… and 99 more before these"]);
  const long = "word ".repeat(100);
  assertEquals(log.formatPending([long], VIEWPORT, 2).length, 2);
  assertEquals(log.formatPending(["x", long], VIEWPORT, 2)[0], "… and 1 more before these");
});

testProperty(
  "any unanswered input fits into its rows and columns",
  { weight: 5 },
  (check) => {
    const lines = fc.array(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary", maxLength: 200 })),
      { maxLength: 12 },
    );
    // A terminal must have room for a grapheme of two columns.
    const width = fc.integer({ min: 2, max: 80 });
    check(fc.property(lines, width, fc.integer({ min: 1, max: 6 }), (entered, columns, max) => {
      const rows = transcript().formatPending(entered, { ...VIEWPORT, width: columns }, max);
      assert(rows.length <= max);
      for (const row of rows) assert(textWidth(row) <= columns, JSON.stringify(row));
    }));
  },
);

Deno.test("input that was not sent is never folded", () => {
  const text = "0123456789".repeat(3000);
  const rows = transcript().formatEvent(
    { type: "unsent", lines: [pendingLine(text)] },
    { ...VIEWPORT, height: 10 },
  );
  assert(rows.join("").replaceAll(" ", "").includes(text));
});
