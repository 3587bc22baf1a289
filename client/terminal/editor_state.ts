/**
 * The state of the line editor, and the changes that everything else is made of. The cursor always stands between two
 * graphemes. A pasted block is one character of the line, which nobody can type.
 */

import * as words from "./words.ts";

/** A line that is edited. Positions are in UTF-16 units. */
interface Draft {
  /** May hold LF and the characters of blocks. */
  readonly line: string;
  readonly cursor: number;
  readonly mark: number;
  /** Its earlier states, the oldest first. */
  readonly undo: readonly Pick<Draft, "line" | "cursor">[];
}

export interface Editor extends Draft {
  /** The texts of pasted blocks. */
  readonly blocks: ReadonlyMap<string, string>;
  /** What was killed, the latest first. */
  readonly kills: readonly string[];
  /** The lines that were sent, the oldest first. */
  readonly history: readonly string[];
  /** Which of them is edited; their number if it is a new line. */
  readonly at: number;
  /** Lines of the history that were edited, and the new line. */
  readonly drafts: ReadonlyMap<number, Draft>;
  readonly search?: Search;
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

export type Last =
  | { readonly kind: "typed"; readonly count: number }
  | { readonly kind: "killed" }
  | { readonly kind: "yanked"; readonly from: number }
  | { readonly kind: "lastWord"; readonly from: number; readonly at: number };

export type EditorEvent =
  /** `text` has the blocks in it; with `isPasted`, it begins with one. */
  | { readonly kind: "submit"; readonly text: string; readonly isPasted: boolean }
  /** The line goes into the history, and nowhere else. */
  | { readonly kind: "keep"; readonly text: string }
  | { readonly kind: "switchRoom"; readonly room: number }
  | { readonly kind: Request };

export type Request = "complete" | "clear" | "interrupt" | "end" | "suspend";

/** The most lines of history. */
const MAX_HISTORY = 500;
/** The most kills, as in bash. */
const MAX_KILLS = 10;
/** The most changes that can be taken back. */
const MAX_UNDO = 500;

const FIRST_BLOCK = 0xFDD0;
const LAST_BLOCK = 0xFDEF;
const BLOCKS = /[\uFDD0-\uFDEF]/g;

/** The initial state; the history has the latest line first. */
export function startEditor(history: readonly string[] = []): Editor {
  const lines = history.slice(0, MAX_HISTORY).reverse();
  return {
    ...emptyDraft(),
    blocks: new Map(),
    kills: [],
    history: lines,
    at: lines.length,
    drafts: new Map(),
    lastSearch: "",
    prefix: "",
  };
}

function emptyDraft(line = ""): Draft {
  return { line, cursor: line.length, mark: 0, undo: [] };
}

/** An empty line after the last one of the history. */
export function resetLine(state: Editor): Editor {
  const kept = [...state.blocks].filter(([block]) =>
    state.kills.some((text) => text.includes(block))
  );
  const { search: _, ...others } = state;
  return {
    ...others,
    ...emptyDraft(),
    blocks: new Map(kept),
    at: state.history.length,
    drafts: new Map(),
    prefix: "",
    last: undefined,
  };
}

/** Adds a line to the history, which has each line once, and empties the line. */
export function remember(state: Editor, line: string): Editor {
  const history = [...state.history.filter((each) => each !== line), line].slice(-MAX_HISTORY);
  return resetLine({ ...state, history });
}

/** The text of the line, with the blocks in it. */
export function expand({ line, blocks }: Editor, show = (text: string) => text): string {
  return line.replace(BLOCKS, (block) => show(blocks.get(block) ?? ""));
}

/** Inserts a text at the cursor; controls are left out, except LF. */
export function insert(state: Editor, text: string): Editor {
  return splice(state, state.cursor, state.cursor, clean(text));
}

/** Inserts a text as one character; as it is, if all such characters are in use. */
export function insertBlock(state: Editor, text: string): Editor {
  for (let code = FIRST_BLOCK; code <= LAST_BLOCK; code++) {
    const block = String.fromCharCode(code);
    if (state.blocks.has(block)) continue;
    const blocks = new Map(state.blocks).set(block, text);
    return { ...splice(state, state.cursor, state.cursor, block), blocks };
  }
  return insert(state, text);
}

/** Replaces the line. */
export function setLine(state: Editor, line: string, cursor: number): Editor {
  return edit(state, clean(line, state.blocks), cursor);
}

/** Leaves out controls except LF, and replaces what stands for blocks, unless they are known, or for ends of lines. */
export function clean(text: string, known?: ReadonlyMap<string, string>): string {
  return text.toWellFormed()
    .replace(/(?!\n)\p{Cc}/gu, "")
    .replace(/[\u2028\u2029\uFDD0-\uFDEF]/g, (char) => known?.has(char) ? char : "\uFFFD");
}

/** Replaces the line; the cursor goes to the next place between graphemes. A merged change is part of the last one. */
export function edit(
  state: Editor,
  line: string,
  cursor: number,
  { isMerged = false } = {},
): Editor {
  const { line: lineBefore, cursor: cursorBefore, undo } = state;
  const place = words.graphemeEnd(line, Math.min(cursor, line.length));
  const isSame = isMerged || line === lineBefore;
  return {
    ...state,
    line,
    cursor: place,
    mark: Math.min(state.mark, line.length),
    undo: isSame ? undo : [...undo.slice(1 - MAX_UNDO), { line: lineBefore, cursor: cursorBefore }],
    last: undefined,
  };
}

/** Replaces a piece of the line, and puts the cursor after it. */
export function splice(
  state: Editor,
  from: number,
  to: number,
  text: string,
  options?: { isMerged: boolean },
): Editor {
  const line = state.line.slice(0, from) + text + state.line.slice(to);
  return edit(state, line, from + text.length, options);
}

export function moveTo(state: Editor, cursor: number): Editor {
  return { ...state, cursor };
}

/** Removes a piece of the line and keeps it; kills in a row are kept together. */
export function kill(state: Editor, from: number, to: number, last: Last | undefined): Editor {
  const text = state.line.slice(from, to);
  const [latest = "", ...older] = state.kills;
  const isJoined = last?.kind === "killed";
  const joined = from < state.cursor ? text + latest : latest + text;
  const kills = text === "" ? state.kills : isJoined ? [joined, ...older] : [text, ...state.kills];
  const killed = splice(state, from, to, "");
  return {
    ...killed,
    kills: kills.slice(0, MAX_KILLS),
    mark: killed.cursor,
    last: { kind: "killed" },
  };
}

/** Edits a line of the history, or the new line. What was edited is kept until a line is sent. */
export function recall(state: Editor, at: number): Editor {
  if (at < 0 || at > state.history.length || at === state.at) return state;
  const { line, cursor, mark, undo } = state;
  const drafts = new Map(state.drafts).set(state.at, { line, cursor, mark, undo });
  return {
    ...state,
    ...(drafts.get(at) ?? emptyDraft(clean(state.history[at] ?? ""))),
    at,
    drafts,
  };
}
