import { assertEquals, assertNotEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { makeTheme } from "../../../client/theme.ts";

/** With NO_COLOR set, the styles may stay plain whatever is asked of them. */
const ignore = Deno.noColor;

const PARTS = ["time", "notice", "error", "typed", "prompt"] as const;

Deno.test("without colour a theme changes nothing, so there are no escape codes", () => {
  const theme = makeTheme(false);
  for (const part of PARTS) assertEquals(theme[part]("hola"), "hola", part);
  assertEquals(theme.nick("ana")("hola"), "hola");
});

Deno.test("without colour a theme changes nothing, though there was one with colour", () => {
  makeTheme(true);
  assertEquals(makeTheme(false).error("hola"), "hola");
  assertEquals(makeTheme(false).nick("ana")("hola"), "hola");
});

Deno.test("a theme only adds styles: without its escape codes the text is the same", () => {
  const theme = makeTheme(true);
  for (const part of PARTS) assertEquals(stripAnsiCode(theme[part]("hola")), "hola", part);
  assertEquals(stripAnsiCode(theme.nick("ana")("José 😀")), "José 😀");
});

Deno.test({ name: "with colour each part has a style", ignore }, () => {
  const theme = makeTheme(true);
  for (const part of PARTS) assertNotEquals(theme[part]("hola"), "hola", part);
  assertNotEquals(theme.error("hola"), theme.notice("hola"));
});

Deno.test("a nick has always the same colour, however it is written", () => {
  const styled = makeTheme(true).nick("José")("x");
  for (const nick of ["José", "JOSÉ", "Jose\u0301", "Ｊｏｓé"]) {
    assertEquals(makeTheme(true).nick(nick)("x"), styled, nick);
  }
});

Deno.test({ name: "nicks have colours of their own, as far as the colours reach", ignore }, () => {
  const theme = makeTheme(true);
  const nicks = ["ana", "luis", "eva", "pedro", "marta", "juan", "José", "Ольга", "日本", "x"];
  const looks = new Set(Array.from({ length: 20 }, (_, i) => theme.nick(`guest${i}`)("x")));
  for (const nick of nicks) looks.add(theme.nick(nick)("x"));
  assertEquals(looks.size >= 8, true, `${looks.size} different colours for 30 nicks`);
});
