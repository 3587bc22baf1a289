import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  foldForSearch,
  MAX_NICK_BYTES,
  MAX_NICK_GRAPHEMES,
  nickKey,
  parseNick,
  parseRoom,
  prepareNames,
  RESERVED_NICKS,
  roomName,
  suggestNick,
} from "../../../../common/protocol/names.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

// The first test: the others would prepare what it needs.
Deno.test("once prepared, no name has a pattern compiled or a segmenter made for it", () => {
  prepareNames();
  const { RegExp } = globalThis;
  const intl: { Segmenter: typeof Intl.Segmenter } = Intl;
  const { Segmenter } = intl;
  let compiled = 0;
  globalThis.RegExp = new Proxy(RegExp, {
    construct: (target, args: [string, string]) => (compiled++, new target(...args)),
  });
  let made = 0;
  intl.Segmenter = new Proxy(Segmenter, {
    construct: (target, args: []) => (made++, new target(...args)),
  });
  try {
    for (const name of ["a\u0436", "\u{16800}\u{10400}", "\u0915\u0e01", "x\u0301".repeat(20)]) {
      parseNick(name);
    }
  } finally {
    globalThis.RegExp = RegExp;
    intl.Segmenter = Segmenter;
  }
  assertEquals([compiled, made], [0, 0]);
});

