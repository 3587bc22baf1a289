/** Which properties a long run tries, and how many cases each gets. Pure. */

export interface Planned {
  /** The module of its test, from the root of the project. */
  file: string;
  name: string;
  weight: number;
}

/** Those whose file or name has one of the words in it, in any letter case; all of them where there is no word. */
export function choose<P extends Planned>(properties: readonly P[], words: readonly string[]): P[] {
  const wanted = words.map((word) => word.toLowerCase());
  return properties.filter(({ file, name }) =>
    wanted.length === 0 ||
    wanted.some((word) => file.toLowerCase().includes(word) || name.toLowerCase().includes(word))
  );
}

/**
 * The cases, shared out by weight: whole numbers that are together as many as there are cases, unless there are fewer cases
 * than properties, of which each gets one. The same weights give the same shares.
 */
export function share(properties: readonly Pick<Planned, "weight">[], cases: number): number[] {
  let weightLeft = properties.reduce((sum, { weight }) => sum + weight, 0);
  let left = cases;
  return properties.map(({ weight }) => {
    const own = Math.max(1, Math.round(left * weight / weightLeft));
    weightLeft -= weight;
    left = Math.max(0, left - own);
    return own;
  });
}
