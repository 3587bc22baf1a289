/** Stands in for `@std/fmt/colors`, with the escape codes of `node:util`: the styles that this project uses. */

import { stripVTControlCharacters, styleText } from "node:util";

export const bold: (str: string) => string = style("bold");
export const dim: (str: string) => string = style("dim");
export const underline: (str: string) => string = style("underline");
export const inverse: (str: string) => string = style("inverse");

/** A colour of the palette of 256. */
export function rgb8(str: string, color: number): string {
  return paint(str, `\x1b[38;5;${color}m`, "\x1b[39m");
}

/** The text without its escape codes. */
export function stripAnsiCode(string: string): string {
  return stripVTControlCharacters(string);
}

function style(format: "bold" | "dim" | "underline" | "inverse"): (str: string) => string {
  const styled = styleText(format, "\0", { validateStream: false });
  const [open = "", close = ""] = styled.split("\0");
  return (str) => paint(str, open, close);
}

/** Where an inner style ends, the outer one begins anew. NO_COLOR switches styles off. */
function paint(str: string, open: string, close: string): string {
  return Deno.noColor ? str : open + str.replaceAll(close, open) + close;
}
