import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseArguments } from "../../../../common/cli/command_line.ts";
import { quoteBash } from "../../../../common/cli/completions/bash.ts";
import { quoteFish } from "../../../../common/cli/completions/fish.ts";
import { type Grammar, makeGrammar } from "../../../../common/cli/completions/grammar.ts";
import {
  completions,
  COMPLETIONS_COMMAND_LINE,
  readShell,
  type Shell,
  SHELLS,
} from "../../../../common/cli/completions/mod.ts";
import {
  powershellCompletions,
  quotePowershell,
} from "../../../../common/cli/completions/powershell.ts";
import { quoteZsh, zshCompletions } from "../../../../common/cli/completions/zsh.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import { LANGS } from "../../../../common/i18n/mod.ts";
import { program } from "../../../../main.ts";
import { testProperty } from "../../../support/property.ts";

const PROGRAM = await program();

const read = (...args: string[]) => readShell(parseArguments(COMPLETIONS_COMMAND_LINE, args));

// Contents

Deno.test("each script has every subcommand and option, in each language", () => {
  // How each shell's script writes a flag, up to the end of its name.
  const shown: Readonly<Record<Shell, (flag: string) => RegExp>> = {
    bash: (flag) => new RegExp(`[( ']--${flag}[) ']`),
    zsh: (flag) => new RegExp(`'(\\([^)]*\\))?--${flag}[=[]`),
    fish: (flag) => new RegExp(`^complete -c chat .* -l '${flag}' `, "m"),
    powershell: (flag) => new RegExp(`Names = @\\('--${flag}'[,)]`),
  };
  for (const lang of LANGS) {
    for (const shell of SHELLS) {
      const script = completions(shell, PROGRAM, lang);
      for (const { name, options } of PROGRAM.commands) {
        assert(script.includes(name), `${name} for ${shell}`);
        for (const { flag } of options) assertMatch(script, shown[shell](flag), `--${flag}`);
      }
      for (const { flag } of PROGRAM.options) assertMatch(script, shown[shell](flag), `--${flag}`);
    }
  }
});

Deno.test("choices, files and optional values come from the tables", () => {
  const { commands } = makeGrammar(PROGRAM, "en");
  const option = (command: string, name: string) =>
    commands.find((each) => each.name === command)?.options.find(({ names }) =>
      names.includes(name)
    );
  assertEquals(option("client", "--theme")?.value?.takes, ["default", "mono", "high-contrast"]);
  assertEquals(option("client", "--password-file")?.value?.takes, "file");
  assertEquals(option("server", "--rate")?.value?.takes, []);
  assertEquals(option("client", "--tls")?.value?.isOptional, true);
  assertEquals(option("server", "--tls")?.value, undefined);
  assertEquals(option("man", "-h")?.names, ["--help", "-h"]);
  const words = (command: string) =>
    commands.find(({ name }) => name === command)?.words.map(({ name }) => name);
  assertEquals(words("completions"), [...SHELLS]);
  assertEquals(
    words("help"),
    PROGRAM.commands.flatMap(({ name, more }) => more ? [name, more] : [name]),
  );
  assertEquals(words("client"), []);
});

Deno.test("each script begins with comments that say, in the language, how to load it", () => {
  for (const shell of SHELLS) {
    const [english, spanish] = LANGS.map((lang) => {
      const lines = completions(shell, PROGRAM, lang).split("\n");
      const header = lines.slice(0, lines.indexOf(""));
      for (const line of header) assertMatch(line, /^#/);
      assert(header.some((line) => line.includes(`chat completions ${shell}`)), shell);
      return header;
    });
    assert(english!.join() !== spanish!.join(), shell);
  }
  assertMatch(completions("zsh", PROGRAM, "en"), /^#compdef chat\n/);
});

// The shell argument

Deno.test("an unknown shell is an error that suggests a similar one", () => {
  for (const shell of SHELLS) assertEquals(read(shell), shell);
  const fault = (...args: string[]) => assertThrows(() => read(...args), UsageError).message;
  assertEquals(fault(), "completions for which shell? Add one of bash, zsh, fish, powershell");
  assertEquals(
    fault("fihs"),
    'no completions for "fihs" (did you mean "fish"?): choose one of bash, zsh, fish, powershell',
  );
  assertEquals(
    fault("elvish-5"),
    'no completions for "elvish-5": choose one of bash, zsh, fish, powershell',
  );
  assertEquals(fault("bash", "zsh"), 'unexpected argument "zsh"');
});

// Quoting

/** Any text, with many of the characters that are special to a shell. */
const TEXT = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."'\"`\\$()[]{}:;,#%&|<>*?!~^@=-+ \n\taé日👋‘’‛“") }),
);

