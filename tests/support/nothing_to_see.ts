/** Characters and sequences in which there is nothing to see: blanks, controls, format characters, bare marks. */
export const NOTHING_TO_SEE: readonly string[] = [
  ..." \t\r\n\v\f\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff",
  ..."\0\x07\x1b\x7f\x9b",
  ..."\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u2060\u2062\u202e\u2066\ufff9\u{e0020}\u{e0001}",
  ..."\u034f\u115f\u1160\u17b4\u3164\uffa0\ufe0f\u{e0100}\ufff0",
  ..."\u2800\u{1d159}\u{13441}\u{13442}\ufdd0\uffff",
  ..."\u0301\u0332\u20e3\u0903\u{1d165}",
];
