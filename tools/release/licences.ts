/** The licences of what is in the executable besides our own code, as most of them want it to be given on. */

import type { File } from "./archive.ts";
import { Problem } from "./problem.ts";

export interface Package {
  readonly name: string;
  readonly version: string;
}

/** What `deno info --json` tells of a module, as far as it matters here. */
export interface Info {
  readonly npmPackages?: Readonly<Record<string, Package>>;
}

const FILE = "THIRD-PARTY.txt";

const HEAD =
  `The executable has parts that others have written. The licence of chat itself is in LICENSE.

Deno, which runs it: MIT licence, Copyright 2018-2026 the Deno authors. What Deno is made of, V8 among it, and under
which licences: https://github.com/denoland/deno

The modules of @std: MIT licence, Copyright 2018-2026 the Deno authors. It is the licence in LICENSE, under their name.
`;

const RULE = "-".repeat(80);

/**
 * A text with the licence of each package that the program uses, each licence once. `folder` is where Deno keeps the
 * packages of the registry.
 *
 * @throws {Problem} for a package without a licence.
 */
export async function thirdParties({ npmPackages = {} }: Info, folder: string): Promise<File> {
  const users = new Map<string, string[]>();
  const packages = Object.values(npmPackages).map((each) => `${each.name}/${each.version}`);
  for (const path of [...new Set(packages)].sort()) {
    const text = await licence(`${folder}/${path}`);
    const name = path.replace(/\/([^/]+)$/, " $1");
    users.set(text, [...users.get(text) ?? [], name]);
  }
  const sections = [...users].map(([text, names]) => `${RULE}\n${names.join("\n")}\n\n${text}\n`);
  return { path: FILE, content: new TextEncoder().encode([HEAD, ...sections].join("\n")) };
}

/** What stands in a package's files that are called so, NOTICE too, which the Apache licence wants. */
async function licence(folder: string): Promise<string> {
  const names = (await filesIn(folder))
    .filter((name) => /^(?:licen[cs]e|copying|copyright|notice)/i.test(name)).sort();
  if (names.length === 0) throw new Problem(`there is no licence in ${folder}`);
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
