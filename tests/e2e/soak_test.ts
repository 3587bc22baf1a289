/** A short run of `deno task soak`. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments, useStandIns } from "../../tools/deno.ts";
import { Program } from "../support/program.ts";

const SOAK = resolve(import.meta.dirname!, "../../tools/soak.ts");
const CHAT_BIN = Deno.env.get("CHAT_BIN");

async function startSoak(...args: string[]): Promise<Program> {
  const command = denoArguments("run", ["--quiet", "-A", SOAK, ...args], await useStandIns());
  return new Program([Deno.execPath(), ...command], { env: CHAT_BIN ? { CHAT_BIN } : {} });
}

Deno.test("a crowd talks and reconnects, and every promise holds", async () => {
  await using soak = await startSoak("--seconds", "4", "--peers", "60");
  const { code } = await soak.exit();
  assertMatch(soak.stdout(), /^59 of 60 peers came in /m);
  assertMatch(soak.stdout(), /all promises held\n$/);
  const [, sent, delivered] = /in all\n +\d+ s +\d+ +(\d+) +(\d+) +0 +0 +0 /.exec(soak.stdout())!;
  assert(Number(sent) > 0 && Number(delivered) > Number(sent), soak.stdout());
  assertEquals(code, 0, soak.stdout() + soak.stderr());
});
