/** Each reason for which install.sh installs nothing is one line, and nothing is changed. */

import { assertEquals, assertMatch } from "@std/assert";
import { TARGETS } from "../../tools/release/targets.ts";
import {
  assertRefused,
  type FileServer,
  LINUX,
  linuxHome,
  makeSmallRelease,
  NO_INSTALLING as ignore,
  SCRIPT,
  serve,
  SHELL,
  SHELLS,
  SUMS,
} from "./installing.ts";

Deno.test({
  name: "an archive that is not as it should be is refused in one line, and an older version stays",
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
        (files) => files.set(archive, files.get(archive)!.slice(0, 500)),
      ],
      "no checksums": [`/${SUMS}: curl: (22)`, (files) => files.delete(SUMS)],
      "checksums of something else": [
        `has no chat for ${LINUX}`,
        (files) =>
          files.set(SUMS, line("0".repeat(64), "chat-1.2.3-riscv64-unknown-linux-gnu.tar.gz")),
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
  name: "each machine gets its own archive, and a machine without one is named",
  ignore,
  async fn() {
    await using server = await serve();
    const machines: [system: string, machine: string, expected: string | RegExp][] = [
      ["Linux", "x86_64", "x86_64-unknown-linux-gnu"],
      ["Linux", "aarch64", "aarch64-unknown-linux-gnu"],
      ["Darwin", "x86_64", "x86_64-apple-darwin"],
      ["Darwin", "arm64", "aarch64-apple-darwin"],
      ["Linux", "riscv64", /chat has no executable for Linux on riscv64: .*source/],
      ["Linux", "armv7l", /chat has no executable for Linux on armv7l: .*source/],
      ["FreeBSD", "amd64", /chat has no executable for FreeBSD on amd64: .*source/],
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
  name: "a script that was only partly downloaded runs nothing",
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
