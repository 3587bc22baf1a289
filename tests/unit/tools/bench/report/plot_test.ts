import { assert, assertEquals } from "@std/assert";
import { barPlot, linePlot, type Plot } from "../../../../../tools/bench/report/plot.ts";

const at = (median: number) => ({ median, min: median / 2, max: 2 * median });

const PLOT: Plot = {
  title: "fast & <slow>",
  axis: "members",
  places: ["2", "10", "100"],
  series: [
    { label: "one", tint: 0, points: [at(1), at(2), undefined] },
    { label: "other", tint: 3, points: [undefined, at(0.5), at(4)] },
  ],
  format: (value) => `${value}x`,
};

/** The attributes of the elements of a name. */
function elements(svg: string, name: string): Record<string, string>[] {
  return [...svg.matchAll(new RegExp(`<${name} ([^>]*)>`, "g"))].map(([, attributes]) =>
    Object.fromEntries([...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [
      key!,
      value!,
    ]))
  );
}

/** Whether every element that is opened is closed, in order. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, , single] of svg.matchAll(/<(\/?)(\w+)([^>]*?)(\/?)>/g)) {
    if (closing) {
      if (open.pop() !== name) return false;
    } else if (!single) {
      open.push(name!);
    }
  }
  return open.length === 0;
}

for (const [name, plot] of Object.entries({ barPlot, linePlot })) {
  Deno.test(`${name} makes well-formed SVG in which words stay words`, () => {
    const svg = plot(PLOT);
    assert(isWellFormed(svg), svg);
    assert(svg.includes("fast &amp; &lt;slow&gt;"), svg);
  });

  Deno.test(`${name} names its axis, its places and its series`, () => {
    const svg = plot(PLOT);
    for (const words of ["members", "2", "10", "100", "one", "other"]) {
      assert(svg.includes(`>${words}</text>`), words);
    }
  });

  Deno.test(`${name} draws nothing outside of its edges`, () => {
    const svg = plot(PLOT);
    const [{ viewBox } = {}] = elements(svg, "svg");
    const [, , width, height] = viewBox!.split(" ").map(Number);
    for (const { x1, x2, y1, y2 } of elements(svg, "line")) {
      for (const x of [x1, x2]) assert(Number(x) >= 0 && Number(x) <= width!, svg);
      for (const y of [y1, y2]) assert(Number(y) >= 0 && Number(y) <= height!, svg);
    }
  });
}

Deno.test("bars are as long as their medians, from one side", () => {
  const bars = elements(barPlot(PLOT), "rect").filter(({ height }) => height === "10");
  assertEquals(new Set(bars.map(({ x }) => x)).size, 1);
  const [first, second, half, longest] = bars.map(({ width }) => Number(width));
  const near = (one: number, other: number) => assert(Math.abs(one - other) <= 0.2);
  near(second!, 2 * first!);
  near(half!, first! / 2);
  near(longest!, 4 * first!);
});

Deno.test("on a line, twice as much is always as much higher", () => {
  const circles = elements(linePlot(PLOT), "circle");
  const [one, two] = circles.map(({ cy }) => Number(cy));
  const [, , half, four] = circles.map(({ cy }) => Number(cy));
  const step = one! - two!;
  assert(step > 0);
  assert(Math.abs(half! - four! - 3 * step) < 0.5);
});
