/**
 * Transcripts of conversations with a hub, as they stand in documents: what each connection sends and receives, with `…` for
 * what differs each time. Reads and compares them; who plays them is not its business. Pure.
 *
 * In a block of code of the language `wire`, `ana> ` stands before a line that the connection `ana` sends and `ana< ` before
 * one that it receives; with one connection there need be no name. `ana< …` is any number of lines. `-- ana broken` and the
 * like tell what else becomes of a connection, and a line that begins with `#` is for the reader. Behind `wire` may stand
 * options, as `history=0`.
 */

import { findBlocks } from "./markdown.ts";

/** What becomes of a connection besides lines. */
export const EVENTS = [
  /** It is made, and says nothing. */
  "connected",
  /** The other side ends it. */
  "closed",
  /** It breaks, which nobody has wished. */
  "broken",
  /** Its peer will send nothing more. */
  "ended",
  /** Of the hub, which is named in place of a connection: it is told to stop. */
  "stopped",
] as const;
export type TranscriptEvent = (typeof EVENTS)[number];

export type Step =
  & {
    /** Of the connection; empty where it has none. */
    readonly name: string;
    /** In the document, from 1 on. */
    readonly line: number;
  }
  & (
    | { readonly kind: "send" | "receive"; readonly text: string }
    /** Any lines, up to the next one that is shown. */
    | { readonly kind: "skip" }
    | { readonly kind: "event"; readonly event: TranscriptEvent }
  );

export interface Transcript {
  /** Where its block begins in the document. */
  readonly line: number;
  readonly options: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

const ANY = "…";
/** A value of which only a label is told: the same thing wherever it stands. */
const LABELLED = /^…(\w*)$/;

/**
 * The transcripts of a document.
 *
 * @throws {SyntaxError} that names the first line that is none of a transcript.
 */
export function findTranscripts(document: string): Transcript[] {
  return findBlocks(document).filter(({ language }) => language === "wire").map((block) => ({
    line: block.line,
    options: new Map(block.info.split(/\s+/).filter(Boolean).map(readOption)),
    steps: block.text.split("\n").slice(0, -1)
      .flatMap((text, index) => readStep(text, block.line + index)),
  }));
}

function readOption(option: string): [name: string, value: string] {
  const at = option.indexOf("=");
  return at === -1 ? [option, ""] : [option.slice(0, at), option.slice(at + 1)];
}

function readStep(text: string, line: number): Step[] {
  if (text === "" || text.startsWith("#")) return [];
  const [, name = "", arrow, rest = ""] = /^([\p{L}\p{N}]*)([<>])(?: (.*))?$/u.exec(text) ?? [];
  if (arrow === "<" && rest === ANY) return [{ kind: "skip", name, line }];
  if (arrow) return [{ kind: arrow === ">" ? "send" : "receive", name, line, text: rest }];
  const [, whose = "", what] = /^-- (?:([\p{L}\p{N}]+) )?(\w+)$/u.exec(text) ?? [];
  const event = EVENTS.find((each) => each === what);
  if (event) return [{ kind: "event", name: whose, line, event }];
  throw new SyntaxError(`line ${line} is none of a transcript: ${text}`);
}

/** What stands for the labels of a transcript: JSON values. */
export type Bindings = Map<string, unknown>;

/**
 * A line as it is sent, with what stands for its labels.
 *
 * @throws {SyntaxError} where nothing does.
 */
export function fillIn(text: string, bindings: Bindings): string {
  return text.replace(/…(\w+)/g, (_, label: string) => {
    if (!bindings.has(label)) throw new SyntaxError(`nothing was received yet for …${label}`);
    const value = bindings.get(label);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

/**
 * Whether a line is one that a transcript shows, and binds its labels. JSON is compared as such: the order of fields means
 * nothing, `"…"` is any string, `…` alone any value, and as the last of an object or a list any further ones. In other text
 * `…` is any text.
 *
 * @throws {SyntaxError} where what is shown looks like JSON and is not.
 */
export function matches(shown: string, line: string, bindings: Bindings): boolean {
  if (!shown.startsWith("{")) return textMatches(shown, line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return false;
  }
  const tried = new Map(bindings);
  if (!valueMatches(parseShown(shown), value, tried)) return false;
  for (const [label, bound] of tried) bindings.set(label, bound);
  return true;
}

function textMatches(shown: string, text: string): boolean {
  const parts = shown.split(ANY).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(text);
}

/** In place of a value, an object with this field, which holds a label; or as a field of an object: there may be others. */
const HOLE = "…";
const REST = "……";

/** JSON with `…` in it, in which objects with {@linkcode HOLE} or {@linkcode REST} stand for that. */
function parseShown(shown: string): unknown {
  let json = "";
  let last = ""; // of what means something, outside of strings
  for (const [token] of shown.matchAll(/"(?:[^"\\]|\\.)*"|…\w*|\s+|[^]/gu)) {
    const isHole = token.startsWith(ANY);
    if (isHole && last === ":") json += JSON.stringify({ [HOLE]: token.slice(ANY.length) });
    else if (isHole) json += isInList(json) ? JSON.stringify({ [REST]: 0 }) : `"${REST}":0`;
    else json += token;
    if (token.trim() !== "") last = token;
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new SyntaxError(`this looks like JSON and is not: ${shown}`);
  }
}

/** Whether the next value is one of a list: its bracket is the last that was opened and is open still. */
function isInList(json: string): boolean {
  const open: string[] = [];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") open.push(token);
    else if (token === "]" || token === "}") open.pop();
  }
  return open.at(-1) === "[";
}

function valueMatches(shown: unknown, value: unknown, bindings: Bindings): boolean {
  if (typeof shown === "string") {
    const [, label] = LABELLED.exec(shown) ?? [];
    if (label !== undefined) return typeof value === "string" && binds(label, value, bindings);
    return typeof value === "string" && textMatches(shown, value);
  }
  if (typeof shown !== "object" || shown === null) return shown === value;
  if (Array.isArray(shown)) return Array.isArray(value) && listMatches(shown, value, bindings);
  if (HOLE in shown) return binds(String(shown[HOLE]), value, bindings);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return fieldsMatch(shown as Fields, value as Fields, bindings);
}

type Fields = Readonly<Record<string, unknown>>;

function listMatches(shown: unknown[], list: unknown[], bindings: Bindings): boolean {
  const last = shown.at(-1);
  const hasMore = typeof last === "object" && last !== null && REST in last;
  const wanted = hasMore ? shown.slice(0, -1) : shown;
  if (hasMore ? list.length < wanted.length : list.length !== wanted.length) return false;
  return wanted.every((each, index) => valueMatches(each, list[index], bindings));
}

function fieldsMatch(shown: Fields, fields: Fields, bindings: Bindings): boolean {
  const names = Object.keys(shown).filter((name) => name !== REST);
  if (!(REST in shown) && Object.keys(fields).length !== names.length) return false;
  return names.every((name) =>
    Object.hasOwn(fields, name) && valueMatches(shown[name], fields[name], bindings)
  );
}

/** Without a label anything will do. */
function binds(label: string, value: unknown, bindings: Bindings): boolean {
  if (label === "") return true;
  if (bindings.has(label)) return bindings.get(label) === value;
  bindings.set(label, value);
  return true;
}
