/** Documents in Markdown, taken apart: headings, links, tables and blocks of code. Knows nothing of what they are about. */

import GithubSlugger from "github-slugger";
import { marked, type Token, type Tokens } from "marked";

/** The root of the project, with a slash at its end. */
export const ROOT = new URL("../../", import.meta.url);

export interface Link {
  /** As it is written. */
  target: string;
  isPicture: boolean;
}

export interface CodeBlock {
  /** Of its first line, from 1 on. */
  line: number;
  /** The first word behind the backticks; empty where nothing stands there. */
  language: string;
  /** What stands behind the language. */
  info: string;
  text: string;
}

export interface Table {
  head: string[];
  rows: string[][];
}

export interface Document {
  /** From the root of the project. */
  path: string;
  text: string;
  headings: { depth: number; text: string; slug: string }[];
  links: Link[];
  code: CodeBlock[];
  /** What stands between backticks in a text. */
  words: string[];
  tables: Table[];
}

/** The documents of the project, without those of what it is made from. */
export async function readDocuments(): Promise<Document[]> {
  const paths: string[] = [];
  for (const folder of ["", "docs/"]) {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, ROOT))) {
      if (isFile && name.endsWith(".md")) paths.push(folder + name);
    }
  }
  return await Promise.all(paths.sort().map(readDocument));
}

export async function readDocument(path: string): Promise<Document> {
  return parseDocument(path, await Deno.readTextFile(new URL(path, ROOT)));
}

export function parseDocument(path: string, text: string): Document {
  const document: Document = {
    path,
    text,
    headings: [],
    links: [],
    code: findBlocks(text),
    words: [],
    tables: [],
  };
  const slugger = new GithubSlugger();
  marked.walkTokens(marked.lexer(text), (token) => take(token, document, slugger));
  return document;
}

function take(token: Token, document: Document, slugger: GithubSlugger): void {
  switch (token.type) {
    case "heading": {
      const { depth, text } = token as Tokens.Heading;
      document.headings.push({ depth, text, slug: slugger.slug(text) });
      break;
    }
    case "link":
    case "image":
      document.links.push({
        target: (token as Tokens.Link).href,
        isPicture: token.type === "image",
      });
      break;
    case "codespan":
      document.words.push((token as Tokens.Codespan).text);
      break;
    case "table": {
      const { header, rows } = token as Tokens.Table;
      const texts = (cells: Tokens.TableCell[]) => cells.map(({ text }) => text);
      document.tables.push({ head: texts(header), rows: rows.map(texts) });
      break;
    }
  }
}

/** The one table whose head begins so. */
export function findTable({ path, tables }: Document, head: string): Table {
  const [table, another] = tables.filter((each) => each.head[0] === head);
  if (!table || another) throw new Error(`${path}: not one table of ${head}`);
  return table;
}

/** The blocks of code of a document that do not stand in a list. */
export function findBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let line = 1;
  for (const token of marked.lexer(text)) {
    if (token.type === "code" && token["codeBlockStyle"] !== "indented") {
      const { lang = "", text } = token as Tokens.Code;
      const [language = "", ...info] = lang.split(" ");
      blocks.push({ line: line + 1, language, info: info.join(" "), text: `${text}\n` });
    }
    line += token.raw.split("\n").length - 1;
  }
  return blocks;
}

/** The tables of a part of a document. */
export function tables(text: string): Table[] {
  return parseDocument("", text).tables;
}

/** What stands under a heading (with its `#`s), up to the next one of the same level or a higher one; undefined for none. */
export function section(text: string, heading: string): string | undefined {
  let start: number | undefined;
  let depth = 0;
  let at = 0;
  for (const token of marked.lexer(text)) {
    if (token.type === "heading") {
      const heads = token as Tokens.Heading;
      if (start !== undefined && heads.depth <= depth) return text.slice(start, at);
      if (start === undefined && heads.raw.trimEnd() === heading) {
        start = at + heading.length + 1;
        depth = heads.depth;
      }
    }
    at += token.raw.length;
  }
  return start === undefined ? undefined : text.slice(start);
}
