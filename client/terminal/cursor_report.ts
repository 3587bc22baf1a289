/** Finds the terminal's answer to the question where its cursor is (`ESC[6n`) in what is otherwise typing. Pure. */

const ESC = 0x1b;
const latin1 = new TextDecoder("latin1");

/** The column from 0, and the bytes without the answer; undefined when there is none. */
export function extractCursorReport(
  bytes: Uint8Array,
): { column: number; rest: Uint8Array } | undefined {
  if (!bytes.includes(ESC)) return undefined;
  // deno-lint-ignore no-control-regex
  const report = /\x1b\[\d+;(\d+)R/.exec(latin1.decode(bytes)); // one character a byte, so positions are the same
  if (!report) return undefined;
  const end = report.index + report[0].length;
  const rest = new Uint8Array(bytes.length - report[0].length);
  rest.set(bytes.subarray(0, report.index));
  rest.set(bytes.subarray(end), report.index);
  return { column: Number(report[1]) - 1, rest };
}
