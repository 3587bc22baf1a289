/** The names of keys in what terminals send: `Ctrl-A`, `Alt-Left`, `Shift-Enter`. A key without a name is "". */

const CURSOR_KEYS: Readonly<Record<string, string>> = {
  A: "Up",
  B: "Down",
  C: "Right",
  D: "Left",
  F: "End",
  H: "Home",
  // rxvt, for Ctrl with an arrow
  a: "Ctrl-Up",
  b: "Ctrl-Down",
  c: "Ctrl-Right",
  d: "Ctrl-Left",
};
const NUMBERED_KEYS: Readonly<Record<number, string>> = {
  1: "Home",
  3: "Delete",
  4: "End",
  7: "Home",
  8: "End",
};
const CODED_KEYS: Readonly<Record<number, string>> = {
  8: "Backspace",
  9: "Tab",
  13: "Enter",
  27: "Esc",
  127: "Backspace",
};
/** Bits of a modifier, which is sent plus 1. */
const [SHIFT, ALT, CTRL] = [1, 2, 4];

/** A control character: 0 to 31, or 127. */
export function controlKey(code: number): string {
  if (code !== 8 && code in CODED_KEYS) return CODED_KEYS[code]!;
  return `Ctrl-${String.fromCharCode(code + 64)}`;
}

/** A key or character with Alt. */
export function withAlt(key: string): string {
  return `Alt-${isCharacter(key) ? key.toUpperCase() : key}`;
}

/** Whether a key is a typed character, not a name. */
export function isCharacter(key: string): boolean {
  return key.length === 1 || (key.length === 2 && key.codePointAt(0)! > 0xFFFF);
}

/** A control sequence of xterm, rxvt, kitty's keyboard protocol or modifyOtherKeys. */
export function sequenceKey(parameters: string, final: string): string {
  if (/^[<-?[]/.test(parameters)) return ""; // an answer, a mouse report, F1 of the Linux console
  const isReleased = /^\d+;\d*:3/.test(parameters);
  const [first = 1, second, third] = parameters.split(";").map((each) => parseInt(each) || 1);
  const modifiers = (second ?? 1) - 1;
  if (isReleased) return "";
  if (final === "u") return codeKey(first, modifiers);
  if (final === "~" && first === 27) return codeKey(third ?? 0, modifiers);
  if (final === "^") return modify(NUMBERED_KEYS[first], CTRL); // rxvt
  return modify(final === "~" ? NUMBERED_KEYS[first] : CURSOR_KEYS[final], modifiers);
}

function modify(key: string | undefined, modifiers: number): string {
  if (key === undefined) return "";
  const names = [[ALT, "Alt-"], [CTRL, "Ctrl-"], [SHIFT, "Shift-"]] as const;
  return names.map(([bit, name]) => modifiers & bit ? name : "").join("") + key;
}

function codeKey(code: number, modifiers: number): string {
  if (code in CODED_KEYS) return modify(CODED_KEYS[code], modifiers);
  // Private use: kitty's codes of keys without a character.
  if (code < 32 || code > 0x10FFFF || /[\p{Cs}\p{Co}]/u.test(String.fromCodePoint(code))) return "";
  const char = String.fromCodePoint(code);
  if (!(modifiers & (ALT | CTRL))) return modifiers & SHIFT ? char.toUpperCase() : char;
  const base = char === " " && modifiers & CTRL ? "@" : char.toUpperCase();
  return modify(base, modifiers & ~SHIFT);
}
