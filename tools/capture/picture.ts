/**
 * Screens of terminals as one SVG that needs nothing else: no fonts, no scripts. Each word stands at its own place and is as
 * wide as its cells, and each wide character in the middle of its two, so that all lines up in whatever font there is. Pure;
 * what is on the screens it does not know.
 */

import type { Cell } from "../../tests/support/screen.ts";
import { GROUND, hex, INK } from "./palette.ts";

/** What is on a screen. */
export interface Shot {
  /** What stands in the bar of its window. */
  readonly title: string;
  /** Rows of cells, each as many. */
  readonly cells: readonly (readonly Cell[])[];
  /** In columns and rows from the top left. */
  readonly cursor: { readonly x: number; readonly y: number };
}

export interface PictureOptions {
  /** What it is, in a few words. */
  title: string;
  /** What it shows, for those who do not see it; what is on the screens follows. */
  description: string;
  lang: string;
}

/** Of a cell, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 19;
const FONT_SIZE = 14;
/** From the top of a cell to the line on which letters stand. */
const BASELINE = 14;
const BAR = 34;
const PADDING = 14;
const GAP = 16;
const RADIUS = 9;
const DIM = 0.65;

const FONTS = 'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", ' +
  '"Liberation Mono", monospace';
/** Of wide characters alone: the fonts of emoji have digits too. */
const WIDE_FONTS = '"Noto Sans Mono CJK JP", "Hiragino Sans", "Yu Gothic", "Apple Color Emoji", ' +
  '"Segoe UI Emoji", "Noto Color Emoji", monospace';

const STYLE = `
text { font: ${FONT_SIZE}px ${FONTS}; white-space: pre; }
.b { font-weight: 700; }
.i { font-style: italic; }
.d { opacity: ${DIM}; }
.w { font-family: ${WIDE_FONTS}; text-anchor: middle; }
.title { font-family: system-ui, sans-serif; font-size: 12px; fill: #9aa4b2; text-anchor: middle; }
.window { fill: ${GROUND}; stroke: #3d4653; }
.bar { fill: #1e242e; }
`;

/** Windows one below the other. */
export function drawPicture(
  shots: readonly Shot[],
  { title, description, lang }: PictureOptions,
): string {
  const width = Math.max(...shots.map(widthOf)) + 2;
  let top = 1;
  const windows = shots.map((shot) => {
    const drawn = drawWindow(shot, { left: 1, top, width: width - 2 });
    top += heightOf(shot) + GAP;
    return drawn;
  });
  const height = top - GAP + 1;
  const screens = shots.map((shot) => [`${shot.title}:`, ...textOf(shot)].join("\n"));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" ` +
    `width="${round(width)}" height="${round(height)}" role="img" xml:lang="${lang}" ` +
    `aria-labelledby="title" aria-describedby="desc">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="desc">${escape([description, ...screens].join("\n\n"))}</desc>`,
    `<style>${STYLE}</style>`,
    ...windows,
    "</svg>",
    "",
  ].join("\n");
}

/** The rows of a screen, without blanks at their ends. */
export function textOf({ cells }: Shot): string[] {
  return cells.map((row) =>
    row.map(({ text, width }) => width === 0 ? "" : text || " ").join("").trimEnd()
  );
}

function widthOf({ cells }: Shot): number {
  return 2 * PADDING + WIDTH * (cells[0]?.length ?? 0);
}

function heightOf({ cells }: Shot): number {
  return BAR + 2 * PADDING + HEIGHT * cells.length;
}

