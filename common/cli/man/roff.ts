/** Writes mdoc(7), which groff and mandoc both read, escaped so that no text is read as a macro or a request. */

/** Characters that roff interprets, or prints differently from how they are typed. */
const SIGNS: Readonly<Record<string, string>> = {
  "\\": "\\(rs",
  '"': "\\(dq",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "-": "\\-",
};

/** A text within a line, in ASCII only: without preconv, groff reads UTF-8 as Latin-1. */
export function escapeRoff(text: string): string {
  return Array.from(text.replace(/\p{Cc}+/gu, " "), (character) => {
    if (/^[ -~]$/.test(character)) return SIGNS[character] ?? character;
    const hex = character.codePointAt(0)!.toString(16).toUpperCase();
    return `\\[u${hex.padStart(4, "0")}]`;
  }).join("");
}

/** A text as lines: keeps its line breaks, and starts each sentence on a new line, as roff expects. */
export function textLines(text: string): string[] {
  return text.split(/\n|(?<=[.!?]) +/).map((line) => line.trim()).filter(Boolean).map(textLine);
}

function textLine(text: string): string {
  // Options, variables and paths must not be hyphenated.
  const escaped = escapeRoff(text).replace(/(?<=^| )(?=[^ ]*(?:\\-|[_/%]))/g, "\\%");
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}

/** The name of a macro, or punctuation that macros treat specially. */
const MEANT_AS_MACRO = /^(%?[A-Z][A-Za-z0-9]{1,2}|[.,:;()[\]?!|])$/;

/** A word after a macro, escaped so that it is plain text. */
export function word(text: string): string {
  const escaped = escapeRoff(text);
  if (MEANT_AS_MACRO.test(text)) return `\\&${escaped}`;
  return escaped.includes(" ") ? `"${escaped}"` : escaped;
}

/** Macros for placeholders such as `NAME [REASON]`, as words of a line. Unmatched brackets are dropped or closed. */
export function placeholders(text: string): string[] {
  const parts = text.match(/[[\]]|[^[\]\s]+/g) ?? [];
  let open = 0;
  const macros: string[] = [];
  for (const part of parts) {
    if (part === "[") {
      open++;
      macros.push("Oo");
    } else if (part === "]") {
      if (open === 0) continue;
      open--;
      macros.push("Oc");
    } else {
      macros.push("Ar", word(part));
    }
  }
  return [...macros, ...Array<string>(open).fill("Oc")];
}

/** A list of terms, each given as the words of a line, with their sentences. */
export function tagged(rows: readonly (readonly [term: readonly string[], text: string])[]) {
  return [
    ".Bl -tag -width Ds",
    ...rows.flatMap(([term, text]) => [`.It ${term.join(" ")}`, ...textLines(text)]),
    ".El",
  ];
}

/** A line that is printed as it is. */
export function literal(line: string): string[] {
  return [".Bd -literal -offset indent", textLine(line), ".Ed"];
}
