/** Where a report goes. */

/** The folder, from the root of the project. */
export const FOLDER = "docs";
export const PAGE = "bench.md";
export const DATA = "bench.json";
export const PLOTS = {
  toAHundred: "bench-100.svg",
  oneAtATime: "bench-one.svg",
  flood: "bench-flood.svg",
  latency: "bench-latency.svg",
} as const;
