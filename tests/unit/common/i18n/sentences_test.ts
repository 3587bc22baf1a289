import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { HOLE, type Sentence, type Translation } from "../../../../common/i18n/sentence.ts";
import { sentences as en } from "../../../../common/i18n/en/mod.ts";
import { sentences as es } from "../../../../common/i18n/es/mod.ts";
import { isKey, type Key, LANGS, parseLang, translate } from "../../../../common/i18n/mod.ts";
import { LEAVE_REASONS } from "../../../../common/protocol/codes.ts";
import { parseNick, RESERVED_NICKS } from "../../../../common/protocol/names.ts";

const KEYS = Object.keys(en) as Key[];

/** The params that a sentence uses: its placeholders, or what its function reads. */
function paramsOf(sentence: Sentence): string[] {
  const found = new Set<string>();
  if (typeof sentence === "string") {
    for (const [, , name] of sentence.matchAll(HOLE)) found.add(name!);
  } else {
    const spy = new Proxy<Record<string, string>>({}, {
      get: (_, name) => (found.add(String(name)), `<${String(name)}>`),
    });
    sentence(spy);
  }
  return [...found].sort();
}

Deno.test("each sentence uses the same params in each language", () => {
  for (const key of KEYS) assertEquals(paramsOf(es[key]), paramsOf(en[key]), key);
});

Deno.test("a sentence function shows every param it reads, in each language", () => {
  for (const sentences of [en, es]) {
    for (const key of KEYS) {
      const sentence = (sentences as Translation<typeof en>)[key];
      if (typeof sentence === "string") continue;
      const names = paramsOf(sentence);
      const text = sentence(Object.fromEntries(names.map((name) => [name, `<${name}>`])));
      for (const name of names) assert(text.includes(`<${name}>`), `${key} leaves out ${name}`);
    }
  }
});

Deno.test("no sentence is empty or has outer spaces, and only details have several lines", () => {
  for (const lang of LANGS) {
    for (const key of KEYS) {
      const text = translate(lang, key);
      assertNotEquals(text, "", key);
      assertEquals(text, text.trim(), key);
      assert(!text.includes("\n") || key.endsWith(".details"), key);
      assert(!text.includes("undefined") || typeof en[key] === "function", key);
    }
  }
});

Deno.test("no sentence is the same in both languages", () => {
  const same = KEYS.filter((key) => translate("en", key) === translate("es", key));
  assertEquals(same, ["notice.moderated", "left.quit", "usage.completions.positionals"]);
});

Deno.test("translate fills in every param, and leaves the placeholder of a missing one", () => {
  assertEquals(translate("en", "event.joined", { nick: "ana", count: 3 }), "ana joined (3 here)");
  assertEquals(translate("es", "event.joined", { nick: "ana" }), "ana ha entrado ({count} aquí)");
  assertEquals(translate("en", "reply.nick"), "you are now {nick}");
});

Deno.test("translate inserts a param literally", () => {
  const nick = "{count} $& $1";
  assertEquals(
    translate("en", "event.joined", { nick, count: 3 }),
    "{count} $& $1 joined (3 here)",
  );
});

Deno.test("a command in a sentence is shown without its backticks, with any space between its words", () => {
  const tell = (params: Record<string, string>, space?: string) =>
    translate("en", "usage.meant_command", params, space);
  const params = { name: "`a b`", line: "chat client" };
  assertEquals(tell(params), 'unknown command "`a b`": did you mean chat client?');
  assertEquals(tell(params, "_"), 'unknown command "`a b`": did you mean chat_client?');
});

Deno.test("each backtick in a sentence has another one", () => {
  for (const sentences of [en, es]) {
    for (const [key, sentence] of Object.entries(sentences)) {
      const ticks = typeof sentence === "string" ? sentence.split("`").length - 1 : 0;
      assertEquals(ticks % 2, 0, key);
    }
  }
});

Deno.test("parts of a sentence are translated, and unknown ones shown as they are", () => {
  const refuse = (fault: string, lang: "en" | "es" = "en") =>
    translate(lang, "error.bad_nick", { nick: "x", fault });
  assertEquals(refuse("empty"), 'the nick "x" cannot be used: it is empty');
  assertEquals(refuse("empty", "es"), 'no se puede usar el apodo "x": está vacío');
  assertEquals(refuse("too_blue"), 'the nick "x" cannot be used: too_blue');
});

Deno.test("a sentence about a number has one wording for one, and another for several", () => {
  const tell = (left?: number) => translate("en", "error.wrong_password", left ? { left } : {});
  assertEquals(tell(1), "wrong password: one try left");
  assertEquals(tell(2), "wrong password: 2 tries left");
  assertEquals(tell(), "wrong password: {left:one try|# tries} left");
});

Deno.test("the error for an unknown command suggests a similar one, if any", () => {
  const tell = (params: Record<string, string>) => translate("en", "error.unknown_command", params);
  assertEquals(
    tell({ name: "nmae", suggestion: "name" }),
    "unknown command /nmae: did you mean /name? /help lists the commands, and // sends a line that begins with /",
  );
  assertEquals(
    tell({ name: "zzz" }),
    "unknown command /zzz: /help lists the commands, and // sends a line that begins with /",
  );
});

Deno.test("each nick error and each reason for leaving has a sentence", () => {
  const nicks = ["", "x".repeat(30), "a b", "-a", "ana日本", [...RESERVED_NICKS][0]!];
  for (const nick of nicks) {
    const parsed = parseNick(nick);
    assert(!parsed.ok && isKey(`fault.${parsed.error}`), nick);
  }
  for (const code of LEAVE_REASONS) assert(isKey(`left.${code}`), code);
});

/** The sentences that are shown behind `* `, as actions are. */
const SHOWN_AS_ACTIONS =
  /^(?:(?:notice|reply|event|bye)\.|client\.(?:lost|lost_for|moved|moved_chat|restarted|invite|invite_here|unknown_zone|open_folder|input_unkept|hub_unkept)$)/;

Deno.test("no action can look like a sentence of the hub: the words that begin one are reserved", () => {
  const words = new Set<string>();
  for (const lang of LANGS) {
    for (const key of KEYS.filter((each) => SHOWN_AS_ACTIONS.test(each))) {
      const params = paramsOf((lang === "en" ? en : es as Translation<typeof en>)[key]);
      const choices = params.reduce<Record<string, string | number>[]>(
        (sets, name) =>
          sets.flatMap((set) => ["", "Nick", 0, 1, 5].map((value) => ({ ...set, [name]: value }))),
        [{}],
      );
      for (const choice of choices) {
        words.add(/^(.*?)[:,;.]*(?: |$)/.exec(translate(lang, key, choice))![1]!);
      }
    }
  }
  words.delete("Nick");
  assert(words.size > 50);
  const allowed = [...words].filter((word) => parseNick(word).ok);
  assertEquals(allowed, []);
});

Deno.test("isKey rejects properties that every object has", () => {
  assertEquals(isKey("event.joined"), true);
  for (const key of ["toString", "__proto__", "event", "", "error.nothing"]) {
    assertEquals(isKey(key), false, key);
  }
});

Deno.test("parseLang reads language tags and locales, but no part of a word", () => {
  for (const tag of ["es", "es-MX", "es_ES.UTF-8", "ES", "es@euro"]) {
    assertEquals(parseLang(tag), "es");
  }
  for (const tag of ["en", "en-GB", "EN_us"]) assertEquals(parseLang(tag), "en");
  for (const tag of ["", "C", "est", "eng", "fr", "-es", " es"]) {
    assertEquals(parseLang(tag), undefined, tag);
  }
});
