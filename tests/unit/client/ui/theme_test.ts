import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { NICK_COLORS } from "../../../../client/ui/nick_colors.ts";
import { makeTheme, type ThemeName, THEMES } from "../../../../client/ui/theme.ts";

/** @std/fmt styles nothing if NO_COLOR is set. */
const ignore = Deno.noColor;

const PARTS = [
  "time",
  "notice",
  "error",
  "echo",
  "prompt",
  "mention",
  "pending",
  "divider",
  "code",
  "bold",
  "faint",
] as const;

Deno.test("without colour a theme writes no escape codes, even after one with colour", () => {
  makeTheme(true);
  const theme = makeTheme(false);
  for (const part of PARTS) assertEquals(theme[part]("hola"), "hola", part);
  assertEquals(theme.nick(0)("hola"), "hola");
});

Deno.test("a theme only adds styles: without its escape codes the text is the same", () => {
  for (const name of THEMES) {
    const theme = makeTheme(true, name);
    for (const part of PARTS) assertEquals(stripAnsiCode(theme[part]("hola")), "hola", part);
    assertEquals(stripAnsiCode(theme.nick(0)("José 😀")), "José 😀");
  }
});

Deno.test({ name: "with colour each part has a style", ignore }, () => {
  const theme = makeTheme(true);
  for (const part of PARTS) assertNotEquals(theme[part]("hola"), "hola", part);
  assertNotEquals(theme.error("hola"), theme.notice("hola"));
});

/** The SGR codes that begin a style of a theme: `1`, `38;5;166`. */
function codes(name: ThemeName): Set<string> {
  const theme = makeTheme(true, name);
  const nicks = NICK_COLORS.map((_, color) => theme.nick(color)("x"));
  const shown = [...nicks, ...PARTS.map((part) => theme[part]("x"))].join("");
  // deno-lint-ignore no-control-regex
  const found = [...shown.matchAll(/\x1b\[([\d;]+)m/g)].map(([, code]) => code!);
  return new Set(found.filter((code) => !["22", "24", "27", "39"].includes(code))); // these end a style
}

/** The channels of a colour of the fixed part of the 256-colour palette, as in xterm. */
function paletteColor(code: number): number[] {
  assert(code >= 16 && code < 256);
  if (code >= 232) return Array(3).fill(8 + 10 * (code - 232));
  const levels = [0, 95, 135, 175, 215, 255];
  return [36, 6, 1].map((unit) => levels[Math.floor((code - 16) / unit) % 6]!);
}

/** Relative luminance by WCAG 2.2. */
function luminance(channels: number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio by WCAG 2.2, from 1 to 21. */
function contrast(one: number[], other: number[]): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const channels = (hex: string) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const BACKGROUNDS = ["#000000", "#1e1e1e", "#282c34", "#002b36", "#fdf6e3", "#ffffff"];

Deno.test("contrast is measured as the WCAG says", () => {
  assertEquals(contrast(channels("#000000"), channels("#ffffff")), 21);
  assertEquals(contrast(channels("#ffffff"), channels("#767676")).toFixed(2), "4.54");
  assertEquals(paletteColor(243), channels("#767676"));
  assertEquals(paletteColor(166), channels("#d75f00"));
});

Deno.test({ name: "each colour is readable on dark and on light backgrounds", ignore }, () => {
  const colors = [...codes("default")].filter((code) => !["1", "7"].includes(code));
  assert(colors.length >= 12, colors.join(" "));
  for (const code of colors) {
    const [, number] = /^38;5;(\d+)$/.exec(code) ?? [];
    assert(number, `${code} is no colour that is the same everywhere`);
    for (const background of BACKGROUNDS) {
      const ratio = contrast(paletteColor(Number(number)), channels(background));
      assert(ratio >= 3, `${number} on ${background}: ${ratio.toFixed(2)}`);
    }
  }
});

Deno.test({ name: "grey has the best contrast possible on both", ignore }, () => {
  const [, number] = /38;5;(\d+)m/.exec(makeTheme(true).notice("x"))!;
  for (const background of ["#000000", "#ffffff"]) {
    assert(contrast(paletteColor(Number(number)), channels(background)) >= 4.5, background);
  }
});

Deno.test({ name: "mono has no colours", ignore }, () => {
  assertEquals([...codes("mono")].sort(), ["1", "2", "7"]);
});

Deno.test({ name: "high contrast has no colours, and no faint text", ignore }, () => {
  assertEquals([...codes("high-contrast")].sort(), ["1", "4", "7"]);
});

Deno.test(
  { name: "mentions, markup and pending messages stand out in every theme", ignore },
  () => {
    for (const name of THEMES) {
      const { mention, pending, code, bold } = makeTheme(true, name);
      const looks = [mention, pending, code, bold].map((style) => style("x"));
      assertEquals(new Set([...looks, "x"]).size, 5, name);
    }
  },
);
