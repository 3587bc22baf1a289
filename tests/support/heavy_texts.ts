/** Texts that are expensive to show: wide, joined, folded, broken and endless. */

const utf8 = new TextEncoder();

/** Units of text, repeated to any length. */
const UNITS: Readonly<Record<string, string>> = {
  "words": "the quick brown fox jumps over the lazy dog ",
  "one word": "x",
  "a nick": "ana ",
  "a nick in longer words": "xana ana2 ",
  "a nick in full-width letters": "ａｎａ ",
  "a nick with combining marks": "a\u0301nab ",
  "a nick in Thai": "กana",
  "Devanagari": "\u0915\u094d",
  "Devanagari digits": "\u096f",
  "jamo": "\u1100",
  "syllables of jamo": "\u1112\u1161\u11ab",
  "Han": "漢字",
  "Arabic": "مرحبا بالعالم ",
  "Hebrew": "שלום ",
  "Thai": "สวัสดีครับ",
  "Cyrillic": "привет мир ",
  "emoji": "😀",
  "families": "👨‍👩‍👧‍👦",
  "an endless emoji": "👨\u200d",
  "flags": "🇪🇸",
  "keycaps": "1️⃣",
  "marks": "e" + "\u0301".repeat(20),
  "marks without a letter": "\u0301",
  "variation selectors": "\ufe0f",
  "zero-width spaces": "\u200b",
  "tabs": "\t",
  "spaces": " ",
  "line ends": "\n",
  "CR LF": "\r\n",
  "short lines": "a\n",
  "a URL": "path/to?key=value&",
  "controls": "\x01",
  "bidirectional controls": "\u202e",
  "lone surrogates": "\ud800",
  "a mixture": "hola 日本 नमस्ते 👨‍👩‍👧 e\u0301 \t ana مرحبا ᄀᄀ\n",
};

/** Each kind of text, of about this many bytes as JSON. */
export function heavyTexts(bytes: number): [kind: string, text: string][] {
  const repeated = Object.entries(UNITS).map(([kind, unit]): [string, string] => {
    const size = utf8.encode(JSON.stringify(unit)).length - 2;
    return [kind, unit.repeat(Math.floor(bytes / size))];
  });
  const syllables = Array.from(
    { length: Math.floor(bytes / 3) },
    (_, index) => String.fromCharCode(0xac00 + index % 11_172),
  );
  return [...repeated, ["ever new syllables", syllables.join("")]];
}
