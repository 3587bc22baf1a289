/** Times as people write them: `5`, `5m`, `30 seconds`, `2 horas`, `off`. */

/** Seconds, and the words for them in English and Spanish. */
const UNITS: readonly (readonly [seconds: number, words: readonly string[]])[] = [
  [1, "s sec secs second seconds seg segs segundo segundos".split(" ")],
  [60, "m min mins minute minutes minuto minutos".split(" ")],
  [3600, "h hr hrs hour hours hora horas".split(" ")],
  [86_400, "d day days día días dia dias".split(" ")],
];
const OFF = /^(?:off|no)(?=\s|$)\s*/i;
const NUMBER = /^(\d{1,9})(\s*)(\p{L}*)(?=\s|$)\s*/u;

/**
 * The time that a text begins with, and what follows it; undefined if it begins with none. A number without a unit counts
 * `unit` seconds. `off` and `no` are 0.
 */
export function readDuration(
  text: string,
  unit: number,
): { seconds: number; rest: string } | undefined {
  const off = OFF.exec(text);
  if (off) return { seconds: 0, rest: text.slice(off[0].length) };
  const [whole = "", number, gap, word = ""] = NUMBER.exec(text) ?? [];
  if (number === undefined) return undefined;
  const [factor] = UNITS.find(([, words]) => words.includes(word.toLowerCase())) ?? [];
  if (factor !== undefined) {
    return { seconds: Number(number) * factor, rest: text.slice(whole.length) };
  }
  if (word !== "" && gap === "") return undefined;
  return { seconds: Number(number) * unit, rest: text.slice(number.length).trim() };
}
