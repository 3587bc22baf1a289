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

/** A text as lines of its own, as many as it has. */
export function textLines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const escaped = escapeRoff(line);
    return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
  });
}

/** A word behind a macro that is nothing but text: a short one could be another macro, or a sign that macros know. */
export function word(text: string): string {
  const escaped = text.length <= 3 ? `\\&${escapeRoff(text)}` : escapeRoff(text);
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

/** Lines that stand as they are. */
export function literal(...lines: readonly string[]): string[] {
  return [".Bd -literal -offset indent", ...lines.flatMap(textLines), ".Ed"];
}
