/** Stops the program as Ctrl-Z stops any program that a shell runs. */

import { openLibc } from "../../common/cli/libc.ts";

/** The number of SIGTSTP on Linux and on macOS: Deno.kill would need the permission to run programs. */
const SIGTSTP = Deno.build.os === "linux" ? 20 : 18;

/** Returns what stops the process group until the shell continues it, if possible; opening it takes `ffi`. */
export function openJobControl(): (() => void) | undefined {
  const libc = openLibc({
    getpgrp: { parameters: [], result: "i32" },
    getsid: { parameters: ["i32"], result: "i32" },
    kill: { parameters: ["i32", "i32"], result: "i32" },
  })?.symbols;
  // In the group of the session's leader, no shell would continue the program.
  if (!libc || libc.getpgrp() === libc.getsid(0)) return undefined;
  return () => void libc.kill(0, SIGTSTP);
}