Deno.test("foldForSearch ignores case, width, accents, dots, final sigmas and the script of digits", () => {
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

Deno.test("parseNick accepts letters, marks and digits of any script, and _ - .", () => {
  const good = "ana José ana-b_c.d2 2pac Ελένη Ольга يوسف क्षत्रिय 日本語ひらカナ 한국漢字 ー";
  for (const nick of good.split(" ")) assertEquals(fault(nick), `ok: ${nick}`);
});

Deno.test("parseNick normalises to NFC and trims spaces", () => {
  assertEquals(fault("  Jose\u0301 "), "ok: José");
});

Deno.test("parseNick gives the reason for a rejection", () => {
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
  // e with a dot below and a tilde is never a single character: 24 such graphemes exceed the limit of 64 bytes.
  assertEquals(fault("日".repeat(21)), "ok: " + "日".repeat(21)); // 63 bytes
  assertEquals(fault("日".repeat(22)), "too_long"); // 66 bytes
});

Deno.test("parseNick rejects invisible characters", () => {
  for (const char of ["\u200b", "\u200d", "\u00ad", "\ufe0f", "\u2060", "\u034f", "\u3164"]) {
    assertEquals(fault(`a${char}b`), "bad_character", char.codePointAt(0)!.toString(16));
  }
});

Deno.test("parseNick rejects letters of two scripts, which can imitate another nick", () => {
  assertEquals(fault("\u0430na"), "mixed_scripts"); // Cyrillic a
  assertEquals(fault("p\u03bfl"), "mixed_scripts"); // Greek omicron
  assertEquals(fault("ana日本"), "mixed_scripts");
});

Deno.test("parseNick checks mathematical letters, which have no script, by the letters they stand for", () => {
  for (const nick of ["\u{1d6a8}na", "S\u{1d6b6}R", "\u{1d7b6}v\u{1d7b6}", "\u03b1\u{1d41a}"]) {
    assertEquals(fault(nick), "mixed_scripts", nick);
    assertEquals(parseRoom(nick), { ok: false, error: "mixed_scripts" });
  }
  assertEquals(fault("\u{1d41a}na"), "ok: \u{1d41a}na"); // a bold a, the same nick as Ana
  assertEquals(fault("\u{1d6a8}\u03b1"), "ok: \u{1d6a8}\u03b1"); // all Greek
  assertEquals(fault("\u00b5\u03c4"), "ok: \u00b5\u03c4"); // the micro sign is a Greek letter
});

Deno.test("parseNick rejects reserved nicks in any form of their letters", () => {
  for (const nick of RESERVED_NICKS) assertNotEquals(fault(nick).slice(0, 3), "ok:");
  assertEquals(fault("SERVER"), "reserved");
  assertEquals(fault("ｒｏｏｔ"), "reserved");
  assertEquals(fault("*"), "reserved");
  for (
    const nick of ["you", "YOU", "ＹＯＵ", "Tú", "tu", "Usted", "nadie", "Nobody", "connected"]
  ) {
    assertEquals(fault(nick), "reserved", nick);
  }
  for (const nick of ["1", "42", "٣", "１２"]) assertEquals(fault(nick), "reserved", nick);
  for (const nick of ["you2", "nadia", "3d", "r2-d2", "tul"]) {
    assertEquals(fault(nick), `ok: ${nick}`);
  }
});

Deno.test("parseNick counts marks after NFC, and rejects more than 8 in a row: such nicks would look the same", () => {
  assertEquals(fault("e" + "\u0323".repeat(8)), "ok: ẹ" + "\u0323".repeat(7));
  assertEquals(fault("x" + "\u0323".repeat(9)), "bad_character");
});

Deno.test("nickKey is the same for both lower-case sigmas", () => {
  for (const nick of ["νικος", "νικοσ", "ΝΙΚΟΣ"]) assertEquals(nickKey(nick), "νικοσ");
});

Deno.test("nickKey is the same for Cyrillic lower-case letters that share a capital", () => {
  const old = "\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88";
  assertEquals(nickKey(old), "вдосттъѣꙋ");
  assertEquals([nickKey(old.toUpperCase()), nickKey(nickKey(old))], ["вдосттъѣꙋ", "вдосттъѣꙋ"]);
});

Deno.test("nickKey is the same for nicks that read the same", () => {
  for (const nick of ["José", "JOSÉ", "Jose\u0301", "Ｊｏｓé"]) assertEquals(nickKey(nick), "josé");
  assertNotEquals(nickKey("jose"), nickKey("josé"));
});

Deno.test("nickKey is the same for an i or j with any number of dots", () => {
  for (const nick of ["irem", "IREM", "İrem", "ırem", "i\u0307rem", "ı\u0307rem"]) {
    assertEquals(nickKey(nick), "irem");
  }
  for (const nick of ["j\u0307ordi", "ȷordi"]) assertEquals(nickKey(nick), "jordi");
  assertNotEquals(nickKey("í"), nickKey("i"));
});

Deno.test("nickKey is the same for the digits of all scripts", () => {
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

Deno.test("parseNick and parseRoom reject more than 8 marks in a row, which would not be shown", () => {
  assertEquals(fault("a" + "\u0335".repeat(8)), "ok: a" + "\u0335".repeat(8));
  assertEquals(fault("a" + "\u0335".repeat(9)), "bad_character");
  const room = parseRoom("a" + "\u0335".repeat(9));
  assertEquals(room, { ok: false, error: "bad_character" });
  assertEquals(parseRoom("Kırmızı"), { ok: true, value: "kirmizi" });
});

testProperty("nickKey of a key is the key itself", { weight: 50 }, (check) => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...Array.from("iıİíịjJJ\u0307\u0301\u0323K٣۱ﬁ𝟛")) }),
    hostileText(),
  );
  check(fc.property(text, (nick) => {
    assertEquals(nickKey(nickKey(nick)), nickKey(nick));
  }));
});

/** The same nick in other forms of its letters, as an impersonator may write it. */
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

/** Digits, and letters whose upper case is one letter. */
const LETTERS = [
  ..."abcxyz019ñéüåçœøþð",
  ..."αβγίσςω",
  ..."абвёжїя",
  ..."ابت",
  ..."日本ひカ",
  ..."한글",
];

testProperty(
  "nickKey, and the name of a room, are the same for other forms of the same letters",
  { weight: 50 },
  (check) => {
    const nick = fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 12, size: "max" })
      .map((letters) => letters.join(""));
    const picks = fc.array(fc.nat(5), { minLength: 1, maxLength: 12 });
    check(fc.property(nick, picks, (nick, picks) => {
      assertEquals(nickKey(disguise(nick, picks)), nickKey(nick));
      assertEquals(roomName(disguise(nick, picks)), roomName(nick));
      assertEquals(nickKey(roomName(nick)), nickKey(nick)); // and no others
    }));
  },
);

/** Valid nicks and near misses: words of one script, marks, digits and signs, up to the limits and beyond. */
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

