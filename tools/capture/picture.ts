/**
 * A recording of a terminal as one animated SVG, without scripts and fonts. Each word has its own place and is as wide as
 * its cells, and each wide character is in the middle of its two, so that columns line up in any font.
 *
 * Every row is drawn once: the log is moved up in steps, and a cover over the input moves right with the cursor. Without
 * animation, and for readers who prefer reduced motion, the last frame is shown.
 */

import type { Cell } from "../../tests/support/screen.ts";
import { GROUND, hex, INK, legible } from "./palette.ts";
import { type Recording, textOf } from "./recording.ts";

export interface PictureOptions {
  /** In the bar of the window. */
  window: string;
  /** The picture in a few words. */
  title: string;
  /** What happens, for readers who do not see it; the text of the last frame is appended. */
  description: string;
  lang: string;
  /** How long the last frame stays, in ms. */
  pause: number;
}

/** Of a cell, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 19;
const FONT_SIZE = 14;
/** From the top of a cell to the baseline. */
const BASELINE = 14;
const BAR = 34;
const PADDING = 14;
const RADIUS = 9;
const DIM = 0.65;

const FONTS = 'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", ' +
  '"Liberation Mono", monospace';
/** Of wide characters alone: fonts of emoji have digits too. */
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

export function drawPicture(recording: Recording, options: PictureOptions): string {
  const { log, input, height } = recording;
  const [columns, above] = [WIDTH * input.length, HEIGHT * (height - 1)];
  const [width, total] = [columns + 2 * PADDING + 2, BAR + 2 * PADDING + above + HEIGHT + 2];
  const [left, top] = [1 + PADDING, 1 + BAR + PADDING];
  const { x: end } = at(recording.steps.at(-1)!.cursor, 0);
  const { title, description, lang } = options;
  const seen = textOf([...log.slice(1 - height), input]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${total}"
  width="${round(width)}" height="${total}" role="img" xml:lang="${lang}"
  aria-labelledby="title" aria-describedby="desc">
<title id="title">${escape(title)}</title>
<desc id="desc">${escape(`${description}\n\n${seen}`)}</desc>
<style>${STYLE}${animation(recording, options.pause)}</style>
<clipPath id="above"><rect width="${round(columns)}" height="${above}"/></clipPath>
<clipPath id="line"><rect y="${above}" width="${round(columns)}" height="${HEIGHT}"/></clipPath>
${drawWindow(options.window, width, total)}
<g transform="translate(${left} ${top})">
<g clip-path="url(#above)"><g transform="translate(0 ${HEIGHT * (height - 1 - log.length)})">
<g class="log">
${log.flatMap(drawRow).join("\n")}
</g></g></g>
<g clip-path="url(#line)"><g transform="translate(0 ${above})">
${drawRow(input, 0).join("\n")}
<g class="typing">
<rect x="${round(end)}" width="${round(columns)}" height="${HEIGHT}" fill="${GROUND}"/>
<rect x="${round(end)}" width="${WIDTH}" height="${HEIGHT - 1}" fill="${INK}"/>
</g></g></g></g>
</svg>
`;
}

/** Keyframes for the log and for what is typed: how far each is from its place in the last frame. */
function animation({ steps }: Recording, pause: number): string {
  const last = steps.at(-1)!;
  const duration = last.time + pause;
  const keyframes = (name: string, offset: (step: typeof last) => string) => {
    let previous: string | undefined;
    const frames = steps.flatMap((step) => {
      const value = offset(step);
      if (value === previous) return [];
      previous = value;
      return [`${round(100 * step.time / duration)}% { transform: ${value}; }`];
    });
    return `.${name} { animation: ${name} ${duration / 1000}s step-end infinite; }\n` +
      `@keyframes ${name} { ${frames.join("\n")} }\n`;
  };
  const log = keyframes("log", ({ rows }) => `translateY(${HEIGHT * (last.rows - rows)}px)`);
  const typing = keyframes(
    "typing",
    ({ cursor }) => `translateX(${round(WIDTH * (cursor - last.cursor))}px)`,
  );
  return `@media (prefers-reduced-motion: no-preference) {\n${log}${typing}}\n`;
}

function drawWindow(title: string, width: number, height: number): string {
  const right = round(width - 1 - RADIUS);
  const corner = `${RADIUS} ${RADIUS} 0 0 1 ${RADIUS}`;
  const dots = ["#e5716b", "#d9b25f", "#7fbf7a"].map((color, index) =>
    `<circle cx="${21 + 18 * index}" cy="${1 + BAR / 2}" r="5.5" fill="${color}"/>`
  );
  return `<rect class="window" x="1" y="1" width="${round(width - 2)}" height="${height - 2}" ` +
    `rx="${RADIUS}"/>
<path class="bar" d="M1 ${1 + BAR} V${1 + RADIUS} a${corner} -${RADIUS} H${right} ` +
    `a${corner} ${RADIUS} V${1 + BAR} Z"/>
${dots.join("\n")}
<text class="title" x="${round(width / 2)}" y="${5 + BAR / 2}">${escape(title)}</text>`;
}

function at(column: number, row: number) {
  return { x: WIDTH * column, y: HEIGHT * row };
}

function drawRow(cells: readonly Cell[], row: number): string[] {
  return [...words(cells)].flatMap(({ x, text, cell }) => drawWord(text, cell, at(x, row)));
}

interface Word {
  readonly x: number;
  readonly text: string;
  /** The first cell; all of them look the same. */
  readonly cell: Cell;
}

/** The pieces of a row: text without blanks in one look, and by themselves wide characters and blanks that show. */
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

/** Whether a blank cell is visible. */
function shows({ width, bg, inverse, underline }: Cell): boolean {
  return width > 0 && (bg !== "default" || inverse || underline);
}

function lookOf({ bold, dim, italic, underline, inverse, fg, bg }: Cell): string {
  return [bold, dim, italic, underline, inverse, fg, bg].join();
}

function drawWord(text: string, cell: Cell, { x, y }: { x: number; y: number }): string[] {
  const isWide = cell.width === 2;
  const columns = isWide ? 2 : Math.max(1, [...graphemes.segment(text)].length);
  const width = round(WIDTH * columns);
  const ink = legible(hex(cell.fg, INK));
  const ground = hex(cell.bg, GROUND);
  const fill = cell.inverse ? ground : ink;
  const parts: string[] = [];
  const box = (top: number, height: number, color: string) =>
    parts.push(
      `<rect x="${round(x)}" y="${top}" width="${width}" height="${height}" fill="${color}"/>`,
    );
  if (cell.inverse || cell.bg !== "default") box(y, HEIGHT, cell.inverse ? ink : ground);
  if (cell.underline) box(y + BASELINE + 2, 1, fill);
  if (text.trim() === "") return parts;
  const looks = [cell.bold && "b", cell.italic && "i", cell.dim && "d", isWide && "w"]
    .filter(Boolean).join(" ");
  const place = isWide
    ? `x="${round(x + WIDTH)}"`
    : `x="${round(x)}" textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  parts.push(
    `<text${looks ? ` class="${looks}"` : ""} ${place} y="${y + BASELINE}" fill="${fill}">${
      escape(text)
    }</text>`,
  );
  return parts;
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
