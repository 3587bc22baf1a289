/** The bytes that a terminal sends for a key, as xterm does without modifyOtherKeys. */

type Letter =
  | ("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m")
  | ("n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z");

// The final bytes of keys with two forms: CSI, or SS3 in application cursor mode.
const CURSOR_KEYS = { up: "A", down: "B", right: "C", left: "D", end: "F", home: "H" } as const;

const OTHER_KEYS = {
  "enter": "\r",
  "tab": "\t",
  "shift-tab": "\x1b[Z",
  "escape": "\x1b",
  "backspace": "\x7f",
  "insert": "\x1b[2~",
  "delete": "\x1b[3~",
  "page-up": "\x1b[5~",
  "page-down": "\x1b[6~",
  "ctrl-up": "\x1b[1;5A",
  "ctrl-down": "\x1b[1;5B",
  "ctrl-_": "\x1f",
  "ctrl-right": "\x1b[1;5C",
  "ctrl-left": "\x1b[1;5D",
  "ctrl-delete": "\x1b[3;5~",
  "ctrl-space": "\0",
  "ctrl-\\": "\x1c",
  "alt-enter": "\x1b\r",
  "alt-backspace": "\x1b\x7f",
} as const;

export type Key =
  | keyof typeof CURSOR_KEYS
  | keyof typeof OTHER_KEYS
  | `ctrl-${Letter}`
  | `alt-${Letter}`;

/** The bytes of a key; `applicationCursor` is whether the program has set application cursor mode. */
export function keyBytes(key: Key, { applicationCursor = false } = {}): string {
  if (key in OTHER_KEYS) return OTHER_KEYS[key as keyof typeof OTHER_KEYS];
  if (key in CURSOR_KEYS) {
    const final = CURSOR_KEYS[key as keyof typeof CURSOR_KEYS];
    return applicationCursor ? `\x1bO${final}` : `\x1b[${final}`;
  }
  const letter = key.slice(key.indexOf("-") + 1);
  // Ctrl takes the letter's low five bits: A is 1, Z is 26.
  return key.startsWith("ctrl-")
    ? String.fromCharCode(letter.charCodeAt(0) & 0x1f)
    : `\x1b${letter}`;
}
