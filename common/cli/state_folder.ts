/** Where the program keeps what is to be there the next time. Pure: it makes nothing. */

import type { Environment } from "./environment.ts";

/** A file, and the folder in which it is. */
export interface StateFile {
  folder: string;
  file: string;
}

/** All that is kept there, by what it is. */
export const STATE_FILES = {
  certificate: "hub.pem",
  known_hubs: "known-hubs",
  input_history: "input-history",
} as const;

export type StateFileName = (typeof STATE_FILES)[keyof typeof STATE_FILES];

/** The path of a file of the person's own state, or undefined where the environment names no folder of the person's. */
export function stateFile(
  name: StateFileName,
  environment: Environment,
  isWindows: boolean,
): StateFile | undefined {
  const [separator, base] = isWindows
    ? ["\\", environment("LOCALAPPDATA")] as const
    : ["/", stateFolder(environment)] as const;
  if (!base) return undefined;
  const folder = `${base}${separator}chat`;
  return { folder, file: `${folder}${separator}${name}` };
}

/** By the XDG Base Directory Specification, in which a path that is not absolute counts as none. */
function stateFolder(environment: Environment): string | undefined {
  const state = environment("XDG_STATE_HOME");
  if (state?.startsWith("/")) return state;
  const home = environment("HOME");
  return home ? `${home}/.local/state` : undefined;
}
