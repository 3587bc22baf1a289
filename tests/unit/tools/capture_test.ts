import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { Cell } from "../../support/screen.ts";
import { contrast, GROUND, hex, INK, legible } from "../../../tools/capture/palette.ts";
import { drawPicture } from "../../../tools/capture/picture.ts";
import { join, textOf } from "../../../tools/capture/recording.ts";

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

/** A row of 12 cells, a wide character in two of them. */
function row(text: string, looks: Partial<Cell> = {}): Cell[] {
  const cells = Array.from(text).flatMap((char): Cell[] => {
    const cell = { ...BLANK, ...looks, text: char };
    if (!/[\u3000-\u9fff\u{1f300}-\u{1faff}]/u.test(char)) return [cell];
    return [{ ...cell, width: 2 }, { ...BLANK, ...looks, width: 0 }];
  });
  return [...cells, ...Array(12).fill(BLANK)].slice(0, 12);
}

function frame(time: number, cursor: number, ...rows: string[]) {
  return { time, cursor, cells: rows.map((each) => row(each)) };
}

function draw(...cells: Cell[][]): string {
  const frames = [{ time: 0, cells: [...cells, row("a> ")], cursor: 3 }];
  return drawPicture(join(frames), {
    window: "a & b",
    title: "t",
    description: "d",
    lang: "en",
    pause: 1000,
  });
}

/** The words in the picture, each with its attributes, without the title of the window and the prompt. */
function drawnWords(svg: string): { text: string; attributes: string }[] {
  const found = svg.matchAll(/<text\b([^>]*)>([^<]*)<\/text>/g);
  return Array.from(found, ([, attributes = "", text = ""]) => ({ attributes, text })).slice(1, -1);
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

Deno.test("every colour is lightened until it can be read on the window", () => {
  assertEquals(contrast("#000000", "#ffffff"), 21);
  for (let color = 0; color < 256; color++) {
    assert(contrast(legible(hex(color, INK)), GROUND) >= 6, String(color));
  }
  assertEquals(legible("#ffff00"), "#ffff00");
});

Deno.test("each word has its own place and is as wide as its cells", () => {
  const words = drawnWords(draw(row("hola  amiga")));
  assertEquals(words.map(({ text }) => text), ["hola", "amiga"]);
  const places = words.map((word) => Number(/ x="([\d.]+)"/.exec(word.attributes)![1]));
  assertEquals(Math.round(10 * (places[1]! - places[0]!)), 6 * 84);
  assertStringIncludes(words[0]!.attributes, 'textLength="33.6"');
});

Deno.test("a wide character stands by itself in the middle of its two cells", () => {
  const words = drawnWords(draw(row("a日本🎉b")));
  assertEquals(words.map(({ text }) => text), ["a", "日", "本", "🎉", "b"]);
  const [a, wide] = words.map(({ attributes }) => Number(/ x="([\d.]+)"/.exec(attributes)![1]));
  assertEquals(Math.round(10 * (wide! - a!)), 2 * 84); // its own cell, and half of two
  assert(words.slice(1, 4).every(({ attributes }) => attributes.includes('class="w"')));
});

Deno.test("cells that look different are drawn apart, and inverse text has a background", () => {
  const cells = [...row("@"), ...row("ana", { inverse: true, bold: true })];
  const svg = draw([cells[0]!, ...cells.slice(12, 15), ...row(",")].slice(0, 12));
  assertEquals(drawnWords(svg).map(({ text }) => text), ["@", "ana", ","]);
  const ana = drawnWords(svg)[1]!.attributes;
  assert(ana.includes('class="b"') && ana.includes(`fill="${GROUND}"`));
  assertMatch(svg, new RegExp(`<rect [^>]*width="25.2"[^>]*fill="${INK}"`));
});

Deno.test("text is escaped, and the description has the last screen", () => {
  const svg = draw(row("<b>&"), row("日 x  "));
  assertEquals(drawnWords(svg)[0]!.text, "&lt;b&gt;&amp;");
  const [, desc = ""] = /<desc [^>]*>([^]*)<\/desc>/.exec(svg) ?? [];
  assertEquals(desc, "d\n\n&lt;b&gt;&amp;\n日 x\na&gt;");
});

const FRAMES = [
  frame(0, 3, "one", "two", "a> "),
  frame(100, 4, "one", "two", "a> h"),
  frame(300, 4, "two", "three", "a> h"),
  frame(400, 5, "two", "three", "a> hi"),
];

Deno.test("messages and typed characters are joined into one log and one line", () => {
  const { log, input, steps } = join(FRAMES);
  assertEquals(textOf([...log, input]), "one\ntwo\nthree\na> hi");
  assertEquals(steps.map(({ rows, cursor }) => [rows, cursor]), [[2, 3], [2, 4], [3, 4], [3, 5]]);
});

Deno.test("frames in which the line or the log is disturbed are refused", () => {
  for (
    const wrong of [
      frame(350, 4, "two", "three", "a> x"),
      frame(350, 4, "two", "other", "a> h"),
      frame(350, 4, "three", "a> h"),
    ]
  ) {
    assertThrows(() => join(FRAMES.toSpliced(3, 0, wrong)), Error, "another screen at 350 ms");
  }
});

Deno.test("the log moves up and the line is uncovered at their times, unless motion is unwanted", () => {
  const options = { window: "", title: "", description: "", lang: "en", pause: 100 };
  const svg = drawPicture(join(FRAMES), options);
  const [, rules = ""] = /prefers-reduced-motion: no-preference\) \{([^]*)\}\s*<\/style>/.exec(
    svg,
  )!;
  const keyframes = (name: string) => {
    const [, body = ""] = new RegExp(`@keyframes ${name} \\{([^@]*)`).exec(rules)!;
    return Array.from(
      body.matchAll(/([\d.]+%) \{ transform: (\w+\([^)]+\))/g),
      ([, ...found]) => found.join(" "),
    );
  };
  assertEquals(keyframes("log"), ["0% translateY(19px)", "60% translateY(0px)"]);
  assertEquals(keyframes("typing"), [
    "0% translateX(-16.8px)",
    "20% translateX(-8.4px)",
    "80% translateX(0px)",
  ]);
  assertMatch(rules, /animation: log 0\.5s step-end infinite/);
});