Deno.test("of a longer text than any nick, only the first 256 units are folded", () => {
  const { normalize } = String.prototype;
  let longest = 0;
  String.prototype.normalize = function (form) {
    longest = Math.max(longest, this.length);
    return normalize.call(this, form);
  };
  try {
    for (const unit of ["x", "\u0663", "\ufdfa", "i\u0307", "\u0130", "a\u0301\u0323"]) {
      const long = unit.repeat(20_000);
      assertEquals(nickKey(long), nickKey(long.slice(0, 256)));
      assertEquals(parseNick(long), { ok: false, error: "too_long" });
      assertEquals(parseRoom(`#${long}`), { ok: false, error: "too_long" });
    }
  } finally {
    String.prototype.normalize = normalize;
  }
  assert(longest <= 256 * 18, `${longest} units were normalised at once`);
});

testProperty("parseNick never throws, and accepts its own result", { weight: 50 }, (check) => {
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

Deno.test("names of rooms that look alike are one, which keeps its accents and the ς of Greek words", () => {
  const spelled = (name: string) => {
    const parsed = parseRoom(name);
    return parsed.ok ? parsed.value : parsed.error;
  };
  for (const name of ["istanbul", "İSTANBUL", "ıstanbul", "ISTANBUL", "#İstanbul", "Ｉstanbul"]) {
    assertEquals(spelled(name), "istanbul");
  }
  for (const name of ["σοφος", "ςοφος", "σοφοσ", "ΣΟΦΟΣ"]) assertEquals(spelled(name), "σοφος");
  assertEquals(spelled("ΟΔΟΣ-ΑΘΗΝΑΣ2"), "οδος-αθηνας2");
  for (const name of ["Cafetería", "CAFETERI\u0301A"]) assertEquals(spelled(name), "cafetería");
  assertEquals(spelled("غرفة٣"), "غرفة3");
});

testProperty("parseRoom never throws, and accepts its own result", { weight: 20 }, (check) => {
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

/** Repeatable random numbers from 0 to below 1. */
function seeded(seed: number): () => number {
  return () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

function never(): number {
  throw new Error("a random number was used");
}

testProperty("suggestNick gives a valid free nick", { weight: 5 }, (check) => {
  check(
    fc.property(nearlyNicks, fc.nat(30), fc.nat(), (input, taken, seed) => {
      const parsed = parseNick(input);
      if (!parsed.ok) return;
      const keys = new Set([parsed.value.key]);
      const random = seeded(seed);
      for (let count = 0; count < taken; count++) {
        const suggested = suggestNick(parsed.value.nick, (key) => keys.has(key), random);
        const suggestion = parseNick(suggested);
        assert(suggestion.ok, `${parsed.value.nick}: ${count} taken`);
        assert(!keys.has(suggestion.value.key));
        keys.add(suggestion.value.key);
      }
    }),
    { numRuns: 300 },
  );
});

testProperty("suggestNick checks the key of the nick that it suggests", { weight: 5 }, (check) => {
  check(fc.property(nearlyNicks, fc.nat(25), fc.nat(), (input, tries, seed) => {
    const parsed = parseNick(input);
    if (!parsed.ok) return;
    const asked: string[] = [];
    const isTaken = (key: string) => asked.push(key) <= tries;
    assertEquals(nickKey(suggestNick(parsed.value.nick, isTaken, seeded(seed))), asked.at(-1));
    assertEquals(asked.length, tries + 1);
  }));
});

Deno.test("suggestNick counts on until a nick is free", () => {
  const taken = new Set(["ana2", "ana3"]);
  assertEquals(suggestNick("Ana", (key) => taken.has(key), never), "Ana4");
});

Deno.test("suggestNick takes few tries, however many nicks are taken in turn", () => {
  let tries = 0;
  const isTaken = (key: string) => ++tries > 0 && Number(key.slice(3)) <= 20_000;
  assertEquals(parseNick(suggestNick("Ana", isTaken, seeded(1))).ok, true);
  assert(tries < 30, `${tries} tries`);
});

Deno.test("suggestNick stays within the limits, and gives a valid nick", () => {
  // The last is a single grapheme.
  const longest = ["x".repeat(24), "日".repeat(21), "e\u0323\u0303".repeat(12), "ᄀ".repeat(21)];
  for (const nick of longest) {
    const suggestion = suggestNick(nick, () => false, never);
    assertEquals(parseNick(suggestion).ok, true, suggestion);
    assert(suggestion.endsWith("2"));
  }
});
