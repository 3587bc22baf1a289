/** Programs that may do less than they could, where the system has a way to see to it. Knows no program. */

const UTF8 = new TextEncoder();

/** Runs a command without a capability of Linux, which only root has to begin with. */
export function without(capability: string, command: string[]): string[] {
  return Deno.uid() === 0 ? ["setpriv", `--bounding-set=-${capability}`, ...command] : command;
}

/** Whether a command works here; what does not is said, so that nobody takes it for tried. */
export function works(what: string, [file = "", ...args]: string[]): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    const { success } = new Deno.Command(file, { args, stdout: "null", stderr: "null" })
      .outputSync();
    if (success) return true;
  } catch {
    // not installed
  }
  Deno.stderr.writeSync(UTF8.encode(`!!! NOT TRIED HERE: ${what} !!!\n`));
  return false;
}
