import { assert, assertEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import fc from "fast-check";
import { Timestamps } from "../../../../client/ui/timestamps.ts";
import { JsonFormat } from "../../../../client/script/format.ts";
import { ASCII_GLYPHS } from "../../../../client/ui/theme.ts";
import {
  type RenderContext,
  renderDivider,
  renderFrame,
  renderMessage,
  renderNotice,
} from "../../../../client/ui/render.ts";
import { initialState, reduce } from "../../../../client/session/state.ts";
import { makeTheme, type Theme, THEMES } from "../../../../client/ui/theme.ts";
import { graphemes, textWidth } from "../../../../client/terminal/width.ts";
import type { Lang } from "../../../../common/i18n/mod.ts";
import { plainLines } from "../../../../common/i18n/plain.ts";
import type { HubFrame, MessageFrame, MessageKind } from "../../../../common/protocol/frame.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hubFrames } from "../../../support/frames.ts";
import { heavyTexts } from "../../../support/heavy_texts.ts";
import { testProperty } from "../../../support/property.ts";
import { countWork } from "../../../support/work.ts";
import { welcome } from "../session/test_conversation.ts";

function context(width: number, changes: Partial<RenderContext> = {}): RenderContext {
  return {
    width,
    height: 40,
    lang: "en",
    room: "general",
    theme: makeTheme(false),
    formatTime: () => "14:03",
    ...changes,
  };
}

function message(nick: string, text: string, kind: MessageKind = "say"): MessageFrame {
  return { type: "message", id: 1, room: "general", nick, text, ts: 0, kind };
}

/** Asserts the lines of a frame: without colour, and with colour after its codes are stripped. */
function assertLooks(
  frame: HubFrame,
  changes: Partial<RenderContext> & { width: number },
  lines: string[],
) {
  assertEquals(renderFrame(frame, 0, context(changes.width, changes)), lines);
  const colored = context(changes.width, { ...changes, theme: makeTheme(true) });
  assertEquals(renderFrame(frame, 0, colored).map(stripAnsiCode), lines);
}

Deno.test("a message shows its time, its nick and its text", () => {
  const lines = ["14:03 ana: hola"];
  assertLooks(message("ana", "hola"), { width: 80 }, lines);
  assertLooks(message("ana", "hola"), { width: 300 }, lines);
});

Deno.test("a long message is indented to its beginning", () => {
  assertLooks(message("ana", "uno dos tres cuatro cinco seis"), { width: 24 }, [
    "14:03 ana: uno dos tres",
    "           cuatro cinco",
    "           seis",
  ]);
});

Deno.test("a replayed message that was shortened says how many lines follow", () => {
  const shortened = { ...message("ana", "uno\ndos"), replay: true, more: 190 } as const;
  assertLooks(shortened, { width: 40, lang: "es" }, [
    "14:03 ana: uno",
    "           dos",
    "           ... 190 líneas más",
  ]);
  assertLooks({ ...shortened, text: "u…", more: 0 }, { width: 40 }, ["14:03 ana: u…"]);
});

Deno.test("the lines of a message are aligned, and empty ones stay", () => {
  assertLooks(message("ana", "uno\n\n  dos\ntres"), { width: 40 }, [
    "14:03 ana: uno",
    "           ",
    "             dos",
    "           tres",
  ]);
});

Deno.test("the indent below a wide nick counts columns, not letters", () => {
  assertLooks(message("日本", "uno dos tres"), { width: 25 }, [
    "14:03 日本: uno dos tres",
  ]);
  assertLooks(message("日本", "uno dos tres cuatro"), { width: 25 }, [
    "14:03 日本: uno dos tres",
    "            cuatro",
  ]);
});

Deno.test("a head wider than half the terminal stands above its text", () => {
  assertLooks(message("maximiliana", "uno dos tres cuatro cinco"), { width: 20 }, [
    "14:03 maximiliana:",
    "  uno dos tres",
    "  cuatro cinco",
  ]);
  assertLooks(message("ana", "uno dos"), { width: 5 }, ["14:03", "ana:", "uno", "dos"]);
});

Deno.test("a width of one column shows everything", () => {
  const lines = renderFrame(message("ana", "hola 日"), 0, context(1));
  assertEquals(lines.join(""), "14:03ana:hola日");
  assert(lines.every((line) => [...line].length === 1));
});

Deno.test("actions and private messages look different from messages", () => {
  assertLooks(message("ana", "saluda", "action"), { width: 40 }, ["14:03 * ana saluda"]);
  assertLooks(message("ana", "hola", "private"), { width: 80 }, ["14:03 [private] ana: hola"]);
});

Deno.test("no message can look like another message or a notice", () => {
  const forged = "hola\n14:04 eva: adiós\n* eva left (1 here)\n! error";
  for (const width of [20, 40, 80, 300]) {
    const [first, ...rest] = renderFrame(message("ana", forged), 0, context(width));
    assert(first!.startsWith("14:03 ana:"));
    assert(rest.every((line) => line.startsWith("  ")), rest.join("\n"));
  }
});

Deno.test("notices and errors have their prefixes, and are in the user's language", () => {
  const joined: HubFrame = { type: "joined", room: "general", nick: "eva", count: 2 };
  assertLooks(joined, { width: 80 }, ["14:03 * eva joined (2 here)"]);
  assertLooks(joined, { width: 80, lang: "es" }, ["14:03 * eva ha entrado (2 aquí)"]);
  const notice: HubFrame = { type: "notice", code: "throttled", params: {}, text: "" };
  assertLooks(notice, { width: 40, lang: "es" }, [
    "14:03 * frenando tus mensajes: envías",
    "        más deprisa de lo que permite",
    "        este servidor; no se pierde nada",
  ]);
  const error: HubFrame = { type: "error", code: "empty_message", params: {}, text: "" };
  assertLooks(error, { width: 80 }, ["14:03 ! the message is empty: it was not sent"]);
  assertLooks(error, { width: 80, lang: "es" }, [
    "14:03 ! el mensaje está vacío: no se ha enviado",
  ]);
});

Deno.test("a batch of joins and leaves takes two lines", () => {
  const many: HubFrame = {
    type: "presence",
    room: "dev",
    joined: { count: 11, nicks: ["ana"] },
    left: { count: 2, nicks: ["eva", "bob"] },
    count: 13,
  };
  assertLooks(many, { width: 80 }, [
    "14:03 * #dev eva, bob left (2 here)",
    "14:03 * #dev ana and 10 more joined (13 here)",
  ]);
});

Deno.test("frames for programs are not shown", () => {
  assertEquals(renderFrame({ type: "pong" }, 0, context(80)), []);
  assertEquals(renderFrame({ type: "ack", ref: "1", id: 1, ts: 1 }, 0, context(80)), []);
});

Deno.test("a frame shows its own time, or the current time if it has none", () => {
  const clocked = context(80, { formatTime: (moment) => `<${moment}>` });
  assertEquals(renderFrame({ ...message("ana", "hola"), ts: 5 }, 7, clocked), ["<5> ana: hola"]);
  const renamed: HubFrame = { type: "renamed", room: "general", from: "ana", nick: "eva" };
  assertEquals(renderFrame(renamed, 7, clocked), ["<7> * ana is now eva"]);
});

Deno.test("the user's own message looks as others see it", () => {
  const own = { room: "general", nick: "ana", text: "hola", ts: 0, kind: "say" } as const;
  assertEquals(
    renderMessage(own, context(80)),
    renderFrame(message("ana", "hola"), 0, context(80)),
  );
});

Deno.test("a notice is indented to its prefix, or without one to the time", () => {
  const shout = (text: string) => text.toUpperCase();
  assertEquals(renderNotice("› /who", 0, shout, context(80)), ["14:03 › /WHO"]);
  assertEquals(renderNotice("! uno\ndos", 0, shout, context(80)), ["14:03 ! UNO", "        DOS"]);
  assertEquals(renderNotice("uno dos tres", 0, shout, context(14)), [
    "14:03 UNO DOS",
    "      TRES",
  ]);
});

/** A theme whose styles are visible without colour. */
const MARKING: Theme = {
  ...makeTheme(false),
  mention: (text) => `<${text}>`,
  pending: (text) => `~${text}~`,
};
const marking = (width: number, changes: Partial<RenderContext> = {}) =>
  context(width, { theme: MARKING, nick: "ana", ...changes });

Deno.test("the user's own nick is highlighted in messages of others", () => {
  const said = (text: string, kind?: MessageKind) =>
    renderFrame(message("luis", text, kind), 0, marking(80));
  assertEquals(said("hola, Ana: ¿ana?"), ["14:03 luis: hola, <Ana>: ¿<ana>?"]);
  assertEquals(said("hola\n@ana"), ["14:03 luis: hola", "            @<ana>"]);
  assertEquals(said("saluda a ana", "action"), ["14:03 * luis saluda a <ana>"]);
  assertEquals(said("mañana"), ["14:03 luis: mañana"]);
});

Deno.test("the nick is not highlighted in the user's own messages, nor before it is known", () => {
  assertEquals(renderFrame(message("ANA", "soy ana"), 0, marking(80)), ["14:03 ANA: soy ana"]);
  const { nick: _, ...unknown } = marking(80);
  assertEquals(renderFrame(message("luis", "ana"), 0, unknown), ["14:03 luis: ana"]);
});

Deno.test("a wrapped mention is highlighted on both lines", () => {
  const maximiliana = { nick: "maximiliana" };
  const lines = renderFrame(message("eva", "hola, maximiliana"), 0, marking(17, maximiliana));
  assertEquals(lines, [
    "14:03 eva:",
    "  hola,",
    "  <maximiliana>",
  ]);
  assertEquals(renderFrame(message("eva", "maximiliana!"), 0, marking(8, maximiliana)), [
    "14:03",
    "eva:",
    "<maximili>",
    "<ana>!",
  ]);
});

testProperty("highlighting changes no text", { weight: 5 }, (check) => {
  const text = fc.array(
    fc.oneof(fc.constantFrom("ana", " ", "@ana", "Ana,", "日本", "\n"), fc.string()),
    { maxLength: 40 },
  ).map((parts) => parts.join(""));
  const widths = fc.integer({ min: 1, max: 100 });
  check(fc.property(text, widths, fc.boolean(), (said, width, isPending) => {
    const bare = renderMessage(message("luis", said), context(width), { isPending });
    for (const name of THEMES) {
      const styled = context(width, { theme: makeTheme(true, name), nick: "ana" });
      const lines = renderMessage(message("luis", said), styled, { isPending });
      assertEquals(lines.map(stripAnsiCode), bare);
    }
  }));
});

Deno.test("a pending message has its glyph, and is as wide as when it is accepted", () => {
  const own = message("ana", "uno dos tres cuatro");
  assertEquals(renderMessage(own, context(22), { isPending: true }), [
    "…     ana: uno dos",
    "           tres cuatro",
  ]);
  assertEquals(renderMessage(own, context(22)), [
    "14:03 ana: uno dos",
    "           tres cuatro",
  ]);
});

Deno.test("a pending message has one style", () => {
  const lines = renderMessage(message("ana", "uno dos\nana"), marking(22), { isPending: true });
  assertEquals(lines, ["~…     ~~ana: ~~uno dos~", "           ~ana~"]);
});

Deno.test("without times the lines have no time column, except for the glyph of a pending message", () => {
  const untimed = context(40, { formatTime: () => "" });
  assertEquals(renderFrame(message("ana", "hola"), 0, untimed), ["ana: hola"]);
  assertEquals(renderNotice("› /who", 0, (text) => text, untimed), ["› /who"]);
  assertEquals(renderMessage(message("ana", "hola"), untimed, { isPending: true }), [
    "… ana: hola",
  ]);
});

Deno.test("the lines of one frame have one time", () => {
  const timestamps = new Timestamps("relative", { timeZone: "UTC" });
  const counted = context(80, {
    formatTime: (moment, previous) => timestamps.time(moment, previous),
  });
  const commands = [{ name: "who", names: ["who"], argument: "" }];
  const help: HubFrame = { type: "reply", ref: "1", code: "help", data: { commands }, text: "" };
  timestamps.recordShown(0);
  const times = renderFrame(help, 120_000, counted).map((line) => line.slice(0, 8));
  assertEquals(times, ["+2m   * ", "+0s   * ", "+0s   * "]);
});

Deno.test("with ASCII glyphs, everything that the client draws is ASCII", () => {
  const plain = context(30, { glyphs: ASCII_GLYPHS });
  const drawn = [
    ...renderMessage(message("ana", "hola a todos los que estáis"), plain, { isPending: true }),
    ...renderNotice(`${ASCII_GLYPHS.echo} /who`, 0, (text) => text, plain),
    ...renderDivider("Sunday, 22 November 2026", plain),
  ];
  assertEquals(drawn, [
    "...   ana: hola a todos los",
    "           que estáis",
    "14:03 > /who",
    "--- Sunday, 22 November 2026",
    "---",
  ]);
});

Deno.test("an echoed command is indented to its glyph, whichever it is", () => {
  for (const mark of ["›", ">"]) {
    assertEquals(renderNotice(`${mark} /me saluda`, 0, (text) => text, context(17)), [
      `14:03 ${mark} /me`,
      "        saluda",
    ]);
  }
});

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
  const pending = renderMessage(own, context(40, small), { isPending: true });
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
          state = reduce(state, { type: "received", frame });
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
      fc.tuple(text, text, fc.constantFrom<MessageKind>("say", "action", "private"))
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
