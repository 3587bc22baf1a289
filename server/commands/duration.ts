/** Times as people write them: `5`, `5m`, `30 seconds`, `2 horas`, `off`. */

/** Seconds by their word in English and Spanish. */
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    "s sec secs second seconds seg segs segundo segundos": 1,
    "m min mins minute minutes minuto minutos": 60,
    "h hr hrs hour hours hora horas": 3600,
    "d day days día días dia dias": 86_400,
  }).flatMap(([words, seconds]) => words.split(" ").map((word) => [word, seconds] as const)),
);
const WORD = [...UNITS.keys()].join("|");
const TIME = new RegExp(`^(?:off|no|(\\d{1,9})(?:\\s*(${WORD}))?)(?=\\s|$)\\s*`, "i");

/**
 * The time that a text begins with, and what follows it; undefined if it begins with none. A number without a unit
 * counts `unit` seconds. `off` and `no` are 0.
 */
export function readDuration(
  text: string,
  unit: number,
): { seconds: number; rest: string } | undefined {
  const [whole, number = 0, word] = TIME.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const factor = word === undefined ? unit : UNITS.get(word.toLowerCase())!;
  return { seconds: Number(number) * factor, rest: text.slice(whole.length) };
}