function drawWindow(
  shot: Shot,
  { left, top, width }: { left: number; top: number; width: number },
): string {
  const height = heightOf(shot);
  const middle = top + BAR / 2;
  const dots = ["#e5716b", "#d9b25f", "#7fbf7a"].map((color, index) =>
    `<circle cx="${left + 20 + 18 * index}" cy="${middle}" r="5.5" fill="${color}"/>`
  );
  const bar =
    `M${left} ${top + BAR} V${top + RADIUS} a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} -${RADIUS} ` +
    `H${round(left + width - RADIUS)} a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} ${RADIUS} V${
      top + BAR
    } Z`;
  return [
    `<rect class="window" x="${left}" y="${top}" width="${round(width)}" height="${
      round(height)
    }" rx="${RADIUS}"/>`,
    `<path class="bar" d="${bar}"/>`,
    ...dots,
    `<text class="title" x="${round(left + width / 2)}" y="${middle + 4}">${
      escape(shot.title)
    }</text>`,
    ...drawScreen(shot, left + PADDING, top + BAR + PADDING),
  ].join("\n");
}

function drawScreen({ cells, cursor }: Shot, left: number, top: number): string[] {
  const parts: string[] = [];
  const at = (x: number, y: number) => ({ x: left + WIDTH * x, y: top + HEIGHT * y });
  cells.forEach((row, y) => {
    for (const { x, text, cell } of words(row)) parts.push(...drawWord(text, cell, at(x, y)));
  });
  const { x, y } = at(cursor.x, cursor.y);
  parts.push(
    `<rect x="${round(x)}" y="${round(y)}" width="${WIDTH}" height="${HEIGHT - 1}" fill="${INK}"/>`,
  );
  return parts;
}

interface Word {
  readonly x: number;
  readonly text: string;
  /** Its first cell, of which all have the looks. */
  readonly cell: Cell;
}

/** What there is to draw of a row: pieces without blanks and of one look; wide characters and blanks that show by themselves. */
function* words(row: readonly Cell[]): Generator<Word> {
  for (let x = 0; x < row.length;) {
    const cell = row[x]!;
    let [end, text] = [x + 1, cell.text];
    while (
      isWord(cell) && end < row.length && isWord(row[end]!) && lookOf(row[end]!) === lookOf(cell)
    ) {
      text += row[end++]!.text;
    }
    if (text.trim() !== "" || shows(cell)) yield { x, text, cell };
    x = end;
  }
}

function isWord({ text, width }: Cell): boolean {
  return width === 1 && text.trim() !== "";
}

/** Whether a cell is to be seen though it is blank. */
function shows({ width, bg, inverse, underline }: Cell): boolean {
  return width > 0 && (bg !== "default" || inverse || underline);
}

function lookOf({ bold, dim, italic, underline, inverse, fg, bg }: Cell): string {
  return [bold, dim, italic, underline, inverse, fg, bg].join();
}

function drawWord(text: string, cell: Cell, { x, y }: { x: number; y: number }): string[] {
  const isWide = cell.width === 2;
  const columns = isWide ? 2 : Math.max(1, countOf(text));
  const width = round(WIDTH * columns);
  const [ink, ground] = [hex(cell.fg, INK), hex(cell.bg, GROUND)];
  const parts: string[] = [];
  if (cell.inverse || cell.bg !== "default") {
    const fill = cell.inverse ? ink : ground;
    parts.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${width}" height="${HEIGHT}" fill="${fill}"/>`,
    );
  }
  const fill = cell.inverse ? ground : ink;
  if (cell.underline) {
    parts.push(
      `<rect x="${round(x)}" y="${
        round(y + BASELINE + 2)
      }" width="${width}" height="1" fill="${fill}"/>`,
    );
  }
  if (text.trim() === "") return parts;
  const looks = [cell.bold && "b", cell.italic && "i", cell.dim && "d", isWide && "w"]
    .filter(Boolean).join(" ");
  const place = isWide
    ? `x="${round(x + WIDTH)}"`
    : `x="${round(x)}" textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  parts.push(
    `<text${looks ? ` class="${looks}"` : ""} ${place} y="${round(y + BASELINE)}" fill="${fill}">${
      escape(text)
    }</text>`,
  );
  return parts;
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Cells of a word, each of which holds one. */
function countOf(text: string): number {
  return [...graphemes.segment(text)].length;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
