/** Search through the lines that were sent, as bash does it. */

import { clean, type Editor, recall, resetLine, type Search } from "./editor_state.ts";
import { isCharacter } from "./key_codes.ts";
import { findAction } from "./keys.ts";
import { graphemeStart } from "./words.ts";

export function beginSearch(origin: Editor, isForward: boolean, isAsked = false): Editor {
  const place = { at: origin.at, column: origin.cursor };
  return { ...origin, search: { isAsked, isForward, text: "", isFailed: false, place, origin } };
}

/** Ends the search at the line that was found, and all that the last key began. */
export function endSearch({ search, ...found }: Editor): Editor {
  return { ...found, lastSearch: search?.text || found.lastSearch, prefix: "", last: undefined };
}

/** Takes a key during a search; undefined if the key ends the search, and counts by itself. */
export function pressInSearch(state: Editor, search: Search, key: string): Editor | undefined {
  const { origin, text, isAsked, isForward, place } = search;
  const action = findAction(key);
  if (key === "Ctrl-G") return origin;
  if (action === "interrupt") return resetLine(origin);
  if (isCharacter(key)) return searchFor(state, { ...search, text: text + clean(key) });
  if (action === "deleteLeft") {
    return searchFor(state, { ...search, text: [...text].slice(0, -1).join("") });
  }
  if (isAsked) return action === "submit" ? answer(state, search) : state;
  if (action === "searchOlder" || action === "searchNewer") {
    const turned = { ...search, isForward: action === "searchNewer" };
    if (text === "") return searchFor(state, { ...turned, text: state.lastSearch });
    const step = turned.isForward !== isForward ? 0 : isForward ? 1 : -1;
    return searchFor(state, { ...turned, place: { ...place, column: place.column + step } });
  }
  return key === "Esc" || key === "Ctrl-J" ? endSearch(state) : undefined;
}

/** Shows where the text is; if it is nowhere, the last place that was found. */
function searchFor(state: Editor, search: Search): Editor {
  const { origin, text, isAsked } = search;
  if (isAsked || text === "") return { ...state, search: { ...search, isFailed: false } };
  const place = find(search);
  if (!place) {
    return { ...state, search: { ...search, place: state.search!.place, isFailed: true } };
  }
  const found = recall(origin, place.at);
  const cursor = graphemeStart(found.line, place.column);
  return { ...found, cursor, search: { ...search, place, isFailed: false } };
}

/** Goes to the line with the words that were asked for. */
function answer(state: Editor, search: Search): Editor {
  const text = search.text || state.lastSearch;
  const column = search.isForward ? Infinity : -1; // not in the line itself
  const place = find({ ...search, text, place: { ...search.place, column } });
  const found = place ? { ...recall(search.origin, place.at), cursor: 0 } : search.origin;
  return { ...found, lastSearch: text };
}

/** Finds the text at the place or beyond it; a line like that of the place counts only once. */
function find({ origin, text, isForward, place }: Search): Search["place"] | undefined {
  const current = recall(origin, place.at).line;
  for (let at = place.at; at >= 0 && at <= origin.history.length; at += isForward ? 1 : -1) {
    const { line } = recall(origin, at);
    if (at !== place.at && line === current) continue;
    const start = at === place.at ? place.column : isForward ? 0 : line.length;
    const column = isForward ? line.indexOf(text, start) : line.lastIndexOf(text, start);
    if (column !== -1 && start >= 0) return { at, column };
  }
  return undefined;
}
