/** The system's C library, for what Deno's sockets cannot do. */

/** Linux (musl takes this name for its own library) and macOS; the numbers of their options and flags differ too. */
const LIBRARIES: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

/**
 * Some functions of the library; undefined where the system or the permissions do not let us call it. They stay usable when the
 * permission `ffi` is given up.
 */
export function openLibc<const Functions extends Deno.ForeignLibraryInterface>(
  functions: Functions,
): Deno.DynamicLibrary<Functions> | undefined {
  const library = LIBRARIES[Deno.build.os];
  try {
    return library === undefined ? undefined : Deno.dlopen(library, functions);
  } catch {
    return undefined;
  }
}
