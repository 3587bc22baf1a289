/** deno.json, deno.lock, the stand-ins and the list of @std modules agree. */

import { assert, assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { PROGRAM_FLAGS } from "../../../tools/deno.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");
const LIST = "tools/std_in_use.ts";

type Map = Record<string, string>;
type Packages = Record<string, { integrity: string; dependencies?: string[] }>;
interface Lock {
  specifiers: Map;
  jsr: Packages;
  npm: Packages;
  workspace: { dependencies: string[] };
}

const { imports } = await readJson<{ imports: Map }>("deno.json");
const standIns = (await readJson<{ imports: Map }>("tools/stand_ins/import_map.json")).imports;
const lock = await readJson<Lock>("deno.lock");

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(`${ROOT}/${path}`));
}

/** Every package or module of a package that a file of this project imports, other than the list. */
async function inUse(): Promise<string[]> {
  const names = new Set<string>();
  for await (const path of modules(ROOT)) {
    if (path === `${ROOT}/${LIST}`) continue;
    const text = await Deno.readTextFile(path);
    for (const [, name] of text.matchAll(/^(?:import|export|\} from)\b[^;"]*"([@\w][^":]+)"/gm)) {
      names.add(name!);
    }
  }
  return [...names].sort();
}

async function* modules(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory && !name.startsWith(".") && name !== "node_modules") yield* modules(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

const isStd = (name: string) => name.startsWith("@std/");

Deno.test("the stand-ins' import map has the other dependencies of deno.json, at the same versions", () => {
  const others = (map: Map) =>
    Object.fromEntries(Object.entries(map).filter(([name]) => !isStd(name)));
  assertEquals(others(standIns), others(imports));
});

Deno.test("the task that runs the program gives it the flags of the executable", async () => {
  const { tasks } = await readJson<{ tasks: Map }>("deno.json");
  assert(tasks["chat"]!.endsWith(` run --quiet ${PROGRAM_FLAGS.join(" ")} main.ts`));
});

Deno.test("each module of @std in use is in tools/std_in_use.ts and has a stand-in", async () => {
  const text = await Deno.readTextFile(`${ROOT}/${LIST}`);
  const listed = [...text.matchAll(/^import "([^"]+)";$/gm)].map(([, name]) => name!);
  assertEquals((await inUse()).filter(isStd), listed);
  assertEquals(Object.keys(standIns).filter(isStd), listed);
  for (const name of listed) await Deno.stat(resolve(ROOT, "tools/stand_ins", standIns[name]!));
});

Deno.test("every dependency in deno.json is imported somewhere", async () => {
  const used = await inUse();
  const unused = Object.keys(imports)
    .filter((name) => !used.some((each) => each === name || each.startsWith(`${name}/`)));
  assertEquals(unused, []);
});

Deno.test("deno.lock has the dependencies of deno.json and theirs, each with a version and its hash", () => {
  const { dependencies } = lock.workspace;
  assertEquals(dependencies, Object.values(imports).sort());
  const direct = dependencies.map((specifier) => lockedBy(specifier));
  const indirect = Object.values(lock.jsr).flatMap((each) => each.dependencies ?? [])
    .map((specifier) => lockedBy(specifier));
  // Nothing is left of a JSR package that is no longer a dependency.
  assertEquals(
    Object.keys(lock.jsr),
    [...new Set([...direct, ...indirect])].filter(isStd).sort(),
  );
  for (const { dependencies = [] } of Object.values(lock.npm)) {
    for (const each of dependencies) {
      assert(Object.keys(lock.npm).some((key) => key === each || key.startsWith(`${each}@`)), each);
    }
  }
});

/** The key of a package that deno.lock has for a specifier, whose version may be left out where there is only one. */
function lockedBy(specifier: string): string {
  const [, registry = "", name = ""] = specifier.match(/^(jsr|npm):(@?[^@]+)/) ?? [];
  const entries = Object.entries(lock.specifiers)
    .filter(([each]) => each === specifier || each.startsWith(`${specifier}@`));
  assertEquals(entries.length, 1, `${specifier} is not locked`);
  const key = `${name}@${entries[0]![1]}`;
  const packages = registry === "jsr" ? lock.jsr : lock.npm;
  assertEquals(typeof packages[key]?.integrity, "string", `${specifier} has no hash`);
  return key;
}
