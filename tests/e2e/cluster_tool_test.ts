/** A short run of the trial of several hubs. */

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

/** The ids of a process's children. */
function childrenOf(pid: number): string[] {
  return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter((id) =>
    id !== ""
  );
}

testWithNats(
  "hubs and servers are killed while members talk, and every promise holds",
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
    assertMatch(trial.stdout(), /^across hubs compared with a single hub: ×\d/m);
    assertMatch(trial.stdout(), / all messages accepted again after \d/);
    assertMatch(trial.stdout(), /all promises held\n$/);
    assertEquals(code, 0, trial.stderr());
  },
);

testWithNats(
  "Ctrl-C ends a trial early, prints the figures so far and leaves no process behind",
  async () => {
    await using trial = await startTrial("--minutes", "60", "--members", "6", "--hubs", "2");
    await trial.untilStdout("members joined in");
    const children = Deno.build.os === "linux" ? childrenOf(trial.pid) : [];
    trial.kill("SIGINT");
    assertEquals((await untilEnd(trial)).code, 130, trial.stdout() + trial.stderr());
    assertMatch(trial.stdout(), /\nsent \d+, [^]*ended early\n$/);
    for (const pid of children) {
      await Deno.stat(`/proc/${pid}`).then(
        () => assert(false, `process ${pid} is left behind`),
        (error) => assert(error instanceof Deno.errors.NotFound, String(error)),
      );
    }
  },
);

Deno.test("a trial with invalid options prints its usage", async () => {
  await using trial = await startTrial("--hubs", "1");
  assertEquals((await trial.exit()).code, 2);
  assertMatch(trial.stderr(), /Usage: deno task cluster/);
});

/** Waits in parts, each of which has the deadline of a test. */
async function untilEnd(trial: Program) {
  await trial.untilStdout("reordered\n");
  await trial.untilStdout(/^sent \d+, accepted/m);
  return await trial.exit();
}
