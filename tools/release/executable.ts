/**
 * Makes the executable: the program and its packages are bundled into one file of JavaScript, without unused code, and
 * appended to Deno's runtime.
 *
 * `deno compile` alone would embed whole packages, including those of our tests and tools: ten times as much.
 */

import { unzipSync } from "fflate";
import { resolve } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { denoArguments, PROGRAM_FLAGS, useStandIns } from "../deno.ts";
import { Problem } from "./problem.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const MODULE = "chat.js";

/** A folder with the bundle and its permissions. `await using` removes it. */
export interface Bundle extends AsyncDisposable {
  readonly folder: string;
}

export interface Executable {
  /** In bytes. */
  readonly size: number;
  /** Deno's share, in bytes; undefined if it is not known. */
  readonly runtime: number | undefined;
}

/**
 * Bundles the program. `modified`, in seconds since 1970, is the time of the file: the same source gives the same bundle.
 *
 * @throws {Problem} if Deno cannot.
 */
export async function bundle(modified: number): Promise<Bundle> {
  const folder = await Deno.makeTempDir({ prefix: "chat-bundle-" });
  const made = { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  try {
    await bundleInto(`${folder}/${MODULE}`, ["--minify"]);
    await addRequire(`${folder}/${MODULE}`);
    await Deno.utime(`${folder}/${MODULE}`, modified, modified);
    const { permissions, unstable } = config;
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ permissions, unstable }));
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Gives a bundle the `require` that packages load modules of Node with. Deno 2.8 and 2.9 do so themselves, but not if the
 * name of their own function gets a dollar sign when names are shortened.
 */
export async function addRequire(file: string): Promise<void> {
  const require = 'import{createRequire as __makeRequire}from"node:module";' +
    "const require=__makeRequire(import.meta.url);";
  await Deno.writeTextFile(file, require + await Deno.readTextFile(file));
}

/** Bundles the program and its packages into one file: as locked, except with the stand-ins. */
export async function bundleInto(file: string, options: readonly string[] = []): Promise<void> {
  const standIns = await useStandIns();
  const args = ["--quiet", "--platform=deno", `--output=${file}`, ...options];
  if (!standIns) args.push("--frozen");
  await deno(denoArguments("bundle", [...args, "main.ts"], standIns));
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
  { folder }: Bundle,
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
    `${folder}/${MODULE}`,
  ]);
  const inside = embedded(said);
  if (inside.join() !== MODULE) {
    throw new Problem(`more than the program is in ${output}: ${inside.join(", ") || "?"}`);
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
