/**
 * install.sh from a server on loopback into an empty home, in each installed shell. The executable is a small script; with
 * CHAT_BIN that executable is installed too, and two users chat over it.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { tryTalking } from "../../tools/release/smoke.ts";
import { works } from "../support/confined.ts";
import { copyProgram, Program, writeScript } from "../support/program.ts";
import {
  assertRefused,
  findCommand,
  Home,
  LINUX,
  linuxHome,
  makeSmallRelease,
  NO_INSTALLING as ignore,
  REPOSITORY,
  ROOT,
  SCRIPT,
  serve,
  serveFiles,
  SHELL,
  SHELLS,
  SUMS,
} from "./installing.ts";

const EXECUTABLE = Deno.env.get("CHAT_BIN");
const isWgetHere = works("install.sh with wget", ["wget", "--version"]);
const isShellCheckHere = works("install.sh by shellcheck", ["shellcheck", "--version"]);

Deno.test({
  name:
    "into an empty home it installs the executable, the manual page and completions, in each shell",
  ignore,
  async fn() {
    await using server = await serve();
    for (const shell of SHELLS) {
      await using home = await linuxHome("curl");
      const { code, stdout, stderr } = await home.run(shell, [SCRIPT, "--from", `${server.url}/`]);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(await home.files(), [
        ".local/bin/chat",
        ".local/share/bash-completion/completions/chat",
        ".local/share/fish/vendor_completions.d/chat.fish",
        ".local/share/man/man1/chat.1",
        ".local/share/zsh/site-functions/_chat",
      ]);
      assertEquals(await home.leftovers(), []);
      const installed = await home.run([`${home.path}/.local/bin/chat`], ["--version"]);
      assertEquals(installed.stdout, "chat 1.2.3\n");
      const zsh = await Deno.readTextFile(`${home.path}/.local/share/zsh/site-functions/_chat`);
      assertEquals(zsh, "completions zsh\n");
      assertStringIncludes(stdout, `installed chat 1.2.3: ${home.path}/.local/bin/chat\n`);
      assertStringIncludes(stdout, `export PATH="${home.path}/.local/bin:$PATH"`);
    }
  },
});

Deno.test({
  name: "without curl it downloads with wget; without either it says what to install",
  ignore: ignore || !isWgetHere,
  async fn() {
    for (const shell of SHELLS) {
      await using server = await serve();
      await using home = await linuxHome("wget");
      const args = [SCRIPT, "--from", server.url];
      assertEquals((await home.run(shell, args)).code, 0);
      assert(server.asked.every(({ agent }) => /wget/i.test(agent)), JSON.stringify(server.asked));
      server.files.delete(SUMS);
      await assertRefused(
        home,
        await home.run(shell, args),
        `cannot download ${server.url}/${SUMS}`,
      );

      await using bare = await linuxHome();
      await assertRefused(bare, await bare.run(shell, args), "neither curl nor wget is installed");
      assertEquals(await bare.files(), []);
    }
  },
});

Deno.test({
  name:
    "it checks the archive with sha256sum, shasum or openssl, and installs nothing without them",
  ignore,
  async fn() {
    await using server = await serve();
    for (const tool of ["sha256sum", "shasum", "openssl"]) {
      if (!works(`install.sh with ${tool}`, [tool, tool === "openssl" ? "version" : "--version"])) {
        continue;
      }
      await using home = await linuxHome("curl", "openssl");
      for (const other of ["sha256sum", "shasum", "openssl"]) {
        if (other !== tool) await Deno.remove(`${home.commands}/${other}`).catch(() => {}); // not installed
      }
      assertEquals((await home.run(SHELL, [SCRIPT, "--from", server.url])).code, 0, tool);
    }
    await using home = await linuxHome("curl");
    for (const tool of ["sha256sum", "shasum"]) {
      await Deno.remove(`${home.commands}/${tool}`).catch(() => {}); // not installed
    }
    const outcome = await home.run(SHELL, [SCRIPT, "--from", server.url]);
    await assertRefused(home, outcome, "no program to check SHA-256 is installed");
    assertEquals(await home.files(), []);
  },
});

Deno.test({
  name: "an older version is replaced while it runs, in one step",
  ignore,
  async fn() {
    await using server = await serve();
    await using home = await linuxHome("curl");
    const place = `${home.path}/.local/bin`;
    await Deno.mkdir(place, { recursive: true });
    // A binary, not a script: its file cannot be changed while it runs.
    await copyProgram(Deno.execPath(), `${place}/chat`);
    const echo = "await Deno.stdin.readable.pipeTo(Deno.stdout.writable)";
    await using running = new Program([`${place}/chat`, "eval", echo]);
    running.write("still\n");
    await running.untilStdout("still");
    const { code, stdout } = await home.run(SHELL, [
      SCRIPT,
      "--only-executable",
      "--from",
      server.url,
    ]);
    assertEquals(code, 0);
    assertMatch(stdout, /^installed chat 1\.2\.3 in place of deno [^\n]*: \/.*\/chat$/m);
    assertEquals(await home.files(), [".local/bin/chat"]);
    running.write("here\n");
    await running.untilStdout("here");
  },
});

Deno.test({
  name:
    "the latest release is installed, or the version given, and all its files are of one version",
  ignore,
  async fn() {
    await using server = await serve();
    const script = new TextDecoder().decode(server.files.get("install.sh"));
    const files = `https://github.com/${REPOSITORY}/releases`;
    for (
      const [args, first] of [[[], "latest/download"], [
        ["--version", "1.2.3"],
        "download/v1.2.3",
      ]] as const
    ) {
      await using home = await linuxHome();
      await Deno.writeTextFile(`${home.path}/install.sh`, script);
      // Records the address, and downloads the file from the server on loopback.
      await home.command(
        "curl",
        `for last; do :; done
        echo "$last" >>"$HOME/asked"
        for arg; do
          [ "$arg" = '=https' ] && secure=yes
          [ "\${before-}" = -o ] && output=$arg
          before=$arg
        done
        [ "\${secure-}" = yes ] || exit 7
        exec ${findCommand("curl")} -fsS -o "$output" "${server.url}/\${last##*/}"`,
      );
      const { code, stderr } = await home.run(SHELL, ["install.sh", ...args]);
      assertEquals([code, stderr], [0, ""]);
      assertEquals((await Deno.readTextFile(`${home.path}/asked`)).trim().split("\n"), [
        `${files}/${first}/${SUMS}`,
        `${files}/download/v1.2.3/chat-1.2.3-${LINUX}.tar.gz`,
      ]);
    }
  },
});

