/** What the README says of commands and options, held against the tables that the program is made from. */

import { assert, assertEquals } from "@std/assert";
import type { Option } from "../../cli/command_line.ts";
import { LOCAL_COMMANDS } from "../../client/commands.ts";
import { CLIENT_COMMAND_LINE } from "../../client/options.ts";
import { COMMANDS } from "../../server/commands/mod.ts";
import { LIMITS } from "../../server/limits.ts";
import { SERVER_COMMAND_LINE } from "../../server/options.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

/** The cells of the rows of a table, of the one whose head has these words. */
function cells(head: string): string[][] {
  const rows = README.split("\n");
  const top = rows.findIndex((row) => row.startsWith(`| ${head}`));
  assert(top !== -1, `there is a table of ${head}`);
  const end = rows.findIndex((row, index) => index > top && !row.startsWith("|"));
  return rows.slice(top + 2, end).map((row) =>
    row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\", ""))
  );
}

const firstCells = (head: string) => cells(head).map(([first]) => first!);

/** An option as the tables have it. */
const call = ({ flag, value, optional }: Option) =>
  `\`--${flag}${value ? optional ? ` [${value}]` : ` ${value}` : ""}\``;

Deno.test("the README has each option of each subcommand in one row, and no other", () => {
  for (const { name, options } of [SERVER_COMMAND_LINE, CLIENT_COMMAND_LINE]) {
    const rows = options.filter(({ flag, section }) => flag !== "help" && section === undefined);
    assertEquals(firstCells(`\`chat ${name}\``).sort(), rows.map(call).sort());
  }
});

Deno.test("the README's table of limits has each option that sets one, with what it is unless given", () => {
  const rows = cells("limit ");
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
