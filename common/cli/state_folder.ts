/** Paths of the files that the program keeps for its user. */

import type { Environment } from "./environment.ts";

export type StateFile = NonNullable<ReturnType<typeof stateFile>>;

/** Names of all files that are kept there. */
export const STATE_FILES = {
  certificate: "hub.pem",
  known_hubs: "known-hubs",
  input_history: "input-history",
  hubs: "hubs",
  sessions: "sessions",
} as const;

/** The path of a file in the user's state folder; undefined if the environment does not name that folder. */
export function stateFile(
  name: (typeof STATE_FILES)[keyof typeof STATE_FILES],
  environment: Environment,
  isWindows = Deno.build.os === "windows",
) {
  const [separator, base] = isWindows
    ? ["\\", environment("LOCALAPPDATA")] as const
    : ["/", stateFolder(environment)] as const;
  if (!base) return undefined;
  const folder = `${base.replace(/[/\\]+$/, "")}${separator}chat`;
  return { folder, file: `${folder}${separator}${name}` };
}

/** By the XDG Base Directory Specification, which ignores paths that are not absolute. */
function stateFolder(environment: Environment): string | undefined {
  const state = environment("XDG_STATE_HOME");
  if (state?.startsWith("/")) return state;
  const home = environment("HOME");
  return home ? `${home.replace(/\/+$/, "")}/.local/state` : undefined;
}
