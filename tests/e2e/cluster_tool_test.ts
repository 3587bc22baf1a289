/** A short trial of several hubs under fire, so that the tool for the long one works when it is wanted. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments, useStandIns } from "../../tools/deno.ts";
import { Program } from "../support/program.ts";
import { testWithNats } from "./hubs.ts";

const TRIAL = resolve(import.meta.dirname!, "../../tools/cluster.ts");
const CHAT_BIN = Deno.env.get("CHAT_BIN");

async function startTrial(...args: string[]): Promise<Program> {
  const command = denoArguments("run", ["--quiet", "-A", TRIAL, ...args], await useStandIns());
  return new Program([Deno.execPath(), ...command], { env: CHAT_BIN ? { CHAT_BIN } : {} });
}

/** How many children the process has, by what the system tells. */
function childrenOf(pid: number): string[] {
  return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter((
    each,
  ) => each !== "");
}

testWithNats(
  "members talk while hubs and servers are killed, and every promise holds",
  async () => {
    await using trial = await startTrial(
      ...["--seconds", "12", "--members", "12", "--hubs", "2", "--seed", "1"],
    );
    const { code } = await untilEnd(trial);
    assertMatch(trial.stdout(), /^seed 1, 12 members, 2 hubs, one NATS server\n12 of 12 members /);
    const [, sent, delivered, expected] =
      /^sent (\d+), .* delivered (\d+) of (\d+), lost 0, doubled 0, reordered 0, strayed 0$/m
        .exec(trial.stdout()) ?? [];
    assert(Number(sent) > 0 && Number(delivered) > 0, trial.stdout());
    assertEquals(delivered, expected);
    assertMatch(trial.stdout(), /^across hubs against one hub alone: ×\d/m);
    assertMatch(trial.stdout(), / all are heard again after \d/);
    assertMatch(trial.stdout(), /all promises held\n$/);
    assertEquals(code, 0, trial.stderr());
  },
);

testWithNats(
  "Ctrl-C ends a trial early, with the figures so far and nothing left behind",
  async () => {
    await using trial = await startTrial("--minutes", "60", "--members", "6", "--hubs", "2");
    await trial.untilStdout("members came in");
    const children = Deno.build.os === "linux" ? childrenOf(trial.pid) : [];
    trial.kill("SIGINT");
    assertEquals((await untilEnd(trial)).code, 130, trial.stdout() + trial.stderr());
    assertMatch(trial.stdout(), /\nsent \d+, [^]*ended early\n$/);
    for (const pid of children) {
      await Deno.stat(`/proc/${pid}`).then(
        () => assert(false, `process ${pid} is left`),
        (error) => assert(error instanceof Deno.errors.NotFound, String(error)),
      );
    }
  },
);

Deno.test("a trial that is asked for nonsense says how it is asked", async () => {
  await using trial = await startTrial("--hubs", "1");
  assertEquals((await trial.exit()).code, 2);
  assertMatch(trial.stderr(), /usage: deno task cluster/);
});

/** Each part of it may take as long as a test waits for anything. */
async function untilEnd(trial: Program) {
  await trial.untilStdout("reordered\n");
  await trial.untilStdout(/^sent \d+, accepted/m);
  return await trial.exit();
}
