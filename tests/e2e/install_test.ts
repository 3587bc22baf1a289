/**
 * install.sh from a server on loopback into an empty home, in each shell that is here, and all that can go wrong on the
 * way. The executable is a small script; with CHAT_BIN that executable is installed too, and chatted over.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { tryTalking } from "../../tools/release/smoke.ts";
import { TARGETS } from "../../tools/release/targets.ts";
import { works } from "../support/confined.ts";
import { type Outcome, Program } from "../support/program.ts";
import {
  type FileServer,
  findCommand,
  Home,
  makeSmallRelease,
  type Release,
  REPOSITORY,
  ROOT,
  serveFiles,
} from "./installing.ts";

const SCRIPT = `${ROOT}/install.sh`;
const EXECUTABLE = Deno.env.get("CHAT_BIN");
const SUMS = "SHA256SUMS";
const isWindows = Deno.build.os === "windows";

const SHELLS = [["dash"], ["bash"], ["busybox", "sh"]].flatMap(([name = "", ...rest]) => {
  if (!works(`install.sh in ${[name, ...rest].join(" ")}`, [name, ...rest, "-c", "exit 0"])) {
    return [];
  }
  return [[findCommand(name)!, ...rest]];
});
/** Where it does not matter which. */
const SHELL = SHELLS.slice(0, 1).flat();
const isCurlHere = works("install.sh with curl", ["curl", "--version"]);
const isWgetHere = works("install.sh with wget", ["wget", "--version"]);
const ignore = isWindows || SHELLS.length === 0 || !isCurlHere;

const LINUX = "x86_64-unknown-linux-gnu";
const releases = new Map<string, Promise<Release>>();

/** A server with a release of the small executable, which is made once. */
async function serve(version = "1.2.3"): Promise<FileServer> {
  let release = releases.get(version);
  if (!release) releases.set(version, release = makeSmallRelease(version));
  return serveFiles(await release);
}

/** A home on Linux and x86-64, wherever the test runs. */
async function linuxHome(...tools: string[]): Promise<Home> {
  const home = await Home.make(...tools);
  await home.command("uname", "case $1 in -s) echo Linux ;; -m) echo x86_64 ;; esac");
  await home.command("ldd", "echo 'ldd (GNU libc) 2.36'");
  return home;
}

/** One line that says why, nothing installed, and nothing left lying about. */
async function assertRefused(home: Home, outcome: Outcome, why: string, code = 1): Promise<void> {
  assertMatch(outcome.stderr, /^install\.sh: [^\n]+\n$/);
  assertStringIncludes(outcome.stderr, why);
  assertEquals(outcome.code, code);
  assertEquals(await home.leftovers(), []);
}

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
  name: "the place, the source and what comes with it can be chosen, by options or the environment",
  ignore,
  async fn() {
    await using server = await serve();
    await using home = await linuxHome("curl");
    const place = `${home.path}/with a space`;
    const args = [
      "--only-executable",
      "--to",
      place,
      `--from=${server.url}`,
      "--version",
      "v1.2.3",
    ];
    home.env["PATH"] = `${place}:${home.commands}`;
    const { code, stdout } = await home.run(SHELL, [SCRIPT, ...args]);
    assertEquals([code, await home.files()], [0, ["with a space/chat"]]);
    assertEquals(/PATH/.test(stdout), false);

    home.env["CHAT_INSTALL_DIR"] = "bin";
    home.env["CHAT_INSTALL_FROM"] = server.url;
    home.env["XDG_DATA_HOME"] = `${home.path}/data`;
    home.env["SHELL"] = "/usr/bin/zsh";
    home.env["PATH"] = `${place}:${home.path}/bin:${home.commands}`;
    const second = await home.run(SHELL, [SCRIPT]);
    assertEquals((await home.files()).filter((path) => /^bin|man/.test(path)), [
      "bin/chat",
      "data/man/man1/chat.1",
    ]);
    assertStringIncludes(second.stdout, `fpath=(${home.path}/data/zsh/site-functions $fpath)`);
    assertStringIncludes(second.stdout, `note: ${place}/chat comes before it in PATH`);
  },
});

Deno.test({
  name:
    "it downloads with wget where there is no curl, and says what to install where there is neither",
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
  name: "it checks with what there is: sha256sum, shasum or openssl, and never not at all",
  ignore,
  async fn() {
    await using server = await serve();
    for (const tool of ["sha256sum", "shasum", "openssl"]) {
      if (!works(`install.sh with ${tool}`, [tool, tool === "openssl" ? "version" : "--version"])) {
        continue;
      }
      await using home = await linuxHome("curl", "openssl");
      for (const other of ["sha256sum", "shasum", "openssl"]) {
        if (other !== tool) await Deno.remove(`${home.commands}/${other}`).catch(() => {}); // not here
      }
      assertEquals((await home.run(SHELL, [SCRIPT, "--from", server.url])).code, 0, tool);
    }
    await using home = await linuxHome("curl");
    for (const tool of ["sha256sum", "shasum"]) {
      await Deno.remove(`${home.commands}/${tool}`).catch(() => {}); // not here
    }
    const outcome = await home.run(SHELL, [SCRIPT, "--from", server.url]);
    await assertRefused(home, outcome, "nothing here can check SHA-256");
    assertEquals(await home.files(), []);
  },
});

