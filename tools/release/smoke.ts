/** Tries an archive as a user would: unpacks it, runs the executable, and lets two users chat. */

import { Program } from "../../tests/support/program.ts";
import { unpack } from "./archive.ts";
import { Problem } from "./problem.ts";
import { folderName, type Target } from "./targets.ts";

/** @throws {Problem} if the executable misbehaves, or another error from running it. */
export async function smoke(archive: Uint8Array, version: string, target: Target): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "chat-smoke-" });
  try {
    const chat = `${folder}/${folderName(version, target)}/${target.executable}`;
    await put(await unpack(archive), folder);
    await tryVersion(chat, version);
    await tryTalking(chat, { XDG_STATE_HOME: folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function put(files: Awaited<ReturnType<typeof unpack>>, folder: string): Promise<void> {
  for (const { path, content, isExecutable } of files) {
    const file = `${folder}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, content, { mode: isExecutable ? 0o755 : 0o644 });
  }
}

async function tryVersion(chat: string, version: string): Promise<void> {
  await using program = new Program([chat, "--version"]);
  const { code } = await program.exit();
  const said = program.stdout().trim();
  if (code !== 0 || said !== `chat ${version}`) {
    throw new Problem(`the executable's version is "${said}", with ${code}: ${program.stderr()}`);
  }
}

/** Two users chat in a hub and leave; all three run this executable. */
export async function tryTalking(chat: string, env: Record<string, string>): Promise<void> {
  await using hub = new Program([chat, "server", "127.0.0.1", "0"], { env });
  const [, port = ""] = await hub.untilStdout(/ 127\.0\.0\.1 (\d+)/);
  const join = (name: string) =>
    new Program([chat, "client", "127.0.0.1", port, "--name", name], { env });
  await using ana = join("ana");
  await ana.untilStdout("welcome, ana");
  await using bob = join("bob");
  await bob.untilStdout("welcome, bob");
  ana.write("hello, bob\n");
  await bob.untilStdout("ana: hello, bob");
  bob.write("hello, ana\n");
  await ana.untilStdout("bob: hello, ana");
  for (const [name, person] of Object.entries({ ana, bob })) {
    person.write("/exit\n");
    person.endInput();
    await ended(person, name);
  }
  hub.kill("SIGTERM");
  // Windows has no SIGTERM: there the signal kills.
  if (Deno.build.os !== "windows") await ended(hub, "the hub");
}

async function ended(program: Program, name: string): Promise<void> {
  const { code } = await program.exit();
  if (code !== 0) throw new Problem(`${name} ended with ${code}: ${program.stderr()}`);
}