Deno.test({
  name: "the compiled executable is installed, and two users chat over it",
  ignore: ignore || EXECUTABLE === undefined,
  async fn() {
    const executable = await Deno.realPath(EXECUTABLE!);
    const version = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)).version;
    await using server = serveFiles(await makeSmallRelease(version, { executable }));
    await using home = await Home.make("curl");
    const { code, stderr } = await home.run(SHELL, [SCRIPT, "--from", server.url]);
    assertEquals([code, stderr], [0, ""]);
    await tryTalking(`${home.path}/.local/bin/chat`, { HOME: home.path });
  },
});

Deno.test({
  name: "shellcheck finds nothing wrong in install.sh",
  ignore: !isShellCheckHere,
  async fn() {
    await using program = new Program(["shellcheck", SCRIPT]);
    assertEquals([(await program.exit()).code, program.stdout()], [0, ""]);
  },
});

Deno.test({
  name: "--uninstall removes exactly what was installed, and says what it leaves",
  ignore,
  async fn() {
    await using server = await serve();
    for (const shell of SHELLS) {
      await using home = await linuxHome("curl");
      const others = [
        ".local/bin/other",
        ".local/share/man/man1/other.1",
        ".local/state/chat/known-hubs",
      ];
      for (const path of others) {
        const folder = path.slice(0, path.lastIndexOf("/"));
        await Deno.mkdir(`${home.path}/${folder}`, { recursive: true });
        await Deno.writeTextFile(`${home.path}/${path}`, "x");
      }
      const install = [SCRIPT, "--from", server.url];
      assertEquals((await home.run(shell, install)).code, 0);
      const asked = server.asked.length;
      const { code, stdout, stderr } = await home.run(shell, [SCRIPT, "--uninstall"]);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(await home.files(), others);
      assertEquals(stdout.match(/^removed /gm)?.length, 5);
      assertMatch(stdout, /^left \S+\/\.local\/state\/chat with .*rm -r '\S+\/chat'$/m);
      assertEquals(server.asked.length, asked); // it downloads nothing

      const again = await home.run(shell, [SCRIPT, "--uninstall"]);
      assertEquals([again.code, again.stdout], [1, ""]);
      assertMatch(again.stderr, /^install\.sh: chat is not in \S+: say where it is with --to/);

      const elsewhere = ["--to", `${home.path}/opt`, "--only-executable"];
      assertEquals((await home.run(shell, [...install, ...elsewhere])).code, 0);
      assertEquals((await home.run(shell, [SCRIPT, "--uninstall", ...elsewhere])).code, 0);
      assertEquals(await home.files(), others);
    }
  },
});

Deno.test({
  name: "--uninstall does not remove another program of the same name",
  ignore,
  async fn() {
    await using home = await linuxHome("curl");
    await Deno.mkdir(`${home.path}/.local/bin`, { recursive: true });
    const path = `${home.path}/.local/bin/chat`;
    await writeScript(path, "echo chatterbox 7");
    const { code, stderr } = await home.run(SHELL, [SCRIPT, "--uninstall"]);
    assertEquals(code, 1);
    assertMatch(stderr, /is another program, so nothing was removed/);
    assertEquals(await home.files(), [".local/bin/chat"]);
  },
});
