import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  MAX_NICK_BYTES,
  MAX_NICK_GRAPHEMES,
  nickKey,
  parseNick,
  parseRoom,
  RESERVED_NICKS,
  suggestNick,
} from "../../../protocol/names.ts";

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

Deno.test("nickKey is one whether an i or a j has its dot, or one more", () => {
  for (const nick of ["irem", "IREM", "İrem", "ırem", "i\u0307rem", "ı\u0307rem"]) {
    assertEquals(nickKey(nick), "irem");
  }
  for (const nick of ["j\u0307ordi", "ȷordi"]) assertEquals(nickKey(nick), "jordi");
  assertNotEquals(nickKey("í"), nickKey("i"));
});

Deno.test("nickKey is one for the digits of all scripts", () => {
  for (
    const zero of ["0", "\u0660", "\u06f0", "\u0966", "\u1a80", "\u1a90", "\u{1d7d8}", "\u{1d7f6}"]
  ) {
    const digits = Array.from(
      { length: 10 },
      (_, value) => String.fromCodePoint(zero.codePointAt(0)! + value),
    );
    assertEquals(nickKey(digits.join("")), "0123456789");
  }
});

Deno.test("a name with more than 8 marks in a row is none, as they would not be shown", () => {
  assertEquals(fault("a" + "\u0335".repeat(8)), "ok: a" + "\u0335".repeat(8));
  assertEquals(fault("a" + "\u0335".repeat(9)), "bad_character");
  const room = parseRoom("a" + "\u0335".repeat(9));
  assertEquals(room, { ok: false, fault: "bad_character" });
  assertEquals(parseRoom("Kırmızı"), { ok: true, room: "kırmızı" });
});

Deno.test("nickKey is stable: the key of a key is the key", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...Array.from("iıİíịjJJ\u0307\u0301\u0323K٣۱ﬁ𝟛")) }),
  );
  fc.assert(fc.property(text, (nick) => {
    assertEquals(nickKey(nickKey(nick)), nickKey(nick));
  }));
});

Deno.test("parseNick never throws, and takes what it gave", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (input) => {
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
