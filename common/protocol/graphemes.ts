/** User-perceived characters (Unicode Standard Annex #29). */

let segmenter: Intl.Segmenter | undefined;

/** The graphemes of a text. The first call takes some 15 ms, which most commands need not spend. */
export function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  return segmenter.segment(text);
}
