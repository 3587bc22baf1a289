/** Runs a program in place of this process, since Deno has no `exec`. */

/** A signal repeated within this time (ms) is the same signal: `deno task` adds its own to the terminal's. */
const REPEAT = 500;

/**
 * Runs a program with this terminal and returns its exit code, or 128 and the number of the signal that ended it. A signal
 * for this process reaches the program once.
 *
 * A terminal sends Ctrl-C to the program as well, and a second Ctrl-C means haste, so it is passed on only where there is
 * no terminal. On Windows every process of a console gets every signal.
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
  // A signal that ends the program must not end this process too: it still has to return the program's exit code.
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
      // It has ended, and its status is about to arrive.
    }
  };
  Deno.addSignalListener(signal, withoutRepeats(kill, () => performance.now()));
}

/** Skips an action that is repeated within `REPEAT`. `now` gives the time in milliseconds. */
export function withoutRepeats(action: () => void, now: () => number): () => void {
  let last = -Infinity;
  return () => {
    const time = now();
    if (time - last < REPEAT) return;
    last = time;
    action();
  };
}

/** Whether this process has a controlling terminal, wherever its input and output go. */
function hasTerminal(): boolean {
  try {
    Deno.openSync("/dev/tty").close();
    return true;
  } catch {
    return false;
  }
}
