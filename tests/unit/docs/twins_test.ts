/** That the README says the same in both languages, as far as that shows: parts, commands, links, tables and figures. */

import { assertEquals } from "@std/assert";
import { READMES } from "../../../tools/bench/report/section.ts";
import { type Document, readDocument } from "../../support/markdown.ts";
import { commandsOf, typedLines } from "../../support/shell_commands.ts";

const english = await readDocument(READMES.en);
const spanish = await readDocument(READMES.es);

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
  // Headings are called otherwise, each links to the other one, and the picture has the language of its reader.
  const target = (link: string) =>
    link.startsWith("#") ? "#" : link.replace(".es.", ".").replace(/^README\.md$/, "");
  both(({ links }) => links.map((each) => target(each.target)));
});

Deno.test("both READMEs have the same tables, with the same figures", () => {
  both(({ tables }) => tables.map(({ head, rows }) => [head.length, rows.length]));
  const figures = (cell: string) => cell.match(/[\d.]+ ?[kM]?(?:\/s|ms|µs|s|KiB)\b|×[\d.]+/g) ?? [];
  both(({ tables }) => tables.flatMap(({ rows }) => rows.map((row) => row.slice(1).map(figures))));
});
