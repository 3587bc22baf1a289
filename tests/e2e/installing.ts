/** For the tests of install.sh: releases of a small program, a server that has them, and an empty home for them. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { commonFiles } from "../../tools/release/contents.ts";
import { makeRelease } from "../../tools/release/make.ts";
import { TARGETS } from "../../tools/release/targets.ts";
import { works } from "../support/confined.ts";
import { type Outcome, Program } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

export const ROOT = resolve(import.meta.dirname!, "../..");
export const REPOSITORY = "someone/chat";

/** What install.sh wants of the system, without what downloads. */
const TOOLS =
  "cat chmod cp cut grep gzip head mkdir mktemp mv rm sed sha256sum shasum tail tar uname"
    .split(" ");

/** The files of a release, by their names. */
export type Release = Map<string, Uint8Array>;

/** A release whose executable is a script, or for this machine an executable of its own. */
export async function makeSmallRelease(
  version: string,
  { script = `echo "chat ${version}"`, executable }: { script?: string; executable?: string } = {},
): Promise<Release> {
  await using folder = await tempDirectory();
  await makeRelease({
    version,
    targets: executable ? TARGETS.filter(({ triple }) => triple === Deno.build.target) : TARGETS,
    root: ROOT,
    output: folder.path,
    repository: REPOSITORY,
    packing: { modified: 1_790_000_000, level: 1 },
    common: await commonFiles(ROOT, (args) => {
      return Promise.resolve({ code: 0, stdout: `${args.join(" ")}\n`, stderr: "" });
    }),
    notes: "",
    async compile(_target, path) {
      if (executable) await Deno.copyFile(executable, path);
      else await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`);
      return { size: 0, runtime: undefined };
    },
  });
  const files: Release = new Map();
  for await (const { name } of Deno.readDir(folder.path)) {
    files.set(name, await Deno.readFile(`${folder.path}/${name}`));
  }
  return files;
}

/** A file server on loopback. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  /** What was asked for, and by which program. */
  readonly asked: { path: string; agent: string }[];
  /** What it has: to be changed at will. A value that is cut says that it is longer than it is. */
  readonly files: Map<string, Uint8Array | { cut: Uint8Array }>;
}

export function serveFiles(files: Release): FileServer {
  const asked: FileServer["asked"] = [];
  const has: FileServer["files"] = new Map(files);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
    asked.push({ path, agent: request.headers.get("user-agent") ?? "" });
    const file = has.get(path);
    if (!file) return new Response("not found\n", { status: 404 });
    if (file instanceof Uint8Array) return new Response(file as Uint8Array<ArrayBuffer>);
    return new Response(new Blob([file.cut as Uint8Array<ArrayBuffer>]).stream(), {
      headers: { "content-length": String(2 * file.cut.length) },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    files: has,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The home of somebody who has nothing installed, with a folder for what is temporary and a PATH of its own. */
export class Home implements AsyncDisposable {
  readonly path: string;
  /** Where commands are found. */
  readonly commands: string;
  /** What is temporary. */
  readonly temporary: string;
  /** What the person's environment has besides. */
  readonly env: Record<string, string> = {};

  private constructor(root: string) {
    this.path = `${root}/home`;
    this.commands = `${root}/commands`;
    this.temporary = `${root}/tmp`;
  }

  /** With the usual commands and these. */
  static async make(...tools: string[]): Promise<Home> {
    const home = new Home(await Deno.makeTempDir({ prefix: "chat-test-" }));
    for (const folder of [home.path, home.commands, home.temporary]) await Deno.mkdir(folder);
    for (const tool of [...TOOLS, ...tools]) {
      const found = findCommand(tool);
      if (found) await Deno.symlink(found, `${home.commands}/${tool}`);
    }
    return home;
  }

  /** Gives the person a command of its own. */
  async command(name: string, script: string): Promise<void> {
    const path = `${this.commands}/${name}`;
    await Deno.remove(path).catch(() => {}); // it may be there
    await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Runs a script of the repository, or one that is given, to its end. */
  async run(shell: readonly string[], args: readonly string[]): Promise<Outcome> {
    const env = { HOME: this.path, TMPDIR: this.temporary, PATH: this.commands, ...this.env };
    await using program = new Program([...shell, ...args], { env, cwd: this.path });
    program.endInput();
    const exit = await program.exit();
    return { ...exit, stdout: program.stdout(), stderr: program.stderr() };
  }

  /** All files that are there, from the home. */
  async files(folder = this.path): Promise<string[]> {
    const found: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) found.push(...await this.files(path));
      else found.push(path.slice(this.path.length + 1));
    }
    return found.sort();
  }

  /** What was left of what is temporary. */
  async leftovers(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.temporary))).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path.slice(0, this.path.lastIndexOf("/")), { recursive: true });
  }
}

/** Where a command is, as an absolute path. */
export function findCommand(name: string): string | undefined {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
    } catch {
      // not there
    }
  }
  return undefined;
}

export const SCRIPT = `${ROOT}/deploy/install.sh`;
export const SUMS = "SHA256SUMS";
/** What the archive for {@linkcode linuxHome} is for. */
export const LINUX = "x86_64-unknown-linux-gnu";

/** The shells that are here, each as a command. */
export const SHELLS: readonly (readonly string[])[] = [["dash"], ["bash"], ["busybox", "sh"]]
  .flatMap(([name = "", ...rest]) => {
    const isHere = works(`install.sh in ${name}`, [name, ...rest, "-c", "exit 0"]);
    return isHere ? [[findCommand(name)!, ...rest]] : [];
  });
/** Where it does not matter which. */
export const SHELL: readonly string[] = SHELLS[0] ?? [];

/** Whether install.sh cannot be tried here. */
export const NO_INSTALLING = Deno.build.os === "windows" || SHELLS.length === 0 ||
  !works("install.sh with curl", ["curl", "--version"]);

const releases = new Map<string, Promise<Release>>();

/** A server with a release of the small executable, which is made once. */
export async function serve(version = "1.2.3"): Promise<FileServer> {
  let release = releases.get(version);
  if (!release) releases.set(version, release = makeSmallRelease(version));
  return serveFiles(await release);
}

/** A home on Linux and x86-64, wherever the test runs. */
export async function linuxHome(...tools: string[]): Promise<Home> {
  const home = await Home.make(...tools);
  await home.command("uname", "case $1 in -s) echo Linux ;; -m) echo x86_64 ;; esac");
  await home.command("ldd", "echo 'ldd (GNU libc) 2.36'");
  return home;
}

/** One line that says why, and nothing left lying about. */
export async function assertRefused(
  home: Home,
  outcome: Outcome,
  why: string,
  code = 1,
): Promise<void> {
  assertMatch(outcome.stderr, /^install\.sh: [^\n]+\n$/);
  assertStringIncludes(outcome.stderr, why);
  assertEquals(outcome.code, code);
  assertEquals(await home.leftovers(), []);
}
