import { assertEquals } from "@std/assert";
import { parseInput, splitCommand } from "../../../../common/protocol/input.ts";

Deno.test("parseInput tells messages from commands, and // sends a slash", () => {
  assertEquals(parseInput("hola"), { kind: "say", text: "hola" });
  assertEquals(parseInput("  hola "), { kind: "say", text: "  hola " });
  assertEquals(parseInput("/quien"), { kind: "command", line: "/quien" });
  assertEquals(parseInput("//etc/hosts"), { kind: "say", text: "/etc/hosts" });
  assertEquals(parseInput("///"), { kind: "say", text: "//" });
  assertEquals(parseInput(" /quien"), { kind: "say", text: " /quien" });
  assertEquals(parseInput(" \t"), { kind: "nothing" });
});

Deno.test("splitCommand splits a command into name and argument", () => {
  assertEquals(splitCommand("/NOMBRE  José Luis "), { name: "nombre", argument: "José Luis" });
  assertEquals(splitCommand("/quien"), { name: "quien", argument: "" });
  assertEquals(splitCommand("/yo una\ndos"), { name: "yo", argument: "una\ndos" });
  assertEquals(splitCommand("/"), { name: "", argument: "" });
});
