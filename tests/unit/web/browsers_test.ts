/** The page runs in browsers of 2023: what came later is missing in many telephones. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../../", import.meta.url);
/** Iterator helpers, methods of sets, and others of ECMAScript 2025 and later; `groupBy` and `fromAsync` are of 2024. */
const LATER = [
  /\.(?:(?:values|keys|entries)\(\)|matchAll\([^()]*\))\s*\.(?!next\()\w+\(/, // of an iterator
  /\bIterator\.|\bPromise\.try\b|\bRegExp\.escape\b|\bMath\.sumPrecise\b|\.getOrInsert/,
  /\.(?:union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/,
  /\b(?:toHex|fromHex|toBase64|fromBase64|setFromHex|setFromBase64|groupBy|fromAsync)\(/,
];

/** What is used later than a browser of 2023 has it, in a source. */
function findLater(source: string): string[] {
  return LATER.flatMap((pattern) => pattern.exec(source)?.[0] ?? []);
}

Deno.test("no module of the page uses what browsers have only since 2024", async () => {
  assertEquals(findLater("lines.values().take(3)").length, 1);
  assertEquals(findLater("[...lines.values()].map(text)"), []);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", "web/main.ts"],
    cwd: ROOT,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { local?: string }[];
  };
  const own = modules.flatMap(({ local = "" }) => /\.ts$/.test(local) ? [local] : []);
  assert(own.some((path) => path.endsWith("pending.ts")), own.join(" "));
  for (const path of own) assertEquals(findLater(await Deno.readTextFile(path)), [], path);
});
