/** `chat man`: the printed page, formatted by mandoc, groff and man. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatOption } from "../../common/cli/help.ts";
import { program } from "../../main.ts";
import { works } from "../support/confined.ts";
import { Program, runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const PROGRAM = await program();

const HAS_MANDOC = works("the manual page in mandoc", ["sh", "-c", "command -v mandoc"]);
const HAS_GROFF = works("the manual page in groff", ["groff", "-v"]);
const HAS_MAN = works("the manual page in man", ["man", "--version"]);

/** Writes the page to a temporary file. */
async function writePage(lang: string) {
  const folder = await tempDirectory();
  const { code, stdout, stderr } = await runChat(["man"], { env: { LANG: lang } });
  assertEquals([code, stderr], [0, ""]);
  const path = `${folder.path}/chat.1`;
  await Deno.writeTextFile(path, stdout);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** Runs a command and gives its standard output and error. */
async function run(...command: string[]): Promise<{ printed: string; complaint: string }> {
  await using program = new Program(command, { env: { MANWIDTH: "100" } });
  program.endInput();
  await program.exit();
  return { printed: program.stdout(), complaint: program.stderr() };
}

/** Removes overstriking, which makes text bold or underlined. */
function stripOverstrikes(printed: string): string {
  const parts = printed.split("\b");
  return [...parts.slice(0, -1).map((part) => part.slice(0, -1)), parts.at(-1)].join("");
}

/** Checks that every option begins a line of the page, as it is typed. */
function assertHasOptions(text: string): void {
  for (const { options } of [PROGRAM, ...PROGRAM.commands]) {
    for (const option of options) {
      const shown = formatOption(option).replace(/[|[\]().]/g, "\\$&");
      assert(new RegExp(`^ +${shown}( |$)`, "m").test(text), shown);
    }
  }
}

Deno.test(
  { name: "mandoc shows every option, without warnings", ignore: !HAS_MANDOC },
  async () => {
    await using english = await writePage("C.UTF-8");
    assertEquals((await run("mandoc", "-T", "lint", "-W", "warning", english.path)).printed, "");
    const { printed } = await run("mandoc", "-T", "utf8", "-O", "width=100", english.path);
    assertHasOptions(stripOverstrikes(printed));
    await using spanish = await writePage("es_ES.UTF-8");
    const { printed: warnings } = await run("mandoc", "-T", "lint", "-W", "warning", spanish.path);
    // mandoc knows the first section only by its English name.
    const others = warnings.split("\n").filter((line) => !/NAME/.test(line));
    assertEquals(others, [""]);
  },
);

Deno.test({ name: "groff shows every option, without warnings", ignore: !HAS_GROFF }, async () => {
  for (const lang of ["C.UTF-8", "es_ES.UTF-8"]) {
    await using file = await writePage(lang);
    const { printed, complaint } = await run("groff", "-mandoc", "-ww", "-Tutf8", file.path);
    assertEquals(complaint, "");
    assertHasOptions(stripOverstrikes(printed));
  }
});

Deno.test({ name: "man shows every option unbroken", ignore: !HAS_MAN }, async () => {
  await using english = await writePage("C.UTF-8");
  const { printed } = await run("man", "-l", english.path);
  assertHasOptions(printed);
  assertMatch(printed, /^NAME\n +chat . group chat for the terminal/m);
  assertMatch(printed, /^ +chat server \[HOST\] \[PORT\] \[OPTIONS\]$/m);
  assertMatch(printed, /^ +\/kick, \/expulsar NAME \[REASON\]$/m);
  assert(!/--[a-z-]*[-\u2010]$/m.test(printed));
  await using spanish = await writePage("es_ES.UTF-8");
  const { printed: translated } = await run("man", "-l", spanish.path);
  assertHasOptions(translated);
  assertMatch(translated, /^SINOPSIS\n +chat server \[HOST\] \[PUERTO\] \[OPCIONES\]$/m);
});
