/** The system's C library, for what Deno's sockets cannot do. */

import { attempt } from "../result.ts";

/** Linux (musl takes this name for its own library) and macOS; the numbers of their options and flags differ too. */
const LIBRARIES: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

/** Functions of the library, usable after `ffi` is given up; undefined where system or permissions forbid them. */
export function openLibc<const Functions extends Deno.ForeignLibraryInterface>(
  functions: Functions,
): Deno.DynamicLibrary<Functions> | undefined {
  const library = LIBRARIES[Deno.build.os];
  return library === undefined ? undefined : attempt(() => Deno.dlopen(library, functions));
}
