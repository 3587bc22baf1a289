import { assert, assertEquals } from "@std/assert";
import { parseArguments } from "../../../../common/cli/command_line.ts";
import { commandHelp, moreHelp, programHelp } from "../../../../common/cli/help.ts";
import { LANGS, translate } from "../../../../common/i18n/mod.ts";
import { program } from "../../../../main.ts";

const PROGRAM = await program();

const COMMAND_LINES = PROGRAM.commands;

Deno.test("the helps of a subcommand list its options and examples, in each language", () => {
  for (const lang of LANGS) {
    for (const commandLine of COMMAND_LINES) {
      const lines = [commandHelp, moreHelp]
        .flatMap((help) => help(commandLine, lang, Infinity).split("\n"));
      for (const { flag, short, value, optional, help, params } of commandLine.options) {
        const call = `--${flag}${value ? optional ? ` [${value}]` : ` ${value}` : ""}`;
        // A wide option has a line of its own, with its sentence below.
        const rows = lines.filter((line) =>
          /^ {2}(-\w, )?--/.test(line) && `${line}  `.includes(call + "  ")
        );
        assertEquals(rows.length, 1, `${call} in ${lang}`);
        const sentence = rows[0]!.endsWith(call) ? lines[lines.indexOf(rows[0]!) + 1]! : rows[0]!;
        assert(sentence.endsWith(`  ${translate(lang, help, params)}`), sentence);
        assertEquals(rows[0]!.includes(`-${short}, `), short !== undefined);
      }
      for (const { line, help } of commandLine.examples) {
        const row = lines.filter((each) => each.startsWith(`  ${line}  `));
        assert(
          row.some((each) => each.endsWith(`  ${translate(lang, help)}`)),
          `${line} in ${lang}`,
        );
      }
    }
  }
});

Deno.test("the examples in the help are valid command lines", () => {
  for (const commandLine of COMMAND_LINES) {
    for (const { line } of commandLine.examples) {
      // Up to the shell's syntax: a pipe, a redirection, the end of a substitution.
      const [, args] = new RegExp(`chat ${commandLine.name}([^|>)]*)`).exec(line) ?? [];
      if (args === undefined) continue; // another program's line
      const given = parseArguments(commandLine, args.split(" ").filter((word) => word !== ""));
      assert(given.positionals.length <= 2, line);
    }
  }
});

Deno.test("the program's help lists its subcommands and its own options", () => {
  for (const lang of LANGS) {
    const help = programHelp(PROGRAM, lang);
    for (
      const word of ["\n  server  ", "\n  client  ", "\n  help  ", "-h, --help", "-V, --version"]
    ) {
      assert(help.includes(word), `${JSON.stringify(word)} in ${lang}`);
    }
  }
});

Deno.test("no help has an unfilled placeholder, trailing spaces, or a blank line at its end", () => {
  for (const lang of LANGS) {
    for (
      const help of [
        programHelp(PROGRAM, lang),
        ...COMMAND_LINES.map((each) => commandHelp(each, lang)),
      ]
    ) {
      assertEquals(/\{\w+\}|[ \t]$/m.exec(help), null);
      assertEquals(help.trim(), help);
    }
  }
});

Deno.test("the helps of server and client fit a terminal of 80x24 with the prompt after them", () => {
  for (const lang of LANGS) {
    for (const command of COMMAND_LINES.filter(({ more }) => more)) {
      const lines = commandHelp(command, lang, 80).split("\n");
      assert(lines.length < 24, `${command.name} in ${lang} has ${lines.length} lines`);
      assert(lines.indexOf(translate(lang, "usage.heading.examples")) < 8, "examples come first");
      assertEquals(lines.at(-1), translate(lang, "usage.more_options", { topic: command.more! }));
      for (const line of moreHelp(command, lang, 80).split("\n")) {
        assert(!lines.includes(line) || !line.startsWith("  "), `${line} is in both helps`);
      }
    }
  }
});

Deno.test("no line of the help is wider than the terminal, unless it is one word or a command", () => {
  for (const lang of LANGS) {
    for (const width of [40, 80, 100]) {
      const helps = [
        programHelp(PROGRAM, lang, width),
        ...COMMAND_LINES.flatMap((each) =>
          [commandHelp, moreHelp].map((help) => help(each, lang, width))
        ),
      ];
      const wide = helps.join("\n").split("\n")
        .filter((line) => line.length > width && !/^ {2}\S|\bchat \w|^ +\S+$/.test(line));
      assertEquals(wide, []);
    }
  }
});
