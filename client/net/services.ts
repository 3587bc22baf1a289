/**
 * What answers where a hub was looked for, told by the first that it says. Pure. A guess by well-known first words, for
 * people: nothing is decided by it.
 */

import { sanitize } from "../../protocol/sanitize.ts";

/** Each has a sentence: `doctor.service.<name>`. */
export const SERVICES = [
  "ssh",
  "http",
  "smtp",
  "ftp",
  "imap",
  "pop3",
  "irc",
  "telnet",
  "mysql",
  "redis",
  "memcached",
  "nats",
  "vnc",
  "xmpp",
  "rsync",
  "rtsp",
  "echo",
  "ncat_chat",
] as const;
export type Service = (typeof SERVICES)[number];

/** What was heard of a stranger, made safe. */
export interface Stranger {
  /** Undefined for one that is not known by its first words. */
  service: Service | undefined;
  /** The beginning of what it says, in one line; empty where that is nothing to be shown. */
  line: string;
}

/** So many bytes are enough to know a service by. */
export const HEAD = 512;
/** So many UTF-16 units of what it says are shown. */
const MAX_SHOWN = 80;

/** By the first line, or what there is of it. */
const FIRST_WORDS: readonly (readonly [Service, RegExp])[] = [
  ["ssh", /^SSH-\d/],
  ["http", /^HTTP\/\d|^\s*<(!doctype html|html|head)\b/i],
  ["rtsp", /^RTSP\/\d/],
  ["ftp", /^220[ -].*ftp/i],
  ["smtp", /^(220|421|554)[ -].*(smtp|mail|mx\d*\b)/i],
  ["imap", /^\* (OK|PREAUTH|BYE)\b/],
  ["pop3", /^\+OK\b/],
  ["irc", /^(:\S+ )?(NOTICE|451|421|ERROR :)/],
  ["redis", /^-(ERR|DENIED|NOAUTH|MISCONF)\b/],
  ["memcached", /^ERROR$/],
  ["nats", /^INFO \{/],
  ["vnc", /^RFB \d{3}\.\d{3}/],
  ["xmpp", /^<\?xml|^<stream:/],
  ["rsync", /^@RSYNCD:/],
  ["echo", /^\{"type":"hello",/],
  ["ncat_chat", /^<(announce|user\d+)> /],
];

/** Interpret as command, and the first and last of those that negotiate (RFC 854). */
const IAC = 255;
const WILL = 251;
const DONT = 254;

/** Of a MySQL packet: its length in three bytes, its number, and then the version of the protocol, or an error. */
const MYSQL_HEADER = 4;
const MYSQL_PROTOCOL = 10;
const MYSQL_ERROR = 0xff;

/** Knows a service by the first bytes that came from it. */
export function recognise(head: Uint8Array): Stranger {
  if (head[0] === IAC && head[1]! >= WILL && head[1]! <= DONT) {
    return { service: "telnet", line: "" };
  }
  const mysql = readMysql(head);
  if (mysql !== undefined) return { service: "mysql", line: shown(mysql) };
  const line = firstLine(decode(head));
  const [service] = FIRST_WORDS.find(([, words]) => words.test(line)) ?? [];
  // The beginning of a page says nothing to people.
  const isPage = service === "http" && !line.startsWith("HTTP/");
  return { service, line: isPage ? "" : shown(line) };
}

/** The version that a MySQL or MariaDB server greets with, or why it does not; undefined for anything else. */
function readMysql(head: Uint8Array): string | undefined {
  if (head.length <= MYSQL_HEADER + 2 || head[2] !== 0 || head[3] !== 0) return undefined;
  const length = head[0]! + 256 * head[1]!;
  const kind = head[MYSQL_HEADER];
  if (length < 10 || (kind !== MYSQL_PROTOCOL && kind !== MYSQL_ERROR)) return undefined;
  // An error has a number of two bytes before its words.
  const from = MYSQL_HEADER + (kind === MYSQL_ERROR ? 3 : 1);
  const [words = ""] = decode(head.subarray(from, MYSQL_HEADER + length)).split("\0");
  return kind === MYSQL_ERROR || /^\d+\.\d+/.test(words) ? words : undefined;
}

/** The first line that says anything. */
function firstLine(text: string): string {
  return text.split(/[\r\n]+/).find((line) => line.trim() !== "")?.trim() ?? "";
}

function shown(text: string): string {
  const line = sanitize(text).slice(0, MAX_SHOWN).toWellFormed().trim();
  // Nobody is helped by what is no text, most of which cannot be shown.
  const unshown = line.split("\ufffd").length - 1;
  return /[\p{L}\p{N}]/u.test(line) && 3 * unshown <= line.length ? line : "";
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
