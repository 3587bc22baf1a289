/** The pictures in docs/ match the program: the scene is captured again and compared. */

import { assertEquals } from "@std/assert";
import { capture, fileOf } from "../../tools/capture.ts";
import { FIND_NC, findNc } from "../../tools/capture/scene.ts";
import { SCRIPTS } from "../../tools/capture/scripts.ts";
import { works } from "../support/confined.ts";
import { NO_PTY } from "../support/terminal.ts";

const hasNc = works("the pictures of the terminal, which need nc", ["sh", "-c", FIND_NC]);

/** The tags and texts of the picture; versions of Deno may break lines differently. */
const parts = (svg: string) => svg.replace(/\s+/g, " ").split(/(?=<)/);

for (const script of SCRIPTS) {
  const file = fileOf(script);
  Deno.test({
    name: `docs/${file} shows what the program shows`,
    ignore: NO_PTY || !hasNc,
    fn: async () => {
      const committed = await Deno.readTextFile(new URL(`../../docs/${file}`, import.meta.url));
      const captured = await capture(script, { nc: findNc()! });
      assertEquals(parts(committed), parts(captured), "run: deno task capture");
    },
  });
}
