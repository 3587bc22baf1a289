/** Signals from a terminal, from users and from `deno task` reach a program once. */

import { assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { withoutRepeats } from "../../../tools/foreground.ts";
import { Program } from "../../support/program.ts";
import { tempDirectory } from "../../support/temp.ts";
import { NO_PTY, TestTerminal } from "../../support/terminal.ts";

const TOOL = resolve(import.meta.dirname!, "../../../tools/deno.ts");
const ENV = { CHAT_STAND_INS: "1" };

/** Counts a signal; at a line of input it prints the count and exits with 42. */
const COUNTER = `
  const signal = Deno.args[0];
  let count = 0;
  Deno.addSignalListener(signal, () => console.log(signal, "came", ++count));
  console.log("ready");
  await Deno.stdin.read(new Uint8Array(1));
  console.log("in all", count);
  Deno.exit(42);
`;

/** A directory with the counter and a task that runs it through the tool. */
async function counterDirectory() {
  const directory = await tempDirectory();
  const task = `deno run --quiet -A ${TOOL} run counter.ts`;
  await Deno.writeTextFile(`${directory.path}/counter.ts`, COUNTER);
  await Deno.writeTextFile(
    `${directory.path}/deno.json`,
    JSON.stringify({ tasks: { count: task } }),
  );
  return directory;
}

function testSignals(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NO_PTY, fn });
}

testSignals("Ctrl-C reaches the program once, and its exit code comes back", async () => {
  await using directory = await counterDirectory();
  await using terminal = TestTerminal.open([Deno.execPath(), "task", "count", "SIGINT"], {
    cwd: directory.path,
    env: ENV,
  });
  await terminal.until(/^ready/m);
  terminal.press("ctrl-c");
  await terminal.until("SIGINT came 1");
  terminal.press("enter");
  assertEquals((await terminal.exit()).code, 42);
  await terminal.until("in all 1");
});

for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  testSignals(`a ${signal} for the task reaches the program once, through deno task`, async () => {
    await using directory = await counterDirectory();
    await using task = new Program([Deno.execPath(), "task", "count", signal], {
      cwd: directory.path,
      env: ENV,
    });
    await task.untilStdout("ready");
    task.kill(signal);
    await task.untilStdout(`${signal} came 1`);
    task.write("\n");
    assertEquals((await task.exit()).code, 42);
    await task.untilStdout("in all 1");
  });
}

Deno.test("a signal is passed on again half a second after the last time, not sooner", () => {
  let time = 0;
  const passedOn: number[] = [];
  const receive = withoutRepeats(() => passedOn.push(time), () => time);
  for (time of [0, 1, 499, 500, 501, 999, 1000]) receive();
  assertEquals(passedOn, [0, 500, 1000]);
});

testSignals("a program ended by a signal gives 128 and the signal's number", async () => {
  await using program = new Program(
    [Deno.execPath(), "run", "--quiet", "-A", TOOL, "eval", `Deno.kill(Deno.pid, "SIGKILL")`],
    { env: ENV },
  );
  assertEquals((await program.exit()).code, 137);
});
