/** Random hostile texts: every class of character that a rule of the project is about. */

import fc from "fast-check";

/** A code point of a range. */
function from(...ranges: [number, number][]): fc.Arbitrary<string> {
  return fc.oneof(
    ...ranges.map(([min, max]) =>
      fc.integer({ min, max }).map((code) => String.fromCodePoint(code))
    ),
  );
}

const CONTROL = from([0x00, 0x1f], [0x7f, 0x9f], [0x2028, 0x2029]);
const DIRECTION = from([0x202a, 0x202e], [0x2066, 0x2069], [0x200e, 0x200f], [0x061c, 0x061c]);
const INVISIBLE = fc.constantFrom(..."\u00ad\u034f\u200b\u200c\u200d\u2060\u3164\ufe0f\ufeff");
const LONE_SURROGATE = from([0xd800, 0xdfff]);
const MARK = fc.constantFrom(..."\u0300\u0301\u0323\u0327\u0345\u0e38\u093c\u20dd\u3099");
/** More combining marks than are kept, as many, and fewer. */
const MARKS = fc.array(MARK, { minLength: 1, maxLength: 20, size: "max" })
  .map((marks) => marks.join(""));
/** Letters whose other case or compatible form is longer, or depends on context. */
const CASES = fc.constantFrom(..."ßẞİıŉǰſσςΣΆᾳᾈŒﬁﬃＡａÅ\u212b\u2126ϒϹϲ𝚺ⅣⓐªᏣꮳ");
const LINE_END = fc.constantFrom("\n", "\r", "\r\n", "\n\r", "\u0085", "\t");
const WRITTEN = fc.constantFrom(
  ..."aAzZ09 _-.:/#@|{}\"\\'",
  ..."ñéüñ",
  ..."дЖאשעبي日本語한국ｱア",
  "👍🏽",
  "👨‍👩‍👧‍👦",
  "🇪🇸",
  "1️⃣",
  "😀",
);
const ESCAPE = fc.constantFrom("\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\x1b[200~", "\x1bP1$r\x1b\\");

const PIECE = fc.oneof(
  { weight: 8, arbitrary: WRITTEN },
  { weight: 2, arbitrary: CONTROL },
  { weight: 2, arbitrary: LINE_END },
  { weight: 2, arbitrary: MARKS },
  { weight: 2, arbitrary: CASES },
  { weight: 1, arbitrary: DIRECTION },
  { weight: 1, arbitrary: INVISIBLE },
  { weight: 1, arbitrary: LONE_SURROGATE },
  { weight: 1, arbitrary: ESCAPE },
  { weight: 1, arbitrary: from([0x20, 0xd7ff], [0xe000, 0xffff], [0x10000, 0x10ffff]) },
);

/** Any of these, in at most `max` pieces. */
export function hostileText({ maxPieces = 30 }: { maxPieces?: number } = {}): fc.Arbitrary<string> {
  return fc.array(PIECE, { maxLength: maxPieces, size: "max" }).map((pieces) => pieces.join(""));
}
