/** The line editor: what each key makes of its state. Keys mean what they mean in bash. */

import { graphemes, textWidth } from "../../common/cli/width.ts";
import type { Editor, EditorEvent } from "./editor_state.ts";
import { clean, edit, expand, insert, kill, recall, resetLine, splice } from "./editor_state.ts";
import { isCharacter, withAlt } from "./key_codes.ts";
import { type Action, findAction } from "./keys.ts";
import { beginSearch, endSearch, pressInSearch } from "./search.ts";
import { graphemeStart, next, previous, wordEnd, wordStart } from "./words.ts";

/** How many typed characters are taken back together, as in bash. */
const MAX_TYPED = 20;
const BLANK_WORD = /^\s*\S*/;
const BLANKS = /^[ \t]*/;

/** Takes a key by its name, or a typed character. */
export function press(before: Editor, key: string): Editor {
  const state = { ...before, event: undefined, prefix: "", last: undefined };
  if (before.prefix !== "") return pressAfter(before, state, key);
  if (state.search) {
    return pressInSearch(state, state.search, key) ?? press(endSearch(state), key);
  }
  if (isCharacter(key)) return type(state, key, before.last);
  const action = findAction(key);
  return action ? ACTIONS[action](state, before.last, key) : state;
}

function pressAfter({ prefix, last }: Editor, state: Editor, key: string): Editor {
  const char = isCharacter(key) ? key : "";
  if (prefix === "Ctrl-V" || prefix === "Ctrl-Q") {
    if (key === "Tab") return insert(state, "    ");
    return insert(state, findAction(key) === "submit" ? "\n" : char);
  }
  if (prefix.endsWith("]")) return goToCharacter(state, char, prefix === "Ctrl-]");
  if (key === "Enter" || key === "Ctrl-C") return press(state, key);
  return press({ ...state, last }, prefix === "Esc" ? withAlt(key) : `${prefix} ${key}`);
}

function type(state: Editor, char: string, last: Editor["last"]): Editor {
  const text = clean(char);
  if (text === "") return { ...state, last };
  const count = last?.kind === "typed" ? last.count % MAX_TYPED : 0;
  const { undo, ...typed } = splice(state, state.cursor, state.cursor, text);
  const now: Editor["last"] = { kind: "typed", from: state.cursor, count: count + 1 };
  return { ...typed, undo: count > 0 ? state.undo : undo, last: now };
}

function goToCharacter(state: Editor, char: string, isForward: boolean): Editor {
  const { line, cursor } = state;
  const before = line.slice(0, cursor).lastIndexOf(char);
  const found = isForward ? line.indexOf(char, next(line, cursor)) : before;
  return found === -1 || char === "" ? state : { ...state, cursor: graphemeStart(line, found) };
}

/** To the row of the text above or below, or to another line of the history. */
function moveVertically(state: Editor, step: -1 | 1): Editor {
  const rows = state.line.split("\n");
  const before = state.line.slice(0, state.cursor).split("\n");
  const target = before.length - 1 + step;
  if (rows[target] === undefined) return recall(state, state.at + step);
  let room = textWidth(before.at(-1)!);
  let cursor = rows.slice(0, target).join("\n").length + Math.min(target, 1);
  for (const { grapheme, width } of graphemes(rows[target])) {
    if ((room -= width) < 0) break;
    cursor += grapheme.length;
  }
  return { ...state, cursor: graphemeStart(state.line, cursor) };
}

/** Swaps the pieces of the line from `a` to `b` and from `c` to `d`. */
function swap(state: Editor, a: number, b: number, c: number, d: number): Editor {
  const { line } = state;
  return splice(state, a, d, line.slice(c, d) + line.slice(b, c) + line.slice(a, b));
}

type Act = (state: Editor, last: Editor["last"], key: string) => Editor;
type Find = (line: string, cursor: number) => number;

function move(find: Find): Act {
  return (state) => ({ ...state, cursor: find(state.line, state.cursor) });
}

function deleteTo(find: Find, remove: typeof kill = (state, a, b) => splice(state, a, b, "")): Act {
  return (state, last) => {
    const place = find(state.line, state.cursor);
    return remove(state, Math.min(place, state.cursor), Math.max(place, state.cursor), last);
  };
}

const killTo = (find: Find) => deleteTo(find, kill);

function changeWord(change: (word: string) => string): Act {
  return (state) => {
    const end = wordEnd(state.line, state.cursor);
    return splice(state, state.cursor, end, change(state.line.slice(state.cursor, end)));
  };
}