Deno.test({
  name: "what is not what it should be is refused in one line, and an older version stays",
  ignore,
  async fn(t) {
    const archive = `chat-1.2.3-${LINUX}.tar.gz`;
    const line = (sum: string, name = archive) => new TextEncoder().encode(`${sum}  ${name}\n`);
    const broken = await makeSmallRelease("1.2.3", {
      script: "echo it does not start >&2; exit 127",
    });
    const cases: Record<string, [why: string, change: (files: FileServer["files"]) => void]> = {
      "a wrong checksum": [
        "is not what it should be, so nothing was installed",
        (files) => files.set(SUMS, line("0".repeat(64))),
      ],
      "an archive that is cut, and a server that does not notice": [
        "is not what it should be, so nothing was installed",
        (files) => files.set(archive, (files.get(archive) as Uint8Array).slice(0, 500)),
      ],
      "an archive that breaks off": [
        `/${archive}: curl: (`,
        (files) => files.set(archive, { cut: (files.get(archive) as Uint8Array).slice(0, 500) }),
      ],
      "no archive": [`/${archive}: curl: (22)`, (files) => files.delete(archive)],
      "no checksums": [`/${SUMS}: curl: (22)`, (files) => files.delete(SUMS)],
      "checksums of something else": [
        `has no chat for ${LINUX}`,
        (files) =>
          files.set(SUMS, line("0".repeat(64), "chat-1.2.3-riscv64-unknown-linux-gnu.tar.gz")),
      ],
      "checksums with a path in them": [
        `has no chat for ${LINUX}`,
        (files) => files.set(SUMS, line("0".repeat(64), `chat-1/../../x-${LINUX}.tar.gz`)),
      ],
      "a page in place of checksums": [
        `has no chat for ${LINUX}`,
        (files) => files.set(SUMS, new TextEncoder().encode("<html>\nPlease log in * \\\n")),
      ],
      "an executable that does not run here": [
        "chat 1.2.3 does not run on this machine, so nothing was installed: it does not start",
        (files) => {
          for (const [name, content] of broken) files.set(name, content);
        },
      ],
    };
    await using older = await serve("1.0.0");
    for (const [name, [why, change]] of Object.entries(cases)) {
      await t.step(name, async () => {
        await using server = await serve();
        change(server.files);
        for (const shell of SHELLS) {
          await using home = await linuxHome("curl");
          const args = [SCRIPT, "--only-executable", "--from"];
          await assertRefused(home, await home.run(shell, [...args, server.url]), why);
          assertEquals(await home.files(), []);
          if (shell !== SHELLS[0]) continue;
          await home.run(shell, [...args, older.url]);
          await assertRefused(home, await home.run(shell, [...args, server.url]), why);
          assertEquals(await home.files(), [".local/bin/chat"]);
          const { stdout } = await home.run([`${home.path}/.local/bin/chat`], []);
          assertEquals(stdout, "chat 1.0.0\n");
        }
      });
    }
  },
});

Deno.test({
  name: "another version is refused where the source has only one",
  ignore,
  async fn() {
    await using server = await serve();
    await using home = await linuxHome("curl");
    const outcome = await home.run(SHELL, [SCRIPT, "--from", server.url, "--version", "1.2.4"]);
    await assertRefused(home, outcome, `${server.url} has chat 1.2.3, not 1.2.4`);
  },
});

Deno.test({
  name: "each machine gets its own archive, and one that there is none for is named",
  ignore,
  async fn() {
    await using server = await serve();
    const machines: [system: string, machine: string, expected: string | RegExp][] = [
      ["Linux", "x86_64", "x86_64-unknown-linux-gnu"],
      ["Linux", "aarch64", "aarch64-unknown-linux-gnu"],
      ["Darwin", "x86_64", "x86_64-apple-darwin"],
      ["Darwin", "arm64", "aarch64-apple-darwin"],
      ["Linux", "riscv64", /there is no executable for Linux on riscv64: .*source/],
      ["Linux", "armv7l", /there is no executable for Linux on armv7l: .*source/],
      ["FreeBSD", "amd64", /there is no executable for FreeBSD on amd64: .*source/],
      ["MINGW64_NT-10.0", "x86_64", /this is Windows: run install\.ps1/],
    ];
    const known = TARGETS.map(({ triple }) => triple).filter((triple) => !/windows/.test(triple));
    assertEquals(machines.slice(0, 4).map(([, , expected]) => expected), known);
    for (const [system, machine, expected] of machines) {
      await using home = await linuxHome("curl");
      await home.command("uname", `case $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac`);
      server.asked.length = 0;
      const outcome = await home.run(SHELL, [SCRIPT, "--from", server.url]);
      if (typeof expected === "string") {
        assertEquals(outcome.code, 0, outcome.stderr);
        const paths = server.asked.map(({ path }) => path);
        assertEquals(paths, [SUMS, `chat-1.2.3-${expected}.tar.gz`]);
      } else {
        assertMatch(outcome.stderr, expected);
        await assertRefused(home, outcome, "");
        assertEquals(server.asked, []);
      }
    }
  },
});

