/** QR codes for terminals. */

import { encode } from "uqr";

/** Light modules around the code, as the standard wants them (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** White and black, whatever the terminal's own colours are: bright white where that is known. */
const BACKGROUND = ["47;107", "40"];
const FOREGROUND = ["37;97", "30"];

/** The lower of two modules; the upper one is its background, which has no gaps where fonts leave some. */
const LOWER_HALF = "▄";

/** The lines of a code, with their colours; none if a terminal of that size has no room for it and a prompt. */
export function drawQr(
  text: string,
  { columns, rows }: { columns: number; rows: number },
): string[] {
  const { size, data } = encode(text, { border: QUIET_ZONE });
  const height = Math.ceil(size / 2);
  if (size > columns || height >= rows) return [];
  return Array.from({ length: height }, (_, row) => {
    const [upper = [], lower = []] = data.slice(2 * row, 2 * row + 2);
    let last = "";
    const cells = upper.map((isDark, at) => {
      const style = `${BACKGROUND[+isDark]};${FOREGROUND[+(lower[at] ?? false)]}`;
      if (style === last) return LOWER_HALF;
      last = style;
      return `\x1b[${style}m${LOWER_HALF}`;
    });
    return `${cells.join("")}\x1b[0m`;
  });
}
