/**
 * Makes people's text safe to show in a terminal. The hub applies it to all that it passes on, and the
 * client once more to all that it shows, so neither has to trust the other.
 */

const REPLACEMENT = "\uFFFD";

/** Every control character (Cc is C0, DEL and C1), line and paragraph separators, and the bidirectional controls. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/gu;
const EXCESS_MARKS = /(\p{M}{8})\p{M}+/gu;
/** What most text has nothing of, and passes without any replacing: controls, marks, all outside the BMP's plain part. */
const NOT_PLAIN = /[^\u0020-\u007E\u00A0-\u02FF]/;
const TAB = "    ";

/**
 * Text with every control character replaced by U+FFFD and no more than 8 combining marks in a row, so that it
 * cannot move the cursor, colour, ring, reorder or overflow what stands around it. Accents, emoji and their
 * joiners stay as they are; a TAB becomes four spaces, so that indented code stays readable. Applying it twice
 * changes nothing more.
 *
 * With `newlines`, LF stays and CRLF or a lone CR becomes LF: for the text of a message of several lines.
 */
export function sanitize(text: string, options?: { newlines?: boolean }): string {
  if (!NOT_PLAIN.test(text)) return text;
  const newlines = options?.newlines ?? false;
  const unified = newlines ? text.replace(/\r\n?/g, "\n") : text;
  return unified
    .toWellFormed()
    .replaceAll("\t", TAB)
    .replace(UNSAFE, (char) => newlines && char === "\n" ? char : REPLACEMENT)
    .replace(EXCESS_MARKS, "$1");
}

/** JSON with the same characters escaped: it says the same, and is safe to show. */
export function sanitizeJson(json: string): string {
  return NOT_PLAIN.test(json)
    ? json.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}
