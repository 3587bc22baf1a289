/** The environment of programs that tests start: small, so that a developer's own settings do not matter. */

// They locate the program, its user's folders and a mirror of JSR; Windows starts nothing without the latter ones.
const KEPT = ["PATH", "HOME", "TMPDIR", "JSR_URL"]
  .concat(["SystemRoot", "USERPROFILE", "LOCALAPPDATA", "TEMP"]);

let denoDirectory: string | undefined;

// Of the programs of this test module; the developer's own clients must not find what tests leave there.
let stateFolder: string | undefined;

/** The necessary variables of the test's own environment, LANG=C.UTF-8, a state folder, and `added`. */
export function smallEnvironment(added: Record<string, string> = {}): Record<string, string> {
  // Deno must not announce its own releases in the program's output.
  const environment: Record<string, string> = { LANG: "C.UTF-8", DENO_NO_UPDATE_CHECK: "1" };
  for (const name of KEPT) {
    const value = Deno.env.get(name);
    if (value !== undefined) environment[name] = value;
  }
  // Given by name, since Deno would look for it in HOME, which a test may change.
  denoDirectory ??= Deno.env.get("DENO_DIR") ?? askDeno();
  // A home that a test gives has a state folder of its own.
  if (!("HOME" in added)) {
    stateFolder ??= makeStateFolder();
    environment["XDG_STATE_HOME"] = stateFolder;
    if (Deno.build.os === "windows") environment["LOCALAPPDATA"] = stateFolder;
  }
  return { ...environment, DENO_DIR: denoDirectory, ...added };
}

function makeStateFolder(): string {
  const path = Deno.makeTempDirSync({ prefix: "chat-test-state-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(path, { recursive: true }));
  return path;
}

function askDeno(): string {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "--no-config"] });
  const { stdout } = command.outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string };
  return denoDir;
}
