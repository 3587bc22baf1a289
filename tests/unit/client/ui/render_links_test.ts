/** URLs and markup in the lines of messages and notices. */

import { assert, assertEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import fc from "fast-check";
import { hyperlink } from "../../../../client/ui/links.ts";
import {
  pendingContext,
  type RenderContext,
  renderFrame,
  renderMessage,
  renderNotice,
} from "../../../../client/ui/render.ts";
import { textWidth } from "../../../../common/cli/width.ts";
import { makeTheme, type Theme } from "../../../../client/ui/theme.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { testProperty } from "../../../support/property.ts";
import { welcome } from "../session/test_conversation.ts";
import { assertLooks, context, message } from "./rendering.ts";

const URL = "https://ci.example.org/pipelines/9182734/jobs/55512?tab=log&line=1204#L1204";
const MARKING: Theme = {
  ...makeTheme(false),
  mention: (text) => `<${text}>`,
  code: (text) => `{${text}}`,
  bold: (text) => `[${text}]`,
  faint: (text) => `»${text}«`,
};
const rendered = (text: string, width: number, changes: Partial<RenderContext> = {}) =>
  renderFrame(message("bob", text), 0, context(width, changes));

Deno.test("a URL wider than the text begins at the edge of the terminal, which wraps it", () => {
  assertLooks(message("bob", `see ${URL} , please`), { width: 80 }, [
    "14:03 bob: see",
    URL,
    "           , please",
  ]);
  assertLooks(message("bob", `(${URL}).`), { width: 40 }, ["14:03 bob: (", `${URL}).`]);
  assertLooks(message("bob", `${URL} ${URL}`), { width: 40 }, ["14:03 bob: ", URL, URL]);
  assertLooks(message("maximiliana", URL), { width: 20 }, ["14:03 maximiliana:", URL]);
});

Deno.test("a URL that fits beside the nick is not broken, in a longer word either", () => {
  const short = URL.slice(0, 40);
  assertLooks(message("bob", `see this: ${short}`), { width: 60 }, [
    "14:03 bob: see this:",
    `           ${short}`,
  ]);
  assertLooks(message("bob", `{"this_is":"${short}","status":"ok"}`), { width: 60 }, [
    '14:03 bob: {"this_is":"',
    `           ${short}","`,
    '           status":"ok"}',
  ]);
});

Deno.test("a URL is whole in notices, topics, the message of the day and errors, too", () => {
  const topic: HubFrame = { type: "topic", room: "general", nick: "ana", topic: URL };
  const error: HubFrame = { type: "error", code: "x", params: {}, text: `no: ${URL}` };
  for (const frame of [topic, error, welcome({ motd: URL })]) {
    assert(renderFrame(frame, 0, context(40)).includes(URL), frame.type);
  }
  assert(renderNotice(`! not sent: ${URL}`, 0, (text) => text, context(40)).includes(URL));
});

Deno.test("where the rows are counted, a URL is broken like any word", () => {
  const rows = renderMessage(message("ana", URL), pendingContext(context(40)));
  assert(rows.every((row) => row.length <= 40), rows.join("\n"));
});

Deno.test("each piece of a link has the whole target", () => {
  const link = (text: string) => hyperlink("https://x.org/ana/b")(text);
  const styled = { link: hyperlink, theme: MARKING, nick: "ana" };
  assertEquals(rendered("*https://x.org/ana/b*.", 80, styled), [
    `14:03 bob: »*«${link("[https://x.org/]")}<${link("[ana]")}>${link("[/b]")}»*«.`,
  ]);
});

Deno.test("a URL counts as the rows that it takes, so that a message of many is folded", () => {
  const url = `https://x.org/${"a".repeat(386)}`;
  const lines = rendered(Array(20).fill(url).join(" "), 40, { height: 20 });
  assertEquals(lines.slice(0, 1), ["14:03 bob: "]);
  assertEquals(lines[1], url.slice(0, 9 * 40));
  assertEquals(lines.length, 3);
});

testProperty("wherever the terminal breaks a line, it breaks a URL", { weight: 5 }, (check) => {
  const part = fc.oneof(
    fc.constantFrom(
      URL,
      `(${URL}`,
      "https://x.org/",
      "\n",
      "\u00a0",
      "\u2800",
      "eva: hola",
      "(",
      ")",
      "*",
      "`",
      "```",
    ),
    fc.string({ unit: "grapheme", maxLength: 10 }),
  );
  const texts = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(" "));
  check(fc.property(texts, fc.integer({ min: 30, max: 90 }), (text, width) => {
    const lines = rendered(text, width, { theme: makeTheme(true), link: hyperlink }).map(stripAnsi);
    for (const line of lines.slice(1)) {
      const [url = ""] = /^https:\/\/[^\s\u2800]*/.exec(line) ?? [];
      if (url === "") assert(line.startsWith(" ".repeat(11)) && textWidth(line) <= width, line);
      else assert(Math.floor((textWidth(line) - 1) / width) * width < url.length, line);
    }
    const whole = rendered(text, 10_000);
    const letters = (lines: string[]) => lines.join("").replace(/\s/g, "");
    assertEquals(letters(lines), letters(whole));
  }));
});

/** The text of a line without its styles and links. */
function stripAnsi(line: string): string {
  // deno-lint-ignore no-control-regex
  return stripAnsiCode(line.replace(/\x1b\]8;[^\x1b]*\x1b\\/g, ""));
}

Deno.test("markup has its style on every row, and mentions in it theirs", () => {
  const marked = { theme: MARKING, nick: "ana" };
  assertEquals(rendered("run `ls -l` or *ask ana*", 80, marked), [
    "14:03 bob: run »`«{ls -l}»`« or »*«[ask ]<[ana]>»*«",
  ]);
  assertEquals(rendered("> said\nwhat *two words* mean", 24, marked), [
    "14:03 bob: »> said«",
    "           what »*«[two]",
    "           [words]»*« mean",
  ]);
  assertEquals(rendered("`ls` *x*\n> q", 80, { ...marked, hasMarkup: false }), [
    "14:03 bob: `ls` *x*",
    "           > q",
  ]);
});

Deno.test("blocks of code keep their blanks, on every row", () => {
  const text = "```\nif (x) {\n    return    12345678;\n}\n```";
  assertEquals(rendered(text, 31, { theme: MARKING }), [
    "14:03 bob: »```«",
    "           {if (x) {}",
    "           {    return    123456}",
    "           {78;}",
    "           {}}",
    "           »```«",
  ]);
});

Deno.test("nothing of markup is in notices", () => {
  const error: HubFrame = { type: "error", code: "x", params: {}, text: "*a* `b`" };
  assertEquals(renderFrame(error, 0, context(80, { theme: MARKING })), ["14:03 ! *a* `b`"]);
});
