/** The time that the program takes to print its version, and to show the client's prompt at a hub. */

import { resolve } from "node:path";
import { smallEnvironment } from "../../../tests/support/environment.ts";
import { chat } from "../../../tests/support/program.ts";
import { Output } from "../output.ts";
import { isInstalled, pinned } from "../process.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, startContestant } from "../rounds.ts";

export const TIME: Metric = { name: "time", unit: "s", better: "less" };
export const TO_VERSION = "to --version";
const TO_PROMPT = "to the prompt";

/** Made by `deno task compile`. */
const EXECUTABLE = resolve(import.meta.dirname!, "../../../dist/chat");

/** The time of the runtime itself. */
const EMPTY = ["run", "--quiet", "--no-config", "data:application/javascript,"];

export async function measureStartUp(options: CaseOptions): Promise<Recorder> {
  const recorder = new Recorder("start-up");
  const { processor, folder, quick, log } = options;
  log("start-up");
  await using hub = await startContestant("frames", options);
  const env = smallEnvironment({ XDG_STATE_HOME: folder, TERM: "xterm-256color" });
  const empty = pinned(processor, [Deno.execPath(), ...EMPTY]);
  const programs: [name: string, (...args: string[]) => string[]][] = [["program", chat]];
  if (await isInstalled(EXECUTABLE)) {
    programs.push(["executable", (...args) => [EXECUTABLE, ...args]]);
  } else recorder.leaveOut("executable", "deno task compile makes it");
  for (let round = 0; round < (quick ? 3 : 10); round++) {
    const baseline = await timeToEnd(empty, env);
    for (const work of [TO_VERSION, TO_PROMPT]) recorder.add("empty", work, TIME, baseline);
    for (const [name, program] of programs) {
      const version = pinned(processor, program("--version"));
      recorder.add(name, TO_VERSION, TIME, await timeToEnd(version, env));
      // Another nick each time: the hub may not have noticed yet that the last client is gone.
      const nick = `${name}${round}`;
      const address = ["127.0.0.1", String(hub.port)];
      const client = program("client", ...address, "--name", nick, "--lang", "en");
      const start = performance.now();
      await using output = new Output("a terminal", pinned(processor, client), env);
      await output.until(`${nick}>`);
      recorder.add(name, TO_PROMPT, TIME, (performance.now() - start) / 1000);
    }
  }
  return recorder;
}

/** In seconds. */
async function timeToEnd([file, ...args]: string[], env: Record<string, string>): Promise<number> {
  const start = performance.now();
  const { success } = await new Deno.Command(file!, { args, env, clearEnv: true }).output();
  if (!success) throw new Error(`the program failed: ${[file, ...args].join(" ")}`);
  return (performance.now() - start) / 1000;
}
