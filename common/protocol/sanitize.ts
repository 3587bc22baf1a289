/** Makes text from peers safe for a terminal: at the hub, and again in the client, as neither trusts the other. */

const REPLACEMENT = "\uFFFD";

/** Control characters (Cc is C0, DEL and C1), line and paragraph separators, and bidirectional controls. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/gu;
const UNSAFE_BUT_LF = new RegExp(`[${UNSAFE.source}--\\n]`, "gv");
/** What follows 8 marks in a row. The look behind keeps the search from beginning anew at each mark. */
const excessOf = (mark: string) => new RegExp(`(?=${mark})(?<!${mark})(${mark}{8})${mark}+`, "gv");
const EXCESS_MARKS = excessOf("\\p{M}");
const NO_EXCESS = /^(?:\P{M}*\p{M}{1,8}(?!\p{M}))*\P{M}*$/u;
/** For marks up to U+FFFF, as nearly all are, the same takes a third of the time. */
const BMP = "[\\0-\\uFFFF]";
const EXCESS_BMP_MARKS = excessOf(`[\\p{M}&&${BMP}]`);
const OTHER_MARK = new RegExp(`[\\p{M}--${BMP}]`, "v");
/** Text without any of these is safe as it is: the fast path for most text. */
const NOT_PLAIN = /[^\u0020-\u007E\u00A0-\u02FF]/;
const TAB = "    ";

/**
 * Replaces control characters by U+FFFD and cuts combining marks to 8 in a row, so that text cannot move the cursor,
 * colour, ring, reorder or cover what is around it. Accents, emoji and their joiners stay; a TAB becomes four spaces.
 * Idempotent. `newlines`: LF stays, and CRLF or a lone CR becomes LF, for messages of several lines.
 */
export function sanitize(text: string, options?: { newlines?: boolean }): string {
  if (!NOT_PLAIN.test(text)) return text;
  const newlines = options?.newlines ?? false;
  const unified = newlines ? text.replace(/\r\n?/g, "\n") : text;
  return cutMarks(replaceUnsafe(unified, newlines ? UNSAFE_BUT_LF : UNSAFE));
}

/** The same without cutting marks, in a third of the time: the last guard of text that was sanitized before. */
export function replaceControls(text: string): string {
  return NOT_PLAIN.test(text) ? replaceUnsafe(text, UNSAFE) : text;
}

function replaceUnsafe(text: string, unsafe: RegExp): string {
  return text.toWellFormed().replaceAll("\t", TAB).replace(unsafe, REPLACEMENT);
}

function cutMarks(text: string): string {
  if (!OTHER_MARK.test(text)) return text.replace(EXCESS_BMP_MARKS, "$1");
  return NO_EXCESS.test(text) ? text : text.replace(EXCESS_MARKS, "$1");
}

/** JSON with the same characters escaped: equal, and safe to show. */
export function sanitizeJson(json: string): string {
  return NOT_PLAIN.test(json)
    ? json.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}
