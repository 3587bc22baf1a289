/** The colours of the page: each text has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3), light and dark. */

import { assert, assertEquals } from "@std/assert";
import { NICK_COLORS } from "../../../client/ui/nick_colors.ts";

const css = await Deno.readTextFile(new URL("../../../web/style.css", import.meta.url));
const [light, dark] = css.split("prefers-color-scheme: dark").map((part) =>
  Object.fromEntries(
    Array.from(part.matchAll(/--(\w+): (#\w+|\d+%);/g), ([, name, value]) => [name!, value!]),
  )
) as [Record<string, string>, Record<string, string>];
const hues = Array.from(
  css.matchAll(/\.nick-(\d+) \{ --hue: (\d+); \}/g),
  ([, , hue]) => Number(hue),
);

type Rgb = readonly number[];

function parseHex(hex: string): Rgb {
  const digits = hex.length === 4 ? hex.replace(/\w/g, "$&$&") : hex;
  return [1, 3, 5].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255);
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  });
}

function contrast(a: Rgb, b: Rgb): number {
  const [high = 0, low = 0] = [a, b].map((rgb) => {
    const [red = 0, green = 0, blue = 0] = rgb
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

for (const [scheme, colors] of Object.entries({ light, dark })) {
  const backs = ["back", "pane"].map((name) => parseHex(colors[name]!));

  Deno.test(`texts and nicks are readable on the ${scheme} page`, () => {
    const texts = ["text", "faint", "accent", "error"].map((name) => parseHex(colors[name]!));
    const nicks = hues.map((hue) => fromHsl(hue, 0.7, parseInt(colors["nick"]!) / 100));
    for (const back of backs) {
      for (const text of [...texts, ...nicks]) {
        assert(contrast(text, back) >= 4.5, `${text} ${back}`);
      }
    }
    assert(contrast(parseHex(colors["text"]!), parseHex(colors["mark"]!)) >= 4.5);
    assert(contrast(parseHex(colors["text"]!), parseHex(colors["line"]!)) >= 4.5); // the current room
  });
}

Deno.test("the page has a colour for each number that a nick may have", () => {
  assertEquals(hues.length, NICK_COLORS.length);
  assertEquals(new Set(hues).size, hues.length);
});
