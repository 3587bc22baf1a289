import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findAlerts, findMentions } from "../../../../client/session/mentions.ts";
import type { HubFrame, MessageFrame } from "../../../../common/protocol/frame.ts";
import { nickKey, parseNick } from "../../../../common/protocol/names.ts";
import { heavyTexts } from "../../../support/heavy_texts.ts";
import { testProperty } from "../../../support/property.ts";
import { countWork } from "../../../support/work.ts";

/** The mentions in a text. */
function mentions(text: string, nick: string): string[] {
  return findMentions(text, nick).map(({ start, end }) => text.slice(start, end));
}

Deno.test("a mention is the nick as a whole word", () => {
  assertEquals(findMentions("ana, ¿vienes?", "ana"), [{ start: 0, end: 3 }]);
  assertEquals(findMentions("ven, ana", "ana"), [{ start: 5, end: 8 }]);
  assertEquals(findMentions("ana y ana", "ana"), [{ start: 0, end: 3 }, { start: 6, end: 9 }]);
  assertEquals(findMentions("luis", "ana"), []);
  assertEquals(findMentions("", "ana"), []);
});

Deno.test("an empty nick is never mentioned", () => {
  assertEquals(findMentions("hola", ""), []);
});

Deno.test("a mention may have punctuation around it", () => {
  const said =
    "ana: ¡ana! «ana» (ana) ana. ana... ...ana ana- -ana ana's l'ana ana/luis ana👋 👋ana " +
    '"ana" **ana** ana—ven';
  for (const text of said.split(" ")) assertEquals(mentions(text, "ana"), ["ana"], text);
});

Deno.test("an @ may precede a mention, and is not part of it", () => {
  assertEquals(findMentions("hola @ana", "ana"), [{ start: 6, end: 9 }]);
  assertEquals(mentions("¿@ana?", "ana"), ["ana"]);
});

Deno.test("a part of a longer word, name or address is not a mention", () => {
  const said = "anaconda banana mañana anaé ana2 2ana ana_ _ana ana-maria ana.b x.ana maria-ana " +
    "luis@ana ana.es ana٣ ana\u0948";
  for (const text of said.split(" ")) assertEquals(findMentions(text, "ana"), [], text);
});

Deno.test("letter case, width and accents are ignored", () => {
  for (const text of ["José", "JOSÉ", "jose", "Jose\u0301", "Ｊｏｓé", "JOSÈ"]) {
    for (const nick of ["José", "jose", "Jose\u0301", "JOSÉ"]) {
      assertEquals(mentions(`¡${text}!`, nick), [text], `${nick} in ${text}`);
    }
  }
  assertEquals(mentions("İpek, ΝΙΚΟΣ y АНДРЕЙ", "ipek"), ["İpek"]);
  assertEquals(mentions("İpek, ΝΙΚΟΣ y АНДРЕЙ", "Νίκος"), ["ΝΙΚΟΣ"]);
  assertEquals(mentions("İpek, ΝΙΚΟΣ y АНДРЕЙ", "андрей"), ["АНДРЕЙ"]);
});

Deno.test("marks that make another letter are not ignored", () => {
  assertEquals(findMentions("かき", "がき"), []);
  assertEquals(findMentions("कि", "का"), []);
  assertEquals(mentions("ﾊﾞﾅﾅ", "バナナ"), ["ﾊﾞﾅﾅ"]); // half-width form of the same
});

Deno.test("a mention never begins or ends inside a character", () => {
  assertEquals(findMentions("½", "2"), []); // folds to 1⁄2
  assertEquals(findMentions("㎏", "k"), []);
  assertEquals(mentions("½ o 2", "2"), ["2"]);
  assertEquals(mentions("ﬁ", "fi"), ["ﬁ"]);
});

Deno.test("a nick with punctuation is found", () => {
  assertEquals(mentions("hola ana.b, ¿y ana?", "ana.b"), ["ana.b"]);
  assertEquals(mentions("ana-. y ana-x", "ana-"), ["ana-"]);
});

Deno.test("in scripts without spaces a mention must still be a whole word", () => {
  const cases: [text: string, nick: string, found: boolean][] = [
    ["健太さんはいますか", "健太", true],
    ["健太郎さん", "健太", false],
    ["健太2です", "健太", false],
    ["はなさんと話す", "はな", true],
    ["はなす", "はな", false],
    ["ハナー", "ハナ", false],
    ["anaさん", "ana", true],
    ["小明你好", "小明", true],
    ["你好小明吗", "小明", true],
    ["看小明星", "小明", false],
    ["สมชายมาไหม", "สมชาย", true],
  ];
  for (const [text, nick, found] of cases) {
    assertEquals(mentions(text, nick), found ? [nick] : [], text);
  }
});

Deno.test("Korean particles may follow a mention", () => {
  assertEquals(mentions("민수야 안녕", "민수"), ["민수"]);
  assertEquals(mentions("ana는 어디?", "ana"), ["ana"]);
  assertEquals(findMentions("김민수", "민수"), []);
});

