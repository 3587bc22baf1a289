/** Reads the files that the hub is started with. What they must hold is said here; what they are for, the hub knows. */

import { Failure } from "../cli/failure.ts";
import { sanitize } from "../protocol/sanitize.ts";
import type { ServerOptions } from "./options.ts";
import type { Secret } from "./password.ts";
import { HashedSecret } from "./secret.ts";

/** Longest password, in UTF-16 units: as long as a `hello` may have one. */
const MAX_PASSWORD = 1024;
/** The message of the day. */
const MAX_MOTD_LINES = 40;
const MAX_MOTD_BYTES = 4096;
/** Of a file with a password so many bytes are read; more do not belong to its first line. */
const MAX_PASSWORD_BYTES = 8192;

/** What the hub was given besides its options. */
export interface Given {
  password: Secret | undefined;
  moderatorPassword: Secret | undefined;
  motd: string | undefined;
  /** Files with passwords that others than their owner can read. */
  openToOthers: string[];
}

/**
 * Reads the files that the options name.
 *
 * @throws {Failure} when one cannot be read, or does not hold what it must.
 */
export async function readFiles(
  { passwordFile, password, modPasswordFile, motdFile }: ServerOptions,
): Promise<Given> {
  const openToOthers: string[] = [];
  const secretOf = (text: string, source: string) => new HashedSecret(parsePassword(text, source));
  const readSecret = async (path: string) => {
    const { bytes, mode } = await read(path, MAX_PASSWORD_BYTES);
    if ((mode & 0o077) !== 0) openToOthers.push(path);
    return secretOf(decode(firstLine(bytes), path), path);
  };
  const inEnvironment = password === undefined ? undefined : secretOf(password, "CHAT_PASSWORD");
  return {
    password: passwordFile === undefined ? inEnvironment : await readSecret(passwordFile),
    moderatorPassword: modPasswordFile === undefined
      ? undefined
      : await readSecret(modPasswordFile),
    motd: motdFile === undefined ? undefined : await readMotd(motdFile),
    openToOthers,
  };
}

/** The first line of a text, without blanks at its ends, where that can be a password. */
function parsePassword(text: string, source: string): string {
  const password = text.split("\n", 1)[0]!.trim();
  if (password === "" || password.length > MAX_PASSWORD) {
    throw new Failure("failure.bad_password", { source, max: MAX_PASSWORD });
  }
  return password;
}

/** A message of the day, safe to show, without blank lines at its end; undefined for an empty one. */
async function readMotd(path: string): Promise<string | undefined> {
  const { bytes } = await read(path, MAX_MOTD_BYTES + 1);
  const tooLong = () =>
    new Failure("failure.bad_motd", { path, lines: MAX_MOTD_LINES, bytes: MAX_MOTD_BYTES });
  if (bytes.length > MAX_MOTD_BYTES) throw tooLong();
  const motd = sanitize(decode(bytes, path), { newlines: true }).trimEnd();
  if (motd.split("\n").length > MAX_MOTD_LINES) throw tooLong();
  return motd === "" ? undefined : motd;
}

/** At most so many bytes of a file, and who may do what with it, as far as the system knows that of files. */
async function read(path: string, max: number): Promise<{ bytes: Uint8Array; mode: number }> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(max);
    let size = 0;
    while (size < max) {
      const count = await file.read(bytes.subarray(size));
      if (count === null) break;
      size += count;
    }
    const { isFile, mode } = await file.stat();
    const isKnown = isFile && Deno.build.os !== "windows";
    return { bytes: bytes.subarray(0, size), mode: isKnown ? mode ?? 0 : 0 };
  } catch (cause) {
    const key = cause instanceof Deno.errors.NotFound
      ? "failure.no_such_file"
      : "failure.unreadable_file";
    throw new Failure(key, { path }, { cause });
  }
}

/** Cut as bytes, so that it does not matter what follows, nor where that was cut. */
function firstLine(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0x0a);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure("failure.file_not_utf8", { path }, { cause });
  }
}
