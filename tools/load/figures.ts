/** Percentiles of many durations, and the slope of a line through points. */

/** The ratio of neighbouring buckets: percentiles are exact to 2 %. */
const STEP = 1.02;

/** A histogram of durations with buckets of growing width, so that millions of values need little memory. */
export class Durations {
  readonly #buckets: Map<number, number> = new Map();
  #count = 0;
  #max = 0;

  /** Adds a duration in milliseconds. */
  add(milliseconds: number): void {
    const bucket = Math.max(
      0,
      Math.ceil(Math.log(Math.max(milliseconds, 0.01) / 0.01) / Math.log(STEP)),
    );
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count++;
    this.#max = Math.max(this.#max, milliseconds);
  }

  /** Adds all values of another histogram. */
  addAll(other: Durations): void {
    for (const [bucket, count] of other.#buckets) {
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    }
    this.#count += other.#count;
    this.#max = Math.max(this.#max, other.#max);
  }

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** The duration in milliseconds that this percentage of the values does not exceed; 0 without values. */
  percentile(percent: number): number {
    let left = Math.ceil(this.#count * percent / 100);
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      left -= this.#buckets.get(bucket)!;
      if (left <= 0) return Math.min(this.#max, 0.01 * STEP ** bucket);
    }
    return this.#max;
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
