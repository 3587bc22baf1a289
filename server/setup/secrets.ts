/** What the files hold that the hub is started with. What that is for, the hub knows. */

import { Failure } from "../../common/cli/failure.ts";
import { checkPassword, readPassword, readText } from "../../common/cli/files.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { ServerOptions } from "./options.ts";
import type { Secret } from "../model/password.ts";
import { HashedSecret } from "./hashed_secret.ts";

/** The message of the day. */
const MAX_MOTD_LINES = 40;
const MAX_MOTD_BYTES = 4096;

/** Passwords as people type them. */
export interface PlainPasswords {
  password: string | undefined;
  moderatorPassword: string | undefined;
}

/** What the hub was given besides its options. */
export interface ServerSecrets {
  password: Secret | undefined;
  moderatorPassword: Secret | undefined;
  motd: string | undefined;
  /** The same passwords as people type them, where who runs the hub joins in. */
  plain: PlainPasswords | undefined;
  /** Files with passwords that others than their owner can read. */
  openToOthers: string[];
}

/**
 * Reads the files that the options name.
 *
 * @throws {Failure} when one cannot be read, or does not hold what it must.
 */
export async function readSecrets(
  { passwordFile, password, modPasswordFile, motdFile, join }: ServerOptions,
): Promise<ServerSecrets> {
  const openToOthers: string[] = [];
  const readSecret = async (path: string) => {
    const { password, isOpenToOthers } = await readPassword(path);
    if (isOpenToOthers) openToOthers.push(path);
    return password;
  };
  const inEnvironment = password === undefined
    ? undefined
    : checkPassword(password, "CHAT_PASSWORD");
  const typed: PlainPasswords = {
    password: passwordFile === undefined ? inEnvironment : await readSecret(passwordFile),
    moderatorPassword: modPasswordFile === undefined
      ? undefined
      : await readSecret(modPasswordFile),
  };
  return {
    password: hashed(typed.password),
    moderatorPassword: hashed(typed.moderatorPassword),
    plain: join ? typed : undefined, // kept by nobody else
    motd: motdFile === undefined ? undefined : await readMotd(motdFile),
    openToOthers,
  };
}

function hashed(password: string | undefined): Secret | undefined {
  return password === undefined ? undefined : new HashedSecret(password);
}

/** A message of the day, safe to show, without blank lines at its end; undefined for an empty one. */
async function readMotd(path: string): Promise<string | undefined> {
  const text = await readText(path, MAX_MOTD_BYTES);
  const motd = text === undefined ? undefined : sanitize(text, { newlines: true }).trimEnd();
  if (motd === undefined || motd.split("\n").length > MAX_MOTD_LINES) {
    throw new Failure("failure.bad_motd", { path, lines: MAX_MOTD_LINES, bytes: MAX_MOTD_BYTES });
  }
  return motd === "" ? undefined : motd;
}
