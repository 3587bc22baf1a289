import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { MessageFrame } from "../../../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../../../common/protocol/frame_codec.ts";
import { formats } from "../../../../server/archive/formats.ts";
import { testProperty } from "../../../support/property.ts";

const TS = new Date(2026, 10, 29, 14, 3).getTime(); // by the local clock

const message = (fields: Partial<MessageFrame>): MessageFrame => ({
  ...{ type: "message", id: 1, room: "general", nick: "ana", text: "hola", ts: TS, kind: "say" },
  ...fields,
});

/** Texts that try to be something else. */
const texts = fc.array(
  fc.constantFrom(
    "a",
    " ",
    "\n",
    "<",
    ">",
    "&",
    '"',
    "'",
    "</p>",
    "<script>",
    "&#60;",
    "* eva: x",
    "é",
  ),
  { minLength: 1, maxLength: 8 },
).map((parts) => parts.join(""));
const messages = fc.array(
  fc.record({
    room: fc.constantFrom("general", "otra"),
    text: texts,
    ts: fc.integer({ min: 0, max: 4e12 }),
    kind: fc.constantFrom("say" as const, "action" as const),
  }).map(message),
  { maxLength: 6 },
).map((all) => all.map((each, index) => ({ ...each, id: index + 1 })));

Deno.test("text has the day, the time, the room and the author of each message", () => {
  const said = [
    message({}),
    message({ kind: "action", text: "saluda" }),
    message({ room: "otra", text: "uno\n2026-11-29 14:03 #general eva: dos\n" }),
  ];
  assertEquals([...formats.text(said, "en")], [
    "2026-11-29 14:03 #general ana: hola",
    "2026-11-29 14:03 #general * ana saluda",
    "2026-11-29 14:03 #otra ana: uno",
    "  | 2026-11-29 14:03 #general eva: dos",
    "  | ",
  ]);
});

testProperty("no line of a text passes for a message", { weight: 1 }, (check) => {
  check(fc.property(messages, (said) => {
    const lines = [...formats.text(said, "es")].filter((line) => !line.startsWith("  | "));
    assertEquals(lines.length, said.length);
    for (const [index, { text }] of said.entries()) {
      assert(lines[index]!.endsWith(text.split("\n")[0]!));
      assertMatch(lines[index]!, /^\d{4}-\d\d-\d\d \d\d:\d\d #(general|otra) (\* ana |ana: )/);
    }
  }));
});

testProperty("json has a frame a line, as the hub sends it", { weight: 1 }, (check) => {
  check(fc.property(messages, (said) => {
    const frames = [...formats.json(said)].map(decodeHubFrame);
    assertEquals(frames, said.map((frame) => ({ kind: "frame", frame })));
  }));
});

const TAGS =
  /<\/?(?:html|head|meta|title|style|body|h1|h2|p|time|bdi|span)(?: [^<>]*)?>|<!DOCTYPE html>/g;

testProperty(
  "a page has every message as it was written, and no markup but its own",
  { weight: 1 },
  (check) => {
    check(fc.property(messages, (said) => {
      const page = [...formats.html(said, "es")].join("\n");
      assert(!/[<>]/.test(page.replace(TAGS, "").replace(/^:root.*$/m, "")), page);
      const shown = [...page.matchAll(/<span dir="auto">([^<]*)<\/span>/g)].map(([, text]) =>
        text!.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
      );
      assertEquals(shown, said.map(({ text }) => text));
    }));
  },
);

Deno.test("a page has a heading for each room, and in it for each day", () => {
  const next = new Date(2026, 10, 30).getTime();
  const said = [
    message({}),
    message({}),
    message({ ts: next }),
    message({ room: "otra", ts: next }),
  ];
  const page = [...formats.html(said, "es")].join("\n");
  const headings = [...page.matchAll(/<h[12]>([^<]*)</g)].map(([, text]) => text);
  const [sunday, monday] = ["domingo, 29 de noviembre de 2026", "lunes, 30 de noviembre de 2026"];
  assertEquals(headings, ["#general", sunday, monday, "#otra", monday]);
});

Deno.test("a page allows its style and nothing else", async () => {
  const page = [...formats.html([], "en")].join("\n");
  const [, style = ""] = /<style>(.*)<\/style>/.exec(page)!;
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  assertMatch(
    page,
    new RegExp(`content="default-src 'none'; style-src 'sha256-${hash.replaceAll("+", "\\+")}'"`),
  );
});
