/** What the keys of the line editor do to its state, as in bash. */

import { graphemes, textWidth } from "../../common/cli/width.ts";
import {
  clean,
  edit,
  type Editor,
  expand,
  insert,
  kill,
  type Last,
  moveTo,
  recall,
  type Request,
  resetLine,
  splice,
} from "./editor_state.ts";
import type { Action } from "./keys.ts";
import { beginSearch } from "./search.ts";
import * as words from "./words.ts";

const BLANK = /[ \t]/;

type Act = (state: Editor, last: Last | undefined, key: string) => Editor;

function ask(kind: Request): Act {
  return (state) => ({ ...state, event: { kind } });
}

export const ACTIONS: Readonly<Record<Action, Act>> = {
  submit: (state) => ({
    ...resetLine(state),
    event: {
      kind: "submit",
      text: expand(state),
      isPasted: state.blocks.has(state.line.charAt(0)),
    },
  }),
  newline: (state) => insert(state, "\n"),
  prefix: (state, last, key) => ({ ...state, last, prefix: key }),

  left: (state) => moveTo(state, words.previous(state.line, state.cursor)),
  right: (state) => moveTo(state, words.next(state.line, state.cursor)),
  start: (state) => moveTo(state, 0),
  end: (state) => moveTo(state, state.line.length),
  wordLeft: (state) => moveTo(state, words.wordStart(state.line, state.cursor)),
  wordRight: (state) => moveTo(state, words.wordEnd(state.line, state.cursor)),
  setMark: (state) => ({ ...state, mark: state.cursor }),
  swapMark: (state) => ({
    ...moveTo(state, words.graphemeStart(state.line, state.mark)),
    mark: state.cursor,
  }),

  deleteBack: (state) => splice(state, words.previous(state.line, state.cursor), state.cursor, ""),
  deleteHere: (state) => {
    const { line, cursor } = state;
    return { ...edit(state, line.slice(0, cursor) + line.slice(words.next(line, cursor)), cursor) };
  },
  deleteOrEnd: (state, last, key) =>
    state.line === "" ? { ...state, event: { kind: "end" } } : ACTIONS.deleteHere(state, last, key),
  deleteBlanks: (state) => {
    const { line, cursor } = state;
    const from = words.skipBack(line, cursor, BLANK);
    return splice(state, from, words.skip(line, cursor, BLANK), "");
  },

  killBlankWord: (state, last) =>
    kill(state, words.blankWordStart(state.line, state.cursor), state.cursor, last),
  killWordLeft: (state, last) =>
    kill(state, words.wordStart(state.line, state.cursor), state.cursor, last),
  killWordRight: (state, last) =>
    kill(state, state.cursor, words.wordEnd(state.line, state.cursor), last),
  killLeft: (state, last) => kill(state, 0, state.cursor, last),
  killRight: (state, last) => kill(state, state.cursor, state.line.length, last),
  yank: (state) => {
    const { kills: [latest = ""], cursor } = state;
    const yanked = splice(state, cursor, cursor, latest);
    return { ...yanked, mark: cursor, last: { kind: "yanked", from: cursor } };
  },
  yankOlder: (state, last) => {
    if (last?.kind !== "yanked") return state;
    const [latest = "", ...older] = state.kills;
    const kills = [...older, latest];
    return { ...splice({ ...state, kills }, last.from, state.cursor, kills[0]!), last };
  },

  undo: (state) => {
    const before = state.undo.at(-1);
    return before ? { ...state, ...before, undo: state.undo.slice(0, -1) } : state;
  },
  revert: (state) => {
    const [original] = state.undo;
    return original ? edit(state, original.line, original.cursor) : state;
  },
  swapCharacters: (state) => {
    const { line, cursor } = state;
    const middle = cursor === line.length ? words.previous(line, cursor) : cursor;
    if (middle === 0) return state;
    const end = words.next(line, middle);
    return swap(state, [words.previous(line, middle), middle, middle, end]);
  },
  swapWords: (state) => {
    const { line, cursor } = state;
    const end = words.wordEnd(line, cursor);
    const start = words.wordStart(line, end);
    const firstStart = words.wordStart(line, start);
    const firstEnd = words.wordEnd(line, firstStart);
    return firstEnd > start ? state : swap(state, [firstStart, firstEnd, start, end]);
  },
  upperCase: (state) => changeCase(state, (word) => word.toUpperCase()),
  lowerCase: (state) => changeCase(state, (word) => word.toLowerCase()),
  capitalize: (state) =>
    changeCase(
      state,
      (word) => word.toLowerCase().replace(/[\p{L}\p{N}]/u, (letter) => letter.toUpperCase()),
    ),

  up: (state) => moveVertically(state, -1),
  down: (state) => moveVertically(state, 1),
  older: (state) => recall(state, state.at - 1),
  newer: (state) => recall(state, state.at + 1),
  oldest: (state) => recall(state, 0),
  newest: (state) => recall(state, state.history.length),
  lastWord: (state, last) => {
    const isAgain = last?.kind === "lastWord";
    const at = (isAgain ? last.at : state.at) - 1;
    const word = state.history[at]?.trimEnd().split(/\s/).at(-1);
    if (word === undefined) return { ...state, last };
    const from = isAgain ? last.from : state.cursor;
    const inserted = splice(state, from, state.cursor, clean(word), { isMerged: isAgain });
    return { ...inserted, last: { kind: "lastWord", from, at } };
  },
  searchOlder: (state) => beginSearch(state, false),
  searchNewer: (state) => beginSearch(state, true),
  askOlder: (state) => beginSearch(state, false, true),
  askNewer: (state) => beginSearch(state, true, true),

  keep: (state) => ({ ...state, event: { kind: "keep", text: expand(state) } }),
  complete: ask("complete"),
  clear: ask("clear"),
  interrupt: ask("interrupt"),
  suspend: ask("suspend"),
  switchRoom: (state, _last, key) => ({
    ...state,
    event: { kind: "switchRoom", room: Number(key.at(-1)) },
  }),
};

