/** That what repeats the dependencies of deno.json agrees with it: the stand-ins, the lock file, the list of @std. */

import { assertEquals } from "@std/assert";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname!, "../../..");
const LIST = "tools/std_in_use.ts";

const imports = (await readJson("deno.json"))["imports"] as Record<string, string>;
const standIns = (await readJson("tools/stand_ins/import_map.json"))["imports"] as Record<
  string,
  string
>;
const lock = await readJson("deno.lock");

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(`${ROOT}/${path}`));
}

/** Every module of @std that a file of this project imports, but for the list of them. */
async function stdInUse(): Promise<string[]> {
  const names = new Set<string>();
  for await (const path of modules(ROOT)) {
    if (path === `${ROOT}/${LIST}`) continue;
    const text = await Deno.readTextFile(path);
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^;"]*"(@std\/[^"]+)"/gm)) {
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

const isStd = ([name]: [string, string]) => name.startsWith("@std/");

Deno.test("the stand-ins' import map has the other dependencies of deno.json, at the same versions", () => {
  const others = (map: Record<string, string>) =>
    Object.fromEntries(Object.entries(map).filter((entry) => !isStd(entry)));
  assertEquals(others(standIns), others(imports));
});

Deno.test("each module of @std in use is in tools/std_in_use.ts and has a stand-in", async () => {
  const text = await Deno.readTextFile(`${ROOT}/${LIST}`);
  const listed = [...text.matchAll(/^import "([^"]+)";$/gm)].map(([, name]) => name!);
  assertEquals((await stdInUse()).filter((name) => !listed.includes(name)), []);
  assertEquals(Object.entries(standIns).filter(isStd).map(([name]) => name), listed);
  for (const [, path] of Object.entries(standIns).filter(isStd)) {
    await Deno.stat(resolve(ROOT, "tools/stand_ins", path));
  }
});

Deno.test("deno.lock has the dependencies of deno.json, each with a version and its hash", () => {
  const { dependencies } = lock["workspace"] as { dependencies: string[] };
  assertEquals(dependencies, Object.values(imports).sort());

  const specifiers = lock["specifiers"] as Record<string, string>;
  for (const specifier of dependencies) {
    const [, registry, name] = specifier.match(/^(jsr|npm):(@?[^@]+)/)!;
    const packages = lock[registry!] as Record<string, { integrity: string } | undefined>;
    const key = `${name}@${specifiers[specifier]}`;
    assertEquals(typeof packages[key]?.integrity, "string", `${specifier} is not locked`);
  }
});