/** The value of a word in a POSIX shell: quoted parts and escaped characters; undefined for several words. */
function readPosix(word: string): string | undefined {
  if (/^[\w@%+:,./-]+$/.test(word)) return word;
  if (!/^(?:'[^']*'|\\')+$/.test(word)) return undefined;
  return word.replace(/'([^']*)'|\\(')/g, (_, quoted?: string, sign?: string) => quoted ?? sign!);
}

function readFish(word: string): string | undefined {
  const [, inner] = /^'((?:[^\\']|\\[\\'])*)'$/.exec(word) ?? [];
  return inner?.replace(/\\(.)/g, "$1");
}

function readPowershell(word: string): string | undefined {
  const parts = /^\((.*)\)$/.exec(word)?.[1]?.split(/ \+ (?=\[char\]|')/) ?? [word];
  const read = parts.map((part) => {
    const [, code] = /^\[char\](\d+)$/.exec(part) ?? [];
    if (code !== undefined) return String.fromCharCode(Number(code));
    const [, inner] = /^'((?:[^']|'')*)'$/.exec(part) ?? [];
    return inner?.replaceAll("''", "'");
  });
  return read.includes(undefined) ? undefined : read.join("");
}

testProperty(
  "each shell reads any quoted text as one word",
  { weight: 20 },
  (check) =>
    check(fc.property(TEXT, (text) => {
      assertEquals(readPosix(quoteBash(text)), text);
      assertEquals(readPosix(quoteZsh(text)), text);
      assertEquals(readFish(quoteFish(text)), text);
    })),
);

testProperty(
  "for PowerShell a text is ASCII, and begins with a string to which the rest is appended",
  {
    weight: 20,
  },
  (check) =>
    check(fc.property(TEXT, (text) => {
      const quoted = quotePowershell(text);
      assertMatch(quoted, /^[ -~]+$/);
      assertMatch(quoted, /^\(?'/);
      // `readPowershell` cannot tell a text with " + " from a concatenation.
      if (!text.includes(" + ")) assertEquals(readPowershell(quoted), text);
    })),
);

/** A grammar with one subcommand and one option, both described by the sentence. */
function grammarOf(sentence: string): Grammar {
  return {
    options: [],
    commands: [{
      name: "try",
      sentence,
      options: [{ names: ["--all", "-a"], sentence, value: undefined }],
      label: sentence,
      words: [{ name: "one", sentence }],
    }],
  };
}

testProperty(
  "no sentence closes zsh's brackets or splits its fields",
  { weight: 20 },
  (check) =>
    check(fc.property(TEXT, (sentence) => {
      const script = zshCompletions(grammarOf(sentence));
      const [, spec = ""] = /('\(--all -a\)--all[^]*?') \\\n {8}'\(/.exec(script) ?? [];
      const [, inner = ""] = /^\(--all -a\)--all\[([^]*)\]$/.exec(readPosix(spec)!) ?? [];
      assert(!/(?<!\\)(?:\\\\)*[[\]]/.test(inner), inner);
      assertEquals(inner.replace(/\\(.)/gs, "$1"), sentence);
    })),
);

Deno.test("PowerShell, which rejects an empty tooltip, gets none for an empty sentence", () => {
  assert(!/Help = ''/.test(powershellCompletions(grammarOf(""))));
});
