/** The names of keys in what terminals send: `Ctrl-A`, `Alt-Left`, `Shift-Enter`. A key without a name is "". */

const CURSOR_KEYS = ["Up", "Down", "Right", "Left", "", "End", "", "Home"]; // A to H
const NUMBERED_KEYS = ["", "Home", "", "Delete", "End", "", "", "Home", "End"];
const CODED_KEYS: Record<number, string> = { 9: "Tab", 13: "Enter", 27: "Esc", 127: "Backspace" };
/** Bits of a modifier, which is sent plus 1. Some terminals send Meta (8) for Alt. */
const [SHIFT, ALT, CTRL] = [1, 2 | 8, 4];

/** The key of a control character; another character is its own key. */
export function controlKey(char: string): string {
  const code = char.charCodeAt(0);
  return CODED_KEYS[code] ?? (code < 32 ? `Ctrl-${String.fromCharCode(code + 64)}` : char);
}

/** A key or character with Alt. */
export function withAlt(key: string): string {
  return `Alt-${key === " " ? "Space" : isCharacter(key) ? key.toUpperCase() : key}`;
}

/** Whether a key is a typed character, not a name. */
export function isCharacter(key: string): boolean {
  return key.length === 1 || (key.length === 2 && key.codePointAt(0)! > 0xFFFF);
}

/** The key of a control sequence of xterm, rxvt, kitty's keyboard protocol or modifyOtherKeys. */
export function sequenceKey(parameters: string, final: string): string {
  // Answers, mouse reports, F1 of the Linux console, and keys that were released.
  if (!/^[\d;:]*$/.test(parameters) || /^\d+;\d*:3/.test(parameters)) return "";
  const [first = 1, second = 1, third = 0] = parameters.split(";").map((each) =>
    parseInt(each) || 1
  );
  if (final === "^") return modify(NUMBERED_KEYS[first], CTRL); // rxvt
  if (/[a-d]/.test(final)) return modify(CURSOR_KEYS[final.charCodeAt(0) - 97], CTRL); // rxvt
  if (final === "u") return codeKey(first, second - 1);
  if (final !== "~") return modify(CURSOR_KEYS[final.charCodeAt(0) - 65], second - 1);
  return first === 27 ? codeKey(third, second - 1) : modify(NUMBERED_KEYS[first], second - 1);
}

function modify(key: string | undefined, modifiers: number): string {
  if (!key) return "";
  const names = [[ALT, "Alt-"], [CTRL, "Ctrl-"], [SHIFT, "Shift-"]] as const;
  return names.map(([bit, name]) => modifiers & bit ? name : "").join("") + key;
}

function codeKey(code: number, modifiers: number): string {
  if (code in CODED_KEYS) return modify(CODED_KEYS[code], modifiers);
  const char = code < 32 || code > 0x10FFFF ? "" : String.fromCodePoint(code);
  if (/[\p{Cs}\p{Co}]/u.test(char)) return ""; // private use: kitty's codes of other keys
  if (modifiers & CTRL && char === " ") return modify("@", modifiers);
  const shown = modifiers === 0 ? char : char.toUpperCase();
  return modify(shown, modifiers & ~SHIFT);
}
