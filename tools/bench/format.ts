/** Measured values as people read them: three digits and a unit. Pure. */

import type { Metric } from "./results.ts";

const STEPS: Readonly<Record<string, readonly (readonly [unit: string, factor: number])[]>> = {
  "/s": [["M/s", 1e6], ["k/s", 1e3], ["/s", 1]],
  s: [["s", 1], ["ms", 1e-3], ["µs", 1e-6], ["ns", 1e-9]],
  B: [["MiB", 1024 * 1024], ["KiB", 1024], ["B", 1]],
};

/** A value of a metric, such as `1.25M/s`. */
export function formatValue(value: number, { unit }: Pick<Metric, "unit">): string {
  const steps = STEPS[unit];
  if (!steps) return `${threeDigits(value)} ${unit}`;
  const [name, factor] = steps.find(([, factor]) => Math.abs(value) >= factor) ?? steps.at(-1)!;
  return threeDigits(value / factor) + (name.includes("/s") ? name : ` ${name}`);
}

/** How many times something is something else, such as `×0.83`. */
export function formatRatio(ratio: number): string {
  return `×${ratio < 10 ? ratio.toFixed(2) : threeDigits(ratio)}`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}
