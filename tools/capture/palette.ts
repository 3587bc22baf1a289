/** The colours of a terminal as a picture has them: the usual ones of xterm, on a dark window. Pure. */

import type { Color } from "../../tests/support/screen.ts";

/** Of the window, and of what has no colour of its own on it. */
export const GROUND = "#0d1117";
export const INK = "#d8dee6";

/** The first 16, which every terminal has its own of: these can be read on the window. */
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

/** What a part of a colour is in the cube of 6 x 6 x 6 that follows them. */
const LEVELS = [0, 95, 135, 175, 215, 255];
const CUBE = NAMED.length;
const GREYS = CUBE + LEVELS.length ** 3;

/** A colour as SVG writes it; `usual` is what stands for the default one. */
export function hex(color: Color, usual: string): string {
  if (color === "default") return usual;
  if (typeof color === "string") return color;
  if (color < CUBE) return NAMED[color]!;
  if (color >= GREYS) return rgb(Array(3).fill(8 + 10 * (color - GREYS)));
  const place = color - CUBE;
  return rgb([36, 6, 1].map((step) => LEVELS[Math.floor(place / step) % LEVELS.length]!));
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
