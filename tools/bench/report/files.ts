/** Where a report goes. */

/** The page with the tables, from the root of the project. */
export const PAGE = "docs/bench.md";
/** What was measured, in the folder that `--out` names. */
export const DATA = "bench.json";