const nicks = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 })
  .filter((text) => parseNick(text).ok);
const plainNicks = fc.stringMatching(/^[a-zñé][a-z0-9ñé_.-]{0,10}[a-z0-9ñé]$/);
/** Texts whose Latin words are separated by spaces or punctuation. */
const gaps = fc.stringMatching(/^[ ,:;!?¡¿()«»"'\n👋]{1,6}$/u);

Deno.test("a nick is found despite a dotless i or digits of another script", () => {
  for (const text of ["İrem1", "ırem1", "IREM1", "irem\u0661", "i\u0307rem１"]) {
    assertEquals(findMentions(text, "irem1"), [{ start: 0, end: text.length }], text);
  }
});

Deno.test("a nick is found by its key, even in another script or length", () => {
  for (const nick of ["\u0660", "ırem", "علي\u06f1", "ΝΙΚΟΣ"]) {
    assertEquals(findMentions(nickKey(nick), nick).length, 1, nick);
  }
});

testProperty("every nick is found in itself, and by its key", { weight: 10 }, (check) => {
  check(fc.property(nicks, (nick) => {
    assertEquals(findMentions(nick, nick), [{ start: 0, end: nick.length }]);
    const key = nickKey(nick);
    assertEquals(findMentions(key, nick), [{ start: 0, end: key.length }]);
  }));
});

testProperty("every occurrence of a nick among others is found at its position", {
  weight: 10,
}, (check) => {
  check(fc.property(plainNicks, fc.array(fc.tuple(gaps, fc.boolean())), (nick, parts) => {
    let text = "";
    const expected: { start: number; end: number }[] = [];
    for (const [gap, isNick] of parts) {
      text += gap;
      if (isNick) expected.push({ start: text.length, end: text.length + nick.length });
      text += isNick ? nick.toUpperCase() : `x${nick}`;
    }
    assertEquals(findMentions(text, nick), expected);
  }));
});

testProperty(
  "mentions in any text are in order, do not overlap, and match the nick",
  { weight: 10 },
  (check) => {
    const bare = (text: string) => nickKey(text).normalize("NFKD").replace(/\p{M}/gu, "");
    const words = fc.oneof(
      plainNicks,
      fc.constantFrom("健太", "José", "は", "ς", "Σ", "½", "민수"),
    );
    const text = fc.array(fc.oneof(words, gaps, fc.string({ unit: "binary" })))
      .map((parts) => parts.join(""));
    check(fc.property(words, text, (nick, rest) => {
      const whole = `${nick} ${rest}${nick}`;
      let from = 0;
      for (const { start, end } of findMentions(whole, nick)) {
        assert(start >= from && end > start && end <= whole.length);
        assertEquals(
          bare(whole.slice(start, end)).replaceAll("ς", "σ"),
          bare(nick).replaceAll("ς", "σ"),
        );
        from = end;
      }
      assert(from > 0, "the first word is a mention");
    }));
  },
);

const message: MessageFrame = {
  type: "message",
  id: 1,
  room: "general",
  nick: "luis",
  text: "hola, Ana",
  ts: 0,
  kind: "say",
};

const shouldAlert = (message: MessageFrame, nick: string) =>
  findAlerts([{ type: "frame", frame: message }], nick).length === 1;

Deno.test("a mention alerts the user, unless it is replayed or the user's own", () => {
  assertEquals(shouldAlert(message, "ana"), true);
  assertEquals(shouldAlert(message, "eva"), false);
  assertEquals(shouldAlert({ ...message, replay: true }, "ana"), false);
  assertEquals(shouldAlert({ ...message, nick: "ANA" }, "ana"), false);
});

Deno.test("the messages among the events that alert the user are found in order", () => {
  const second = { ...message, text: "ana!" };
  const find = (...frames: HubFrame[]) =>
    findAlerts(
      [{ type: "lost" }, ...frames.map((frame) => ({ type: "frame", frame }) as const)],
      "ana",
    );
  assertEquals(find({ ...message, text: "x" }, { type: "pong" }, message, second), [
    message,
    second,
  ]);
  assertEquals(find({ ...message, replay: true }), []);
});

Deno.test("looking for a mention takes bounded work for any message", () => {
  for (const [kind, text] of [...heavyTexts(60_000), ...heavyTexts(900_000)]) {
    const { segments, normalized } = countWork(() => {
      shouldAlert({ ...message, text }, "ana");
      shouldAlert({ ...message, text: `${text.slice(0, 5000)} ana` }, "ana");
    });
    const work = `${kind}: ${segments} segments, ${normalized} units`;
    assert(segments < 40_000 && normalized < 120_000, work);
  }
});

Deno.test("a character of any script is folded by itself only once", () => {
  const normalized = (text: string) => countWork(() => findMentions(text, "ana")).normalized;
  const text = "ana \u0b95\u0bcd ｘ ";
  normalized(text);
  // The whole text is normalized twice.
  assertEquals(normalized(text.repeat(1000)), 2 * 1000 * text.length);
});
