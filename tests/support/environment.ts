/**
 * The environment that tests give to programs: small and the same everywhere, so that a
 * developer's own settings change nothing. Does not know which program it is for.
 */

// What a program needs to be found, to find its user's directories, and to start at all on Windows.
const KEPT = ["PATH", "HOME", "TMPDIR", "SystemRoot", "USERPROFILE", "LOCALAPPDATA", "TEMP"];

let denoDirectory: string | undefined;

/** A few variables of the test's own environment, LANG=C.UTF-8, and then `added`. */
export function smallEnvironment(added: Record<string, string> = {}): Record<string, string> {
  // No word of Deno's own about a new release among the program's.
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
