/** Runs commands with fewer rights, and checks which commands work here. */

const UTF8 = new TextEncoder();

/** A command line that runs without a capability of Linux. Only root has any. */
export function without(capability: string, command: string[]): string[] {
  return Deno.uid() === 0 ? ["setpriv", `--bounding-set=-${capability}`, ...command] : command;
}

/** Whether a command works here. If not, prints that `what` is not tested, so that nobody assumes it was. */
export function works(what: string, [file = "", ...args]: string[]): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    const { success } = new Deno.Command(file, { args, stdout: "null", stderr: "null" })
      .outputSync();
    if (success) return true;
  } catch {
    // it is not installed
  }
  Deno.stderr.writeSync(UTF8.encode(`!!! NOT TRIED HERE: ${what} !!!\n`));
  return false;
}
