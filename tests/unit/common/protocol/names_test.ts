import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  foldForSearch,
  MAX_NICK_BYTES,
  MAX_NICK_GRAPHEMES,
  nickKey,
  parseNick,
  parseRoom,
  RESERVED_NICKS,
  suggestNick,
} from "../../../../common/protocol/names.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("a search does not regard case, width, accents, dots, final sigmas or the script of digits", () => {
  for (const text of ["José", "JOSE", "Jose\u0301", "Ｊｏｓé"]) {
    assertEquals(foldForSearch(text), "jose");
  }
  assertEquals(foldForSearch("ΣΟΦΟΣ"), foldForSearch("σοφός"));
  assertEquals(foldForSearch("ıǰ٣"), "ij3");
  assertNotEquals(foldForSearch("कि"), foldForSearch("क"), "these marks are letters");
});

function fault(nick: string): string {
  const parsed = parseNick(nick);
  return parsed.ok ? `ok: ${parsed.value.nick}` : parsed.error;
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

Deno.test("parseNick refuses letters of two scripts also where they are signs of mathematics, of no script", () => {
  for (const nick of ["\u{1d6a8}na", "S\u{1d6b6}R", "\u{1d7b6}v\u{1d7b6}", "\u03b1\u{1d41a}"]) {
    assertEquals(fault(nick), "mixed_scripts", nick);
    assertEquals(parseRoom(nick), { ok: false, error: "mixed_scripts" });
  }
  assertEquals(fault("\u{1d41a}na"), "ok: \u{1d41a}na"); // a bold one, which is Ana's
  assertEquals(fault("\u{1d6a8}\u03b1"), "ok: \u{1d6a8}\u03b1"); // all Greek
  assertEquals(fault("\u00b5\u03c4"), "ok: \u00b5\u03c4"); // the sign of micro is a Greek letter
});

Deno.test("parseNick refuses reserved nicks in any letters", () => {
  for (const nick of RESERVED_NICKS) assertNotEquals(fault(nick).slice(0, 3), "ok:");
  assertEquals(fault("SERVER"), "reserved");
  assertEquals(fault("ｒｏｏｔ"), "reserved");
  assertEquals(fault("*"), "reserved");
});

Deno.test("parseNick refuses more marks in a row than are shown, as two such nicks would look the same", () => {
  assertEquals(fault("e" + "\u0323".repeat(8)), "ok: ẹ" + "\u0323".repeat(7));
  assertEquals(fault("x" + "\u0323".repeat(9)), "bad_character");
});

Deno.test("nickKey takes both small letters of sigma for one", () => {
  for (const nick of ["νικος", "νικοσ", "ΝΙΚΟΣ"]) assertEquals(nickKey(nick), "νικοσ");
});

Deno.test("nickKey is one for the small letters of Cyrillic that have one capital", () => {
  const old = "\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88";
  assertEquals(nickKey(old), "вдосттъѣꙋ");
  assertEquals([nickKey(old.toUpperCase()), nickKey(nickKey(old))], ["вдосттъѣꙋ", "вдосттъѣꙋ"]);
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
  assertEquals(room, { ok: false, error: "bad_character" });
  assertEquals(parseRoom("Kırmızı"), { ok: true, value: "kırmızı" });
});

testProperty("nickKey is stable: the key of a key is the key", { weight: 50 }, (check) => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...Array.from("iıİíịjJJ\u0307\u0301\u0323K٣۱ﬁ𝟛")) }),
    hostileText(),
  );
  check(fc.property(text, (nick) => {
    assertEquals(nickKey(nickKey(nick)), nickKey(nick));
  }));
});

/** The same nick, as somebody may write it who wants to be taken for another: by letters, in other forms of them. */
function disguise(nick: string, picks: readonly number[]): string {
  const forms: ((letter: string) => string)[] = [
    (letter) => letter,
    (letter) => letter.toUpperCase(),
    (letter) => letter.toLowerCase(),
    (letter) => letter.normalize("NFD"),
    (letter) => letter.toUpperCase().normalize("NFKD"),
    (letter) =>
      letter.replace(/[!-~]/, (char) => String.fromCodePoint(char.charCodeAt(0) + 0xfee0)),
  ];
  return Array.from(nick, (letter, at) => forms[picks[at % picks.length]! % forms.length]!(letter))
    .join("");
}

