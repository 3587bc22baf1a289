/**
 * Runs the program with an intruder in it: once the program has given up reading files, it tries everything that permissions
 * forbid, and prints on standard error what succeeded.
 */

import { DatabaseSync } from "node:sqlite";
import { main } from "../../main.ts";

/** How often the permission is queried, in milliseconds. */
const QUERY_EVERY = 20;

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
  // The module does not exist: only whether Deno looks for it matters.
  import: () => import(["https:", "", "jsr.io", "nothing.ts"].join("/")),
  sqlite: () => new DatabaseSync(":memory:").exec("vacuum into 'pried.db'"),
};

const timer = setInterval(async () => {
  if (Deno.permissions.querySync({ name: "read" }).state === "granted") return;
  clearInterval(timer);
  const possible: string[] = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    if (await succeeds(attempt)) possible.push(name);
  }
  Deno.stderr.writeSync(new TextEncoder().encode(`possible: [${possible.join(" ")}]\n`));
}, QUERY_EVERY);

Deno.exit(await main(Deno.args));

async function succeeds(attempt: () => unknown): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    // Imports and databases fail with other errors.
    const message = error instanceof Error ? error.message : "";
    return !/requires (import|read|write) access|too many attached/i.test(message);
  }
}
