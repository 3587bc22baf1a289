/**
 * `deno task capture`: makes the pictures of the terminal, docs/terminal.svg and docs/terminal.es.svg, from the real program.
 * A test plays the same scene and holds the pictures to it.
 */

import { drawPicture } from "./capture/picture.ts";
import { findNc, playScene } from "./capture/scene.ts";
import { type Script, SCRIPTS } from "./capture/scripts.ts";

const DOCS = new URL("../docs/", import.meta.url);

/** Where the picture of a scene is, from docs/. */
export const fileOf = ({ lang }: Script) => lang === "en" ? "terminal.svg" : `terminal.${lang}.svg`;

/** The picture of a scene, not formatted yet. */
export async function capture(script: Script, options: { nc: string }): Promise<string> {
  const { title, description, lang } = script;
  return drawPicture(await playScene(script, options), { title, description, lang });
}

/** As everything in the project is formatted. */
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
  if (nc === undefined) {
    Deno.stderr.writeSync(new TextEncoder().encode("the scene wants nc: install netcat\n"));
    return 1;
  }
  for (const script of SCRIPTS) {
    const svg = await format(await capture(script, { nc }));
    await Deno.writeTextFile(new URL(fileOf(script), DOCS), svg);
    Deno.stdout.writeSync(new TextEncoder().encode(`written: docs/${fileOf(script)}\n`));
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main());
