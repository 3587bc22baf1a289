/** The pictures of the terminal in docs/: the scene is played anew, and has to be what they show. */

import { assertEquals } from "@std/assert";
import { capture, fileOf } from "../../tools/capture.ts";
import { FIND_NC, findNc } from "../../tools/capture/scene.ts";
import { SCRIPTS } from "../../tools/capture/scripts.ts";
import { works } from "../support/confined.ts";
import { NO_PTY } from "../support/terminal.ts";

const hasNc = works("the pictures of the terminal, which want nc", ["sh", "-c", FIND_NC]);

/** What is written in a picture for those who do not see it: its screens, row by row. */
function described(svg: string): string[] {
  const [, text = ""] = /<desc\b[^>]*>([^]*?)<\/desc>/.exec(svg) ?? [];
  return text.split("\n").map((row) => row.trim()).filter(Boolean);
}

/** What is drawn, however the file is formatted. */
function drawn(svg: string): string[] {
  const marks = svg.matchAll(/<(text|rect|path|circle)\b([^>]*?)\/?>(?:([^<]*)<\/text>)?/g);
  return Array.from(
    marks,
    ([, name, attributes = "", text = ""]) =>
      [name, attributes.trim().replaceAll(/\s+/g, " "), text].join(" ").trim(),
  );
}

for (const script of SCRIPTS) {
  const file = fileOf(script);
  Deno.test({
    name: `docs/${file} shows what the program shows`,
    ignore: NO_PTY || !hasNc,
    fn: async () => {
      const kept = await Deno.readTextFile(new URL(`../../docs/${file}`, import.meta.url));
      const anew = await capture(script, { nc: findNc()! });
      const hint = "deno task capture makes it anew";
      assertEquals(described(kept), described(anew), hint);
      assertEquals(drawn(kept), drawn(anew), hint);
    },
  });
}
