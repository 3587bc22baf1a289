/** The line editor: what each key makes of its state. Keys mean what they mean in bash. */

import { ACTIONS, goToCharacter } from "./actions.ts";
import { clean, type Editor, insert, splice } from "./editor_state.ts";
import { isCharacter, withAlt } from "./key_codes.ts";
import { findAction } from "./keys.ts";
import { endSearch, pressInSearch } from "./search.ts";

/** How many typed characters are taken back together, as in bash. */
const MAX_TYPED = 20;

/** Takes a key by its name, or a typed character. */
export function press(before: Editor, key: string): Editor {
  const state = { ...before, event: undefined };
  if (state.prefix !== "") return pressAfterPrefix({ ...state, prefix: "" }, state.prefix, key);
  if (state.search) return pressInSearch(state, state.search, key) ?? press(endSearch(state), key);
  if (isCharacter(key)) return type(state, key);
  const action = findAction(key);
  if (action === undefined) return { ...state, last: undefined };
  return ACTIONS[action]({ ...state, last: undefined }, state.last, key);
}

function pressAfterPrefix(state: Editor, prefix: string, key: string): Editor {
  switch (prefix) {
    case "Ctrl-V":
    case "Ctrl-Q":
      if (key === "Tab") return insert(state, "    ");
      if (["Enter", "Ctrl-J", "Ctrl-M"].includes(key)) return insert(state, "\n");
      return isCharacter(key) ? insert(state, key) : state;
    case "Ctrl-]":
    case "Alt-Ctrl-]":
      return isCharacter(key) ? goToCharacter(state, key, prefix === "Ctrl-]") : state;
    case "Esc":
      return press(state, ["Enter", "Ctrl-C"].includes(key) ? key : withAlt(key));
    default:
      return press(state, key === "Ctrl-C" ? key : `${prefix} ${key}`);
  }
}

function type(state: Editor, char: string): Editor {
  const text = clean(char);
  if (text === "") return state;
  const { last, cursor } = state;
  const count = last?.kind === "typed" && last.count < MAX_TYPED ? last.count : 0;
  const typed = splice(state, cursor, cursor, text, { isMerged: count > 0 });
  return { ...typed, last: { kind: "typed", count: count + 1 } };
}
