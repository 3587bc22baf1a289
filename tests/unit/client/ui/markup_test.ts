import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findMarkup } from "../../../../client/ui/markup.ts";
import { testProperty } from "../../../support/property.ts";

/** The text with each part of the markup in brackets, but for its signs. */
function marked(text: string): string {
  const [open, close] = [new Map<number, string>(), new Map<number, string>()];
  for (const { look, start, end } of findMarkup(text)) {
    const kind = look === "faint" && text[start] === ">" ? "quote" : look;
    if (kind === "faint") continue;
    open.set(start, `${open.get(start) ?? ""}${kind}(`);
    close.set(end, `)${close.get(end) ?? ""}`);
  }
  const units = [...text.split(""), ""];
  return units.map((unit, at) => (close.get(at) ?? "") + (open.get(at) ?? "") + unit).join("");
}

Deno.test("code, bold text and quotes are found, and their signs stay", () => {
  const cases: [text: string, marked: string][] = [
    ["run `ls -l` now", "run `code(ls -l)` now"],
    ["``a `b` c``", "``code(a `b` c)``"],
    ["```\nlet x;\n  y();\n```", "```code(\nlet x;\n  y();\n)```"],
    ["see ```ls *.ts *.js``` there", "see ```code(ls *.ts *.js)``` there"],
    ["a *bold* move", "a *bold(bold)* move"],
    ["**two words**, ¡*año*!", "**bold(two words)**, ¡*bold(año)*!"],
    ['(*so*) "*so*" *¿sí?*', '(*bold(so)*) "*bold(so)*" *bold(¿sí?)*'],
    ["*waves*", "*bold(waves)*"],
    ["*a `b*` c*", "*bold(a `code(b*)` c)*"],
    ["> said\nno", "quote(> said)\nno"],
    [">> said *so*", "quote(>> said *bold(so)*)"],
    ["*see https://x.org/a*b* here*", "*bold(see https://x.org/a*b)* here*"],
  ];
  for (const [text, shown] of cases) assertEquals(marked(text), shown, text);
});

Deno.test("what only looks like markup is text", () => {
  const texts = [
    "2 * 3 * 4",
    "a*b*c",
    "5*3*2",
    "snake_case _x_ ~y~",
    "*unclosed and `unclosed",
    "* one\n* two",
    "*one\ntwo*",
    "`one\ntwo`",
    "``` never closed\n*",
    "*.ts,*.js and **/*.ts",
    "/*comment*/ f(*args, **kwargs) char *p, *q;",
    "* spaced * out*",
    "** ` ` `` ``",
    "***",
    "it`s",
    ">:( >_< a > b\n->x",
    "https://x.org/*a*/b https://x.org/*c*",
  ];
  for (const text of texts) assertEquals(marked(text), text);
});

Deno.test("in code no sign counts", () => {
  assertEquals(marked("`*a*` ```\n> x\n*y*\n```"), "`code(*a*)` ```code(\n> x\n*y*\n)```");
});

testProperty("markup is within the text and has its signs around it", { weight: 5 }, (check) => {
  const part = fc.oneof(
    fc.constantFrom(
      "*",
      "**",
      "`",
      "``",
      "```",
      "> ",
      "\n",
      " ",
      "a",
      "https://x.org/*a*",
      "ñ",
      "😀",
      ".",
    ),
    fc.string({ maxLength: 4 }),
  );
  check(fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
    const text = parts.join("");
    for (const { look, start, end } of findMarkup(text)) {
      assert(0 <= start && start < end && end <= text.length);
      const [part, around] = [text.slice(start, end), `${text[start - 1]}${text[end]}`];
      if (look === "faint") assert(/^(`+|\*\*?|>+ .*)$/.test(part), part);
      else assertEquals(around, look === "bold" ? "**" : "``");
    }
  }));
});

Deno.test("markup is found in time linear in the length of the text", () => {
  const parts = ["*", "`", "*a ", "*a*", "`a\n", "> ", "``a`", "*a `b", "*a     ", "`\n``\n"];
  for (const part of parts) findMarkup(part.repeat(100_000)); // would take minutes otherwise
  const growing = Array.from({ length: 400 }, (_, index) => `${"`".repeat(index)}\n`).join("");
  findMarkup(growing + growing);
});
