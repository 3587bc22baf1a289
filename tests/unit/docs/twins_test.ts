/** That the README says the same in both languages, as far as a program can tell: parts, commands, links, tables, figures. */

import { assertEquals } from "@std/assert";
import { type Document, readDocument, ROOT } from "../../support/markdown.ts";
import { commandsOf, typedLines } from "../../support/shell_commands.ts";

const english = await readDocument("README.md");
const spanish = await readDocument("docs/README.es.md");

function both<T>(part: (readme: Document) => T): void {
  assertEquals(part(spanish), part(english));
}

Deno.test("both READMEs have the same parts", () => {
  both(({ headings }) => headings.map(({ depth }) => depth));
  both(({ text }) =>
    text.split(/\n{2,}/).map((block) => /^(\W*)/.exec(block)![1]!.trim().charAt(0))
  );
});

Deno.test("both READMEs show the same commands", () => {
  const names = ({ code }: Document) =>
    code.flatMap(typedLines).flatMap(commandsOf).map((words) =>
      words.filter((word, index) => index < 2 || word.startsWith("-"))
    );
  both(names);
  both(({ code }) => code.map(({ language }) => language));
});

Deno.test("both READMEs lead to the same places", () => {
  // Headings have other names, each README links to the other one, and each has its own picture.
  const target = (path: string, link: string) => {
    if (link.startsWith("#")) return "#";
    const { href } = new URL(link, new URL(path, ROOT));
    return href.replace("/docs/README.es.md", "/README.md").replace(".es.", ".");
  };
  both(({ path, links }) => links.map((each) => target(path, each.target)));
});

Deno.test("both READMEs compare the same, with as many things in each cell", () => {
  both(({ tables }) => tables.map(({ head, rows }) => [head.length, rows.length]));
  // What a column has or has not, in words of each language.
  const has = (cell: string) => [cell !== "–", cell.startsWith("**")];
  both(({ tables }) => tables.flatMap(({ rows }) => rows.map((row) => row.slice(1).map(has))));
  // The moderators' column names as many things.
  const parts = (cell: string) => cell.split(/[,;]/).length;
  both(({ tables }) => tables.flatMap(({ rows }) => rows.map((row) => row.slice(1).map(parts))));
});

Deno.test("both READMEs have the same figures", () => {
  // 10,000 and 10 000 are the same.
  const figures = ({ text }: Document) =>
    text.replaceAll(/(?<=\d)[, ](?=\d{3}\b)/g, "").match(/\d[\d.]*\b/g) ?? [];
  both((readme) => figures(readme).sort());
});
