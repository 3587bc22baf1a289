import { assertEquals } from "@std/assert";
import { COMMAND_NAMES } from "../../../../common/protocol/command_names.ts";
import { findHabit } from "../../../../server/commands/habits.ts";

Deno.test("no two commands share a name", () => {
  const all = Object.values(COMMAND_NAMES).flatMap((names) => Object.values(names).flat());
  const foreign = all.filter((name) => findHabit(name) !== undefined);
  assertEquals(foreign, []);
  assertEquals(all.filter((name, index) => all.indexOf(name) !== index), []);
});
