/** Reads the QR code that a terminal shows, as a camera would. */

import jsqr from "jsqr";
import type { Cell, Color, TestTerminal } from "./terminal.ts";

/** A cell has an upper and a lower square, of this many pixels a side. */
const SIDE = 4;

const BLACK = [0, 0, 0, 255];
const WHITE = [255, 255, 255, 255];

// Its types do not say that it is a CommonJS module.
const decode = jsqr as unknown as typeof jsqr.default;

export interface QrOptions {
  /** The colour of the terminal where no other is set. */
  background: "black" | "white";
  cols?: number;
  rows?: number;
}

/** What the code on a screen says; undefined if none can be read. */
export function readQr(terminal: TestTerminal, options: QrOptions): string | undefined {
  const { cols = 80, rows = 24, background } = options;
  const isDark = (color: Color) => color === 0 || color === "default" && background === "black";
  /** Any other text is drawn as its background; the blocks of many fonts have a gap above. */
  const square = ({ text, fg, bg }: Cell, isLower: boolean) =>
    isDark(text === "▄" && isLower ? fg : bg);
  const pixels: number[] = [];
  for (let line = 0; line < 2 * rows; line++) {
    const row = Array.from({ length: cols }, (_, x) => {
      const isDark = square(terminal.cell(x, Math.floor(line / 2)), line % 2 === 1);
      return Array(SIDE).fill(isDark ? BLACK : WHITE).flat();
    }).flat();
    for (let copy = 0; copy < SIDE; copy++) pixels.push(...row);
  }
  const [width, height] = [cols * SIDE, rows * 2 * SIDE];
  const how = { inversionAttempts: "dontInvert" } as const;
  return decode(Uint8ClampedArray.from(pixels), width, height, how)?.data;
}