Deno.test({
  name:
    "Linux with musl is refused, and an Apple silicon that runs an Intel shell is not taken for an Intel one",
  ignore,
  async fn() {
    await using server = await serve();
    await using musl = await linuxHome("curl");
    await musl.command("ldd", "echo 'musl libc (x86_64)' >&2; exit 1");
    const outcome = await musl.run(SHELL, [SCRIPT, "--from", server.url]);
    await assertRefused(musl, outcome, "there is no executable for Linux with musl");

    await using mac = await Home.make("curl");
    await mac.command("uname", "case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac");
    await mac.command("sysctl", "[ $2 = sysctl.proc_translated ] && echo 1");
    server.asked.length = 0;
    await mac.run(SHELL, [SCRIPT, "--from", server.url]);
    assertEquals(server.asked.at(-1)?.path, "chat-1.2.3-aarch64-apple-darwin.tar.gz");
  },
});

Deno.test({
  name: "a place that cannot be written to is named, with the way out",
  ignore,
  async fn() {
    await using server = await serve();
    await using home = await linuxHome("curl");
    await Deno.writeTextFile(`${home.path}/file`, "");
    await Deno.mkdir(`${home.path}/taken/chat`, { recursive: true });
    for (const shell of SHELLS) {
      const args = [SCRIPT, "--only-executable", "--from", server.url, "--to"];
      const inFile = await home.run(shell, [...args, `${home.path}/file/bin`]);
      await assertRefused(home, inFile, "/file/bin: choose a folder of yours with --to FOLDER");
      const onFolder = await home.run(shell, [...args, `${home.path}/taken`]);
      await assertRefused(home, onFolder, "/taken/chat is a folder");
    }
    assertEquals(await home.files(), ["file"]);
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
    // Any program that is no script: of one that runs, the system lets nobody change the file.
    await Deno.copyFile(Deno.execPath(), `${place}/chat`);
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
    "the repository's latest release is meant, or the version that was named; its files belong together",
  ignore,
  async fn() {
    await using server = await serve();
    const script = new TextDecoder().decode(server.files.get("install.sh") as Uint8Array);
    const files = `https://github.com/${REPOSITORY}/releases`;
    for (
      const [args, first] of [[[], "latest/download"], [
        ["--version", "1.2.3"],
        "download/v1.2.3",
      ]] as const
    ) {
      await using home = await linuxHome();
      await Deno.writeTextFile(`${home.path}/install.sh`, script);
      // Tells what was asked for, and asks the server on loopback for it.
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
  name: "a copy from a clone says what it lacks, and wrong usage is said with exit code 2",
  ignore,
  async fn() {
    await using home = await linuxHome("curl");
    await assertRefused(home, await home.run(SHELL, [SCRIPT]), "--repository OWNER/NAME");
    for (
      const [args, why] of [
        [["--nonsense"], "there is no option --nonsense"],
        [["--nonsense=1"], "there is no option --nonsense"],
        [["now"], "there is no option now"],
        [["--to"], "--to wants a value"],
        [["--version="], "--version wants a value"],
        [["--version", "1/../2"], "1/../2 is no version"],
        [["--repository", "chat"], "chat is no repository"],
        [["--repository", "a/b/c"], "a/b/c is no repository"],
      ] as const
    ) {
      await assertRefused(home, await home.run(SHELL, [SCRIPT, ...args]), why, 2);
    }
    const { code, stdout } = await home.run(SHELL, [SCRIPT, "--help"]);
    assertEquals(code, 0);
    for (const option of ["--version", "--to", "--from", "--repository", "--only-executable"]) {
      assertStringIncludes(stdout, `  ${option} `);
    }
    assertEquals(await home.files(), []);
  },
});

Deno.test({
  name: "a script that was cut on its way runs nothing, wherever it was cut",
  ignore,
  async fn() {
    await using server = await serve();
    await using home = await linuxHome("curl");
    const script = await Deno.readTextFile(SCRIPT);
    home.env["CHAT_INSTALL_FROM"] = server.url;
    const end = script.length;
    const cuts = [end - 3, end - 4, end - 9, end - 12, script.indexOf("main() {") + 40, end >> 1];
    await Promise.all(cuts.map((cut) => home.run(SHELL, ["-c", script.slice(0, cut)])));
    assertEquals([server.asked, await home.files(), await home.leftovers()], [[], [], []]);
    assertEquals((await home.run(SHELL, ["-c", script])).code, 0);
  },
});

Deno.test({
  name: "the executable that was made is installed, and two people chat over it",
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
