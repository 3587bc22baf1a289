import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Sentence } from "../../../i18n/sentence.ts";
import { en, type Translation } from "../../../i18n/en.ts";
import { es } from "../../../i18n/es.ts";
import { isKey, type Key, LANGS, parseLang, translate } from "../../../i18n/mod.ts";
import { BYE_CODES } from "../../../protocol/codes.ts";
import { parseNick, RESERVED_NICKS } from "../../../protocol/names.ts";

const KEYS = Object.keys(en) as Key[];

/** The params that a sentence looks at: its placeholders, or what its function reads. */
function paramsOf(sentence: Sentence): string[] {
  const found = new Set<string>();
  if (typeof sentence === "string") {
    for (const [, name] of sentence.matchAll(/\{(\w+)\}/g)) found.add(name!);
  } else {
    const spy = new Proxy<Record<string, string>>({}, {
      get: (_, name) => (found.add(String(name)), `<${String(name)}>`),
    });
    sentence(spy, () => undefined);
  }
  return [...found].sort();
}

Deno.test("each sentence says the same params in each language", () => {
  for (const key of KEYS) assertEquals(paramsOf(es[key]), paramsOf(en[key]), key);
});

Deno.test("what a function is told it says, in each language", () => {
  for (const sentences of [en, es]) {
    for (const key of KEYS) {
      const sentence = (sentences as Translation)[key];
      if (typeof sentence === "string") continue;
      const names = paramsOf(sentence);
      const text = sentence(
        Object.fromEntries(names.map((name) => [name, `<${name}>`])),
        () => undefined,
      );
      for (const name of names) assert(text.includes(`<${name}>`), `${key} leaves out ${name}`);
    }
  }
});

Deno.test("no sentence is empty, begins or ends with a blank, or is of several lines by mistake", () => {
  for (const lang of LANGS) {
    for (const key of KEYS) {
      const text = translate(lang, key);
      assertNotEquals(text, "", key);
      assertEquals(text, text.trim(), key);
      assertEquals(text.includes("\n"), key.endsWith(".details"), key);
      assert(!text.includes("undefined") || typeof en[key] === "function", key);
    }
  }
});

Deno.test("the sentences differ between the languages, but for words that are the same in both", () => {
  const same = KEYS.filter((key) => translate("en", key) === translate("es", key));
  assertEquals(same, ["usage.completions.positionals"]);
});

Deno.test("translate puts the params in, each time they stand there, and leaves open what is missing", () => {
  assertEquals(translate("en", "event.joined", { nick: "ana", count: 3 }), "ana joined (3 here)");
  assertEquals(translate("es", "event.joined", { nick: "ana" }), "ana ha entrado ({count} aquí)");
  assertEquals(translate("en", "reply.nick"), "you are now {nick}");
});

Deno.test("translate takes a param as it is, whatever stands in it", () => {
  const nick = "{count} $& $1";
  assertEquals(
    translate("en", "event.joined", { nick, count: 3 }),
    "{count} $& $1 joined (3 here)",
  );
});

Deno.test("a sentence has parts of its own language, and names those that it does not know", () => {
  const refuse = (fault: string, lang: "en" | "es" = "en") =>
    translate(lang, "error.bad_nick", { nick: "x", fault });
  assertEquals(refuse("empty"), 'the nick "x" cannot be used: it is empty');
  assertEquals(refuse("empty", "es"), 'no se puede usar el apodo "x": está vacío');
  assertEquals(refuse("too_blue"), 'the nick "x" cannot be used: too_blue');
});

Deno.test("a command that is not known is told with the one that was probably meant, if any", () => {
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

Deno.test("there is a reason for each fault of a nick and each way of going", () => {
  const nicks = ["", "x".repeat(30), "a b", "-a", "ana日本", [...RESERVED_NICKS][0]!];
  for (const nick of nicks) {
    const parsed = parseNick(nick);
    assert(!parsed.ok && isKey(`fault.${parsed.fault}`), nick);
  }
  for (const code of BYE_CODES) assert(isKey(`left.${code}`), code);
});

Deno.test("isKey knows no key that only every object has", () => {
  assertEquals(isKey("event.joined"), true);
  for (const key of ["toString", "__proto__", "event", "", "error.nothing"]) {
    assertEquals(isKey(key), false, key);
  }
});

Deno.test("parseLang reads tags and locales, and only whole languages", () => {
  for (const tag of ["es", "es-MX", "es_ES.UTF-8", "ES", "es@euro"]) {
    assertEquals(parseLang(tag), "es");
  }
  for (const tag of ["en", "en-GB", "EN_us"]) assertEquals(parseLang(tag), "en");
  for (const tag of ["", "C", "est", "eng", "fr", "-es", " es"]) {
    assertEquals(parseLang(tag), undefined, tag);
  }
});
