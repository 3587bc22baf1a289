/** Draws measured values as lines over the size of their workload, with gnuplot. */

import { isInstalled } from "./process.ts";

/** A line of the plot; the points are in the order of x. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  /** With its unit, such as `CPU time (ns)`. */
  readonly y: string;
  readonly lines: readonly Line[];
}

/** Writes an SVG, with logarithmic axes. Returns whether it could: gnuplot may not be installed. */
export async function draw(file: string, plot: Plot): Promise<boolean> {
  if (!await isInstalled("gnuplot")) return false;
  const child = new Deno.Command("gnuplot", { stdin: "piped", stderr: "inherit" }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(script(file, plot)));
  await input.close();
  return (await child.status).success;
}

/** What gnuplot is told. */
export function script(file: string, { title, x, y, lines }: Plot): string {
  const text = (text: string) => JSON.stringify(text);
  return [
    'set terminal svg size 760,420 font "sans-serif,13" background "white"',
    `set output ${text(file)}`,
    `set title ${text(title)}`,
    `set xlabel ${text(x)}`,
    `set ylabel ${text(y)}`,
    "set logscale xy",
    "set format y '%.0s%c'",
    "set key outside noenhanced",
    "set grid",
    ...lines.flatMap(({ points }, at) => [
      `$line${at} << END`,
      ...points.map((point) => point.join(" ")),
      "END",
    ]),
    `plot ${
      lines.map(({ name }, at) => `$line${at} with linespoints lw 2 title ${text(name)}`).join()
    }`,
    "",
  ].join("\n");
}
