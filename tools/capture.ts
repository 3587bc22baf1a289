/**
 * `deno task capture`: makes the pictures in docs/ from the real program: the animated ones of the terminal, which a test
 * compares with the scene, and those of a telephone beside a terminal.
 */

import { drawPicture } from "./capture/picture.ts";
import { findNc, playScene } from "./capture/scene.ts";
import { type Script, SCRIPTS } from "./capture/scripts.ts";
import { capturePair, PAIRS } from "./capture/telephone.ts";
import { complain, print } from "./console.ts";
import { NO_BROWSER } from "../tests/support/browser.ts";

const DOCS = new URL("../docs/", import.meta.url);

/** How long the last frame stays, in ms. */
const PAUSE = 2_000;

/** The path of a picture, from docs/. */
export const fileOf = ({ lang }: Script) => lang === "en" ? "terminal.svg" : `terminal.${lang}.svg`;

/** Plays a scene and draws it, formatted like the rest of the project. */
export async function capture(script: Script, options: { nc: string }): Promise<string> {
  return await format(drawPicture(await playScene(script, options), { ...script, pause: PAUSE }));
}

async function format(svg: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext=svg", "-"],
    cwd: DOCS,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = child.stdin.getWriter();
  const written = input.write(new TextEncoder().encode(svg)).then(() => input.close());
  const [{ success, stdout }] = await Promise.all([child.output(), written]);
  if (!success) throw new Error("deno fmt cannot format the picture");
  return new TextDecoder().decode(stdout);
}

async function main(): Promise<number> {
  const nc = findNc();
  if (nc === undefined) return complain("the scene needs nc: install netcat", 1);
  for (const script of SCRIPTS) {
    await Deno.writeTextFile(new URL(fileOf(script), DOCS), await capture(script, { nc }));
    print(`written: docs/${fileOf(script)}`);
  }
  if (NO_BROWSER) return complain("the picture of a telephone needs chromium", 1);
  for (const pair of PAIRS) {
    const file = pair.lang === "en" ? "page.png" : `page.${pair.lang}.png`;
    await Deno.writeFile(new URL(file, DOCS), await capturePair(pair));
    print(`written: docs/${file}`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main());
