import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { EXIT } from "../../../../common/cli/failure.ts";
import { formatOption } from "../../../../common/cli/help.ts";
import { manual, VARIABLES } from "../../../../common/cli/man/mod.ts";
import {
  escapeRoff,
  literal,
  placeholders,
  textLines,
  word,
} from "../../../../common/cli/man/roff.ts";
import { STATE_FILES } from "../../../../common/cli/state_folder.ts";
import { listedNames } from "../../../../common/protocol/command_names.ts";
import { LOCAL_COMMANDS } from "../../../../client/session/local_commands.ts";
import config from "../../../../deno.json" with { type: "json" };
import { type Key, LANGS, translate } from "../../../../common/i18n/mod.ts";
import { program } from "../../../../main.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";
import { testProperty } from "../../../support/property.ts";

const PROGRAM = await program();

const CHAT_COMMANDS = [...COMMANDS, ...LOCAL_COMMANDS];

const PAGES = LANGS.map((lang) => ({
  lang,
  page: manual(PROGRAM, { name: "chat 1.2.3", commands: CHAT_COMMANDS, lang }),
}));

/** A line of text as roff prints it: escapes resolved, no-break marks removed. */
function read(line: string): string {
  return line.replace(/\\%|\\&/g, "").replace(
    /\\\[u([0-9A-F]{4,6})\]|\\\((..)|\\(-)/g,
    (_, hex?: string, name?: string, hyphen?: string) =>
      hex === undefined
        ? hyphen ?? { rs: "\\", dq: '"', aq: "'", ga: "`", ha: "^", ti: "~" }[name!]!
        : String.fromCodePoint(parseInt(hex, 16)),
  );
}

/** A macro line as text, with commas and brackets as printed. */
function readTerm(line: string): string {
  return read(line).replace(/^\.It /, "")
    .replace(/\b(?:Oo|Op) (?=Ar)/g, "[").replace(/ Oc/g, "]")
    .replace(/\bFl /g, "-").replace(/\b(?:Ar|Ev|Ic|Pa) /g, "").replaceAll(" ,", ",");
}

/** The terms of all lists, each with the texts below it. */
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

Deno.test("the page has every option with its sentence, in each language", () => {
  for (const { lang, page } of PAGES) {
    const rows = rowsOf(page);
    for (const { options } of [PROGRAM, ...PROGRAM.commands]) {
      for (const option of options) {
        // Op prints the brackets around an optional value.
        const term = option.optional ? `--${option.flag} [${option.value}` : formatOption(option);
        const sentence = translate(lang, option.help, option.params);
        assert(rows.get(term)?.includes(sentence), `${term}: ${sentence}`);
      }
    }
  }
});

Deno.test("the page has the usage, description and examples of each subcommand", () => {
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

Deno.test("the page has each chat command with its argument, its own language's names first", () => {
  for (const { lang, page } of PAGES) {
    const terms = [...rowsOf(page).keys()];
    for (const { name, names } of CHAT_COMMANDS) {
      const term = terms.find((each) => each.startsWith(`/${names[lang][0]}`));
      assert(term, `${name} in ${lang}`);
      for (const each of listedNames(names, lang)) {
        assertMatch(term, new RegExp(`(^|, )/${each}(,| |$)`));
      }
      assertEquals(rowsOf(page).get(term), [translate(lang, `command.${name}` as Key)]);
    }
  }
  const terms = [...rowsOf(PAGES[0]!.page).keys()];
  assert(terms.includes("/kick, /expulsar NAME [REASON]"));
  assert(terms.includes("/ban, /vetar NAME [address] [TIME] [REASON]"));
  assert(terms.includes("//TEXT"));
});

Deno.test("the page lists the environment variables that the program may read", () => {
  const names = VARIABLES.flatMap(({ names }) => names);
  assertEquals(names.toSorted(), config.permissions.chat.env.toSorted());
  for (const { page } of PAGES) {
    for (const { names } of VARIABLES) assert(rowsOf(page).has(names.join(", ")), names[0]);
  }
});

Deno.test("the page has each file and each exit code", () => {
  for (const { page } of PAGES) {
    const rows = rowsOf(page);
    for (const code of Object.values(EXIT)) assert(rows.has(String(code)), String(code));
    for (const name of Object.values(STATE_FILES)) {
      assert(rows.has(`~/.local/state/chat/${name}`), name);
    }
  }
});

Deno.test("the page is ASCII, names program and version, and has no unfilled placeholder", () => {
  for (const { page } of PAGES) {
    assertMatch(page, /^[\n -~]+$/);
    assertMatch(page, /^\.Os chat 1\.2\.3$/m);
    assertEquals(/\{\w+\}|[ \t]$|^$/m.exec(page), null);
  }
});

Deno.test("an argument becomes one macro for each word and bracket", () => {
  assertEquals(placeholders("NAME [REASON]").join(" "), "Ar NAME Oo Ar REASON Oc");
  assertEquals(placeholders("[NAME [address]]").join(" "), "Oo Ar NAME Oo Ar address Oc Oc");
  assertEquals(placeholders(""), []);
  assertEquals(placeholders("[No").join(" "), "Oo Ar \\&No Oc");
});

/** Any text, with many of the characters that are special to roff. */
const TEXT = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...".'\"\\-`^~[](),:;|%& \nNoOpaé日👋") }),
);

testProperty(
  "roff prints any text unchanged: it is ASCII, with no request and no escape of its own",
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

testProperty("any word after a macro is one word, and not a macro", {
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
  "the brackets of any argument are balanced",
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
