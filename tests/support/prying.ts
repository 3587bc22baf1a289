/**
 * The program, with somebody in it who waits until files cannot be read any more, then tries everything that it might have
 * been permitted, and tells on standard error what he could do.
 */

import { DatabaseSync } from "node:sqlite";
import { main } from "../../main.ts";

/** So often he looks, in milliseconds. */
const LOOK_EVERY = 20;

const ATTEMPTS: Record<string, () => unknown> = {
  read: () => Deno.readTextFileSync(import.meta.filename!),
  write: () => Deno.writeTextFileSync(Deno.env.get("PRIED") ?? "pried", ""),
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.networkInterfaces(),
  hostname: () => Deno.hostname(),
  run: () => new Deno.Command("true").outputSync(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  environ: () => Deno.readTextFileSync("/proc/self/environ"),
  // Nothing of it is there; that it is not looked for is what counts.
  import: () => import(["https:", "", "jsr.io", "nothing.ts"].join("/")),
  sqlite: () => new DatabaseSync(":memory:").exec("vacuum into 'pried.db'"),
};

const looking = setInterval(async () => {
  if (Deno.permissions.querySync({ name: "read" }).state === "granted") return;
  clearInterval(looking);
  const possible: string[] = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    if (await succeeds(attempt)) possible.push(name);
  }
  Deno.stderr.writeSync(new TextEncoder().encode(`possible: [${possible.join(" ")}]\n`));
}, LOOK_EVERY);

Deno.exit(await main(Deno.args));

async function succeeds(attempt: () => unknown): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    // Modules and databases have errors of their own for it.
    const message = error instanceof Error ? error.message : "";
    return !/requires (import|read|write) access|too many attached/i.test(message);
  }
}
