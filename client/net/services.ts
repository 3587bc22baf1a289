/** Recognises other services by the first bytes they send. A guess to show to people; nothing is decided by it. */

import type { KeyAfter } from "../../common/i18n/mod.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";

/** A service that has a name in i18n/: `doctor.service.<name>`. */
export type ServiceName = Exclude<KeyAfter<"doctor.service.">, "unknown">;

/** A service that is not a hub. */
export interface Stranger {
  /** Undefined if the first bytes do not identify a known service. */
  service: ServiceName | undefined;
  /** The first line it sent, safe to show; empty if it is not readable text. */
  line: string;
}

/** Bytes needed to recognise a service. */
export const HEAD = 512;
/** Longest line shown, in UTF-16 units. */
const MAX_SHOWN = 80;

/** The first line that is not blank, trimmed. */
const FIRST_LINE = /\S([^\r\n]*\S)?/;

/** Matched against the first line, or as much of it as has come. */
const FIRST_WORDS: readonly (readonly [ServiceName, RegExp])[] = [
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

/** Telnet: "interpret as command", and the range of the negotiation commands (RFC 854). */
const IAC = 255;
const WILL = 251;
const DONT = 254;

/** A MySQL packet: length (3 bytes), sequence number, then the protocol version or 0xff for an error. */
const MYSQL_HEADER = 4;
const MYSQL_PROTOCOL = 10;
const MYSQL_ERROR = 0xff;

const utf8 = new TextDecoder();

/** Recognises a service by its first bytes: at most {@linkcode HEAD} are needed. */
export function recognise(head: Uint8Array): Stranger {
  if (head[0] === IAC && head[1]! >= WILL && head[1]! <= DONT) {
    return { service: "telnet", line: "" };
  }
  const mysql = readMysql(head);
  if (mysql !== undefined) return { service: "mysql", line: shown(mysql) };
  const [line = ""] = FIRST_LINE.exec(utf8.decode(head)) ?? [];
  const [service] = FIRST_WORDS.find(([, words]) => words.test(line)) ?? [];
  // The first line of an HTML page tells a person nothing.
  const isPage = service === "http" && !line.startsWith("HTTP/");
  return { service, line: isPage ? "" : shown(line) };
}

/** The version in the greeting of a MySQL or MariaDB server, or its error text; undefined for anything else. */
function readMysql(head: Uint8Array): string | undefined {
  if (head.length <= MYSQL_HEADER + 2 || head[2] !== 0 || head[3] !== 0) return undefined;
  const length = head[0]! + 256 * head[1]!;
  const kind = head[MYSQL_HEADER];
  if (length < 10 || (kind !== MYSQL_PROTOCOL && kind !== MYSQL_ERROR)) return undefined;
  // An error has a two-byte code before its text.
  const from = MYSQL_HEADER + (kind === MYSQL_ERROR ? 3 : 1);
  const [words = ""] = utf8.decode(head.subarray(from, MYSQL_HEADER + length)).split("\0");
  return kind === MYSQL_ERROR || /^\d+\.\d+/.test(words) ? words : undefined;
}

function shown(text: string): string {
  const line = sanitize(text).slice(0, MAX_SHOWN).toWellFormed().trim();
  // Binary data is not worth showing.
  const unshown = line.split("\ufffd").length - 1;
  return /[\p{L}\p{N}]/u.test(line) && 3 * unshown <= line.length ? line : "";
}
