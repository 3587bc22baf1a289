/** Messages and replies that are longer than the screen. */

import { assert, assertEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import fc from "fast-check";
import { JsonFormat } from "../../../../client/script/format.ts";
import {
  pendingContext,
  type RenderContext,
  renderFrame,
  renderMessage,
} from "../../../../client/ui/render.ts";
import { initialState, receiveFrame } from "../../../../client/session/state.ts";
import { makeTheme, type Theme } from "../../../../client/ui/theme.ts";
import { graphemes, textWidth } from "../../../../common/cli/width.ts";
import type { Lang } from "../../../../common/i18n/mod.ts";
import { plainLines } from "../../../../common/i18n/plain.ts";
import type { HubFrame, MessageKind } from "../../../../common/protocol/frame.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hubFrames } from "../../../support/frames.ts";
import { heavyTexts } from "../../../support/heavy_texts.ts";
import { testProperty } from "../../../support/property.ts";
import { countWork } from "../../../support/work.ts";
import { assertLooks, context, message } from "./rendering.ts";
import { welcome } from "../session/test_conversation.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, row) => `row ${row}`);

Deno.test("a message of two screens is shown whole, and a longer one is folded to half a screen", () => {
  const small = { width: 40, height: 10 };
  const whole = renderFrame(message("ana", numbered(20).join("\n")), 0, context(40, small));
  assertEquals(whole.map((line) => line.slice("14:03 ana: ".length)), numbered(20));
  assertLooks(message("ana", numbered(21).join("\n")), small, [
    "14:03 ana: row 0",
    ...numbered(5).slice(1).map((row) => `           ${row}`),
    "... 16 more lines",
  ]);
  assertLooks(message("ana", numbered(465).join("\n")), { ...small, lang: "es" }, [
    "14:03 ana: row 0",
    ...numbered(5).slice(1).map((row) => `           ${row}`),
    "... 460 líneas más",
  ]);
  const own = { ...message("ana", numbered(465).join("\n")) };
  const pending = renderMessage(own, pendingContext(context(40, small)));
  assertEquals(pending.at(-1), "... 460 more lines");
});

Deno.test("of long lines that are not laid out, the number of rows is said as a minimum", () => {
  const small = context(31, { height: 10 });
  const more = (text: string, changes: Partial<RenderContext> = {}) =>
    renderFrame(message("ana", text), 0, { ...small, ...changes }).slice(5);
  assertEquals(more("x".repeat(1000)), ["... more than 44 more lines"]);
  assertEquals(more("\u1100".repeat(1000)), ["... more than 94 more lines"]);
  assertEquals(more("x".repeat(1000), { lang: "es" }), ["... más de 44 líneas más"]);
});

Deno.test("the first row of a message is shown, even if it never ends", () => {
  const [first, ...rest] = renderFrame(message("ana", "\u200b".repeat(900_000)), 0, context(40));
  assert(first!.startsWith("14:03 ana: \u200b"));
  assertEquals(rest.length, 1);
});

Deno.test("a word that goes on below the fold is not taken for a mention", () => {
  const marked: Theme = { ...makeTheme(false), mention: (text) => `<${text}>` };
  const lastRow = (end: string) => {
    const text = `${"x\n".repeat(4)}((((((((((${end}${"\nx".repeat(20)}`;
    const changes = { height: 10, theme: marked, nick: "ana" };
    return renderFrame(message("eve", text), 0, context(24, changes))[4];
  };
  assertEquals(lastRow("ana"), "           ((((((((((<ana>");
  assertEquals(lastRow("anabel"), "           ((((((((((ana");
});

Deno.test("replies are folded later than messages, and count as one", () => {
  const topic = "t".repeat(1000);
  const rooms = Array.from({ length: 100 }, (_, id) => ({ room: `r${id}`, count: 1, topic }));
  const reply = (data: Record<string, unknown>): HubFrame => (
    { type: "reply", ref: "1", code: "rooms", data, text: "" }
  );
  const few = renderFrame(reply({ rooms: rooms.slice(0, 8), total: 8 }), 0, context(80));
  assertEquals(few.filter((line) => line.includes("#r")).length, 8);
  const many = renderFrame(reply({ rooms, total: 100 }), 0, context(80));
  assertEquals(many.length, 201);
  assert(/^\.\.\. more than \d+ more lines$/.test(many.at(-1)!), many.at(-1)!);
});

Deno.test("only the first rows of any message or notice are worked on", () => {
  for (const size of [60_000, 900_000]) {
    for (const [kind, text] of heavyTexts(size)) {
      const frames: HubFrame[] = [
        message("eve", text),
        message("eve", `ana ${text}`, "action"),
        { type: "error", code: "unknown", params: {}, text },
        { type: "reply", ref: "1", code: "who", data: { members: [text], count: 9 }, text: "" },
        { type: "reply", ref: "1", code: "private", data: { to: "bob", text }, text: "" },
        welcome({ motd: text }),
      ];
      for (const frame of frames) {
        let rows: string[] = [];
        const { segments, normalized } = countWork(() => {
          rows = renderFrame(frame, 0, context(100, { nick: "ana" }));
        });
        const work = `${frame.type} of ${kind}, ${size}: ${segments}, ${normalized}`;
        assert(segments < 60_000 && normalized < 60_000, work);
        assert(rows.length <= 201, `${rows.length} rows of ${work}`);
      }
    }
  }
});

testProperty(
  "a folded message shows its first rows, and says truly how many are more",
  { weight: 10 },
  (check) => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom("\n", "\n", "日本語", "\u1100", "👨‍👩‍👧‍👦", "\u0915\u094d", "\t", " ", "ana"),
        fc.lorem({ maxCount: 3 }),
        fc.string({ unit: "grapheme", maxLength: 8 }),
      ),
      { minLength: 20, maxLength: 100 },
    ).map((parts) => parts.join(""));
    check(fc.property(text, fc.integer({ min: 32, max: 60 }), (text, width) => {
      const render = (height: number) =>
        renderFrame(message("eve", text), 0, context(width, { height }));
      const [all, folded] = [render(10_000), render(4)];
      if (all.length <= 8) return assertEquals(folded, all);
      assertEquals(folded.slice(0, 2), all.slice(0, 2));
      const hidden = all.length - 2;
      const [, more] = /more than (\d+) more lines$/.exec(folded[2]!) ?? [];
      if (more === undefined) assertEquals(folded[2], `... ${hidden} more lines`);
      else assert(hidden > Number(more), `${hidden} is not ${folded[2]}`);
    }));
  },
);

