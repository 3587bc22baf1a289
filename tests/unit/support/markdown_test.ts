import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findBlocks, parseDocument, section, tables } from "../../support/markdown.ts";
import { testProperty } from "../../support/property.ts";

const DOCUMENT = `# One

\`\`\`sh
# Two
echo "|"
\`\`\`

## Two

| a \\| b | \`c\` |
| ------ | --- |
| 1      | \`x\` |
|        | 2   |

### Three

| d |
| - |

## Four

\`\`\`wire history=0
> hola
\`\`\`
`;

Deno.test("a section ends at the next heading of its level, and a comment in code is no heading", () => {
  assertEquals(section(DOCUMENT, "### Three"), "\n| d |\n| - |\n\n");
  assertEquals(section(DOCUMENT, "## Two")!.includes("### Three"), true);
  assertEquals(section(DOCUMENT, "## Two")!.includes("Four"), false);
  assertEquals(section(DOCUMENT, "# One")!.trimEnd().endsWith("```"), true);
  assertEquals(section(DOCUMENT, "## None"), undefined);
});

Deno.test("a table has the cells of its rows, with escaped bars unescaped", () => {
  assertEquals(tables(DOCUMENT), [
    { head: ["a | b", "`c`"], rows: [["1", "`x`"], ["", "2"]] },
    { head: ["d"], rows: [] },
  ]);
});

Deno.test("a block of code has its language, the words after it, and its line", () => {
  assertEquals(findBlocks(DOCUMENT), [
    { line: 4, language: "sh", info: "", text: '# Two\necho "|"\n' },
    { line: 23, language: "wire", info: "history=0", text: "> hola\n" },
  ]);
});

Deno.test("links and pictures have their targets and texts, in Markdown and in HTML", () => {
  const text =
    '[a `b`](c.md#d) ![e](f.svg)\n\n<img src="g.svg" width="6" alt="h">\n\n<img src="i.svg">';
  assertEquals(parseDocument("", text).links, [
    { target: "c.md#d", isPicture: false, text: "a `b`" },
    { target: "f.svg", isPicture: true, text: "e" },
    { target: "g.svg", isPicture: true, text: "h" },
    { target: "i.svg", isPicture: true, text: "" },
  ]);
});

testProperty("any text can be parsed", { weight: 3 }, (check) => {
  const pieces = fc.constantFrom("#", "##", " ", "|", "-", "\n", "```", "sh", "\\", "é");
  check(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
    const text = parts.join("");
    const blocks = findBlocks(text);
    assertEquals(
      blocks.map(({ line }) => line),
      blocks.map(({ line }) => line).sort((a, b) => a - b),
    );
    const rows = text.split("\n").filter((line) => line.includes("|"));
    assertEquals(tables(text).flatMap(({ rows }) => rows).length <= rows.length, true);
  }));
});
