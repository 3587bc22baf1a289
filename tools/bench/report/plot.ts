/**
 * Plots as plain SVG: bars beside a line at 1, and lines over a logarithmic scale, each with the spread of its runs. They
 * can be read on light and dark ground. Pure; it does not know what is plotted.
 */

import type { Summary } from "../statistics.ts";

export interface PlotSeries {
  readonly label: string;
  /** A number for each label, that it has in all plots: it chooses the colour. */
  readonly tint: number;
  /** One for each group or place; undefined where there is none. */
  readonly points: readonly (Summary | undefined)[];
}

export interface Plot {
  readonly title: string;
  /** What the values are. */
  readonly axis: string;
  /** What they are given for: the groups of bars, the places of a line. */
  readonly places: readonly string[];
  readonly series: readonly PlotSeries[];
  /** A value as the axis has it. */
  readonly format: (value: number) => string;
}

const WIDTH = 760;
/** Between what stands at the edges and the plot. */
const MARGIN = { top: 44, right: 190, bottom: 46, left: 76 };
const BAR = 13;
const GROUP_GAP = 26;
const LINES_HEIGHT = 360;
const LABEL_WIDTH = 140;

/** Of middling lightness, so that they stand out on white and on black; and apart for those who see colours differently. */
const COLOURS = [
  "#888888",
  "#2f7ed8",
  "#e8710a",
  "#8a5cd6",
  "#1a9e6b",
  "#d13f6f",
  "#b08a00",
  "#5aa9a9",
];

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 14px; font-weight: 600; }
.grid { stroke: #8c959f; stroke-opacity: 0.35; }
.one { stroke: #24292f; stroke-dasharray: 4 3; }
.spread { stroke: #24292f; stroke-opacity: 0.7; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .one, .spread { stroke: #e6edf3; }
}`;

/** Horizontal bars in groups from 0 on, with a line at 1: for ratios. */
export function barPlot(plot: Plot): string {
  const { places, series, format } = plot;
  const groupHeight = BAR * series.length + GROUP_GAP;
  const height = MARGIN.top + groupHeight * places.length + MARGIN.bottom;
  const left = MARGIN.left + LABEL_WIDTH / 2;
  const values = series.flatMap(({ points }) =>
    points.flatMap((point) => point ? [point.max] : [])
  );
  const most = Math.max(1.1, ...values);
  const x = (value: number) => left + value / most * (WIDTH - left - MARGIN.right);
  const bottom = height - MARGIN.bottom;
  const parts: string[] = [];
  for (const tick of evenTicks(most)) {
    parts.push(line(x(tick), MARGIN.top, x(tick), bottom, "grid"));
    parts.push(text(x(tick), bottom + 16, format(tick), "middle"));
  }
  places.forEach((place, group) => {
    const top = MARGIN.top + group * groupHeight + GROUP_GAP / 2;
    parts.push(text(left - 8, top + BAR * series.length / 2 + 4, place, "end"));
    series.forEach(({ points, tint }, index) => {
      const point = points[group];
      if (!point) return;
      const y = top + index * BAR;
      const width = round(x(point.median) - left);
      parts.push(
        `<rect x="${round(left)}" y="${round(y)}" width="${width}" height="${BAR - 3}" fill="${
          colour(tint)
        }"/>`,
        line(x(point.min), y + BAR / 2 - 1.5, x(point.max), y + BAR / 2 - 1.5, "spread"),
      );
    });
  });
  parts.push(line(x(1), MARGIN.top, x(1), bottom, "one"));
  parts.push(text((left + WIDTH - MARGIN.right) / 2, height - 10, plot.axis, "middle"));
  return svg(plot, height, parts);
}

/** Lines from place to place, over a logarithmic scale. */
export function linePlot(plot: Plot): string {
  const { places, series, format } = plot;
  const values = series.flatMap(({ points }) =>
    points.flatMap((point) => point ? [point.min, point.max] : [])
  );
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const bottom = LINES_HEIGHT - MARGIN.bottom;
  const y = (value: number) =>
    bottom - (Math.log10(value) - low) / (high - low) * (bottom - MARGIN.top);
  const span = WIDTH - MARGIN.left - MARGIN.right;
  const x = (place: number) => MARGIN.left + (place + 0.5) / places.length * span;
  const parts: string[] = [];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    parts.push(line(MARGIN.left, at, MARGIN.left + span, at, "grid"));
    parts.push(text(MARGIN.left - 8, at + 4, format(10 ** power), "end"));
  }
  places.forEach((place, index) => parts.push(text(x(index), bottom + 18, place, "middle")));
  series.forEach(({ points, tint }, index) => {
    // Beside each other, so that their spreads can be told apart.
    const shift = (index - (series.length - 1) / 2) * 4;
    const known = points.flatMap((point, place) => point ? [{ point, at: x(place) + shift }] : []);
    const path = known.map(({ point, at }) => `${round(at)},${round(y(point.median))}`).join(" ");
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${colour(tint)}" stroke-width="2"/>`,
    );
    for (const { point, at } of known) {
      parts.push(
        line(at, y(point.min), at, y(point.max), "spread"),
        `<circle cx="${round(at)}" cy="${round(y(point.median))}" r="3.5" fill="${colour(tint)}"/>`,
      );
    }
  });
  parts.push(text(MARGIN.left + span / 2, LINES_HEIGHT - 8, plot.axis, "middle"));
  return svg(plot, LINES_HEIGHT, parts);
}

function svg({ title, series }: Plot, height: number, parts: readonly string[]): string {
  const legend = series.flatMap(({ label, tint }, index) => {
    const y = MARGIN.top + 10 + index * 20;
    const x = WIDTH - MARGIN.right + 16;
    return [
      `<rect x="${x}" y="${y - 9}" width="11" height="11" fill="${colour(tint)}"/>`,
      text(x + 18, y + 1, label, "start"),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>\n${STYLE}\n</style>`,
    `<text class="title" x="16" y="24">${escape(title)}</text>`,
    ...parts,
    ...legend,
    "</svg>\n",
  ].join("\n");
}

/** Round numbers from 0 up to a value, about five of them. */
function evenTicks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line class="${style}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${
    round(y2)
  }"/>`;
}

function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(words)}</text>`;
}

function escape(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function colour(tint: number): string {
  return COLOURS[tint % COLOURS.length]!;
}

const round = (value: number) => Math.round(value * 10) / 10;
