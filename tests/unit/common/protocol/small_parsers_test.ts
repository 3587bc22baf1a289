import { assertEquals } from "@std/assert";
import { parseInput, splitCommand } from "../../../../common/protocol/input.ts";
import { stripTelnet } from "../../../../common/protocol/telnet.ts";

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

Deno.test("stripTelnet removes negotiation, subnegotiation and other commands", () => {
  const will = [255, 251, 31];
  const naws = [255, 250, 31, 0, 80, 0, 24, 255, 240];
  const nop = [255, 241];
  const bytes = [...will, 104, ...naws, 111, ...nop, 108, 97];
  assertEquals(stripTelnet(Uint8Array.from(bytes)), new TextEncoder().encode("hola"));
});

Deno.test("stripTelnet leaves text unchanged, and drops incomplete commands", () => {
  const text = new TextEncoder().encode("José");
  assertEquals(stripTelnet(text), text);
  for (const bytes of [[97, 255], [97, 255, 251], [97, 255, 250, 31, 0]]) {
    assertEquals(stripTelnet(Uint8Array.from(bytes)), Uint8Array.of(97));
  }
  assertEquals(stripTelnet(Uint8Array.of(255, 255)), Uint8Array.of(255));
});
