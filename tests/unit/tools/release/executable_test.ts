import { assert, assertEquals } from "@std/assert";
import { bundle, requireLate } from "../../../../tools/release/executable.ts";
import { tempDirectory } from "../../../support/temp.ts";

/** What a bundle has for packages that call require, as Deno changes it, and as it does not if names have a dollar. */
const BUNDLES = [
  `import{createRequire as __deno_internal_createRequire} from "node:module";var m=__deno_internal_createRequire(import.meta.url);
export const { EventEmitter } = m("node:events");
`,
  `var $e=(r=>typeof require<"u"?require:r)(function(r){
  throw Error('Dynamic require of "'+r+'" is not supported');
});
export const { EventEmitter } = $e("node:events");
`,
];

Deno.test("packages in the executable load modules of Node when they need them", async () => {
  await using folder = await tempDirectory();
  for (const [at, bundle] of BUNDLES.entries()) {
    const file = `${folder.path}/bundle${at}.js`;
    const late = requireLate(bundle);
    assertEquals(imported(late), []);
    await Deno.writeTextFile(file, late);
    const { EventEmitter } = await import(`file://${file}`);
    assert(new EventEmitter());
  }
});

Deno.test("chat --version loads no module of Node, and little else", async () => {
  await using program = await bundle(0);
  const loaded = new Set<string>();
  let size = 0;
  const load = async (module: string) => {
    if (loaded.has(module)) return;
    loaded.add(module);
    if (module.startsWith("node:")) return;
    const text = await Deno.readTextFile(`${program.folder}/${module}`);
    size += text.length;
    for (const each of imported(text)) await load(each.replace("./", ""));
  };
  await load("main.js");
  assertEquals([...loaded].filter((module) => module.startsWith("node:")), []);
  assert(size < 16 * 1024, `${size} bytes in ${[...loaded].join(", ")}`);
});

/** What a module imports at once. */
function imported(module: string): string[] {
  return Array.from(module.matchAll(/\b(?:from|import)\s*"([^"]+)"/g), ([, name]) => name!);
}
