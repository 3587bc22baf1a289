/** The tables in the documents, held against the tables that the program is made from. */

import { assert, assertEquals } from "@std/assert";
import type { Option } from "../../../common/cli/command_line.ts";
import { EXIT } from "../../../common/cli/failure.ts";
import { LOCAL_COMMANDS } from "../../../client/session/local_commands.ts";
import { KEY_TABLE } from "../../../client/terminal/keys.ts";
import { program } from "../../../main.ts";
import { COMMANDS } from "../../../server/commands/mod.ts";
import { LIMITS } from "../../../server/limits.ts";
import { SERVER_COMMAND_LINE } from "../../../server/setup/options.ts";
import { assertNames } from "../../support/assert_names.ts";
import { findTable, readDocument } from "../../support/markdown.ts";

const PROGRAM = await program();

/** An option as the tables have it. */
const call = ({ flag, value, optional }: Option) =>
  `\`--${flag}${value ? optional ? ` [${value}]` : ` ${value}` : ""}\``;

Deno.test("docs/options.md has each option of each subcommand, except for the limits", async () => {
  const options = await readDocument("docs/options.md");
  for (const command of PROGRAM.commands) {
    const wanted = command.options
      .filter(({ flag, section }) => flag !== "help" && section !== "limits");
    if (wanted.length === 0) continue;
    const { rows } = findTable(options, `\`chat ${command.name}\``);
    assertNames("docs/options.md", rows.map(([first]) => first!), wanted.map(call));
  }
});

Deno.test("docs/using.md has the keys of the line editor in their order", async () => {
  const { rows } = findTable(await readDocument("docs/using.md"), "keys");
  const wanted = KEY_TABLE.map(([keys, _action, does]) => [keys.replaceAll("\\", "\\\\"), does]);
  const table = wanted.map((row) => `| ${row.join(" | ")} |`).join("\n");
  assertEquals(rows, wanted, `write these rows, then format the document:\n${table}\n`);
});

Deno.test("docs/commands.md has each name of each command once, in the column of its language", async () => {
  const { tables } = await readDocument("docs/commands.md");
  const rows = tables.flatMap(({ rows }) => rows);
  const commands = [...COMMANDS, ...LOCAL_COMMANDS];
  for (const [column, lang] of (["en", "es"] as const).entries()) {
    const found = rows.flatMap((cells) =>
      Array.from(cells[column]!.matchAll(/\/[a-z]+/g), ([name]) => name)
    );
    const wanted = commands.flatMap(({ names }) => names[lang].map((name) => `/${name}`));
    assertNames("docs/commands.md", found, wanted);
  }
});

Deno.test("docs/hub.md has each limit that is an option, with its default", async () => {
  const { rows } = findTable(await readDocument("docs/hub.md"), "limit");
  const limits = SERVER_COMMAND_LINE.options.filter(({ section }) => section === "limits");
  assertEquals(limits.length, Object.keys(LIMITS).length);
  const flags = SERVER_COMMAND_LINE.options.map(call);
  const found = rows.flatMap(([, named = ""]) => named === "" ? [] : named.split(", "));
  assertNames("docs/hub.md", found.filter((each) => !flags.includes(each)), []);
  for (const option of limits) {
    const row = rows.find(([, named]) => named === call(option));
    assert(row, `docs/hub.md misses ${call(option)}`);
    assertEquals(row[2], String(option.params?.["usual"]), option.flag);
  }
});

Deno.test("docs/using.md has each exit code", async () => {
  const { rows } = findTable(await readDocument("docs/using.md"), "code");
  assertNames("docs/using.md", rows.map(([code]) => code!), Object.values(EXIT).map(String));
});
