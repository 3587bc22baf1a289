/**
 * Makes the executable: the program and its packages are bundled, without unused code, and appended to Deno's runtime.
 * The bundle is split where the program imports code when it needs it: what is not loaded takes no time and no memory.
 *
 * `deno compile` alone would embed whole packages, including those of our tests and tools: ten times as much.
 */

import { unzipSync } from "fflate";
import { basename, resolve } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { denoArguments, PROGRAM_FLAGS, useStandIns } from "../deno.ts";
import { Problem } from "./problem.ts";

const ROOT = resolve(import.meta.dirname!, "../..");

/** The programs that are made into executables, from the root of the project. */
export const PROGRAM = "main.ts";
export const EMPTY_PROGRAM = "tools/bench/contestants/empty.ts";

/** A folder with the modules of the bundle and its permissions. `await using` removes it. */
export interface Bundle extends AsyncDisposable {
  readonly folder: string;
  /** The file of the first module. */
  readonly main: string;
  /** The files of the modules. */
  readonly modules: readonly string[];
}

export interface Executable {
  /** In bytes. */
  readonly size: number;
  /** Deno's share, in bytes; undefined if it is not known. */
  readonly runtime: number | undefined;
}

/**
 * Bundles a program. `modified`, in seconds since 1970, is the time of the files: the same source gives the same bundle.
 *
 * @throws {Problem} if Deno cannot.
 */
export async function bundle(modified: number, program = PROGRAM): Promise<Bundle> {
  const folder = await Deno.makeTempDir({ prefix: "chat-bundle-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const modules = await bundleInto(folder, ["--minify", program]);
    for (const module of modules) {
      const path = `${folder}/${module}`;
      await Deno.writeTextFile(path, requireLate(await Deno.readTextFile(path)));
      await Deno.utime(path, modified, modified);
    }
    const { permissions, unstable } = config;
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ permissions, unstable }));
    const main = basename(program).replace(/ts$/, "js");
    return { folder, main, modules, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Loads a module of Node. */
const REQUIRE =
  '(name)=>process.getBuiltinModule("node:module").createRequire(import.meta.url)(name)';

/**
 * A module of a bundle in which `node:module` is loaded when a package first calls `require`. Deno has the first module
 * import it, which takes a third of the time to `--version`; or it does nothing, if the name that its own function got when
 * names were shortened has a dollar sign.
 */
export function requireLate(module: string): string {
  if (module.includes("Dynamic require of")) return `const require=${REQUIRE};${module}`;
  return module.replace(
    /import\s*\{\s*createRequire as (\w+)\s*\}\s*from\s*"node:module";/,
    `const $1=()=>${REQUIRE};`,
  );
}

/** Bundles a program and its packages: as locked, except with the stand-ins. Returns the names of the modules. */
export async function bundleInto(folder: string, args: readonly string[]): Promise<string[]> {
  const standIns = await useStandIns();
  const options = ["--quiet", "--platform=deno", "--code-splitting", `--outdir=${folder}`];
  if (!standIns) options.push("--frozen");
  await deno(denoArguments("bundle", [...options, ...args], standIns));
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/**
 * Appends the bundle to Deno's runtime for a target, by default this machine. The runtime is downloaded, or is the file
 * that DENORT_BIN names, regardless of its target.
 *
 * The executable has no code cache: Deno keeps it under a predictable name in the system's temporary folder, where
 * another user could put code first.
 *
 * @throws {Problem} if Deno cannot, or if anything but the bundle was embedded.
 */
export async function compile(
  { folder, main, modules }: Bundle,
  { output, triple }: { output: string; triple?: string },
): Promise<Executable> {
  const target = triple === undefined ? [] : ["--target", triple];
  const said = await deno([
    "compile",
    "--no-lock",
    "--no-check",
    `--config=${folder}/deno.json`,
    ...PROGRAM_FLAGS,
    "--no-prompt",
    "--no-code-cache",
    ...target,
    `--output=${resolve(output)}`,
    `${folder}/${main}`,
  ]);
  const inside = embedded(said);
  if (inside.sort().join() !== modules.join()) {
    throw new Problem(`not just the program is in ${output}: ${inside.join(", ") || "?"}`);
  }
  const { size } = await Deno.stat(await written(output));
  return { size, runtime: await runtimeSize(triple ?? Deno.build.target) };
}

/** The files embedded in an executable, from the output of `deno compile`. */
export function embedded(said: string): string[] {
  const [, list = ""] = said.match(/^Embedded Files\n\n[^\n]*\n([^]*?)\n\n/m) ?? [];
  return list.split("\n").flatMap((line) =>
    line.match(/^[│├└─┬ ]+(.+?)(?: \([^)]*\))?$/)?.[1] ?? []
  );
}

/** Deno appends .exe for Windows. */
async function written(output: string): Promise<string> {
  return await size(output) === undefined ? `${output}.exe` : output;
}

async function runtimeSize(triple: string): Promise<number | undefined> {
  const given = Deno.env.get("DENORT_BIN");
  if (given) return await size(given);
  const { denoDir } = JSON.parse(await deno(["info", "--json", "--no-config"], "stdout"));
  const archive = `${denoDir}/dl/release/v${Deno.version.deno}/denort-${triple}.zip`;
  return await size(archive) === undefined ? undefined : unpackedSize(await Deno.readFile(archive));
}

/** The size of the runtime in its zip: that of the largest file. */
function unpackedSize(archive: Uint8Array): number | undefined {
  const sizes: number[] = [];
  unzipSync(archive, { filter: ({ originalSize }) => sizes.push(originalSize) < 0 });
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}

async function size(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).size;
  } catch {
    return undefined;
  }
}

/** Runs Deno to its end and returns its output. */
async function deno(args: string[], stream: "stdout" | "stderr" = "stderr"): Promise<string> {
  const output = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  const text = (name: "stdout" | "stderr") => new TextDecoder().decode(output[name]);
  if (!output.success) throw new Problem(`deno ${args[0]} failed:\n${text("stderr").trim()}`);
  return text(stream);
}
