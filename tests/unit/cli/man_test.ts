import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseArguments } from "../../../cli/command_line.ts";
import { EXIT } from "../../../cli/failure.ts";
import { formatOption } from "../../../cli/help.ts";
import { MAN_COMMAND_LINE, manual, readNothing } from "../../../cli/man/mod.ts";
import { escapeRoff, literal, placeholders, textLines, word } from "../../../cli/man/roff.ts";
import { VARIABLES } from "../../../cli/man/variables.ts";
import { STATE_FILES } from "../../../cli/state_folder.ts";
import { UsageError } from "../../../cli/usage_error.ts";
import { LOCAL_COMMANDS } from "../../../client/mod.ts";
import config from "../../../deno.json" with { type: "json" };
import { type Key, LANGS, translate } from "../../../i18n/mod.ts";
import { PROGRAM } from "../../../main.ts";
import { COMMANDS } from "../../../server/mod.ts";
import { testProperty } from "../../support/property.ts";

const README = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));

const CHAT_COMMANDS = [...COMMANDS, ...LOCAL_COMMANDS];

const PAGES = LANGS.map((lang) => ({
  lang,
  page: manual(PROGRAM, { name: "chat 1.2.3", commands: CHAT_COMMANDS, lang }),
}));

/** What roff makes of a line of text: the signs that were escaped, without what only keeps words whole. */
function read(line: string): string {
  return line.replace(/\\%|\\&/g, "").replace(
    /\\\[u([0-9A-F]{4,6})\]|\\\((..)|\\(-)/g,
    (_, hex?: string, name?: string, hyphen?: string) =>
      hex === undefined
        ? hyphen ?? { rs: "\\", dq: '"', aq: "'", ga: "`", ha: "^", ti: "~" }[name!]!
        : String.fromCodePoint(parseInt(hex, 16)),
  );
}

/** What a macro line comes to as text, its commas and brackets as they are printed. */
function readTerm(line: string): string {
  return read(line).replace(/^\.It /, "")
    .replace(/\b(?:Oo|Op) (?=Ar)/g, "[").replace(/ Oc/g, "]")
    .replace(/\bFl /g, "-").replace(/\b(?:Ar|Ev|Ic|Pa) /g, "").replaceAll(" ,", ",");
}

/** The terms of all lists, each with the text below it. */
function rowsOf(page: string): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  const lines = page.split("\n");
  lines.forEach((line, index) => {
    if (!line.startsWith(".It ")) return;
    const end = lines.findIndex((each, at) => at > index && each.startsWith("."));
    const text = lines.slice(index + 1, end).map(read).join(" ");
    rows.set(readTerm(line), [...rows.get(readTerm(line)) ?? [], text]);
  });
  return rows;
}

Deno.test("the page has every option of every table with its sentence, in each language", () => {
  for (const { lang, page } of PAGES) {
    const rows = rowsOf(page);
    for (const { options } of [PROGRAM, ...PROGRAM.commands]) {
      for (const option of options) {
        // One that may be left out is printed in brackets by Op.
        const term = option.optional ? `--${option.flag} [${option.value}` : formatOption(option);
        const sentence = translate(lang, option.help, option.params);
        assert(rows.get(term)?.includes(sentence), `${term}: ${sentence}`);
      }
    }
  }
});

Deno.test("the page has how each subcommand is called, what it does, and each of its examples", () => {
  for (const { lang, page } of PAGES) {
    const lines = page.split("\n").map(read);
    for (const { name, examples } of PROGRAM.commands) {
      assert(lines.some((line) => line.startsWith(`.Nm chat Cm ${name} `)), name);
      assert(lines.includes(`.Ss chat ${name}`), name);
      const details = translate(lang, `usage.${name}.details`).replace(/\s+/g, " ");
      assert(lines.join(" ").includes(details), details);
      for (const { line } of examples) assert(lines.includes(line), line);
    }
  }
});

Deno.test("the page has each command of the chat, those of its language first, with what it takes", () => {
  for (const { lang, page } of PAGES) {
    const terms = [...rowsOf(page).keys()];
    for (const { name, names } of CHAT_COMMANDS) {
      const term = terms.find((each) => each.startsWith(`/${names[lang][0]}`));
      assert(term, `${name} in ${lang}`);
      for (const each of Object.values(names).flat()) {
        assertMatch(term, new RegExp(`(^|, )/${each}(,| |$)`));
      }
      assertEquals(rowsOf(page).get(term), [translate(lang, `command.${name}` as Key)]);
    }
  }
  const terms = [...rowsOf(PAGES[0]!.page).keys()];
  assert(terms.includes("/kick, /expulsar NAME [REASON]"));
  assert(terms.includes("/ban, /vetar [NAME [address]]"));
  assert(terms.includes("//TEXT"));
});

