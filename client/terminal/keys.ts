/** The keys of the line editor: those of bash, with bash's meaning. The table in docs/using.md has the same rows. */

interface KeyGroup {
  does: string;
  keys: Readonly<Record<string, string>>;
  /** How the document lists the keys; by default all of them, in their order. */
  shown?: string;
}

/** Keys are named as `key_codes.ts` names them. The first key of two is a prefix. */
export const KEY_GROUPS = [
  {
    does: "sends the line; on an empty line, reconnects at once",
    keys: { "Enter": "submit", "Ctrl-J": "submit", "Ctrl-M": "submit" },
  },
  {
    does: "begins another line of the same message",
    keys: { "Alt-Enter": "newline", "Shift-Enter": "newline", "Alt-Ctrl-J": "newline" },
    shown: "Alt-Enter, Shift-Enter (where the terminal reports it)",
  },
  { does: "completes a command, a nick or a room", keys: { "Tab": "complete" } },
  {
    does: "moves by a character",
    keys: { "Left": "left", "Right": "right", "Ctrl-B": "left", "Ctrl-F": "right" },
  },
  {
    does: "moves to the start or the end of the text",
    keys: { "Home": "start", "End": "end", "Ctrl-A": "start", "Ctrl-E": "end" },
  },
  {
    does: "moves by a word; letters, marks and digits of every script make a word",
    keys: {
      "Ctrl-Left": "wordLeft",
      "Ctrl-Right": "wordRight",
      "Alt-Left": "wordLeft",
      "Alt-Right": "wordRight",
      "Alt-B": "wordLeft",
      "Alt-F": "wordRight",
    },
  },
  {
    does: "moves to the next or the last place of the character that you type after it",
    keys: { "Ctrl-]": "prefix", "Alt-Ctrl-]": "prefix" },
  },
  {
    does: "sets a mark; goes to the mark and sets it where the cursor was",
    keys: { "Ctrl-@": "setMark", "Alt- ": "setMark", "Ctrl-X Ctrl-X": "swapMark" },
    shown: "Ctrl-Space, Ctrl-X Ctrl-X",
  },
  {
    does: "deletes the character before the cursor",
    keys: { "Backspace": "deleteBack", "Ctrl-H": "deleteBack" },
  },
  {
    does: "deletes the character at the cursor; Ctrl-D leaves when the line is empty",
    keys: { "Delete": "deleteHere", "Ctrl-D": "deleteOrEnd" },
  },
  {
    does: "kills the word before the cursor, up to white space",
    keys: { "Ctrl-W": "killBlankWord" },
  },
  {
    does: "kills the word before the cursor, up to punctuation",
    keys: {
      "Alt-Backspace": "killWordLeft",
      "Alt-Ctrl-H": "killWordLeft",
      "Ctrl-Backspace": "killWordLeft",
    },
    shown: "Alt-Backspace, Alt-Ctrl-H",
  },
  {
    does: "kills the word after the cursor",
    keys: {
      "Alt-D": "killWordRight",
      "Ctrl-Delete": "killWordRight",
      "Alt-Delete": "killWordRight",
    },
  },
  {
    does: "kills everything before the cursor",
    keys: { "Ctrl-U": "killLeft", "Ctrl-X Backspace": "killLeft" },
  },
  { does: "kills everything after the cursor", keys: { "Ctrl-K": "killRight" } },
  {
    does: "puts back what was killed last; kills in a row come back together",
    keys: { "Ctrl-Y": "yank" },
  },
  { does: "right after Ctrl-Y: what was killed before that", keys: { "Alt-Y": "yankOlder" } },
  { does: "takes back the last change", keys: { "Ctrl-_": "undo", "Ctrl-X Ctrl-U": "undo" } },
  { does: "takes back all changes of the line", keys: { "Alt-R": "revert" } },
  {
    does: "swaps the two characters or words around the cursor",
    keys: { "Ctrl-T": "swapCharacters", "Alt-T": "swapWords" },
  },
  {
    does: "writes the word after the cursor in capitals, in small letters, or with a capital",
    keys: { "Alt-U": "upperCase", "Alt-L": "lowerCase", "Alt-C": "capitalize" },
  },
  { does: "deletes the blanks around the cursor", keys: { "Alt-\\": "deleteBlanks" } },
  {
    does: "bring back what you sent; Up and Down first move between the lines of the text",
    keys: { "Up": "up", "Down": "down", "Ctrl-P": "older", "Ctrl-N": "newer" },
  },
  {
    does: "goes to the oldest line that you sent, or back to what you are typing",
    keys: { "Alt-<": "oldest", "Alt->": "newest" },
  },
  {
    does: "inserts the last word of the line that you sent last; again: of the line before that",
    keys: { "Alt-.": "lastWord", "Alt-_": "lastWord" },
  },
  {
    does:
      "searches what you sent while you type: older or newer lines; Esc ends the search, Ctrl-G gives it up",
    keys: { "Ctrl-R": "searchOlder", "Ctrl-S": "searchNewer" },
  },
  {
    does: "searches what you sent for the words that you type up to Enter",
    keys: { "Alt-P": "askOlder", "Alt-N": "askNewer" },
  },
  {
    does: "the next key is text: Tab or Enter",
    keys: { "Ctrl-V": "prefix", "Ctrl-Q": "prefix" },
  },
  { does: "keeps the line for Up without sending it", keys: { "Alt-#": "keep" } },
  { does: "clears the screen, like `/clear`", keys: { "Ctrl-L": "clear" } },
  { does: "empties the line; on an empty line, leaves", keys: { "Ctrl-C": "interrupt" } },
  { does: "stops the client until `fg`", keys: { "Ctrl-Z": "suspend" } },
  {
    does: "goes to your first, second, ... room",
    keys: Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`Alt-${index + 1}`, "switchRoom"] as const),
    ),
    shown: "Alt-1 to Alt-9",
  },
  {
    does: "like Alt with the next key",
    keys: { "Esc": "prefix", "Ctrl-X": "prefix" },
    shown: "Esc",
  },
] as const satisfies readonly KeyGroup[];

type Values<T> = T extends unknown ? T[keyof T] : never;
export type Action = Values<typeof KEY_GROUPS[number]["keys"]>;

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  KEY_GROUPS.flatMap(({ keys }) => Object.entries<Action>(keys)),
);

/** What a key does, or two keys of which the first is a prefix; undefined if nothing. */
export function findAction(key: string): Action | undefined {
  return ACTIONS.get(key);
}

/** The rows of the table in the document: the keys, and what they do. */
export function documentKeys(): [keys: string, does: string][] {
  return KEY_GROUPS.map((group: KeyGroup) => [
    group.shown ?? Object.keys(group.keys).join(", "),
    group.does,
  ]);
}
