/** Signals that ask the program to stop. */

/** In milliseconds: a service manager may signal the whole process group, and then each process of it again. */
const SAME_REQUEST = 500;

/** Calls back for each of the signals that the system has. SIGHUP calls `reload` if no terminal shows the program. */
function onStopSignals(
  listener: (signal: Deno.Signal, ignore: () => void) => void,
  reload = () => {},
): void {
  // Without one the program should outlive a terminal that closes: `nohup` ignores SIGHUP for that, but Deno undoes
  // this for a program that listens for any signal. Later the terminal may be closed.
  const hasTerminal = Deno.stdout.isTerminal() || Deno.stderr.isTerminal();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // Windows has no SIGTERM, and no SIGHUP in the usual sense.
    if (Deno.build.os === "windows" && signal !== "SIGINT") continue;
    const call = () => {
      if (signal === "SIGHUP" && !hasTerminal) return reload();
      listener(signal, () => Deno.removeSignalListener(signal, call));
    };
    Deno.addSignalListener(signal, call);
  }
}

/** Calls `leave` first; if that takes too long, the same signal again ends the program at once. */
export function leaveOnSignals(leave: () => void): void {
  onStopSignals((_, ignore) => {
    leave();
    setTimeout(ignore, SAME_REQUEST);
  });
}

/** Aborts at the first request to stop; a second one calls `exit`. */
export function stopOnSignals(exit: () => never, reload?: () => void): AbortController {
  const stop = new AbortController();
  let stoppedAt = 0;
  onStopSignals((signal) => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      return stop.abort();
    }
    // Only a person presses Ctrl-C twice.
    if (signal === "SIGINT" || performance.now() - stoppedAt > SAME_REQUEST) exit();
  }, reload);
  return stop;
}
