/**
 * The time that the program takes to print its version, and to show the client's prompt at a hub, and the memory of hub and
 * client at rest, from source and as an executable. The baseline is an empty program of the same kind.
 */

import { resolve } from "node:path";
import { smallEnvironment } from "../../../tests/support/environment.ts";
import { chat } from "../../../tests/support/program.ts";
import { EMPTY_PROGRAM } from "../../release/executable.ts";
import { Output } from "../output.ts";
import { freePort, isInstalled, pinned, residentMemory, Service } from "../process.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, startContestant } from "../rounds.ts";

export const TIME: Metric = { name: "time", unit: "s", better: "less" };
export const MEMORY: Metric = { name: "memory at rest", unit: "B", better: "less" };
export const TO_VERSION = "to --version";
const TO_PROMPT = "to the prompt";

const ROOT = resolve(import.meta.dirname!, "../../..");
/** Made by `deno task compile`, the second one with `--empty`. */
const [EXECUTABLE, EMPTY] = [`${ROOT}/dist/chat`, `${ROOT}/dist/empty`];
/** Milliseconds until programs are at rest. */
const RESTING = 20_000;

type Command = (...args: string[]) => string[];

const FORMS: readonly (readonly [form: string, empty: Command, program: Command])[] = [
  [
    "source",
    (...args) => [Deno.execPath(), "run", "--no-config", `${ROOT}/${EMPTY_PROGRAM}`, ...args],
    chat,
  ],
  ["executable", (...args) => [EMPTY, ...args], (...args) => [EXECUTABLE, ...args]],
];

export async function measureStartUp(options: CaseOptions): Promise<Recorder> {
  const recorder = new Recorder("start-up");
  const { processor, folder, quick, log } = options;
  log("start-up");
  const env = smallEnvironment({ XDG_STATE_HOME: folder, TERM: "xterm-256color" });
  await using hub = await startContestant("frames", options);
  for (const [form, empty, program] of FORMS) {
    if (form === "executable" && !(await isInstalled(EXECUTABLE) && await isInstalled(EMPTY))) {
      recorder.leaveOut(
        "program",
        "deno task compile makes dist/chat, and with --empty dist/empty",
      );
      continue;
    }
    for (let round = 0; round < (quick ? 3 : 10); round++) {
      const baseline = await timeToEnd(pinned(processor, empty()), env);
      for (const work of [TO_VERSION, TO_PROMPT]) {
        recorder.add("empty", `${form}, ${work}`, TIME, baseline);
      }
      const version = await timeToEnd(pinned(processor, program("--version")), env);
      recorder.add("program", `${form}, ${TO_VERSION}`, TIME, version);
      // Another nick each time: the hub may not have noticed yet that the last client is gone.
      const nick = `${form}${round}`;
      const client = clientAt(hub, program, nick);
      const start = performance.now();
      await using output = new Output("a terminal", pinned(processor, client), env);
      await output.until(`${nick}>`);
      const took = (performance.now() - start) / 1000;
      recorder.add("program", `${form}, ${TO_PROMPT}`, TIME, took);
    }
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const port = freePort();
      const server = program("server", "127.0.0.1", String(port));
      await using resting = await Service.start(pinned(processor, server), port);
      await using client = new Output("a terminal", clientAt(resting, program, "ana"), env);
      await using waiting = new Output("a terminal", empty("wait"), env);
      await new Promise((resolve) => setTimeout(resolve, quick ? 1000 : RESTING));
      for (const work of ["hub", "client"]) {
        recorder.add("empty", `${form}, ${work}`, MEMORY, residentMemory(waiting.pid));
      }
      recorder.add("program", `${form}, hub`, MEMORY, resting.memory());
      recorder.add("program", `${form}, client`, MEMORY, residentMemory(client.pid));
    }
  }
  return recorder;
}

function clientAt({ port }: Service, program: Command, nick: string): string[] {
  return program("client", "127.0.0.1", String(port), "--name", nick, "--lang", "en");
}

/** In seconds. */
async function timeToEnd([file, ...args]: string[], env: Record<string, string>): Promise<number> {
  const start = performance.now();
  const { success } = await new Deno.Command(file!, { args, env, clearEnv: true }).output();
  if (!success) throw new Error(`the program failed: ${[file, ...args].join(" ")}`);
  return (performance.now() - start) / 1000;
}
