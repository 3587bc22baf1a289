/** Suggestions for mistyped words. */

const MAX_DISTANCE = 2;
/** Longest word that gets a suggestion, in UTF-16 units: no command, option or nick as people write it is longer. */
const MAX_WORD = 64;
/** Words up to this length must begin with the letter that was typed: "ksh" is not "zsh". */
const SHORT_WORD = 3;

/**
 * The known word nearest to a mistyped word, if any is near: at most 2 letters are inserted, left out, replaced or
 * swapped with a neighbour, fewer than half of its letters. Of equally near words, the first.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD) return undefined;
  let best: string | undefined;
  let bestDistance = Math.min(MAX_DISTANCE + 1, Math.ceil(word.length / 2));
  for (const candidate of known) {
    if (word.length <= SHORT_WORD && candidate[0] !== word[0]) continue;
    const distance = distanceUpTo(bestDistance - 1, word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment distance, or any number above `max` if it is greater. Time grows as 4 to the `max`. */
function distanceUpTo(max: number, a: string, b: string): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [left, right] = [a.slice(start), b.slice(start)];
  if (left === "" || right === "") return left.length + right.length;
  if (max === 0) return 1;
  const after = (skippedLeft: number, skippedRight: number) =>
    1 + distanceUpTo(max - 1, left.slice(skippedLeft), right.slice(skippedRight));
  const isSwapped = left[0] === right[1] && left[1] === right[0];
  return Math.min(after(1, 1), after(1, 0), after(0, 1), isSwapped ? after(2, 2) : Infinity);
}
