/** The documents of the page against their sources, and against each other. */

import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { LANGS } from "../../../common/i18n/mod.ts";
import { findStale } from "../../../tools/page.ts";

const documents = await Promise.all(LANGS.map(async (lang) => ({
  lang,
  html: await Deno.readTextFile(new URL(`../../../server/web/page/${lang}.html`, import.meta.url)),
})));

Deno.test("the page is made from its sources as they are", async () => {
  assertEquals(await findStale(), [], "the page is stale: run deno task page");
});

Deno.test("each document is small, in its language, and complete: nothing is loaded and no hole is left", () => {
  for (const { lang, html } of documents) {
    assert(gzipSync(html).length <= 60 * 1024, lang);
    assert(html.includes(`<html lang="${lang}"`), lang);
    const markup = html.replace(/<(style|script)[^>]*>[^]*?<\/\1>/g, "");
    assertEquals(/\{[\w.]+\}|\b(?:src|style|on\w+)=|<\/?script/.exec(markup), null, lang);
    assertEquals(html.match(/<\/script/g)?.length, 1, lang);
  }
});
