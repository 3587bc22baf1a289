/** Gives up permissions that the program no longer needs. */

import type { Environment } from "./environment.ts";

/** Stands for any name of an option. */
const OPTIONS = "CHAT_*";

/** Reads environment variables now: after the permission is given up, they cannot be read, nor {@linkcode OPTIONS}. */
export function snapshot(names: readonly string[]): Environment {
  const variables = new Map(
    names.filter((name) => name !== OPTIONS).map((name) => [name, Deno.env.get(name)]),
  );
  const isOption = (name: string) => names.includes(OPTIONS) && name.startsWith("CHAT_");
  return (name) =>
    variables.has(name) || !isOption(name) ? variables.get(name) : Deno.env.get(name);
}

/** `import` (loading code from the network) exists in Deno but not in its types. */
export type Permission = Deno.PermissionName | "import" | Deno.SysPermissionDescriptor;

/** Gives up permissions for good. Open files and listeners stay usable. */
export function giveUp(...permissions: Permission[]): void {
  for (const permission of permissions) {
    const descriptor = typeof permission === "string" ? { name: permission } : permission;
    Deno.permissions.revokeSync(descriptor as Deno.PermissionDescriptor);
  }
}
