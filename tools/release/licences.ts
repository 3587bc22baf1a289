/** The licences of other people's code in the executable, most of which require a copy. */

import type { File } from "./archive.ts";
import { Problem } from "./problem.ts";

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Its folder in Deno's cache. */
  readonly localPath: string;
}

/** The part of `deno info --json` that is used here. */
export interface Info {
  readonly npmPackages?: Readonly<Record<string, Package>>;
}

const FILE = "THIRD-PARTY.txt";

const HEAD = `The executable contains code by others. The licence of chat itself is in LICENSE.

Deno, the runtime: MIT licence, Copyright 2018-2026 the Deno authors. Its own dependencies, V8 among them, and their
licences: https://github.com/denoland/deno

The modules of @std: MIT licence, Copyright 2018-2026 the Deno authors. It is the text of LICENSE, under their name.
`;

const RULE = "-".repeat(80);

/**
 * The licences of all packages in the program, each text once.
 *
 * @throws {Problem} for a package without a licence.
 */
export async function thirdParties({ npmPackages = {} }: Info): Promise<File> {
  const users = new Map<string, Set<string>>();
  const packages = Object.values(npmPackages)
    .map((each) => ({ ...each, title: `${each.name} ${each.version}` }))
    .sort((one, other) => one.title < other.title ? -1 : 1);
  for (const { title, localPath } of packages) {
    const text = await licence(localPath);
    users.set(text, (users.get(text) ?? new Set()).add(title));
  }
  const sections = [...users].map(([text, names]) =>
    `${RULE}\n${[...names].join("\n")}\n\n${text}\n`
  );
  return { path: FILE, content: new TextEncoder().encode([HEAD, ...sections].join("\n")) };
}

/** The texts of a package's licence files, and of NOTICE, which the Apache licence requires. */
async function licence(folder: string): Promise<string> {
  const names = (await filesIn(folder))
    .filter((name) => /^(?:licen[cs]e|copying|copyright|notice)/i.test(name)).sort();
  if (names.length === 0) throw new Problem(`${folder} has no licence`);
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(`${folder}/${name}`)));
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isFile }) => isFile).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
