import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  MAX_NICK_BYTES,
  MAX_NICK_GRAPHEMES,
  nickKey,
  parseNick,
  RESERVED_NICKS,
  suggestNick,
} from "../../../protocol/names.ts";
import { testProperty } from "../../support/property.ts";

function fault(nick: string): string {
  const parsed = parseNick(nick);
  return parsed.ok ? `ok: ${parsed.nick}` : parsed.fault;
}

Deno.test("parseNick takes letters, marks and digits of any script, and _ - .", () => {
  const good = [
    "ana",
    "José",
    "ana-b_c.d2",
    "2pac",
    "Ελένη",
    "Ольга",
    "يوسف",
    "क्षत्रिय",
    "日本語ひらカナ",
    "한국漢字",
    "ー",
  ];
  for (const nick of good) assertEquals(fault(nick), `ok: ${nick}`);
});

Deno.test("parseNick gives NFC and drops the space around", () => {
  assertEquals(fault("  Jose\u0301 "), "ok: José");
});

Deno.test("parseNick says what is wrong", () => {
  assertEquals(fault(""), "empty");
  assertEquals(fault("   "), "empty");
  assertEquals(fault("a b"), "bad_character");
  assertEquals(fault("ana:"), "bad_character");
  assertEquals(fault("😀"), "bad_character");
  assertEquals(fault("a\x1b[2J"), "bad_character");
  assertEquals(fault("_ana"), "bad_start");
  assertEquals(fault("\u0301a"), "bad_start");
  assertEquals(fault("x".repeat(MAX_NICK_GRAPHEMES + 1)), "too_long");
});

Deno.test("parseNick counts graphemes, and bytes", () => {
  assertEquals(fault("x".repeat(MAX_NICK_GRAPHEMES)), "ok: " + "x".repeat(MAX_NICK_GRAPHEMES));
  // e with a dot below and a tilde has no single character: 24 graphemes of 4 bytes each are too many bytes.
  assertEquals(fault("日".repeat(21)), "ok: " + "日".repeat(21)); // 63 bytes
  assertEquals(fault("日".repeat(22)), "too_long"); // 66 bytes
});

Deno.test("parseNick refuses what is invisible", () => {
  for (const char of ["\u200b", "\u200d", "\u00ad", "\ufe0f", "\u2060", "\u034f", "\u3164"]) {
    assertEquals(fault(`a${char}b`), "bad_character", char.codePointAt(0)!.toString(16));
  }
});

Deno.test("parseNick refuses letters of two scripts, which can look like another's nick", () => {
  assertEquals(fault("\u0430na"), "mixed_scripts"); // Cyrillic a
  assertEquals(fault("p\u03bfl"), "mixed_scripts"); // Greek omicron
  assertEquals(fault("ana日本"), "mixed_scripts");
});

Deno.test("parseNick refuses reserved nicks in any letters", () => {
  for (const nick of RESERVED_NICKS) assertNotEquals(fault(nick).slice(0, 3), "ok:");
  assertEquals(fault("SERVER"), "reserved");
  assertEquals(fault("ｒｏｏｔ"), "reserved");
  assertEquals(fault("*"), "reserved");
});

Deno.test("nickKey is one for what people read as one nick", () => {
  for (const nick of ["José", "JOSÉ", "Jose\u0301", "Ｊｏｓé"]) assertEquals(nickKey(nick), "josé");
  assertNotEquals(nickKey("jose"), nickKey("josé"));
});

testProperty("nickKey is stable: the key of a key is the key", { weight: 50 }, (check) => {
  check(fc.property(fc.string({ unit: "binary" }), (nick) => {
    assertEquals(nickKey(nickKey(nick)), nickKey(nick));
  }));
});

testProperty("parseNick never throws, and takes what it gave", { weight: 50 }, (check) => {
  check(fc.property(fc.string({ unit: "grapheme" }), (input) => {
    const parsed = parseNick(input);
    if (!parsed.ok) return;
    assertEquals(parseNick(parsed.nick), parsed);
    assert(new TextEncoder().encode(parsed.nick).length <= MAX_NICK_BYTES);
  }));
});

Deno.test("suggestNick counts on until a nick is free", () => {
  const taken = new Set(["ana2", "ana3"]);
  assertEquals(suggestNick("Ana", (key) => taken.has(key)), "Ana4");
});

Deno.test("suggestNick stays within the limits, and offers only what can be taken", () => {
  for (const nick of ["x".repeat(24), "日".repeat(21), "e\u0323\u0303".repeat(12)]) {
    const suggestion = suggestNick(nick, () => false);
    assertEquals(parseNick(suggestion).ok, true, suggestion);
    assert(suggestion.endsWith("2"));
  }
});
