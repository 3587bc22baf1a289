/** How long the program takes to start: to its version, and to the prompt of the client in a hub. */

import { resolve } from "node:path";
import { smallEnvironment } from "../../../tests/support/environment.ts";
import { chat } from "../../../tests/support/program.ts";
import { type CaseOptions, Notebook } from "../arena.ts";
import { CONTESTANTS } from "../contestants/mod.ts";
import { PtyOutput } from "../output.ts";
import { freePort } from "../ports.ts";
import { inPlace, isInstalled, Service } from "../process.ts";
import type { Found, Metric } from "../results.ts";

export const CASE = "start-up";

export const TIME: Metric = { name: "time", unit: "s", better: "less" };

export const CONTESTANT = "program";
export const EXECUTABLE = "executable";
export const TO_VERSION = "to --version";
export const TO_PROMPT = "to the prompt";

/** Where `deno task compile` puts it. */
const COMPILED = resolve(import.meta.dirname!, "../../../dist/chat");

/** What the runtime itself takes. */
const EMPTY = ["run", "--quiet", "--no-config", "data:application/javascript,"];

export async function measureStartUp(options: CaseOptions): Promise<Found> {
  const notebook = new Notebook(CASE);
  const { places, folder, quick, say } = options;
  say("start-up");
  const port = freePort();
  await using _hub = await Service.start(
    inPlace(places, CONTESTANTS.frames.command(port, folder)),
    port,
  );
  const env = smallEnvironment({ XDG_STATE_HOME: folder, TERM: "xterm-256color" });
  const empty = inPlace(places, [Deno.execPath(), ...EMPTY]);
  const programs: [string, (...args: string[]) => string[]][] = [[CONTESTANT, chat]];
  if (await isInstalled(COMPILED)) programs.push([EXECUTABLE, (...args) => [COMPILED, ...args]]);
  else notebook.leaveOut(EXECUTABLE, "there is none: deno task compile makes it");
  for (let round = 0; round < (quick ? 3 : 10); round++) {
    const floor = await timeToEnd(empty, env);
    for (const work of [TO_VERSION, TO_PROMPT]) notebook.note("empty", work, TIME, floor);
    for (const [name, program] of programs) {
      const version = inPlace(places, program("--version"));
      const client = (nick: string) => {
        const address = ["127.0.0.1", String(port)];
        return inPlace(places, program("client", ...address, "--name", nick, "--lang", "en"));
      };
      notebook.note(name, TO_VERSION, TIME, await timeToEnd(version, env));
      const nick = `${name}${round}`;
      notebook.note(name, TO_PROMPT, TIME, await timeToPrompt(client, nick, env));
    }
  }
  return notebook;
}

async function timeToEnd([file, ...args]: string[], env: Record<string, string>): Promise<number> {
  const start = performance.now();
  const { success } = await new Deno.Command(file!, { args, env, clearEnv: true }).output();
  if (!success) throw new Error(`Cannot measure what fails: ${[file, ...args].join(" ")}`);
  return (performance.now() - start) / 1000;
}

/** Each time by another name, as the hub may not have missed the one before yet. */
async function timeToPrompt(
  client: (name: string) => string[],
  name: string,
  env: Record<string, string>,
): Promise<number> {
  const start = performance.now();
  await using output = new PtyOutput(client(name), env);
  await output.until(`${name}>`);
  return (performance.now() - start) / 1000;
}
