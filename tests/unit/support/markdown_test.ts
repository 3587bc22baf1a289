import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findBlocks, section, tables } from "../../support/markdown.ts";
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

Deno.test("a section goes up to the next heading of its level, and knows code from headings", () => {
  assertEquals(section(DOCUMENT, "### Three"), "\n| d |\n| - |\n\n");
  assertEquals(section(DOCUMENT, "## Two")!.includes("### Three"), true);
  assertEquals(section(DOCUMENT, "## Two")!.includes("Four"), false);
  assertEquals(section(DOCUMENT, "# One")!.trimEnd().endsWith("```"), true);
  assertEquals(section(DOCUMENT, "## None"), undefined);
});

Deno.test("tables have the cells of their rows, without what escapes a bar", () => {
  assertEquals(tables(DOCUMENT), [
    { head: ["a | b", "`c`"], rows: [["1", "`x`"], ["", "2"]] },
    { head: ["d"], rows: [] },
  ]);
});

Deno.test("blocks of code have their language, what stands behind it, and their place", () => {
  assertEquals(findBlocks(DOCUMENT), [
    { line: 4, language: "sh", info: "", text: '# Two\necho "|"\n' },
    { line: 23, language: "wire", info: "history=0", text: "> hola\n" },
  ]);
});

testProperty("any text can be looked through", { weight: 3 }, (check) => {
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
