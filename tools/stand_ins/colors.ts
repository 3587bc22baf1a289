/**
 * Stands in for `@std/fmt/colors`, with the escape codes of `node:util`. It knows nothing of terminals: what it is asked
 * to style it styles, unless colour is switched off by `setColorEnabled` or by NO_COLOR.
 */

import { stripVTControlCharacters, styleText } from "node:util";

type Format = Extract<Parameters<typeof styleText>[0], string>;

let enabled = !Deno.noColor;

/** Switches all styling on or off; NO_COLOR keeps it off. */
export function setColorEnabled(value: boolean): void {
  enabled = value && !Deno.noColor;
}

export function getColorEnabled(): boolean {
  return enabled;
}

/** The text without its escape codes. */
export function stripAnsiCode(string: string): string {
  return stripVTControlCharacters(string);
}

export const bold: (str: string) => string = style("bold");
export const dim: (str: string) => string = style("dim");
export const italic: (str: string) => string = style("italic");
export const underline: (str: string) => string = style("underline");
export const inverse: (str: string) => string = style("inverse");

export const red: (str: string) => string = style("red");
export const green: (str: string) => string = style("green");
export const yellow: (str: string) => string = style("yellow");
export const blue: (str: string) => string = style("blue");
export const magenta: (str: string) => string = style("magenta");
export const cyan: (str: string) => string = style("cyan");
export const white: (str: string) => string = style("white");
export const gray: (str: string) => string = style("gray");

export const brightRed: (str: string) => string = style("redBright");
export const brightGreen: (str: string) => string = style("greenBright");
export const brightYellow: (str: string) => string = style("yellowBright");
export const brightBlue: (str: string) => string = style("blueBright");
export const brightMagenta: (str: string) => string = style("magentaBright");
export const brightCyan: (str: string) => string = style("cyanBright");

/** A colour of the palette of 256. */
export function rgb8(str: string, color: number): string {
  return paint(str, `\x1b[38;5;${color}m`, "\x1b[39m");
}

function style(format: Format): (str: string) => string {
  const [open, close] = styleText(format, "\0", { validateStream: false }).split("\0") as [
    string,
    string,
  ];
  return (str) => paint(str, open, close);
}

/** Where an inner style ends, the outer one begins anew. */
function paint(str: string, open: string, close: string): string {
  return enabled ? open + str.replaceAll(close, open) + close : str;
}
