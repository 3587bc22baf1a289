/** The bots of the README, taken out of it as they stand there, with a real hub. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { chat, Program, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { joinBare } from "./people.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

const BOTS: readonly { language: string; interpreter: string }[] = [
  { language: "sh", interpreter: "sh" },
  { language: "python", interpreter: "python3" },
];

/** The one block of code in a language that stands under "Bots". */
function findBlock(language: string): string {
  const [, section = ""] = README.split(/^## Bots$/m);
  const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
  const [block, another] = blocks.filter(([, name]) => name === language);
  assert(block && !another, `there is one block of ${language}`);
  return block[2]!;
}

/** Whether a program can be run; if not, that is said where nobody overlooks it. */
function canRun(program: string): boolean {
  try {
    const { success } = new Deno.Command(program, { args: ["--version"], stdout: "null" })
      .outputSync();
    if (success) return true;
  } catch {
    // not there
  }
  const warning = `!!! THE BOT OF THE README FOR ${program} WAS NOT TRIED: it is not here. !!!\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(warning));
  return false;
}

/** A directory with `chat` in it, which ends when the hub does. */
async function makeCommand(directory: string): Promise<void> {
  const words = chat().map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  await Deno.writeTextFile(`${directory}/chat`, `#!/bin/sh\nexec ${words} "$@" --retry 0\n`, {
    mode: 0o755,
  });
}

for (const { language, interpreter } of BOTS) {
  Deno.test({
    name: `the README's bot in ${language} answers, and ends with the hub`,
    ignore: Deno.build.os === "windows" || (interpreter !== "sh" && !canRun(interpreter)),
    fn: async () => {
      await using directory = await tempDirectory();
      await makeCommand(directory.path);
      const file = `${directory.path}/bot`;
      await Deno.writeTextFile(file, findBlock(language));
      await using hub = await startHub();
      await using bob = await joinBare(hub.port, "bob");
      await using bot = new Program([interpreter, file, "127.0.0.1", String(hub.port)], {
        env: { PATH: `${directory.path}:${Deno.env.get("PATH")}`, TMPDIR: directory.path },
      });
      await bob.until("* clock joined (2 here)");
      for (let round = 0; round < 2; round++) {
        bob.send("what is it?\n!time\n");
        assertMatch(await bob.line(), /^clock: \d\d:\d\d$/);
      }
      hub.kill("SIGTERM");
      assertEquals(await bot.exit(), { code: 0, signal: null });
      const left = Array.from(Deno.readDirSync(directory.path), ({ name }) => name);
      assertEquals(left.sort(), ["bot", "chat"]);
    },
  });
}
