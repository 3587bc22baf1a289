/** What the README says of commands and options, held against the tables that the program is made from. */

import { assert, assertEquals } from "@std/assert";
import { LOCAL_COMMANDS } from "../../client/commands.ts";
import { CLIENT_COMMAND_LINE } from "../../client/options.ts";
import { COMMANDS } from "../../server/commands/mod.ts";
import { SERVER_COMMAND_LINE } from "../../server/options.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

/** The first cells of the rows of a table, of the one whose head has these words. */
function firstCells(head: string): string[] {
  const rows = README.split("\n");
  const top = rows.findIndex((row) => row.startsWith(`| ${head}`));
  assert(top !== -1, `there is a table of ${head}`);
  const end = rows.findIndex((row, index) => index > top && !row.startsWith("|"));
  return rows.slice(top + 2, end).map((row) =>
    row.split(/(?<!\\)\|/)[1]!.trim().replaceAll("\\", "")
  );
}

Deno.test("the README has each option of each subcommand in one row, and no other", () => {
  for (const { name, options } of [SERVER_COMMAND_LINE, CLIENT_COMMAND_LINE]) {
    const rows = options.filter(({ flag }) => flag !== "help")
      .map(({ flag, value, optional }) =>
        `\`--${flag}${value ? optional ? ` [${value}]` : ` ${value}` : ""}\``
      );
    assertEquals(firstCells(`\`chat ${name}\``).sort(), rows.sort());
  }
});

Deno.test("the README has each name of each command in one row, and no other", () => {
  const table = README.slice(
    README.indexOf("| command "),
    README.indexOf("A command that does not exist"),
  );
  const named = Array.from(table.matchAll(/(?<!\/)\/([a-z]+)/g), ([, name]) => name!);
  const names = [...COMMANDS, ...LOCAL_COMMANDS].flatMap((command) =>
    Object.values(command.names).flat()
  );
  assertEquals(named.sort(), names.sort());
});
