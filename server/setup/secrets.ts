/** The passwords and the message of the day that the hub is started with. */

import { hash, timingSafeEqual } from "node:crypto";
import { Failure } from "../../common/cli/failure.ts";
import { checkPassword, MAX_PASSWORD, readPassword, readText } from "../../common/cli/files.ts";
import type { ReadFile } from "../../common/cli/files.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Secret } from "../model/password.ts";
import type { ServerOptions } from "./options.ts";

const MAX_MOTD_LINES = 40;
const MAX_MOTD_BYTES = 4096;

/** Passwords as users type them. */
export interface PlainPasswords {
  password: string | undefined;
  moderatorPassword: string | undefined;
}

/** Reads the files that the options name. @throws {Failure} if a file cannot be read, or its content is not valid. */
export async function readSecrets(
  { passwordFile, password, modPasswordFile, motdFile, join }: ServerOptions,
) {
  const plain: PlainPasswords = {
    password: passwordFile
      ? await readPassword(passwordFile)
      : password && checkPassword(password, "CHAT_PASSWORD"),
    moderatorPassword: modPasswordFile && await readPassword(modPasswordFile),
  };
  return {
    password: hashed(plain.password),
    moderatorPassword: hashed(plain.moderatorPassword),
    plain: join ? plain : undefined, // for the host's own client
    motd: motdFile && await readMotd(motdFile),
  };
}

/** Longest attempt, in UTF-16 units: a password of {@linkcode MAX_PASSWORD} letters, each with an accent by itself. */
const MAX_TYPED = 2 * MAX_PASSWORD;

/** A secret of which only the hash is kept. */
export class HashedSecret implements Secret {
  #hash: Uint8Array;

  constructor(secret: string) {
    this.#hash = hashSecret(secret);
  }

  /** Compares in constant time. Spaces at the ends and the composition of letters do not matter. */
  matches(given: string): boolean {
    if (given.length > MAX_TYPED) return false; // normalising that takes long
    return timingSafeEqual(this.#hash, hashSecret(given));
  }

  /** Returns whether the new secret is another one. */
  change(secret: string): boolean {
    const isOther = !this.matches(secret);
    this.#hash = hashSecret(secret);
    return isOther;
  }
}

/** The public name of a session, from which its token cannot be derived. */
export function publicId(token: string): string {
  return hash("sha256", `chat session ${token}`, "base64url");
}

function hashed(password: string | undefined): HashedSecret | undefined {
  return password === undefined ? undefined : new HashedSecret(password);
}

/** SHA-256 of the UTF-8 of a trimmed text in NFC. */
function hashSecret(text: string): Uint8Array {
  return hash("sha256", text.trim().normalize("NFC"), "buffer");
}

/** The message of the day, sanitized, without blank lines at its end; undefined if it is empty. */
export async function readMotd(path: string, from?: ReadFile): Promise<string | undefined> {
  const text = await readText(path, MAX_MOTD_BYTES, from);
  const motd = text === undefined ? undefined : sanitize(text, { newlines: true }).trimEnd();
  if (motd === undefined || motd.split("\n").length > MAX_MOTD_LINES) {
    throw new Failure("failure.bad_motd", { path, lines: MAX_MOTD_LINES, bytes: MAX_MOTD_BYTES });
  }
  return motd === "" ? undefined : motd;
}