/** To the line of the text above or below, or to another line of the history at its first or last. */
function moveVertically(state: Editor, step: -1 | 1): Editor {
  const { line, cursor, at } = state;
  const start = line.lastIndexOf("\n", cursor - 1) + 1;
  const end = line.indexOf("\n", cursor);
  const isAtEdge = step < 0 ? cursor === 0 || start === 0 : end === -1;
  if (isAtEdge) return recall(state, at + step);
  const from = step > 0 ? end + 1 : start < 2 ? 0 : line.lastIndexOf("\n", start - 2) + 1;
  const width = textWidth(line.slice(start, cursor));
  let [place, used] = [from, 0];
  for (const each of graphemes(line.slice(from).split("\n", 1)[0]!)) {
    if ((used += each.width) > width) break;
    place += each.grapheme.length;
  }
  return moveTo(state, words.graphemeStart(line, place));
}

export function goToCharacter(state: Editor, char: string, isForward: boolean): Editor {
  const { line, cursor } = state;
  const found = isForward
    ? line.indexOf(char, words.next(line, cursor))
    : cursor === 0
    ? -1
    : line.lastIndexOf(char, cursor - 1);
  return found === -1 ? state : moveTo(state, words.graphemeStart(line, found));
}

function swap(state: Editor, [a, b, c, d]: readonly [number, number, number, number]): Editor {
  const { line } = state;
  return splice(state, a, d, line.slice(c, d) + line.slice(b, c) + line.slice(a, b));
}

function changeCase(state: Editor, change: (word: string) => string): Editor {
  const { line, cursor } = state;
  const end = words.wordEnd(line, cursor);
  return splice(state, cursor, end, change(line.slice(cursor, end)));
}
