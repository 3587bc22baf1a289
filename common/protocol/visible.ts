/** Whether a text shows anything: a message, an action or a topic that shows nothing is empty. */

/**
 * The inside of a character class (flag `u`): blanks, controls, format characters, marks without a letter, and others
 * that no screen shows, such as the Braille blank, blank hieroglyphs and the null note head.
 */
export const UNSEEN =
  "\\s\\p{Cc}\\p{Cf}\\p{Cs}\\p{M}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}" +
  "\\u2800\\u{13441}\\u{13442}\\u{1D159}";
const SEEN = new RegExp(`[^${UNSEEN}]`, "u");

/** Whether a text shows nothing. The first visible character ends the search. */
export function isBlank(text: string): boolean {
  return !SEEN.test(text);
}
