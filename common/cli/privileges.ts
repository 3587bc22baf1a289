/** Gives up permissions that the program no longer needs. */

import type { Environment } from "./environment.ts";

/** Reads environment variables now, as they cannot be read after the permission is given up, nor those of options. */
export function snapshot(names: readonly string[]): Environment {
  const variables = new Map(names.map((name) => [name, Deno.env.get(name)]));
  const isRead = (name: string) => variables.has(name) || !name.startsWith("CHAT_");
  return (name) => isRead(name) ? variables.get(name) : Deno.env.get(name);
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
