import { assertEquals } from "@std/assert";
import { environmentLang } from "../../../../common/cli/environment.ts";

const lang = (variables: Record<string, string>) => environmentLang((name) => variables[name]);

Deno.test("the language is English unless the environment names another supported one", () => {
  assertEquals(lang({}), "en");
  for (const locale of ["", "C", "C.UTF-8", "POSIX", "en_US.UTF-8", "fr_FR.UTF-8", "est_EE"]) {
    assertEquals(lang({ LANG: locale }), "en", locale);
  }
  for (const locale of ["es", "es_ES.UTF-8", "es_MX", "es-AR", "ES", "es@euro"]) {
    assertEquals(lang({ LANG: locale }), "es", locale);
  }
});

Deno.test("LC_ALL takes precedence over LC_MESSAGES, and LC_MESSAGES over LANG", () => {
  assertEquals(lang({ LC_ALL: "es_ES", LC_MESSAGES: "en_US", LANG: "en_US" }), "es");
  assertEquals(lang({ LC_MESSAGES: "es_ES", LANG: "en_US" }), "es");
  assertEquals(lang({ LC_ALL: "C", LANG: "es_ES" }), "en");
});

Deno.test("an empty variable is ignored", () => {
  assertEquals(lang({ LC_ALL: "", LC_MESSAGES: "", LANG: "es_ES" }), "es");
});

Deno.test("other variables are ignored", () => {
  assertEquals(lang({ LANGUAGE: "es", LC_CTYPE: "es_ES" }), "en");
});
