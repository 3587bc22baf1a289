/** What the program may do, and its giving that up. Why nothing of it is needed any more, the callers know. */

import type { Environment } from "./environment.ts";

/** The variables of the environment, as they are now: later they cannot be read. */
export function snapshot(names: readonly string[]): Environment {
  const variables = new Map(names.map((name) => [name, Deno.env.get(name)]));
  return (name) => variables.get(name);
}

/** `import`: to load code from the network, which Deno has, but not in its types. */
export type Permission = Deno.PermissionName | "import" | Deno.SysPermissionDescriptor;

/**
 * Gives up permissions for good. What is open stays so: files are read and written on, and connections accepted, by those
 * who have them.
 */
export function giveUp(...permissions: Permission[]): void {
  for (const permission of permissions) {
    const descriptor = typeof permission === "string" ? { name: permission } : permission;
    Deno.permissions.revokeSync(descriptor as Deno.PermissionDescriptor);
  }
}
