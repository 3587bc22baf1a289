/** The environment of the programs that tests start: small, so that a developer's own settings change nothing. */

// Needed to find the program, its user's directories and a mirror of JSR, and to start at all on Windows.
const KEPT = ["PATH", "HOME", "TMPDIR", "JSR_URL"]
  .concat(["SystemRoot", "USERPROFILE", "LOCALAPPDATA", "TEMP"]);

let denoDirectory: string | undefined;

/** A few variables of the test's own environment, LANG=C.UTF-8, and `added`. */
export function smallEnvironment(added: Record<string, string> = {}): Record<string, string> {
  // Deno must not announce its own releases in the program's output.
  const environment: Record<string, string> = { LANG: "C.UTF-8", DENO_NO_UPDATE_CHECK: "1" };
  for (const name of KEPT) {
    const value = Deno.env.get(name);
    if (value !== undefined) environment[name] = value;
  }
  // Named, as Deno would look for it below HOME, and a test may want another HOME.
  denoDirectory ??= Deno.env.get("DENO_DIR") ?? askDeno();
  return { ...environment, DENO_DIR: denoDirectory, ...added };
}

function askDeno(): string {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "--no-config"] });
  const { stdout } = command.outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string };
  return denoDir;
}
