import { assert, assertEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import fc from "fast-check";
import { Timestamps } from "../../../../client/ui/timestamps.ts";
import { ASCII_GLYPHS } from "../../../../client/ui/theme.ts";
import {
  pendingContext,
  type RenderContext,
  renderDivider,
  renderFrame,
  renderMessage,
  renderNotice,
} from "../../../../client/ui/render.ts";
import { makeTheme, type Theme, THEMES } from "../../../../client/ui/theme.ts";
import type { HubFrame, MessageKind } from "../../../../common/protocol/frame.ts";
import { testProperty } from "../../../support/property.ts";
import { assertLooks, context, message } from "./rendering.ts";

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

Deno.test("actions, notices and private messages look different from messages", () => {
  assertLooks(message("ana", "saluda", "action"), { width: 40 }, ["14:03 * ana saluda"]);
  assertLooks(message("ana", "hola", "private"), { width: 80 }, ["14:03 [private] ana: hola"]);
  const notice = { ...message("ana", "hola", "private"), as: "notice" } as const;
  assertLooks(notice, { width: 80 }, ["14:03 [private] ana (notice): hola"]);
  assertLooks({ ...notice, as: "action" }, { width: 80 }, ["14:03 [private] * ana hola"]);
  assertLooks(message("ana", "hola", "notice"), { width: 80 }, ["14:03 ana (notice): hola"]);
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
  bold: (text) => `~${text}~`,
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
  const unknown = { ...marking(80), nick: "" };
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
    const render = (look: RenderContext) =>
      renderMessage(message("luis", said), isPending ? pendingContext(look) : look);
    const bare = render(context(width));
    for (const name of THEMES) {
      const styled = context(width, { theme: makeTheme(true, name), nick: "ana" });
      assertEquals(render(styled).map(stripAnsiCode), bare);
    }
  }));
});

Deno.test("a pending message has its glyph, and is as wide as when it is accepted", () => {
  const own = message("ana", "uno dos tres cuatro");
  assertEquals(renderMessage(own, pendingContext(context(22))), [
    "…     ana: uno dos",
    "           tres cuatro",
  ]);
  assertEquals(renderMessage(own, context(22)), [
    "14:03 ana: uno dos",
    "           tres cuatro",
  ]);
});

Deno.test("a pending message has no style: the screen gives it its own", () => {
  const lines = renderMessage(message("luis", "uno *dos*\nana"), pendingContext(marking(80)));
  assertEquals(lines, ["…     luis: uno *dos*", "            ana"]);
});

Deno.test("without times the lines have no time column, except for the glyph of a pending message", () => {
  const untimed = context(40, { formatTime: () => "" });
  assertEquals(renderFrame(message("ana", "hola"), 0, untimed), ["ana: hola"]);
  assertEquals(renderNotice("› /who", 0, (text) => text, untimed), ["› /who"]);
  assertEquals(renderMessage(message("ana", "hola"), pendingContext(untimed)), [
    "… ana: hola",
  ]);
});

Deno.test("the lines of one frame have one time", () => {
  const timestamps = new Timestamps("relative", { timeZone: "UTC" });
  const counted = context(80, {
    formatTime: (moment, previous) => timestamps.time(moment, previous),
  });
  const commands = ["who", "me"].map((name) => ({ name, names: [name], argument: "" }));
  const help: HubFrame = { type: "reply", ref: "1", code: "help", data: { commands }, text: "" };
  timestamps.advance(0, "en");
  const times = renderFrame(help, 120_000, counted).map((line) => line.slice(0, 8));
  assertEquals(times, ["+2m   * ", "+0s   * ", "+0s   * "]);
});

Deno.test("with ASCII glyphs, everything that the client draws is ASCII", () => {
  const plain = context(30, { glyphs: ASCII_GLYPHS });
  const drawn = [
    ...renderMessage(message("ana", "hola a todos los que estáis"), pendingContext(plain)),
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
