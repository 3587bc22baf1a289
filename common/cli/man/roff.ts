/**
 * Writes mdoc(7), the language of manual pages that groff and mandoc both read, so that whatever the text is, it stays
 * text. Pure; does not know what the page says.
 */

/** What roff would read as something else, or set in another way than it is typed. */
const SIGNS: Readonly<Record<string, string>> = {
  "\\": "\\(rs",
  '"': "\\(dq",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "-": "\\-",
};

/** A text within a line, in ASCII alone: without preconv, groff takes UTF-8 for Latin-1. */
export function escapeRoff(text: string): string {
  return Array.from(text.replace(/\p{Cc}+/gu, " "), (character) => {
    if (/^[ -~]$/.test(character)) return SIGNS[character] ?? character;
    const hex = character.codePointAt(0)!.toString(16).toUpperCase();
    return `\\[u${hex.padStart(4, "0")}]`;
  }).join("");
}

/** A text as lines of its own: those that it has, and as roff wants it a new one for each sentence. */
export function textLines(text: string): string[] {
  return text.split(/\n|(?<=[.!?]) +/).map((line) => line.trim()).filter((line) => line !== "").map(
    textLine,
  );
}

function textLine(text: string): string {
  // What people type must not be parted at the end of a line: options, variables, paths.
  const escaped = escapeRoff(text).replace(/(?<=^| )(?=[^ ]*(?:\\-|[_/%]))/g, "\\%");
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}

/** A macro by its name, or a sign that macros set apart. */
const MEANT_AS_MACRO = /^(%?[A-Z][A-Za-z0-9]{1,2}|[.,:;()[\]?!|])$/;

/** A word behind a macro that is nothing but text. */
export function word(text: string): string {
  const escaped = escapeRoff(text);
  if (MEANT_AS_MACRO.test(text)) return `\\&${escaped}`;
  return escaped.includes(" ") ? `"${escaped}"` : escaped;
}

/**
 * What is written in place of something, as `NAME [REASON]`: the macros for it, each a word of a line. Brackets that have no
 * partner are text.
 */
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

/** A list of terms, each the words of a line, with the sentence that belongs to it. */
export function tagged(rows: readonly (readonly [term: readonly string[], text: string])[]) {
  return [
    ".Bl -tag -width Ds",
    ...rows.flatMap(([term, text]) => [`.It ${term.join(" ")}`, ...textLines(text)]),
    ".El",
  ];
}

/** A line that stands as it is. */
export function literal(line: string): string[] {
  return [".Bd -literal -offset indent", textLine(line), ".Ed"];
}
