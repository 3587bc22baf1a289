/**
 * Transcripts of conversations with a hub, as documents show them: what each connection sends and receives, with `…` for what
 * differs each time.
 *
 * In a code block of the language `wire`, `ana> ` precedes a line that the connection `ana` sends, and `ana< ` one that it
 * receives; a single connection needs no name. `ana< …` is any number of lines. `-- ana broken` is an event of a connection, and
 * a line that begins with `#` a comment. Options may follow `wire`, such as `history=0`.
 */

import { findBlocks } from "./markdown.ts";

/** What happens to a connection besides lines. */
export const EVENTS = [
  /** It is opened, and sends nothing. */
  "connected",
  /** The hub closes it. */
  "closed",
  /** It breaks. */
  "broken",
  /** Its peer closes its side, and sends nothing more. */
  "ended",
  /** The hub, which needs no name, is asked to stop. */
  "stopped",
] as const;
export type TranscriptEvent = (typeof EVENTS)[number];

export type Step =
  & {
    /** Of the connection; may be empty. */
    readonly name: string;
    /** In the document, from 1. */
    readonly line: number;
  }
  & (
    | { readonly kind: "send" | "receive"; readonly text: string }
    /** Any lines before the next one that is shown. */
    | { readonly kind: "skip" }
    | { readonly kind: "event"; readonly event: TranscriptEvent }
  );

export interface Transcript {
  /** The line of the document where its block begins. */
  readonly line: number;
  readonly options: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

const ANY = "…";
/** A value that is only labelled: equal wherever the label stands. */
const LABELLED = /^…(\w*)$/;

/**
 * The transcripts of a document.
 *
 * @throws {SyntaxError} at the first line that is not valid in a transcript.
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
  throw new SyntaxError(`line ${line} is not valid in a transcript: ${text}`);
}

/** The JSON values of the labels of a transcript. */
export type Bindings = Map<string, unknown>;

/**
 * A line to send, with the values of its labels.
 *
 * @throws {SyntaxError} if a label has no value yet.
 */
export function fillIn(text: string, bindings: Bindings): string {
  return text.replace(/…(\w+)/g, (_, label: string) => {
    if (!bindings.has(label)) throw new SyntaxError(`no value was received yet for …${label}`);
    const value = bindings.get(label);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

/**
 * Whether a line is what a transcript shows; if so, binds its labels. JSON is compared as JSON: the order of fields does
 * not matter, the field `ts` need not be shown, `"…"` is any string, `…` any value, and at the end of an object or a list any further fields or items. In other
 * text `…` is any text.
 *
 * @throws {SyntaxError} if the line that is shown looks like JSON and is not.
 */
export function matches(shown: string, line: string, bindings: Bindings): boolean {
  if (!shown.startsWith("{")) return textMatches(shown, line);
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return false;
  }
  const wanted = parseShown(shown);
  if (value && !Object.hasOwn(wanted, "ts")) delete value["ts"];
  const tried = new Map(bindings);
  if (!valueMatches(wanted, value, tried)) return false;
  for (const [label, bound] of tried) bindings.set(label, bound);
  return true;
}

function textMatches(shown: string, text: string): boolean {
  const parts = shown.split(ANY).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(text);
}

/** An object with this field stands for any value; the field holds its label. */
const HOLE = "…";
/** This field, or an object with it in a list, stands for any further ones. */
const REST = "……";

/** Parses JSON with `…` in it, which becomes {@linkcode HOLE} or {@linkcode REST}. */
function parseShown(shown: string): Record<string, unknown> {
  let json = "";
  let last = ""; // the last token that is not white space
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

/** Whether the next value is an item of a list: the innermost open bracket is a square one. */
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

/** Whether the value is the label's, or becomes it. Without a label, any value matches. */
function binds(label: string, value: unknown, bindings: Bindings): boolean {
  if (label === "") return true;
  if (bindings.has(label)) return bindings.get(label) === value;
  bindings.set(label, value);
  return true;
}
