/** Documents in Markdown, as far as tests look into them: sections, the tables in them, and blocks of code. Pure. */

/** What stands under a heading (with its `#`s), up to the next one of the same level or a higher one; undefined for none. */
export function section(document: string, heading: string): string | undefined {
  const lines = document.split("\n");
  const top = lines.indexOf(heading);
  if (top === -1) return undefined;
  const level = levelOf(heading);
  let isCode = false;
  const end = lines.findIndex((line, index) => {
    if (line.startsWith("```")) isCode = !isCode;
    return index > top && !isCode && levelOf(line) > 0 && levelOf(line) <= level;
  });
  return lines.slice(top + 1, end === -1 ? undefined : end).join("\n");
}

function levelOf(line: string): number {
  return /^#+(?= )/.exec(line)?.[0].length ?? 0;
}

/** A table: the cells of its rows, under the words of its head. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a part of a document. */
export function tables(text: string): Table[] {
  const found: Table[] = [];
  let rows: string[][] = [];
  for (const line of [...text.split("\n"), ""]) {
    if (line.startsWith("|")) {
      rows.push(cellsOf(line));
      continue;
    }
    const [head, , ...others] = rows; // the second is the rule below the head
    if (head) found.push({ head, rows: others });
    rows = [];
  }
  return found;
}

function cellsOf(row: string): string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\", ""));
}

/** A block of code of a document. */
export interface Block {
  /** Of its first line, from 1 on. */
  readonly line: number;
  readonly language: string;
  /** What stands behind the language. */
  readonly info: string;
  readonly text: string;
}

/** The blocks of code of a document. */
export function findBlocks(document: string): Block[] {
  const blocks: Block[] = [];
  for (const { 1: language = "", 2: info = "", 3: text = "", index } of document.matchAll(BLOCK)) {
    const line = document.slice(0, index).split("\n").length + 1;
    blocks.push({ line, language, info: info.trim(), text });
  }
  return blocks;
}

const BLOCK = /^```(\w+)([^\n]*)\n([^]*?)^```$/gm;
