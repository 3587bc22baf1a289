/** The files that people name on the command line: small ones to be read, and one to be added to. What they are for, their user knows. */

import { Failure } from "./failure.ts";
import { readBytes } from "./own_files.ts";

/** Longest password, in UTF-16 units: as long as a `hello` may have one. */
const MAX_PASSWORD = 1024;
/** So many bytes of a file with a password are read; more do not belong to its first line. */
const MAX_PASSWORD_BYTES = 8192;
/** So many bytes of a file in PEM are read: more than any certificate with all that it was issued by. */
const MAX_PEM_BYTES = 256 * 1024;

/**
 * The password in the first line of a file, and whether others than the file's owner can read it.
 *
 * @throws {Failure} when it cannot be read, or has no password.
 */
export async function readPassword(
  path: string,
): Promise<{ password: string; isOpenToOthers: boolean }> {
  const { bytes, mode } = await read(path, MAX_PASSWORD_BYTES);
  // Cut as bytes, so that it does not matter what follows, nor where that was cut.
  const end = bytes.indexOf(0x0a);
  const firstLine = end === -1 ? bytes : bytes.subarray(0, end);
  return {
    password: checkPassword(decode(firstLine, path), path),
    isOpenToOthers: (mode & 0o077) !== 0,
  };
}

/**
 * The first line of a text, without blanks at its ends, where that can be a password. `source`: where it was found.
 *
 * @throws {Failure} where it cannot.
 */
export function checkPassword(text: string, source: string): string {
  const password = text.split("\n", 1)[0]!.trim();
  if (password === "" || password.length > MAX_PASSWORD) {
    throw new Failure("failure.bad_password", { source, max: MAX_PASSWORD });
  }
  return password;
}

/**
 * The text of a file; undefined where it has more than so many bytes.
 *
 * @throws {Failure} when it cannot be read, or is not UTF-8.
 */
export async function readText(path: string, maxBytes: number): Promise<string | undefined> {
  const { bytes } = await read(path, maxBytes + 1);
  return bytes.length > maxBytes ? undefined : decode(bytes, path);
}

/**
 * What is in a file in PEM (RFC 7468), and whether others than the file's owner can read it. What is no text in it is
 * replaced: PEM allows anything around what it marks.
 *
 * @throws {Failure} when it cannot be read.
 */
export async function readPem(path: string): Promise<{ text: string; isOpenToOthers: boolean }> {
  const { bytes, mode } = await read(path, MAX_PEM_BYTES);
  return { text: new TextDecoder().decode(bytes), isOpenToOthers: (mode & 0o077) !== 0 };
}

/**
 * Opens a file to add to it; one that is not there is made, for its owner alone.
 *
 * @throws {Failure} when that cannot be done.
 */
export function openLogFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new Failure("failure.log_file", { path }, { cause });
  }
}

/** At most so many bytes of a file, and who may do what with it, as far as the system knows that of files. */
async function read(path: string, max: number): Promise<{ bytes: Uint8Array; mode: number }> {
  try {
    using file = await Deno.open(path);
    const bytes = await readBytes(file, max);
    const { isFile, mode } = await file.stat();
    const isKnown = isFile && Deno.build.os !== "windows";
    return { bytes, mode: isKnown ? mode ?? 0 : 0 };
  } catch (cause) {
    const key = cause instanceof Deno.errors.NotFound
      ? "failure.no_such_file"
      : "failure.unreadable_file";
    throw new Failure(key, { path }, { cause });
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure("failure.file_not_utf8", { path }, { cause });
  }
}
