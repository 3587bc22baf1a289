/** Reads small files given on the command line, and opens the log file for appending. */

import { Failure } from "./failure.ts";
import { look, openToRead, readBytes } from "./own_files.ts";

/** Longest password in UTF-16 units, as in a `hello`. */
export const MAX_PASSWORD = 1024;
/** Bytes that are read of a password file, of which only the first line counts. */
const MAX_PASSWORD_BYTES = 8192;
/** Controls, among them the CR of a file whose lines end in CR alone. A tab can be typed. */
const UNTYPABLE = /[^\P{Cc}\t]/u;
/** Bytes that are read of a PEM file: more than any certificate with its chain needs. */
const MAX_PEM_BYTES = 256 * 1024;

/** At most `max` bytes of a file, and its mode, if the system has modes. Rejects if it is not a file. */
export type ReadFile = typeof readFile;

async function readFile(path: string, max: number) {
  using file = await openToRead(path);
  const bytes = await readBytes(file, max);
  return { bytes, mode: (await file.stat()).mode };
}

/** The first line, and whether other users can read it. @throws {Failure} if it is unreadable or not a valid password. */
export async function readPassword(
  path: string,
  from = readFile,
): Promise<{ password: string; isOpenToOthers: boolean }> {
  const { bytes, isOpenToOthers } = await read(path, MAX_PASSWORD_BYTES, from);
  // Cut as bytes: what follows may be cut within a character.
  const end = bytes.indexOf(0x0a);
  const firstLine = end === -1 ? bytes : bytes.subarray(0, end);
  if (bytes.includes(0)) throw new Failure("failure.untypable_password", { source: path });
  return { password: checkPassword(decode(firstLine, path), path), isOpenToOthers };
}

/** The first line of a text, trimmed. `source` is for the error. @throws {Failure} if it is not a valid password. */
export function checkPassword(text: string, source: string): string {
  const password = text.split("\n", 1)[0]!.trim();
  if (password === "" || password.length > MAX_PASSWORD) {
    throw new Failure("failure.bad_password", { source, max: MAX_PASSWORD });
  }
  if (UNTYPABLE.test(password)) throw new Failure("failure.untypable_password", { source });
  return password;
}

/** The text of a file; undefined if it is longer than `maxBytes`. @throws {Failure} if it is unreadable or not UTF-8. */
export async function readText(path: string, maxBytes: number, from = readFile) {
  const { bytes } = await read(path, maxBytes + 1, from);
  return bytes.length > maxBytes ? undefined : decode(bytes, path);
}

/**
 * A PEM file (RFC 7468), which allows any bytes around its blocks, and whether other users than its owner can read it.
 * @throws {Failure} if it cannot be read.
 */
export async function readPem(path: string, from = readFile) {
  const { bytes, isOpenToOthers } = await read(path, MAX_PEM_BYTES, from);
  return { text: new TextDecoder().decode(bytes), isOpenToOthers };
}

/** Opens a file for appending; a new file is for its owner alone. @throws {Failure} if that fails. */
export function openLogFile(path: string): Deno.FsFile {
  // The hub would wait for its reader.
  if (look(path)?.isFifo) throw new Failure("failure.not_a_file", { path });
  try {
    return Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new Failure("failure.log_file", { path }, { cause });
  }
}

/** At most `max` bytes of a file, and whether others can read it, if the system tells. */
async function read(path: string, max: number, from: ReadFile) {
  try {
    const { bytes, mode } = await from(path, max);
    const isOpenToOthers = Deno.build.os !== "windows" && ((mode ?? 0) & 0o077) !== 0;
    return { bytes, isOpenToOthers };
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
