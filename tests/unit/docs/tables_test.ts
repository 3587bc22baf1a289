/** What the documents say in tables of commands, options and limits, held against the tables that the program is made from. */

import { assert, assertEquals } from "@std/assert";
import type { Option } from "../../../cli/command_line.ts";
import { LOCAL_COMMANDS } from "../../../client/commands.ts";
import { LANGS } from "../../../i18n/mod.ts";
import { PROGRAM } from "../../../main.ts";
import { COMMANDS } from "../../../server/commands/mod.ts";
import { LIMITS } from "../../../server/limits.ts";
import { SERVER_COMMAND_LINE } from "../../../server/options.ts";
import { READMES } from "../../../tools/bench/report/section.ts";
import { findTable, readDocument } from "../../support/markdown.ts";

/** An option as the tables have it. */
const call = ({ flag, value, optional }: Option) =>
  `\`--${flag}${value ? optional ? ` [${value}]` : ` ${value}` : ""}\``;

for (const lang of LANGS) {
  const name = READMES[lang];
  const readme = await readDocument(name);

  Deno.test(`${name} has each option of each subcommand in one row, and no other`, () => {
    for (const { name, options } of PROGRAM.commands) {
      const wanted = options.filter(({ flag, section }) =>
        flag !== "help" && section === undefined
      );
      if (wanted.length === 0) continue;
      const { rows } = findTable(readme, `\`chat ${name}\``);
      assertEquals(rows.map(([first]) => first!).sort(), wanted.map(call).sort());
    }
  });

  Deno.test(`${name} has each name of each command in one row, and no other`, () => {
    const cells = readme.tables.flatMap(({ rows }) => rows)
      .filter(([first]) => first!.startsWith("`/"))
      .flatMap(([first, second]) => [first!, second!]);
    const named = cells.flatMap((cell) =>
      Array.from(cell.matchAll(/(?<!\/)\/([a-z]+)/g), ([, name]) => name!)
    );
    const names = [...COMMANDS, ...LOCAL_COMMANDS].flatMap((command) =>
      Object.values(command.names).flat()
    );
    assertEquals(named.sort(), names.sort());
  });
}

Deno.test("the table of limits has each option that sets one, with what it is unless given", async () => {
  const { rows } = findTable(await readDocument("docs/hub.md"), "limit");
  const limits = SERVER_COMMAND_LINE.options.filter(({ section }) => section === "limits");
  assertEquals(limits.length, Object.keys(LIMITS).length);
  for (const option of limits) {
    const found = rows.filter(([, named]) => named === call(option));
    assertEquals(
      found.map(([, , usual]) => usual),
      [String(option.params?.["usual"])],
      option.flag,
    );
  }
  const flags = SERVER_COMMAND_LINE.options.map(call);
  for (const [, named = ""] of rows) {
    for (const each of named === "" ? [] : named.split(", ")) assert(flags.includes(each), each);
  }
});