/** Letters that have one upper case of one letter, and digits. */
const LETTERS = [
  ..."abcxyz019ñéüåçœøþð",
  ..."αβγίσςω",
  ..."абвёжїя",
  ..."ابت",
  ..."日本ひカ",
  ..."한글",
];

testProperty(
  "nickKey is one for a nick in other letters that read the same",
  { weight: 50 },
  (check) => {
    const nick = fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 12, size: "max" })
      .map((letters) => letters.join(""));
    const picks = fc.array(fc.nat(5), { minLength: 1, maxLength: 12 });
    check(fc.property(nick, picks, (nick, picks) => {
      assertEquals(nickKey(disguise(nick, picks)), nickKey(nick));
    }));
  },
);

/** Nicks that are allowed, or nearly: words of one script, marks, digits and signs, up to the limits and beyond. */
const nearlyNicks = fc.oneof(
  fc.constantFrom("abcxyzñé", "αβγς", "абвё", "ابت", "日本ひカ", "한글", "हिक्षि", "ก็กุ", "각", "क्")
    .chain((letters) => {
      const unit = fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...letters) },
        fc.constantFrom(..."_-.09\u0301\u0323"),
      );
      return fc.array(unit, { maxLength: 70, size: "max" }).map((units) => units.join(""));
    }),
  fc.tuple(fc.constantFrom("a", "日", "ñ"), fc.nat(40)).map(([letter, marks]) =>
    letter + "\u0323\u0301".repeat(marks / 2)
  ),
  hostileText({ maxPieces: 6 }),
  fc.string({ unit: "grapheme" }),
);

testProperty("parseNick never throws, and takes what it gave", { weight: 50 }, (check) => {
  check(
    fc.property(nearlyNicks, (input) => {
      const parsed = parseNick(input);
      if (!parsed.ok) return;
      const { nick, key } = parsed.value;
      assertEquals(parseNick(nick), parsed);
      assertEquals(nick, nick.normalize("NFC"));
      assertEquals([sanitize(nick), nickKey(nick)], [nick, key]);
      assert(/^[^\s:#/@*!|]+$/.test(nick), "a single word, without what lines are made of");
      assert(!/\p{C}|\p{Default_Ignorable_Code_Point}/u.test(nick));
      assert(new TextEncoder().encode(nick).length <= MAX_NICK_BYTES);
      assert([...new Intl.Segmenter("und").segment(nick)].length <= MAX_NICK_GRAPHEMES);
      assert(!RESERVED_NICKS.has(key));
    }),
    { numRuns: 500 },
  );
});

testProperty("parseRoom never throws, and takes what it gave", { weight: 20 }, (check) => {
  check(
    fc.property(nearlyNicks, fc.boolean(), (input, isMarked) => {
      const parsed = parseRoom(isMarked ? `#${input}` : input);
      if (!parsed.ok) return;
      const room = parsed.value;
      assertEquals([parseRoom(room), parseRoom(`#${room}`)], [parsed, parsed]);
      assertEquals([sanitize(room), room.toLowerCase()], [room, room]);
      assert(new TextEncoder().encode(room).length <= MAX_NICK_BYTES);
    }),
    { numRuns: 500 },
  );
});

testProperty("suggestNick offers a free nick that can be taken", { weight: 5 }, (check) => {
  check(
    fc.property(nearlyNicks, fc.nat(30), (input, taken) => {
      const parsed = parseNick(input);
      if (!parsed.ok) return;
      const keys = new Set([parsed.value.key]);
      for (let count = 0; count < taken; count++) {
        const suggestion = parseNick(suggestNick(parsed.value.nick, (key) => keys.has(key)));
        assert(suggestion.ok, `${parsed.value.nick}: ${count} taken`);
        assert(!keys.has(suggestion.value.key));
        keys.add(suggestion.value.key);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("suggestNick counts on until a nick is free", () => {
  const taken = new Set(["ana2", "ana3"]);
  assertEquals(suggestNick("Ana", (key) => taken.has(key)), "Ana4");
});

Deno.test("suggestNick stays within the limits, and offers only what can be taken", () => {
  // The last one is a single grapheme.
  const longest = ["x".repeat(24), "日".repeat(21), "e\u0323\u0303".repeat(12), "ᄀ".repeat(21)];
  for (const nick of longest) {
    const suggestion = suggestNick(nick, () => false);
    assertEquals(parseNick(suggestion).ok, true, suggestion);
    assert(suggestion.endsWith("2"));
  }
});
