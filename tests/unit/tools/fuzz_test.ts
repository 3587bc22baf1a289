/** `deno task fuzz`: a failure is reported, and can be repeated. */

import { assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import type { Outcome } from "../../../tools/fuzz/attempt.ts";
import { denoArguments, useStandIns } from "../../../tools/deno.ts";
import type { Run } from "../../support/property.ts";
import { Program } from "../../support/program.ts";
import { tempDirectory } from "../../support/temp.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");
const ATTEMPT = `${ROOT}/tools/fuzz/attempt.ts`;

/** Tries one property as the tool does, in a process of its own. */
async function outcomeOf(file: string, name: string, run: Run): Promise<Outcome> {
  const args = ["--quiet", "-A", "--no-check", `--config=${ROOT}/deno.json`, ATTEMPT, file, name];
  await using program = new Program([
    Deno.execPath(),
    ...denoArguments("run", [...args, JSON.stringify(run)], await useStandIns()),
  ]);
  await program.exit();
  return JSON.parse(program.stdout().trimEnd().split("\n").at(-1)!);
}

Deno.test("a property that fails is reported with its counterexample and the path to it", async () => {
  await using directory = await tempDirectory();
  const file = `${directory.path}/wrong_test.ts`;
  const property = new URL("../../support/property.ts", import.meta.url).href;
  await Deno.writeTextFile(
    file,
    `import fc from "fast-check";
     import { testProperty } from ${JSON.stringify(property)};
     testProperty("numbers are small", { weight: 1 }, (check) => {
       check(fc.property(fc.nat(), (each) => each < 1000));
     });`,
  );
  const attempt = (run: Run) => outcomeOf(file, "numbers are small", run);
  const { failure = "" } = await attempt({ numRuns: 500, seed: 1 });
  assertStringIncludes(failure, "Counterexample: [1000]");
  const [, path] = /path: "([\d:]+)"/.exec(failure)!;
  const again = await attempt({ numRuns: 500, seed: 1, path: path! });
  assertStringIncludes(again.failure!, "Property failed after 1 tests");
});
