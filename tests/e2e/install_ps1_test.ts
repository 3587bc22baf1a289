/**
 * install.ps1 names the files that a release has, and PowerShell can parse it. On Windows, with CHAT_BIN, it installs that
 * executable from a server on loopback, and refuses a wrong executable.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { formatChecksums } from "../../tools/release/checksums.ts";
import { WRITTEN } from "../../tools/release/contents.ts";
import { tryTalking } from "../../tools/release/smoke.ts";
import { archiveName, CHECKSUMS, folderName, TARGETS } from "../../tools/release/targets.ts";
import { works } from "../support/confined.ts";
import { type Outcome, Program } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { makeSmallRelease, ROOT, serveFiles } from "./installing.ts";

const SCRIPT = `${ROOT}/deploy/install.ps1`;
const EXECUTABLE = Deno.env.get("CHAT_BIN");
const isWindows = Deno.build.os === "windows";
const isHere = isWindows ||
  works("install.ps1 in PowerShell", ["pwsh", "-NoProfile", "-Command", "1"]);
const SHELL = isWindows ? "powershell" : "pwsh";

const text = await Deno.readTextFile(SCRIPT);
const windows = TARGETS.find(({ triple }) => triple.includes("windows"))!;

async function run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const command = [SHELL, "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", ...args];
  await using program = new Program(command, { env });
  program.endInput();
  const exit = await program.exit();
  return { ...exit, stdout: program.stdout(), stderr: program.stderr() };
}

Deno.test("install.ps1 finds the archive for Windows and its files as a release names them", () => {
  assertStringIncludes(text, `'${windows.triple}'`);
  assertStringIncludes(text, `"$source/${CHECKSUMS}"`);
  assertStringIncludes(text, folderName("$Version", { ...windows, triple: "$target" }));
  assertStringIncludes(text, `'${windows.executable}'`);
  const [, completions = ""] = text.match(/Join-Path \$unpacked '(completions\/[^']+)'/) ?? [];
  assertEquals(WRITTEN[completions], ["completions", "powershell"]);

  const [, pattern = ""] = text.match(/^ *\$pattern = "(.+)"$/m) ?? [];
  const line = new RegExp(pattern.replace("$target", windows.triple), "m");
  const names = TARGETS.map((target) => archiveName("1.2.3-rc.1", target));
  const sums = formatChecksums(new Map(names.map((name) => [name, "0123456789abcdef".repeat(4)])));
  const [, sum, name, version] = sums.match(line) ?? [];
  assertEquals([sum, name], ["0123456789abcdef".repeat(4), archiveName("1.2.3-rc.1", windows)]);
  assertEquals(version, "1.2.3-rc.1");
});

Deno.test("install.ps1 has the options of install.sh, as parameters and as the same variables", async () => {
  const shell = await Deno.readTextFile(`${ROOT}/deploy/install.sh`);
  const variables = (script: string) => new Set(script.match(/\bCHAT_INSTALL_[A-Z]+\b/g));
  for (const name of variables(shell)) assert(variables(text).has(name), name);
  const [, parameters = ""] = text.match(/^param\(\n([^]*?)^\)/m) ?? [];
  for (const [, name = ""] of shell.matchAll(/^ {2}--([a-z]+) [A-Z]/gm)) {
    assertMatch(parameters, new RegExp(`\\[string\\] \\$${name} = \\$env:CHAT_INSTALL_`, "i"));
    assertMatch(text, new RegExp(`^\\.PARAMETER ${name}$`, "im"));
  }
});

Deno.test({
  name: "PowerShell can parse install.ps1, which on other systems names install.sh",
  ignore: !isHere,
  async fn() {
    const parse = "$errors = $null; " +
      "[void] [Management.Automation.Language.Parser]::ParseFile($env:SCRIPT, [ref] $null, [ref] $errors); " +
      "$errors | ForEach-Object { $_.Message }; exit $errors.Count";
    const { code, stdout } = await run(["-Command", parse], { SCRIPT });
    assertEquals([code, stdout.trim()], [0, ""]);
    if (isWindows) return;
    const outcome = await run(["-File", SCRIPT]);
    assertEquals([outcome.code, outcome.stderr.trim()], [
      1,
      "install.ps1: this is not Windows: run install.sh in a shell",
    ]);
  },
});

Deno.test({
  name: "on Windows the executable is installed, used and replaced, unless its checksum is wrong",
  ignore: !isWindows || EXECUTABLE === undefined,
  async fn() {
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
    const executable = await Deno.realPath(EXECUTABLE!);
    await using server = serveFiles(await makeSmallRelease(version, { executable }));
    await using folder = await tempDirectory();
    const args = ["-File", SCRIPT, "-From", server.url, "-To", folder.path];
    for (const _time of ["empty", "there already"]) {
      const { code, stdout, stderr } = await run(args);
      assertEquals([code, stderr], [0, ""], stdout);
      assertStringIncludes(stdout, `installed chat ${version}`);
      await tryTalking(`${folder.path}\\chat.exe`, { XDG_STATE_HOME: folder.path });
    }
    const before = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name)
      .sort();
    const archive = archiveName(version, windows);
    server.files.set(CHECKSUMS, new TextEncoder().encode(`${"0".repeat(64)}  ${archive}\n`));
    const { code, stderr } = await run(args);
    assertEquals(code, 1);
    assertMatch(stderr, /^install\.ps1: .* is not what it should be, so nothing was installed/);
    const after = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name).sort();
    assertEquals(after, before);
  },
});