function ask(kind: EditorEvent["kind"], next: (state: Editor) => Editor = (state) => state): Act {
  return (state, _last, key) => ({
    ...next(state),
    event: { kind, text: expand(state), isPasted: state.blocks.has(state.line.charAt(0)), key },
  });
}

const toStart: Find = () => 0;
const toEnd: Find = (line) => line.length;

const ACTIONS: Readonly<Record<Action, Act>> = {
  submit: ask("submit", resetLine),
  keep: ask("keep"),
  complete: ask("complete"),
  clear: ask("clear"),
  interrupt: ask("interrupt"),
  suspend: ask("suspend"),
  switchRoom: ask("switchRoom"),
  newline: (state) => insert(state, "\n"),
  prefix: (state, last, key) => ({ ...state, last, prefix: key }),

  left: move(previous),
  right: move(next),
  start: move(toStart),
  end: move(toEnd),
  wordLeft: move(wordStart),
  wordRight: move(wordEnd),
  setMark: (state) => ({ ...state, mark: state.cursor }),
  swapMark: (state) => {
    return { ...state, cursor: graphemeStart(state.line, state.mark), mark: state.cursor };
  },

  deleteLeft: deleteTo(previous),
  deleteRight: deleteTo(next),
  deleteOrEnd: (state, last, key) =>
    (state.line === "" ? ask("end") : ACTIONS.deleteRight)(state, last, key),
  deleteBlanks: (state) => {
    const from = wordStart(state.line, state.cursor, BLANKS);
    return splice(state, from, wordEnd(state.line, state.cursor, BLANKS), "");
  },
  killBlankWord: killTo((line, cursor) => wordStart(line, cursor, BLANK_WORD)),
  killWordLeft: killTo(wordStart),
  killWordRight: killTo(wordEnd),
  killLeft: killTo(toStart),
  killRight: killTo(toEnd),
  yank: (state) => {
    const { kills: [latest], cursor } = state;
    if (latest === undefined) return state;
    const yanked = splice(state, cursor, cursor, latest);
    return { ...yanked, mark: cursor, last: { kind: "yanked", from: cursor, count: 0 } };
  },
  yankOlder: (state, last) => {
    if (last?.kind !== "yanked") return state;
    const [latest = "", ...older] = state.kills;
    const kills = [...older, latest];
    return { ...splice(state, last.from, state.cursor, kills[0]!), kills, last };
  },

  undo: (state) => {
    const { line, cursor } = state.undo.at(-1) ?? state;
    return { ...edit(state, line, cursor), undo: state.undo.slice(0, -1) };
  },
  revert: (state) => {
    const { line, cursor } = state.undo[0] ?? state;
    return edit(state, line, cursor);
  },
  swapCharacters: (state) => {
    const { line, cursor } = state;
    const middle = cursor === line.length ? previous(line, cursor) : cursor;
    if (middle === 0) return state;
    return swap(state, previous(line, middle), middle, middle, next(line, middle));
  },
  swapWords: (state) => {
    const end = wordEnd(state.line, state.cursor);
    const start = wordStart(state.line, end);
    const otherStart = wordStart(state.line, start);
    const otherEnd = wordEnd(state.line, otherStart);
    return otherEnd > start ? state : swap(state, otherStart, otherEnd, start, end);
  },
  upperCase: changeWord((word) => word.toUpperCase()),
  lowerCase: changeWord((word) => word.toLowerCase()),
  capitalize: changeWord((word) =>
    word.toLowerCase().replace(/[\p{L}\p{N}]/u, (letter) => letter.toUpperCase())
  ),

  up: (state) => moveVertically(state, -1),
  down: (state) => moveVertically(state, 1),
  older: (state) => recall(state, state.at - 1),
  newer: (state) => recall(state, state.at + 1),
  oldest: (state) => recall(state, 0),
  newest: (state) => recall(state, state.history.length),
  lastWord: (state, last) => {
    const isAgain = last?.kind === "lastWord";
    const count = (isAgain ? last.count : state.at) - 1;
    const word = state.history[count]?.trimEnd().split(/\s/).at(-1);
    if (word === undefined) return { ...state, last };
    const from = isAgain ? last.from : state.cursor;
    const { undo, ...inserted } = splice(state, from, state.cursor, clean(word));
    const now: Editor["last"] = { kind: "lastWord", from, count };
    return { ...inserted, mark: from, undo: isAgain ? state.undo : undo, last: now };
  },
  searchOlder: (state) => beginSearch(state, false),
  searchNewer: (state) => beginSearch(state, true),
  askOlder: (state) => beginSearch(state, false, true),
  askNewer: (state) => beginSearch(state, true, true),
};
