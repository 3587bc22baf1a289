/** The markup of messages: `code`, ```blocks```, *bold* and > quotes. Its signs stay, so that nothing is lost. */

import type { TextRange } from "../session/mentions.ts";
import { findUrls } from "./links.ts";

/** How a part of a text looks; `faint`: a quote, or a sign of other markup. */
export type Markup = TextRange & { look: "code" | "bold" | "faint" };

/** Ends at the next backticks of the same number, in the same line unless there are 3 or more. */
const CODE = /(?<!`)(?:(`{1,2})(?!`)[^\n]*?[^`\n]\1|(`{3,8})(?!`)[^]*?[^`]\2)(?!`)/g;
const QUOTE = /^>+ .*$/gm;
/** Not `2 * 3 * 4`, `a*b*c`, `*.ts` or `/*`: a word must begin behind the sign, and none may touch it outside. */
const BOLD =
  /(?<=^|[\s([{"'«“‘¿¡>~_-])(\*{1,2})(?=[^\s*.,:;!?)\]}\/\\=])[^*\n]*(?<=\S)\1(?=$|[\s.,:;!?)\]}"'»”’…~_-])/gmu;

/** The markup in a safe text, in time linear in its length. In code and in URLs no sign counts. */
export function findMarkup(text: string): Markup[] {
  if (!/[`*]|^>/m.test(text)) return []; // as most texts
  const found: Markup[] = [];
  const enclose = (look: "code" | "bold", { 0: whole, index: start }: RegExpExecArray) => {
    const [end, sign] = [start + whole.length, /^(`+|\*+)/.exec(whole)![0].length];
    found.push({ look: "faint", start, end: start + sign });
    found.push({ look, start: start + sign, end: end - sign });
    found.push({ look: "faint", start: end - sign, end });
  };
  const units = text.split("");
  for (const { start, end } of findUrls(text)) units.fill("x", start, end);
  for (const match of text.matchAll(CODE)) {
    if (/^[`\s]*$/.test(match[0])) continue;
    units.fill("x", match.index, match.index + match[0].length);
    enclose("code", match);
  }
  const rest = units.join("");
  for (const match of rest.matchAll(BOLD)) enclose("bold", match);
  for (const { 0: line, index: start } of rest.matchAll(QUOTE)) {
    found.push({ look: "faint", start, end: start + line.length });
  }
  return found;
}
