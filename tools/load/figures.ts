/** Percentiles of many durations, and the slope of a line through points. */

import { createHistogram } from "node:perf_hooks";

/** Durations in milliseconds, in a histogram of microseconds that is exact to three digits. */
export class Durations {
  readonly #histogram = createHistogram();

  add(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(1000 * milliseconds)));
  }

  addAll(other: Durations): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.count;
  }

  get max(): number {
    return this.percentile(100);
  }

  /** The duration that this percentage of the values does not exceed; 0 without values. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#histogram.percentile(percent) / 1000;
  }
}

/** The slope of the least-squares line through the points; 0 for fewer than two. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [middleX, middleY] = [mean(({ x }) => x), mean(({ y }) => y)];
  let [above, below] = [0, 0];
  for (const { x, y } of points) {
    above += (x - middleX) * (y - middleY);
    below += (x - middleX) ** 2;
  }
  return below > 0 ? above / below : 0;
}
