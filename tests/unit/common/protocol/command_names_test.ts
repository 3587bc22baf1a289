import { assertEquals } from "@std/assert";
import { COMMAND_NAMES } from "../../../../common/protocol/command_names.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";

Deno.test("the names are those of the hub's commands", () => {
  const names = Object.fromEntries(COMMANDS.map((command) => [command.name, command.names]));
  assertEquals({ ...COMMAND_NAMES }, names);
});

Deno.test("no two commands share a name", () => {
  const all = Object.values(COMMAND_NAMES).flatMap((names) => Object.values(names).flat());
  assertEquals(all.filter((name, index) => all.indexOf(name) !== index), []);
});
