/**
 * Makes the one executable: the modules of the program and of its packages as one file of JavaScript, without what is
 * not used, behind Deno's runtime. Does not know what becomes of it.
 *
 * Deno alone would put in whole packages, with their tests and, of those in the lock file, also the ones that only our
 * tests and tools use: ten times as much.
 */

import { unzipSync } from "fflate";
import { resolve } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { denoArguments, useStandIns } from "../deno.ts";
import { Problem } from "./problem.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const MODULE = "chat.js";

/** The program as one file, in a folder of its own with what it may do. `await using` removes it. */
export interface Bundle extends AsyncDisposable {
  readonly folder: string;
}

export interface Executable {
  /** In bytes. */
  readonly size: number;
  /** How much of it is Deno's runtime, in bytes; undefined where that cannot be told. */
  readonly runtime: number | undefined;
}

/**
 * Puts all modules into one file. `modified` is the time in it, in seconds since 1970: what is made of the same source
 * is the same.
 *
 * @throws {Problem} where Deno cannot.
 */
export async function bundle(modified: number): Promise<Bundle> {
  const folder = await Deno.makeTempDir({ prefix: "chat-bundle-" });
  const made = { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  try {
    await bundleInto(`${folder}/${MODULE}`, ["--minify"]);
    await Deno.utime(`${folder}/${MODULE}`, modified, modified);
    const { permissions } = config;
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ permissions }));
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

/** Puts all modules of the program, and of its packages as they are locked, into one file. */
export async function bundleInto(file: string, options: readonly string[] = []): Promise<void> {
  const standIns = await useStandIns();
  const args = ["--quiet", "--platform=deno", `--output=${file}`, ...options];
  if (!standIns) args.push("--frozen");
  await deno(denoArguments("bundle", [...args, "main.ts"], standIns));
}

/**
 * Puts the bundle behind Deno's runtime for a machine, or for this one. The runtime is downloaded, or the one that
 * DENORT_BIN names, whatever machine that is for.
 *
 * It keeps no compiled code for its next start: that would be a file in the system's temporary folder under a name that
 * everybody on the machine knows, and what somebody else has put there before would be run.
 *
 * @throws {Problem} where Deno cannot, or where more came in than the bundle.
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
    "-P=chat",
    "--no-prompt",
    "--no-code-cache",
    ...target,
    `--output=${resolve(output)}`,
    `${folder}/${MODULE}`,
  ]);
  const inside = embedded(said);
  if (inside.join() !== MODULE) {
    throw new Problem(`more than the program came into ${output}: ${inside.join(", ") || "?"}`);
  }
  const { size } = await Deno.stat(await written(output));
  return { size, runtime: await runtimeSize(triple ?? Deno.build.target) };
}

/** The files that are in an executable, as `deno compile` lists them. */
export function embedded(said: string): string[] {
  const [, list = ""] = said.match(/^Embedded Files\n\n[^\n]*\n([^]*?)\n\n/m) ?? [];
  return list.split("\n").flatMap((line) =>
    line.match(/^[│├└─┬ ]+(.+?)(?: \([^)]*\))?$/)?.[1] ?? []
  );
}

/** Deno appends .exe where the machine wants it. */
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

/** What is in the archive in which Deno's runtime comes. */
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

/** Runs Deno to its end, and gives what it has said. */
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
