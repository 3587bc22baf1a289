/** Markdown documents, parsed: headings, links, tables and blocks of code. */

import GithubSlugger from "github-slugger";
import { marked, type Token, type Tokens } from "marked";

/** The root of the project, with a slash at its end. */
export const ROOT = new URL("../../", import.meta.url);

export interface Link {
  /** As it is written. */
  target: string;
  isPicture: boolean;
  /** What stands for it; of a picture, its alternative text. */
  text: string;
}

export interface CodeBlock {
  /** The number of its first line, from 1. */
  line: number;
  /** The first word after the backticks; empty without a word. */
  language: string;
  /** The rest of that line. */
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
  /** The code spans of its text. */
  words: string[];
  tables: Table[];
}

/** All documents of the project. */
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
    case "image": {
      const { href, text } = token as Tokens.Link | Tokens.Image;
      document.links.push({ target: href, isPicture: token.type === "image", text });
      break;
    }
    case "html":
      document.links.push(...pictures((token as Tokens.HTML).text));
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

/** The pictures in a piece of HTML, which have a width there. */
function pictures(html: string): Link[] {
  return Array.from(html.matchAll(/<img\b[^>]*>/g), ([tag]) => {
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
    return { target: attribute("src"), isPicture: true, text: attribute("alt") };
  });
}

/** The one table whose head begins so. */
export function findTable({ path, tables }: Document, head: string): Table {
  const [table, another] = tables.filter((each) => each.head[0] === head);
  if (!table || another) throw new Error(`${path}: not one table of ${head}`);
  return table;
}

/** The blocks of code of a document that are not within a list. */
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

/** The tables in a part of a document. */
export function tables(text: string): Table[] {
  return parseDocument("", text).tables;
}

/** The text under a heading (given with its `#`s), up to the next one of its level or above; undefined without that heading. */
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
