/** Tables in Markdown, of what was measured. Pure. */

import { formatRatio, formatValue } from "../format.ts";
import type { Compared } from "../results.ts";

/** What stands where nothing was measured. */
const NOTHING = "–";

/** Rows of cells, the first its head. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [head, head.map(() => "---"), ...body].map(line).join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The median, and how many times the floor's it is, where there is one. */
export function shortCell(row: Compared | undefined): string {
  if (!row) return NOTHING;
  const median = formatValue(row.summary.median, row.metric);
  return row.ratio ? `${median} (${formatRatio(row.ratio.median)})` : median;
}
