/** Runs the program, then prints the permissions that it still has on standard error. */

import { main } from "../../main.ts";

const NAMES = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;

const code = await main(Deno.args);
const remaining = NAMES.filter((name) =>
  Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state === "granted"
);
Deno.stderr.writeSync(new TextEncoder().encode(`remaining: [${remaining.join(" ")}]\n`));
Deno.exit(code);
