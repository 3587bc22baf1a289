/**
 * Runs a program in place of this process, as far as can be: it has the terminal, a signal for this process reaches it
 * once, and its exit code is handed on. What program it is does not matter here.
 */

/** A signal that comes again within this time (ms) is the same one: `deno task` adds its own to the terminal's. */
const REPEAT = 500;

/**
 * Gives the exit code of the program: its own, or 128 and the number of the signal that ended it.
 *
 * A terminal sends Ctrl-C to the program as well as to this process, and a second Ctrl-C means haste, so it is passed on
 * only where there is no terminal. On Windows every process on a console is told of everything.
 */
export async function runInForeground(
  program: string,
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  const child = new Deno.Command(program, {
    args,
    env,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // This process outlives whatever ends the program: somebody waits for the exit code.
  if (Deno.build.os === "windows") {
    survive("SIGINT");
    survive("SIGBREAK");
  } else {
    passOn("SIGTERM", child);
    passOn("SIGHUP", child);
    if (hasTerminal()) survive("SIGINT");
    else passOn("SIGINT", child);
  }
  return (await child.status).code;
}

function survive(signal: Deno.Signal): void {
  Deno.addSignalListener(signal, () => {});
}

function passOn(signal: Deno.Signal, child: Deno.ChildProcess): void {
  const kill = () => {
    try {
      child.kill(signal);
    } catch {
      // It has ended: its status is about to come.
    }
  };
  Deno.addSignalListener(signal, withoutRepeats(kill, () => performance.now()));
}

/** An action that is not done again within `REPEAT` of the last time. `now` gives the time in milliseconds. */
export function withoutRepeats(action: () => void, now: () => number): () => void {
  let last = -Infinity;
  return () => {
    const time = now();
    if (time - last < REPEAT) return;
    last = time;
    action();
  };
}

/** Whether a terminal controls this process, wherever its input and output go. */
function hasTerminal(): boolean {
  try {
    Deno.openSync("/dev/tty").close();
    return true;
  } catch {
    return false;
  }
}
