import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Cell } from "../../support/screen.ts";
import { makeTheme } from "../../../client/ui/theme.ts";
import { GROUND, hex, INK } from "../../../tools/capture/palette.ts";
import { drawPicture, textOf } from "../../../tools/capture/picture.ts";

const BLANK: Cell = {
  text: "",
  width: 1,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  fg: "default",
  bg: "default",
};

/** A row of cells, a wide character in two of them. */
function row(text: string, looks: Partial<Cell> = {}): Cell[] {
  return Array.from(text).flatMap((char): Cell[] => {
    const cell = { ...BLANK, ...looks, text: char };
    if (!/[\u3000-\u9fff\u{1f300}-\u{1faff}]/u.test(char)) return [cell];
    return [{ ...cell, width: 2 }, { ...BLANK, ...looks, width: 0 }];
  });
}

function draw(...rows: Cell[][]): string {
  const shot = { title: "a & b", cells: rows, cursor: { x: 0, y: rows.length - 1 } };
  return drawPicture([shot], { title: "t", description: "d", lang: "en" });
}

/** The words that are drawn, each with its attributes, without the title of the window. */
function drawnWords(svg: string): { text: string; attributes: string }[] {
  const found = svg.matchAll(/<text\b([^>]*)>([^<]*)<\/text>/g);
  return Array.from(found, ([, attributes = "", text = ""]) => ({ attributes, text })).slice(1);
}

Deno.test("the colours of the palette are those of xterm", () => {
  assertEquals([16, 21, 196, 226, 231].map((color) => hex(color, INK)), [
    "#000000",
    "#0000ff",
    "#ff0000",
    "#ffff00",
    "#ffffff",
  ]);
  assertEquals([232, 243, 255].map((color) => hex(color, INK)), ["#080808", "#767676", "#eeeeee"]);
  assertEquals([hex("default", INK), hex("#123456", INK), hex(7, GROUND)], [INK, "#123456", INK]);
});

/** The contrast of two colours by the WCAG. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [one, other].map((color) => {
    const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
    const [r = 0, g = 0, b = 0] = parts.map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }).sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

Deno.test("what the program colours can be read in the window", () => {
  const { nick, notice, error } = makeTheme(true);
  const nicks = Array.from({ length: 500 }, (_, number) => nick(`n${number}`)("x"));
  const styled = [...nicks, notice("x"), error("x")].join("");
  const colors = new Set(Array.from(styled.matchAll(/38;5;(\d+)/g), ([, color]) => Number(color)));
  assert(colors.size > 10);
  for (const color of colors) assert(contrast(hex(color, INK), GROUND) >= 3, String(color));
});

Deno.test("each word stands at its own place and is as wide as its cells", () => {
  const [hola, amiga, ...others] = drawnWords(draw(row("hola  amiga")));
  assertEquals([hola?.text, amiga?.text, others], ["hola", "amiga", []]);
  const places = [hola, amiga].map((word) => Number(/ x="([\d.]+)"/.exec(word!.attributes)![1]));
  assertEquals(Math.round(10 * (places[1]! - places[0]!)), 6 * 84);
  assertStringIncludes(hola!.attributes, 'textLength="33.6"');
});

Deno.test("a wide character stands by itself in the middle of its two cells", () => {
  const words = drawnWords(draw(row("a日本🎉b")));
  assertEquals(words.map(({ text }) => text), ["a", "日", "本", "🎉", "b"]);
  const [a, wide] = words.map(({ attributes }) => Number(/ x="([\d.]+)"/.exec(attributes)![1]));
  assertEquals(Math.round(10 * (wide! - a!)), 2 * 84); // its own cell, and half of two
  assert(words.slice(1, 4).every(({ attributes }) => attributes.includes('class="w"')));
});

Deno.test("what looks different is drawn by itself, and inverse text has a ground", () => {
  const svg = draw([...row("@"), ...row("ana", { inverse: true, bold: true }), ...row(",")]);
  assertEquals(drawnWords(svg).map(({ text }) => text), ["@", "ana", ","]);
  const ana = drawnWords(svg)[1]!.attributes;
  assert(ana.includes('class="b"') && ana.includes(`fill="${GROUND}"`));
  assert(new RegExp(`<rect [^>]*width="25.2"[^>]*fill="${INK}"`).test(svg));
});

Deno.test("people's text is escaped, and the screen is told to those who do not see it", () => {
  const svg = draw(row("<b>&"), row("日 x  "));
  assertEquals(drawnWords(svg)[0]!.text, "&lt;b&gt;&amp;");
  const [, desc = ""] = /<desc [^>]*>([^]*)<\/desc>/.exec(svg) ?? [];
  assertEquals(desc, "d\n\na &amp; b:\n&lt;b&gt;&amp;\n日 x");
  assertEquals(textOf({ title: "", cells: [row(" a ")], cursor: { x: 0, y: 0 } }), [" a"]);
});
