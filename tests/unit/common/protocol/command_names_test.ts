import { assertEquals } from "@std/assert";
import { COMMAND_NAMES, MODERATOR_COMMANDS } from "../../../../common/protocol/command_names.ts";
import { findHabit } from "../../../../server/commands/habits.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";

Deno.test("the names are those of the hub's commands", () => {
  const names = Object.fromEntries(COMMANDS.map((command) => [command.name, command.names]));
  assertEquals({ ...COMMAND_NAMES }, names);
});

Deno.test("the commands for moderators are those of the hub", () => {
  const ofHub = COMMANDS.filter(({ role }) => role === "moderator").map(({ name }) => name);
  assertEquals([...MODERATOR_COMMANDS].sort(), ofHub.sort());
});

Deno.test("no two commands share a name", () => {
  const all = Object.values(COMMAND_NAMES).flatMap((names) => Object.values(names).flat());
  const foreign = all.filter((name) => findHabit(name) !== undefined);
  assertEquals(foreign, []);
  assertEquals(all.filter((name, index) => all.indexOf(name) !== index), []);
});
