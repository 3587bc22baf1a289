/**
 * The program, with somebody in it who waits until files cannot be read any more, then tries everything that it might have
 * been permitted, and tells on standard error what he could do.
 */

import { main } from "../../main.ts";

/** So often he looks, in milliseconds. */
const LOOK_EVERY = 20;

const ATTEMPTS: Record<string, () => unknown> = {
  read: () => Deno.readTextFileSync(import.meta.filename!),
  write: () => Deno.writeTextFileSync(Deno.env.get("PRIED") ?? "pried", ""),
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.networkInterfaces(),
  run: () => new Deno.Command("true").outputSync(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
};

const looking = setInterval(() => {
  if (Deno.permissions.querySync({ name: "read" }).state === "granted") return;
  clearInterval(looking);
  const possible = Object.keys(ATTEMPTS).filter((name) => succeeds(ATTEMPTS[name]!));
  Deno.stderr.writeSync(new TextEncoder().encode(`possible: [${possible.join(" ")}]\n`));
}, LOOK_EVERY);

Deno.exit(await main(Deno.args));

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}
