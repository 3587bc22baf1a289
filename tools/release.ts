/**
 * `deno task release [--tag TAG] [--repository OWNER/NAME] [--require-all]`: writes all files of a release to
 * dist/release, tries the archive for this machine, and prints the sizes.
 *
 * With DENORT_BIN, a runtime for this machine, the other targets are skipped; with --require-all that is a failure. TAG
 * must be that of the version in deno.json. The same commit and the same Deno make the same archives;
 * SOURCE_DATE_EPOCH sets the time in them, by default that of the commit.
 *
 * With --tag or --require-all a release is to be published, and the stand-ins for @std are refused: there, the npm
 * packages are not checked against deno.lock.
 */

import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "node:path";
import config from "../deno.json" with { type: "json" };
import { complain, print } from "./console.ts";
import { denoArguments, useStandIns } from "./deno.ts";
import type { File } from "./release/archive.ts";
import { commonFiles, type RunChat } from "./release/contents.ts";
import { bundle, compile } from "./release/executable.ts";
import { thirdParties } from "./release/licences.ts";
import { makeRelease } from "./release/make.ts";
import { checkDated, checkTag, notForPublishing, releaseNotes } from "./release/notes.ts";
import { Problem } from "./release/problem.ts";
import { sizeTable } from "./release/sizes.ts";
import { checkRepository } from "./release/stamp.ts";
import { smoke } from "./release/smoke.ts";
import { archiveName, CHECKSUMS, type Target, TARGETS } from "./release/targets.ts";

const USAGE = "Usage: deno task release [--tag TAG] [--repository OWNER/NAME] [--require-all]";
const ROOT = resolve(import.meta.dirname!, "..");
const OUTPUT = `${ROOT}/dist/release`;

interface Settings {
  tag?: string;
  repository?: string;
  "require-all": boolean;
}

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const settings = parseArgs([...args], {
    string: ["tag", "repository"],
    boolean: ["require-all"],
    unknown: (name) => void unknown.push(name),
  }) as unknown as Settings;
  if (unknown.length > 0) return complain(USAGE, 2);
  try {
    await release(settings);
    return 0;
  } catch (error) {
    if (error instanceof Problem) return complain(`release: ${error.message}`, 1);
    throw error;
  }
}

async function release({ tag, repository, ...settings }: Settings): Promise<void> {
  const standIns = await useStandIns();
  if (standIns && (tag !== undefined || settings["require-all"])) {
    throw new Problem(
      "JSR cannot be reached: a release is built with the real packages; " +
        "unset CHAT_STAND_INS, and set JSR_URL to a mirror if jsr.io does not answer",
    );
  }
  const { version } = config;
  const changelog = await Deno.readTextFile(`${ROOT}/docs/CHANGELOG.md`);
  if (tag !== undefined) {
    checkTag(tag, version);
    checkDated(changelog, version);
  }
  const notes = releaseNotes(changelog, version);
  if (standIns) print("Not for publishing: built with the stand-ins for @std");
  const targets = chooseTargets(settings["require-all"]);
  const modified = await sourceTime();
  if (repository !== undefined) checkRepository(repository);
  const common = [...await commonFiles(ROOT, runSource), await licences()];
  await Deno.remove(OUTPUT, { recursive: true }).catch(() => {}); // it need not be there
  await Deno.mkdir(OUTPUT, { recursive: true });

  await using program = await bundle(modified);
  const sizes = await makeRelease({
    version,
    targets,
    root: ROOT,
    output: OUTPUT,
    repository,
    packing: { modified },
    common,
    notes: standIns ? notForPublishing(notes) : notes,
    compile: ({ triple }, output) => compile(program, { output, triple }),
  });
  print(sizeTable(sizes));
  if (repository === undefined) {
    print(
      "without --repository OWNER/NAME, install.sh and install.ps1 do not know where to download from",
    );
  }
  await tryOwn(targets, version);
  print(`\n${OUTPUT}/${CHECKSUMS}:\n`);
  print((await Deno.readTextFile(`${OUTPUT}/${CHECKSUMS}`)).trimEnd());
}

/** All targets, or with DENORT_BIN only this machine's target. */
function chooseTargets(isAllRequired: boolean): readonly Target[] {
  if (!Deno.env.get("DENORT_BIN")) return TARGETS;
  const skipped = TARGETS.filter((target) => !isOwn(target)).map(({ triple }) => triple).join(", ");
  const reason = `skipped ${skipped}: DENORT_BIN is a runtime for this machine only`;
  if (isAllRequired) throw new Problem(`${reason}; unset it, and Deno downloads all of them`);
  print(reason);
  return TARGETS.filter(isOwn);
}

function isOwn({ triple }: Target): boolean {
  return triple === Deno.build.target;
}

async function tryOwn(targets: readonly Target[], version: string): Promise<void> {
  const own = targets.find(isOwn);
  if (!own) return print(`no archive was tried: none was built for ${Deno.build.target}`);
  const name = archiveName(version, own);
  await smoke(await Deno.readFile(`${OUTPUT}/${name}`), version, own);
  print(`tried ${name}: two users chatted, and everything exited with 0`);
}

/** Runs the source: most of the executables do not run on this machine. */
const runSource: RunChat = async (args) => {
  const env = { LC_ALL: "C", NO_COLOR: "1" };
  return await deno("run", ["--quiet", "--no-prompt", "-P=chat", "main.ts", ...args], env);
};

/** The licences of the packages in the program's module graph. */
async function licences(): Promise<File> {
  const { code, stdout, stderr } = await deno("info", ["--json", "main.ts"]);
  if (code !== 0) throw new Problem(`deno info failed:\n${stderr.trim()}`);
  return await thirdParties(JSON.parse(stdout));
}

async function deno(subcommand: string, args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: denoArguments(subcommand, args, await useStandIns()),
    cwd: ROOT,
    env,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** In seconds since 1970, by https://reproducible-builds.org/specs/source-date-epoch. */
async function sourceTime(): Promise<number> {
  const time = Deno.env.get("SOURCE_DATE_EPOCH") ?? await commitTime();
  if (!/^\d{1,11}$/.test(time)) throw new Problem(`SOURCE_DATE_EPOCH is not a time: ${time}`);
  return Number(time);
}

async function commitTime(): Promise<string> {
  const { success, stdout } = await new Deno.Command("git", {
    args: ["log", "-1", "--format=%ct"],
    cwd: ROOT,
    stderr: "null",
  }).output().catch(() => ({ success: false, stdout: new Uint8Array() }));
  if (!success) {
    throw new Problem("cannot read the time of the commit from git: set SOURCE_DATE_EPOCH");
  }
  return new TextDecoder().decode(stdout).trim();
}

if (import.meta.main) Deno.exit(await main(Deno.args));
