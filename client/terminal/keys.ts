/** The keys of the line editor: those of bash, with bash's meaning. The table in docs/using.md has the same rows. */

/** The keys as `key_codes.ts` names them, of two the first is a prefix; the action; and what it does. */
export const KEY_TABLE = [
  ["Enter, Ctrl-J, Ctrl-M", "submit", "sends the line; on an empty line, reconnects at once"],
  ["Alt-Enter, Shift-Enter, Alt-Ctrl-J", "newline", "begins a new line of the same message"],
  ["Tab", "complete", "completes a command, a nick, a room or an emoji (`:smile:`)"],
  ["Left, Ctrl-B", "left", "moves one character to the left"],
  ["Right, Ctrl-F", "right", "moves one character to the right"],
  ["Home, Ctrl-A", "start", "moves to the start of the text"],
  ["End, Ctrl-E", "end", "moves to the end of the text"],
  ["Ctrl-Left, Alt-Left, Alt-B", "wordLeft", "moves to the start of the word"],
  ["Ctrl-Right, Alt-Right, Alt-F", "wordRight", "moves to the end of the word"],
  ["Ctrl-]", "prefix", "moves to the next place of the character that you type after it"],
  ["Alt-Ctrl-]", "prefix", "moves to the last place of the character that you type after it"],
  ["Ctrl-@, Alt-Space", "setMark", "sets the mark (Ctrl-@ is Ctrl-Space)"],
  ["Ctrl-X Ctrl-X", "swapMark", "moves to the mark, and sets it where the cursor was"],
  ["Backspace, Ctrl-H", "deleteLeft", "deletes the character before the cursor"],
  ["Delete", "deleteRight", "deletes the character after the cursor"],
  ["Ctrl-D", "deleteOrEnd", "deletes the character after the cursor; on an empty line, leaves"],
  ["Ctrl-W", "killBlankWord", "kills the word before the cursor, up to white space"],
  ["Alt-Backspace, Alt-Ctrl-H", "killWordLeft", "kills the word before the cursor"],
  ["Alt-D, Ctrl-Delete, Alt-Delete", "killWordRight", "kills the word after the cursor"],
  ["Ctrl-U, Ctrl-X Backspace", "killLeft", "kills everything before the cursor"],
  ["Ctrl-K", "killRight", "kills everything after the cursor"],
  ["Ctrl-Y", "yank", "puts back what was killed; kills in a row come back together"],
  ["Alt-Y", "yankOlder", "after Ctrl-Y: puts back what was killed before that instead"],
  ["Ctrl-_, Ctrl-X Ctrl-U", "undo", "takes back the last change"],
  ["Alt-R", "revert", "takes back all changes of the line"],
  ["Ctrl-T", "swapCharacters", "swaps the characters before and after the cursor"],
  ["Alt-T", "swapWords", "swaps the words before and after the cursor"],
  ["Alt-U", "upperCase", "writes the word after the cursor in capitals"],
  ["Alt-L", "lowerCase", "writes the word after the cursor in small letters"],
  ["Alt-C", "capitalize", "writes the word after the cursor with a capital"],
  ["Alt-\\", "deleteBlanks", "deletes the blanks around the cursor"],
  ["Up", "up", "moves to the row above; in the first row, brings back what you sent before"],
  ["Down", "down", "moves to the row below; in the last row, brings back what you sent after"],
  ["Ctrl-P", "older", "brings back what you sent before"],
  ["Ctrl-N", "newer", "brings back what you sent after, and at last what you are typing"],
  ["Alt-<", "oldest", "brings back the oldest line that you sent"],
  ["Alt->", "newest", "goes back to what you are typing"],
  ["Alt-., Alt-_", "lastWord", "inserts the last word that you sent; again: that of an older line"],
  ["Ctrl-R", "searchOlder", "searches older lines while you type; Esc ends it, Ctrl-G gives it up"],
  ["Ctrl-S", "searchNewer", "searches newer lines in the same way"],
  ["Alt-P", "askOlder", "searches older lines for what you type up to Enter"],
  ["Alt-N", "askNewer", "searches newer lines for what you type up to Enter"],
  ["Ctrl-V, Ctrl-Q", "prefix", "inserts the next key as text, Tab and Enter too"],
  ["Alt-#", "keep", "keeps the line for Up, without sending it"],
  ["Ctrl-L", "clear", "clears the screen, like `/clear`"],
  ["Ctrl-C", "interrupt", "empties the line; on an empty line, leaves"],
  ["Ctrl-Z", "suspend", "stops the client until `fg`"],
  ["Alt-1, Alt-2, ... Alt-9", "switchRoom", "goes to your first, second, ... room"],
  ["Esc", "prefix", "with the next key: Alt and that key"],
  ["Ctrl-X", "prefix", "with the next key: see above"],
] as const;

export type Action = typeof KEY_TABLE[number][1];

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  KEY_TABLE.flatMap(([keys, action]) => keys.split(", ").map((key) => [key, action])),
);

/** What a key does, or a prefix and a key; undefined if nothing. */
export function findAction(key: string): Action | undefined {
  return ACTIONS.get(key.replace(/^Alt-[1-9]$/, "Alt-1"));
}
