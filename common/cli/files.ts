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

/** At most `max` bytes of a file. Rejects if it is not a file. */
export type ReadFile = typeof readFile;

async function readFile(path: string, max: number): Promise<Uint8Array> {
  using file = await openToRead(path);
  return await readBytes(file, max);
}

/** The first line. @throws {Failure} if it is unreadable or not a valid password. */
export async function readPassword(path: string, from = readFile): Promise<string> {
  const bytes = await read(path, MAX_PASSWORD_BYTES, from);
  // Cut as bytes: what follows may be cut within a character.
  const end = bytes.indexOf(0x0a);
  const firstLine = end === -1 ? bytes : bytes.subarray(0, end);
  if (bytes.includes(0)) throw new Failure("failure.untypable_password", { source: path });
  return checkPassword(decode(firstLine, path), path);
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

/** The text of a file; undefined if it is over `maxBytes` long. @throws {Failure} if it is unreadable or not UTF-8. */
export async function readText(path: string, maxBytes: number, from = readFile) {
  const bytes = await read(path, maxBytes + 1, from);
  return bytes.length > maxBytes ? undefined : decode(bytes, path);
}

/** A PEM file (RFC 7468), which may hold any bytes around its blocks. @throws {Failure} if it cannot be read. */
export async function readPem(path: string, from = readFile): Promise<string> {
  return new TextDecoder().decode(await read(path, MAX_PEM_BYTES, from));
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

async function read(path: string, max: number, from: ReadFile): Promise<Uint8Array> {
  try {
    return await from(path, max);
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
