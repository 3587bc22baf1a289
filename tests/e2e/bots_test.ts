/** The bots of docs/bots.md, run from the page with real hubs. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { works } from "../support/confined.ts";
import { LiveHub } from "../support/live_hub.ts";
import { findBlocks, section } from "../support/markdown.ts";
import { makeCommand, Program, startHub } from "../support/program.ts";
import { type TempDirectory, tempDirectory } from "../support/temp.ts";
import { matches } from "../support/transcript.ts";
import { joinWithNc } from "./people.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/bots.md", import.meta.url));

const INTERPRETERS = { sh: "sh", python: "python3" } as const;
type Language = keyof typeof INTERPRETERS;

/** The languages that can run here; `works` reports the others. */
const CAN_RUN: Readonly<Record<Language, boolean>> = {
  sh: Deno.build.os !== "windows",
  python: works("the bots of docs/bots.md in Python", ["python3", "--version"]),
};

/** The only code block of the language under a heading. */
function findBlock(heading: string, language: string): string {
  const part = section(PAGE, heading);
  assert(part !== undefined, `there is a heading ${heading}`);
  const [block, another] = findBlocks(part).filter((each) => each.language === language);
  assert(block && !another, `there is one block of ${language} under ${heading}`);
  return block.text;
}

/** Registers a test of the bot under a heading; `run` starts it with arguments. */
function testBot(
  heading: string,
  { language, does }: { language: Language; does: string },
  fn: (run: (...args: string[]) => Program, directory: TempDirectory) => Promise<void>,
): void {
  Deno.test({
    name: `the bot of docs/bots.md under "${heading.replace(/^#+ /, "")}" ${does}`,
    ignore: !CAN_RUN[language],
    fn: async () => {
      await using directory = await tempDirectory();
      await makeCommand(directory.path, "--retry", "0");
      const file = `${directory.path}/bot`;
      await Deno.writeTextFile(file, findBlock(heading, language));
      const run = (...args: string[]) =>
        new Program([INTERPRETERS[language], file, ...args], { env: environment(directory) });
      await fn(run, directory);
    },
  });
}

function environment({ path }: TempDirectory): Record<string, string> {
  return { PATH: `${path}:${Deno.env.get("PATH")}`, TMPDIR: path };
}

/** The files in the directory. */
function filesIn({ path }: TempDirectory): string[] {
  return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
}

for (
  const [heading, language] of [["### A clock in sh", "sh"], [
    "### A clock in Python",
    "python",
  ]] as const
) {
  testBot(heading, { language, does: "answers, and ends with the hub" }, async (run, directory) => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using bot = run("127.0.0.1", String(hub.port));
    await bob.until("* clock joined (2 here)");
    for (let round = 0; round < 2; round++) {
      bob.send("what is it?\n!time\n");
      assertMatch(await bob.line(), /^clock: \d\d:\d\d$/);
    }
    hub.kill("SIGTERM");
    assertEquals(await bot.exit(), { code: 0, signal: null });
    assertEquals(filesIn(directory), ["bot", "chat"]);
  });
}

testBot(
  "### How a job ended",
  { language: "sh", does: "posts the result, and exits with the job's code" },
  async (_, directory) => {
    await using hub = new LiveHub();
    await using bob = await joinWithNc(hub.port, "bob");
    const env = { ...environment(directory), CHAT_HUB: `127.0.0.1:${hub.port}` };
    const run = async (command: string[]) => {
      await using job = new Program(["sh", `${directory.path}/bot`, ...command], { env });
      const { code } = await job.exit();
      assertEquals(job.stderr(), "");
      return { code, said: await bob.until("ci: ") };
    };
    assertEquals(await run(["true"]), { code: 0, said: "ci: ✅ true" });
    assertEquals(await run(["sh", "-c", "exit 7"]), {
      code: 7,
      said: "ci: ❌ sh -c exit 7 (exit code 7)",
    });
  },
);

