/** Search through the lines that were sent, as bash does it. */

import { clean, type Editor, moveTo, recall, resetLine, type Search } from "./editor_state.ts";
import { isCharacter } from "./key_codes.ts";
import { findAction } from "./keys.ts";
import * as words from "./words.ts";

export function beginSearch(state: Editor, isForward: boolean, isAsked = false): Editor {
  const place = { at: state.at, column: state.cursor };
  return {
    ...state,
    search: { isAsked, isForward, text: "", isFailed: false, place, origin: state },
  };
}

/** Ends the search at the line that was found. */
export function endSearch({ search, ...found }: Editor): Editor {
  return { ...found, lastSearch: search?.text || found.lastSearch, last: undefined };
}

/** Takes a key during a search; undefined if the key ends the search, and counts by itself. */
export function pressInSearch(state: Editor, search: Search, key: string): Editor | undefined {
  const { origin, text, isAsked, isForward, place } = search;
  if (key === "Ctrl-G") return origin;
  if (key === "Ctrl-C") return resetLine(origin);
  if (isCharacter(key)) return searchFor(state, { ...search, text: text + clean(key) });
  if (key === "Backspace" || key === "Ctrl-H") {
    if (isAsked && text === "") return origin;
    return searchFor(state, { ...search, text: [...text].slice(0, -1).join("") });
  }
  const action = findAction(key);
  if (isAsked) return action === "submit" ? answer(state, search) : state;
  if (action === "searchOlder" || action === "searchNewer") {
    const turned = { ...search, isForward: action === "searchNewer" };
    if (text === "") return searchFor(state, { ...turned, text: state.lastSearch });
    const step = turned.isForward !== isForward ? 0 : isForward ? 1 : -1;
    return searchFor(state, { ...turned, place: { ...place, column: place.column + step } });
  }
  return key === "Esc" || key === "Ctrl-J" ? endSearch(state) : undefined;
}

/** Shows where the text is; the last place that was found, if it is nowhere. */
function searchFor(state: Editor, search: Search): Editor {
  const { origin, text, isAsked } = search;
  if (isAsked || text === "") return { ...state, search: { ...search, isFailed: false } };
  const place = find(search);
  if (!place) {
    return { ...state, search: { ...search, place: state.search!.place, isFailed: true } };
  }
  const found = recall(origin, place.at);
  const cursor = words.graphemeStart(found.line, place.column);
  return { ...moveTo(found, cursor), search: { ...search, place, isFailed: false } };
}

/** Goes to the line with the words that were asked for. */
function answer(state: Editor, search: Search): Editor {
  const { origin, isForward, place } = search;
  const text = search.text || state.lastSearch;
  const column = isForward ? Infinity : -1; // not in the line itself
  const found = find({ ...search, text, place: { ...place, column } });
  return { ...(found ? moveTo(recall(origin, found.at), 0) : origin), lastSearch: text };
}

/** Finds the text at the place or beyond it; a line like that of the place counts only once. */
function find({ origin, text, isForward, place }: Search): Search["place"] | undefined {
  const { history, drafts } = origin;
  const lines = [...history, ""].map((line, at) =>
    at === origin.at ? origin.line : drafts.get(at)?.line ?? line
  );
  for (let at = place.at; lines[at] !== undefined; at += isForward ? 1 : -1) {
    const line = lines[at]!;
    if (at !== place.at && line === lines[place.at]) continue;
    const start = at === place.at ? place.column : isForward ? 0 : line.length;
    if (start < 0) continue;
    const column = isForward ? line.indexOf(text, start) : line.lastIndexOf(text, start);
    if (column !== -1) return { at, column };
  }
  return undefined;
}
