/** The line that a person types next, with all that was asked for. Pure. */

import type { Question } from "./findings.ts";

/** `any`: by whoever vouches for it; missing where it is as it was asked. */
export type JoinTls = "none" | "any" | { fingerprint: string };

/** What no shell takes for anything but itself. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** A shell line that joins, or looks again. */
export function shellLine(
  command: "client" | "doctor",
  { address, nick, tls, passwordFile }: Question,
  how: JoinTls = asAsked(tls),
): string {
  const { hostname, port } = address;
  return [
    ...["chat", command, hostname, String(port)],
    ...(how === "none" ? [] : ["--tls"]),
    ...(typeof how === "string" ? [] : [how.fingerprint]),
    ...(tls?.caFile === undefined || how === "none" ? [] : ["--tls-ca", tls.caFile]),
    ...(passwordFile === undefined ? [] : ["--password-file", passwordFile]),
    ...(nick === undefined ? [] : ["--name", nick]),
  ].map(quote).join(" ");
}

function asAsked(tls: Question["tls"]): JoinTls {
  if (!tls) return "none";
  return tls.pin === undefined ? "any" : { fingerprint: tls.pin };
}

function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
