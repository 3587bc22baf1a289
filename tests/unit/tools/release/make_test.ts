/** The files of a release, with a small file in place of the executable. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments } from "../../../../tools/deno.ts";
import { unpack } from "../../../../tools/release/archive.ts";
import { sha256 } from "../../../../tools/release/checksums.ts";
import {
  commonFiles,
  type RunChat,
  WRITTEN,
  writtenFiles,
} from "../../../../tools/release/contents.ts";
import { bundleInto, embedded, PROGRAM } from "../../../../tools/release/executable.ts";
import { makeRelease } from "../../../../tools/release/make.ts";
import { Problem } from "../../../../tools/release/problem.ts";
import { TARGETS } from "../../../../tools/release/targets.ts";
import { Program } from "../../../support/program.ts";
import { tempDirectory } from "../../../support/temp.ts";

const ROOT = resolve(import.meta.dirname!, "../../../..");

/** All other dependencies in deno.json, except @std, are part of the program. */
const FOR_TESTS_AND_TOOLS = [
  "@lydell/node-pty",
  "@xterm/addon-unicode-graphemes",
  "@xterm/headless",
  "axe-core",
  "fast-check",
  "fflate",
  "github-slugger",
  "irc-framework",
  "jsqr",
  "marked",
  "modern-tar",
  "playwright-core",
  "shell-quote",
  "yaml",
];

/** A program that prints its arguments. */
const writing: RunChat = (args) =>
  Promise.resolve({ code: 0, stdout: `${args.join(" ")}\n`, stderr: "" });

async function make(output: string) {
  return await makeRelease({
    version: "1.2.3",
    targets: TARGETS,
    root: ROOT,
    output,
    repository: "someone/chat",
    packing: { modified: 1_790_000_000 },
    common: await commonFiles(ROOT, writing),
    notes: "- New.\n",
    async compile({ triple }, path) {
      await Deno.writeTextFile(path, `for ${triple}\n`);
      return { size: 1000, runtime: 900 };
    },
  });
}

async function read(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name } of Deno.readDir(folder)) {
    files.set(name, await Deno.readFile(`${folder}/${name}`));
  }
  return files;
}

Deno.test("a release has an archive for each target, the scripts, checksums and notes", async () => {
  await using folder = await tempDirectory();
  const sizes = await make(folder.path);
  const files = await read(folder.path);
  const archives = TARGETS.map(({ triple, ending }) => `chat-1.2.3-${triple}${ending}`);
  const names = [
    ...archives,
    "SHA256SUMS",
    "alerts.yml",
    "grafana.json",
    "install.ps1",
    "install.sh",
    "notes.md",
  ];
  assertEquals([...files.keys()].sort(), names.sort());
  assertEquals(sizes.map(({ target, executable, runtime }) => [target, executable, runtime]), [
    ...TARGETS.map((target) => [target, 1000, 900]),
  ]);

  const listed = names.filter((name) => name !== "SHA256SUMS" && name !== "notes.md");
  const lines = await Promise.all(
    listed.map(async (name) => `${await sha256(files.get(name)!)}  ${name}\n`),
  );
  assertEquals(new TextDecoder().decode(files.get("SHA256SUMS")), lines.join(""));

  for (const { triple, executable, ending } of TARGETS) {
    const name = `chat-1.2.3-${triple}`;
    const inside = await unpack(files.get(name + ending)!);
    const paths = inside.map(({ path }) => path);
    const texts = ["LICENSE", "README.md", "docs/README.es.md"];
    const expected = [executable, ...Object.keys(WRITTEN), ...texts].map((path) =>
      `${name}/${path}`
    );
    assertEquals(paths.filter((path) => !expected.includes(path)), []);
    for (const path of expected) assert(paths.includes(path), path);
    const rights = inside.filter(({ isExecutable }) => isExecutable).map(({ path }) => path);
    assertEquals(rights, ending === ".zip" ? [] : [`${name}/chat`]);
    const text = (path: string) =>
      new TextDecoder().decode(inside.find((file) => file.path === `${name}/${path}`)?.content);
    assertEquals(text(executable), `for ${triple}\n`);
    assertEquals(text("chat.1"), "man\n");
    assertEquals(text("completions/chat.ps1"), "completions powershell\n");
  }
});

Deno.test("a release to be published is not made with the stand-ins", async () => {
  for (const option of ["--tag=v0.1.0", "--require-all"]) {
    const args = ["--quiet", "-A", `${ROOT}/tools/release.ts`, option];
    await using release = new Program([Deno.execPath(), ...denoArguments("run", args, true)], {
      env: { CHAT_STAND_INS: "1" },
    });
    assertEquals((await release.exit()).code, 1);
    assertMatch(
      release.stderr(),
      /^release: JSR cannot be reached: a release is built with the real packages; [^\n]*\n$/,
    );
  }
});

Deno.test("a file that the program cannot write is named, with the reason", async () => {
  const knowing = (known: string): RunChat => (args) =>
    args[0] === known ? writing(args) : Promise.resolve({
      code: 2,
      stdout: "",
      stderr: `chat: unknown command "${args[0]}"\nmore\n`,
    });
  await assertRejects(
    () => writtenFiles(knowing("completions")),
    Problem,
    'cannot make chat.1 with "chat man": chat: unknown command "man"',
  );
  await assertRejects(() => writtenFiles(knowing("man")), Problem, "cannot make completions/");
  const silent: RunChat = () => Promise.resolve({ code: 0, stdout: "", stderr: "" });
  await assertRejects(() => writtenFiles(silent), Problem, "it exited with 0 and wrote nothing");
});

Deno.test("the embedded files are read from the output of deno compile", () => {
  const said = (...list: string[]) =>
    `Compile main.ts to chat\n\nEmbedded Files\n\nchat\n${list.join("\n")}\n\nFiles: 1.0MB\n`;
  assertEquals(embedded(said("└── main.js (894KB)")), ["main.js"]);
  assertEquals(
    embedded(said("├─┬ node_modules (9B - 8B unique)", "│ └── a b/* (9B)", "└── m.ts")),
    [
      "node_modules",
      "a b/*",
      "m.ts",
    ],
  );
  for (const other of ["", "Embedded Files", "Embedded Files\n\nchat\n", said()]) {
    assertEquals(embedded(other), []);
  }
});

Deno.test("the executable has only the program's packages, without those of tests and tools", async () => {
  await using folder = await tempDirectory();
  const modules = await bundleInto(folder.path, [PROGRAM]);
  // The bundle names the path of each module.
  const texts = modules.map((module) => Deno.readTextFile(`${folder.path}/${module}`));
  const text = (await Promise.all(texts)).join("\n");
  const names = text.matchAll(/^\/\/ .*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/\d/gm);
  const packages = new Set([...names].map(([, name]) => name!));
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const others = Object.keys(imports).filter((name) =>
    !name.startsWith("@std/") && !packages.has(name)
  );
  assertEquals(others, FOR_TESTS_AND_TOOLS);
});
