/** For the tests of install.sh: releases of a small program, a file server, and an empty home. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { commonFiles } from "../../tools/release/contents.ts";
import { makeRelease } from "../../tools/release/make.ts";
import { TARGETS } from "../../tools/release/targets.ts";
import { works } from "../support/confined.ts";
import { type Outcome, Program, writeScript } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

export const ROOT = resolve(import.meta.dirname!, "../..");
export const REPOSITORY = "someone/chat";

/** The commands that install.sh needs, except for downloading. */
const TOOLS =
  "cat chmod cp cut grep gzip head mkdir mktemp mv rm sed sha256sum shasum tail tar uname"
    .split(" ");

/** The files of a release, by their names. */
export type Release = Map<string, Uint8Array>;

/** A release whose executable is a script, or for this machine the given executable. */
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
  /** The requests so far, with the program that made each. */
  readonly asked: { path: string; agent: string }[];
  /** Its files, which a test may change. */
  readonly files: Release;
}

export function serveFiles(files: Release): FileServer {
  const asked: FileServer["asked"] = [];
  const has = new Map(files);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
    asked.push({ path, agent: request.headers.get("user-agent") ?? "" });
    const file = has.get(path);
    if (!file) return new Response("not found\n", { status: 404 });
    return new Response(file as Uint8Array<ArrayBuffer>);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    files: has,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The home of a user who has nothing installed, with its own folder for temporary files and its own PATH. */
export class Home implements AsyncDisposable {
  readonly path: string;
  /** The only folder in PATH. */
  readonly commands: string;
  /** The folder for temporary files. */
  readonly temporary: string;
  /** Further environment variables. */
  readonly env: Record<string, string> = {};

  private constructor(root: string) {
    this.path = `${root}/home`;
    this.commands = `${root}/commands`;
    this.temporary = `${root}/tmp`;
  }

  /** Makes a home with the usual commands and these. */
  static async make(...tools: string[]): Promise<Home> {
    const home = new Home(await Deno.makeTempDir({ prefix: "chat-test-" }));
    for (const folder of [home.path, home.commands, home.temporary]) await Deno.mkdir(folder);
    for (const tool of [...TOOLS, ...tools]) {
      const found = findCommand(tool);
      if (found) await Deno.symlink(found, `${home.commands}/${tool}`);
    }
    return home;
  }

  /** Adds or replaces a command. */
  async command(name: string, script: string): Promise<void> {
    const path = `${this.commands}/${name}`;
    await Deno.remove(path).catch(() => {}); // there may be none
    await writeScript(path, script);
  }

  /** Runs a script to its end. */
  async run(shell: readonly string[], args: readonly string[]): Promise<Outcome> {
    const env = { HOME: this.path, TMPDIR: this.temporary, PATH: this.commands, ...this.env };
    await using program = new Program([...shell, ...args], { env, cwd: this.path });
    program.endInput();
    const exit = await program.exit();
    return { ...exit, stdout: program.stdout(), stderr: program.stderr() };
  }

  /** All files, relative to the home. */
  async files(folder = this.path): Promise<string[]> {
    const found: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) found.push(...await this.files(path));
      else found.push(path.slice(this.path.length + 1));
    }
    return found.sort();
  }

  /** The temporary files that were left. */
  async leftovers(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.temporary))).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path.slice(0, this.path.lastIndexOf("/")), { recursive: true });
  }
}

/** The absolute path of a command. */
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
/** The target of {@linkcode linuxHome}. */
export const LINUX = "x86_64-unknown-linux-gnu";

/** The installed shells, each as a command. */
export const SHELLS: readonly (readonly string[])[] = [["dash"], ["bash"], ["busybox", "sh"]]
  .flatMap(([name = "", ...rest]) => {
    const isHere = works(`install.sh in ${name}`, [name, ...rest, "-c", "exit 0"]);
    return isHere ? [[findCommand(name)!, ...rest]] : [];
  });
/** Any of them. */
export const SHELL: readonly string[] = SHELLS[0] ?? [];

/** Whether install.sh cannot be tested here. */
export const NO_INSTALLING = Deno.build.os === "windows" || SHELLS.length === 0 ||
  !works("install.sh with curl", ["curl", "--version"]);

const releases = new Map<string, Promise<Release>>();

/** A server with a release of the small executable. Each release is made once. */
export async function serve(version = "1.2.3"): Promise<FileServer> {
  let release = releases.get(version);
  if (!release) releases.set(version, release = makeSmallRelease(version));
  return serveFiles(await release);
}

/** A home that looks like one on Linux and x86-64. */
export async function linuxHome(...tools: string[]): Promise<Home> {
  const home = await Home.make(...tools);
  await home.command("uname", "case $1 in -s) echo Linux ;; -m) echo x86_64 ;; esac");
  await home.command("ldd", "echo 'ldd (GNU libc) 2.36'");
  return home;
}

/** Asserts that install.sh failed with one line that says why, and left no temporary files. */
export async function assertRefused(
  home: Home,
  outcome: Outcome,
  why: string,
): Promise<void> {
  assertMatch(outcome.stderr, /^install\.sh: [^\n]+\n$/);
  assertStringIncludes(outcome.stderr, why);
  assertEquals(outcome.code, 1);
  assertEquals(await home.leftovers(), []);
}
