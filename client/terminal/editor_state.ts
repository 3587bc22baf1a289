/**
 * The state of the line editor, and the changes that its keys are made of. The cursor always stands between two
 * graphemes. A pasted block is one character of the line, which cannot be typed.
 */

import type { Action } from "./keys.ts";
import { graphemeEnd } from "./words.ts";

/** A line that is edited. Positions are in UTF-16 units. */
interface Draft {
  /** May hold LF and blocks. */
  readonly line: string;
  readonly cursor: number;
  /** May be beyond the line. */
  readonly mark: number;
  /** Its earlier states, the oldest first. */
  readonly undo: readonly { line: string; cursor: number }[];
}

export interface Editor extends Draft {
  /** The texts of the blocks. */
  readonly blocks: ReadonlyMap<string, string>;
  /** The killed texts, the latest first. */
  readonly kills: readonly string[];
  /** The lines that were sent, the oldest first. */
  readonly history: readonly string[];
  /** Which of them is edited; their number if it is a new line. */
  readonly at: number;
  /** The new line, and the edited lines of the history. */
  readonly drafts: ReadonlyMap<number, Draft>;
  readonly search?: Search | undefined;
  readonly lastSearch: string;
  /** A key that changes the meaning of the next one. */
  readonly prefix: string;
  /** What the last key did, if the next one may go on with it. */
  readonly last?: Last | undefined;
  /** What the last key asks of the owner. */
  readonly event?: EditorEvent | undefined;
}

export interface Search {
  /** Whether the words are typed up to Enter, instead of searching at each key. */
  readonly isAsked: boolean;
  readonly isForward: boolean;
  readonly text: string;
  readonly isFailed: boolean;
  /** Which line of the history, and where in it the text was found last. */
  readonly place: { readonly at: number; readonly column: number };
  /** The state before the search. */
  readonly origin: Editor;
}

/** `from` is its start in the line; `count` how many characters were typed, or which line of the history was used. */
interface Last {
  readonly kind: "typed" | "killed" | "yanked" | "lastWord";
  readonly from: number;
  readonly count: number;
}

/** `text` is the line with the texts of its blocks; with `isPasted`, it begins with one. */
export interface EditorEvent {
  readonly kind: Action | "end";
  readonly text: string;
  readonly isPasted: boolean;
  readonly key: string;
}

/** The most lines of history. */
const MAX_HISTORY = 500;
/** The most kills, as in bash. */
const MAX_KILLS = 10;
/** The most changes that can be taken back, and the most UTF-16 units of the lines before them. */
const MAX_UNDO = 500;
const MAX_UNDO_UNITS = 1 << 20;

/** Noncharacters of Unicode. */
const BLOCKS = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0xFDD0 + index));
const BLOCK = /[\uFDD0-\uFDEF]/g;

const EMPTY: Draft = { line: "", cursor: 0, mark: 0, undo: [] };

/** The initial state; the history has the latest line first. */
export function startEditor(latestFirst: readonly string[] = []): Editor {
  const history = latestFirst.slice(0, MAX_HISTORY).reverse();
  const nothing = { blocks: new Map(), kills: [], drafts: new Map(), lastSearch: "", prefix: "" };
  return { ...EMPTY, ...nothing, history, at: history.length };
}

/** An empty line after the last one of the history; what was killed stays. */
export function resetLine(state: Editor): Editor {
  const { kills, history, lastSearch } = state;
  const kept = [...state.blocks].filter(([block]) => kills.some((text) => text.includes(block)));
  const blocks = new Map(kept);
  return { ...startEditor(), blocks, kills, history, at: history.length, lastSearch };
}

/** Adds a line to the history, which has each line once, and empties the line. */
export function remember(state: Editor, line: string): Editor {
  const history = [...state.history.filter((each) => each !== line), line].slice(-MAX_HISTORY);
  return resetLine({ ...state, history });
}

/** The line with the texts of its blocks, or with what is shown for them. */
export function expand({ line, blocks }: Editor, show = (text: string) => text): string {
  return line.replace(BLOCK, (block) => show(blocks.get(block) ?? ""));
}

/** Replaces the line. */
export function edit(state: Editor, line: string, cursor: number): Editor {
  const before = { line: state.line, cursor: state.cursor };
  const max = Math.min(MAX_UNDO, Math.ceil(MAX_UNDO_UNITS / (line.length + 1)));
  const undo = line === state.line ? state.undo : [...state.undo, before].slice(-max);
  return { ...state, line, cursor: graphemeEnd(line, Math.min(cursor, line.length)), undo };
}

/** Replaces a piece of the line, and puts the cursor after it. */
export function splice(state: Editor, from: number, to: number, text: string): Editor {
  const line = state.line.slice(0, from) + text + state.line.slice(to);
  return edit(state, line, from + text.length);
}

/** Inserts a text at the cursor. */
export function insert(state: Editor, text: string): Editor {
  return splice(state, state.cursor, state.cursor, clean(text));
}

/** Inserts a text as a block; as it is, if there are too many of them. */
export function insertBlock(state: Editor, text: string): Editor {
  const block = BLOCKS.find((each) => !state.blocks.has(each));
  if (block === undefined) return insert(state, text);
  const blocks = new Map(state.blocks).set(block, text);
  return { ...splice(state, state.cursor, state.cursor, block), blocks };
}

/** Leaves controls out, except LF, and replaces ends of lines and blocks that are unknown. */
export function clean(text: string, known?: ReadonlyMap<string, string>): string {
  return text.toWellFormed().replace(/(?!\n)\p{Cc}/gu, "")
    .replace(/[\u2028\u2029\uFDD0-\uFDEF]/g, (char) => known?.has(char) ? char : "\uFFFD");
}

/** Removes a piece of the line and keeps it, together with the last one if that was killed just before. */
export function kill(state: Editor, from: number, to: number, last: Last | undefined): Editor {
  const text = state.line.slice(from, to);
  if (text === "") return state;
  const [latest = "", ...older] = last?.kind === "killed" ? state.kills : ["", ...state.kills];
  const joined = from < state.cursor ? text + latest : latest + text;
  const kills = [joined, ...older].slice(0, MAX_KILLS);
  const killed = splice(state, from, to, "");
  return { ...killed, kills, mark: killed.cursor, last: { kind: "killed", from, count: 0 } };
}

/** Edits a line of the history, or the new line. Edited lines are kept until a line is sent. */
export function recall(state: Editor, at: number): Editor {
  if (at < 0 || at > state.history.length) return state;
  const { line, cursor, mark, undo } = state;
  const drafts = new Map(state.drafts).set(state.at, { line, cursor, mark, undo });
  const sent = clean(state.history[at] ?? "");
  const draft = drafts.get(at) ?? { ...EMPTY, line: sent, cursor: sent.length };
  return { ...state, ...draft, at, drafts };
}
