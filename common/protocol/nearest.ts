/** Suggestions for mistyped words. */

const MAX_DISTANCE = 2;
/** Longest word that gets a suggestion, in UTF-16 units: no command, option or nick as people write it is longer. */
const MAX_WORD = 64;

/**
 * The known word nearest to a mistyped word; undefined if all are too different. A word is near if at most 2 letters are
 * inserted, left out, replaced or swapped with a neighbour, fewer than it has. Of equally near words, the first.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD) return undefined;
  let best: string | undefined;
  let bestDistance = Math.min(MAX_DISTANCE + 1, word.length);
  for (const candidate of known) {
    if (Math.abs(word.length - candidate.length) >= bestDistance) continue;
    const distance = editDistance(word, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The last three rows of the table of distances; shared, as there may be hundreds of candidates. */
const ROWS = [0, 1, 2].map(() => new Uint8Array(MAX_WORD + MAX_DISTANCE + 2));

/**
 * Optimal string alignment distance, or at least `limit` if it is not below that. Only the cells within `limit` of the
 * diagonal are filled, of what is between the common beginning and end.
 */
function editDistance(a: string, b: string, limit: number): number {
  let start = 0;
  let [aEnd, bEnd] = [a.length, b.length];
  while (start < aEnd && start < bEnd && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (aEnd > start && bEnd > start && a.charCodeAt(aEnd - 1) === b.charCodeAt(bEnd - 1)) {
    aEnd--;
    bEnd--;
  }
  const [rows, columns] = [aEnd - start, bEnd - start];
  for (let column = 0; column <= columns; column++) ROWS[0]![column] = column;
  for (let row = 1; row <= rows; row++) {
    const [current, last, beforeLast] = [
      ROWS[row % 3]!,
      ROWS[(row + 2) % 3]!,
      ROWS[(row + 1) % 3]!,
    ];
    const [from, to] = [Math.max(1, row - limit), Math.min(columns, row + limit)];
    current[from - 1] = from === 1 ? row : limit;
    let least = current[from - 1]!;
    for (let column = from; column <= to; column++) {
      const [letter, other] = [a.charCodeAt(start + row - 1), b.charCodeAt(start + column - 1)];
      let cost = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + Number(letter !== other),
      );
      const swapped = row > 1 && column > 1 && letter === b.charCodeAt(start + column - 2) &&
        a.charCodeAt(start + row - 2) === other;
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current[column] = cost;
      least = Math.min(least, cost);
    }
    if (to < columns) current[to + 1] = limit; // outside the band
    if (least >= limit) return limit;
  }
  return ROWS[rows % 3]![columns]!;
}
