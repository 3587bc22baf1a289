/** Chooses the properties of a fuzz run, and the number of cases for each. */

export interface Planned {
  /** The path of the test module from the root of the project. */
  file: string;
  name: string;
  weight: number;
}

/** The properties whose file or name contains one of the words, ignoring case; all of them without words. */
export function choose<P extends Planned>(properties: readonly P[], words: readonly string[]): P[] {
  const wanted = words.map((word) => word.toLowerCase());
  return properties.filter(({ file, name }) =>
    wanted.length === 0 ||
    wanted.some((word) => file.toLowerCase().includes(word) || name.toLowerCase().includes(word))
  );
}

/**
 * Shares out the cases by weight. The shares add up to `cases`, unless there are fewer cases than properties: each property
 * gets at least one. The same weights give the same shares.
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