testBot(
  "### A log",
  { language: "sh", does: "keeps messages, but not joins and leaves" },
  async (run, directory) => {
    await using hub = new LiveHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await Deno.mkdir(`${directory.path}/kept`);
    await using bot = run("127.0.0.1", String(hub.port), `${directory.path}/kept`);
    await bob.until("* log joined");
    await using _eva = await joinWithNc(hub.port, "eva");
    bob.send("good morning\n/me waves\n/who\n");
    await bob.until(/^\* 3 here/); // the hub has handled the messages before it stops
    await hub.stop();
    assertEquals(await bot.exit(), { code: 0, signal: null });
    const [file, another] = filesIn({ ...directory, path: `${directory.path}/kept` });
    assert(file !== undefined && another === undefined);
    assertMatch(file, /^\d{4}-\d\d-\d\d\.log$/);
    const lines = (await Deno.readTextFile(`${directory.path}/kept/${file}`)).trimEnd().split("\n");
    for (const line of lines) assertMatch(line, /^\d\d:\d\d:\d\d /);
    assertEquals(lines.map((line) => line.slice("HH:MM:SS ".length)).slice(-2), [
      "bob: good morning",
      "* bob waves",
    ]);
    assert(!lines.some((line) => line.includes("joined")));
    assertEquals(filesIn(directory), ["bot", "chat", "kept"]);
  },
);

testBot(
  "### A greeter",
  { language: "python", does: "greets whoever joins" },
  async (run) => {
    await using hub = new LiveHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using bot = run("127.0.0.1", String(hub.port));
    await bob.until("* greeter joined");
    await using eva = await hub.framesMember("eva");
    const { kind, text } = await eva.untilFrame("message");
    assertEquals([kind, text], ["private", "welcome, eva!\n/help lists the commands"]);
    await hub.stop();
    assert((await bot.exit()).signal === null);
    assertEquals(bot.stderr(), "");
  },
);

testBot(
  "### A bridge between two chats",
  { language: "python", does: "relays messages both ways" },
  async (run) => {
    await using here = new LiveHub();
    await using there = await startHub(["--rate", "0"]); // a process may have only one LiveHub
    await using bob = await joinWithNc(here.port, "bob");
    await using eva = await joinWithNc(there.port, "eva");
    await using bot = run(`127.0.0.1:${here.port}`, `127.0.0.1:${there.port}`);
    await bob.until("* bridge joined");
    await eva.until("* bridge joined");
    bob.send("hola\n");
    assertEquals(await eva.line(), "bridge: bob: hola");
    eva.send("/me waves\n/msg bridge psst\nbye\n");
    const lines = [await bob.line(), await bob.line()];
    assertEquals(lines, ["bridge: * eva waves", "bridge: eva: bye"]);
    there.kill("SIGTERM");
    await bob.until("* bridge left");
    assert((await bot.exit()).signal === null);
    assertEquals(bot.stderr().includes("Traceback"), false, bot.stderr());
  },
);

const hasNc = works("what docs/bots.md shows of nc", ["sh", "-c", "command -v nc"]);

for (
  const [heading, isOfNc] of [["## With our client, in frames", false], [
    "## With a socket",
    true,
  ]] as const
) {
  Deno.test({
    name: `the output that docs/bots.md shows under "${heading.slice(3)}" is real`,
    ignore: !CAN_RUN.sh || (isOfNc && !hasNc),
    fn: async () => {
      await using directory = await tempDirectory();
      await using hub = new LiveHub();
      const block = findBlock(heading, "console");
      const [, command = "", shown = ""] = /^\$ ([^]*?)\n(\{[^]*)$/.exec(block) ?? [];
      const at = ["127.0.0.1", String(hub.port)];
      await makeCommand(directory.path, "--retry", "0");
      const here = isOfNc
        ? command.replace("nc 127.0.0.1 3000", `nc ${at.join(" ")}`)
        : command.replace("chat client", `chat client ${at.join(" ")}`);
      await using program = new Program(["sh", "-c", here], { env: environment(directory) });
      await program.exit();
      const lines = program.stdout().trimEnd().split("\n");
      const wanted = shown.trimEnd().split("\n");
      assertEquals(lines.length, wanted.length, program.stdout());
      wanted.forEach((line, index) => {
        // The version and the time differ.
        const open = line.replace(/"chat [\d.]+"/, '"…"').replace(/"ts":\d+/, '"ts":…');
        assert(matches(open, lines[index]!, new Map()), `${lines[index]}\nin place of ${line}`);
      });
    },
  });
}
