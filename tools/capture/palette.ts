/** The colours of xterm on a dark window. */

import type { Color } from "../../tests/support/screen.ts";

export const GROUND = "#0d1117";
/** Of text without a colour of its own. */
export const INK = "#d8dee6";

/** The least contrast of text with the window, by the WCAG. Terminals such as VS Code's lighten text in the same way. */
const CONTRAST = 6;

/** The first 16, which differ between terminals. */
const NAMED = [
  "#3b4250",
  "#e5716b",
  "#7fbf7a",
  "#d9b25f",
  "#6ea8e8",
  "#c08be0",
  "#62bfc4",
  INK,
  "#6b7484",
  "#ff8d86",
  "#9bdb95",
  "#f0cc7f",
  "#8fc1ff",
  "#d8a9f5",
  "#82dde2",
  "#ffffff",
];

/** The steps of a colour in the cube of 6 x 6 x 6 that follows them. */
const LEVELS = [0, 95, 135, 175, 215, 255];
const CUBE = NAMED.length;
const GREYS = CUBE + LEVELS.length ** 3;

/** A colour as SVG writes it; `usual` stands for the default colour. */
export function hex(color: Color, usual: string): string {
  if (color === "default") return usual;
  if (typeof color === "string") return color;
  if (color < CUBE) return NAMED[color]!;
  if (color >= GREYS) return rgb(Array(3).fill(8 + 10 * (color - GREYS)));
  const place = color - CUBE;
  return rgb([36, 6, 1].map((step) => LEVELS[Math.floor(place / step) % LEVELS.length]!));
}

/** A colour, lightened until it can be read well on the window. */
export function legible(color: string): string {
  let parts = partsOf(color);
  while (contrast(rgb(parts), GROUND) < CONTRAST) {
    parts = parts.map((part) => Math.min(255, Math.ceil(part + (255 - part) / 16)));
  }
  return rgb(parts);
}

/** The contrast of two colours by the WCAG, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = partsOf(color).map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function partsOf(color: string): number[] {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
