/**
 * Stands in for `@std/cli/unicode-width`, on top of string-width. It is meant for single code points: in a longer string
 * the package adds up the widths of its code points, while string-width measures what a terminal draws.
 *
 * Differences are left in a few rare characters, such as the soft hyphen (0 here, 1 there), and in the newest ones.
 */

import stringWidth from "npm:string-width@9.0.0";

// Parts of something that is drawn as one: the vowels and finals of Hangul take no column of their own, and of the two
// letters that make a flag each takes one.
const HANGUL_TAIL = /^[\u1160-\u11ff]$/;
const FLAG_LETTER = /^\p{Regional_Indicator}$/u;

/** The columns that a terminal gives a code point: 0, 1 or 2. */
export function unicodeWidth(str: string): number {
  if (HANGUL_TAIL.test(str)) return 0;
  if (FLAG_LETTER.test(str)) return 1;
  return stringWidth(str);
}