Deno.test("the variables of the page are those that the program may read", () => {
  const names = VARIABLES.flatMap(({ names }) => names);
  assertEquals(names.toSorted(), config.permissions.chat.env.toSorted());
  for (const { page } of PAGES) {
    for (const { names } of VARIABLES) assert(rowsOf(page).has(names.join(", ")), names[0]);
  }
});

Deno.test("the page has each file and each exit code, and the README the same codes", () => {
  const [, codes = ""] = /\*\*Exit codes\*\*: ([^]*?)\n\n/.exec(README) ?? [];
  const told = Array.from(codes.matchAll(/(?:^|;\s)(\d+)\s/g), ([, code]) => Number(code));
  assertEquals(told, Object.values(EXIT));
  for (const { page } of PAGES) {
    const rows = rowsOf(page);
    for (const code of Object.values(EXIT)) assert(rows.has(String(code)), String(code));
    for (const name of Object.values(STATE_FILES)) {
      assert(rows.has(`~/.local/state/chat/${name}`), name);
    }
  }
});

Deno.test("the page is ASCII, names program and version, and has no open placeholder", () => {
  for (const { page } of PAGES) {
    assertMatch(page, /^[\n -~]+$/);
    assertMatch(page, /^\.Os chat 1\.2\.3$/m);
    assertEquals(/\{\w+\}|[ \t]$|^$/m.exec(page), null);
  }
});

Deno.test("chat man takes nothing but options", () => {
  readNothing(parseArguments(MAN_COMMAND_LINE, []));
  const given = parseArguments(MAN_COMMAND_LINE, ["chat"]);
  const { message } = assertThrows(() => readNothing(given), UsageError);
  assertEquals(message, 'unexpected argument "chat"');
});

Deno.test("what is taken is a macro for each word and each bracket", () => {
  assertEquals(placeholders("NAME [REASON]").join(" "), "Ar NAME Oo Ar REASON Oc");
  assertEquals(placeholders("[NAME [address]]").join(" "), "Oo Ar NAME Oo Ar address Oc Oc");
  assertEquals(placeholders(""), []);
  assertEquals(placeholders("[No").join(" "), "Oo Ar \\&No Oc");
});

/** Any text, with more than its share of what roff reads as something else. */
const TEXT = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...".'\"\\-`^~[](),:;|%& \nNoOpaé日👋") }),
);

testProperty(
  "whatever a text is, it is ASCII for roff, and text: no request, no escape of its own",
  {
    weight: 20,
  },
  (check) =>
    check(fc.property(TEXT, (text) => {
      const lines = textLines(text);
      for (const line of lines) assertMatch(line, /^(?![.'])[ -~]+$/);
      const blank = (each: string) => each.replace(/[\p{Cc}\s]+/gu, " ").trim();
      assertEquals(blank(lines.map(read).join(" ")), blank(text));
      const [, line = "", ...rest] = literal(text.replaceAll("\n", ""));
      assert(!/^[.']/.test(line) && rest.length === 1);
    })),
);

testProperty("whatever a word is, behind a macro it is one word, and no macro", {
  weight: 20,
}, (check) =>
  check(fc.property(TEXT, (text) => {
    const written = word(text);
    assertMatch(written, /^("[^"]*"|[^" ]*)$/);
    assert(!/^(%?[A-Z][A-Za-z0-9]{1,2}|[.,:;()[\]?!|])$/.test(written), written);
    assertEquals(read(written.replaceAll('"', "")), text.replace(/\p{Cc}+/gu, " "));
    assertEquals(escapeRoff(text).includes("\n"), false);
  })));

testProperty(
  "whatever is taken, as many brackets are opened as closed",
  { weight: 10 },
  (check) =>
    check(fc.property(TEXT, (text) => {
      const macros = placeholders(text);
      let open = 0;
      for (const macro of macros) {
        open += macro === "Oo" ? 1 : macro === "Oc" ? -1 : 0;
        assert(open >= 0);
      }
      assertEquals(open, 0);
    })),
);