testProperty(
  "rendering never throws and its output is always safe, for any frames",
  { weight: 5 },
  (check) => {
    const width = fc.constantFrom(1, 5, 20, 80);
    const lang = fc.constantFrom<Lang>("en", "es");
    check(
      fc.property(fc.array(hubFrames, { maxLength: 5 }), width, lang, (frames, width, lang) => {
        let state = initialState(lang);
        for (const frame of frames) {
          state = receiveFrame(state, frame);
          const styled = context(width, { lang, theme: makeTheme(true), nick: state.nick });
          const shown = renderFrame(frame, 0, styled).map(stripAnsiCode).join("");
          const printed = plainLines(frame, lang).map((line) => sanitize(line)).join("");
          for (const text of [shown, printed]) assert(!/[\p{Cc}\p{Cs}\u202e]/u.test(text), text);
          const [json] = new JsonFormat().render({ type: "frame", frame });
          if (json) assert(JSON.parse(json.line).type === frame.type);
        }
      }),
      { numRuns: 300 },
    );
  },
);

testProperty(
  "no line is wider than the terminal, except a single character that is",
  { weight: 5 },
  (check) => {
    const text = fc.oneof(
      fc.lorem({ maxCount: 30 }),
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.array(fc.constantFrom("日本語 ", "👨‍👩‍👧‍👦", "🇪🇸 ", "e\u0301", "\n", "x\x1b", "abcdefghij"), {
        maxLength: 60,
      }).map((parts) => parts.join("")),
    );
    const frames = fc.oneof(
      fc.tuple(text, text, fc.constantFrom<MessageKind>("say", "action", "notice", "private"))
        .map(([nick, said, kind]): HubFrame => message(nick, said, kind)),
      text.map((code): HubFrame => ({ type: "error", code, params: {}, text: code })),
      text.map((motd): HubFrame => welcome({ motd })),
    );
    const widths = fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(1, 5, 20, 40, 80, 300),
    );
    check(fc.property(frames, widths, fc.boolean(), (frame, width, color) => {
      for (const line of renderFrame(frame, 0, context(width, { theme: makeTheme(color) }))) {
        const plain = stripAnsiCode(line);
        const drawn = [...graphemes(plain)].filter((each) => each.width > 0);
        assert(textWidth(plain) <= width || drawn.length === 1, JSON.stringify(plain));
      }
    }));
  },
);
