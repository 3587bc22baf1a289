/** Recognises other protocols and misplaced frames in what people write: they may hold a password, and are refused. */

import type { ByeCode, Params } from "./codes.ts";
import { decodeClientFrame } from "./frame_codec.ts";
import { skipUnseen } from "./input.ts";
import { beginsTls } from "./tls.ts";

/** Why a connection that sends this ends. */
export type Foreign = NonNullable<ReturnType<typeof recogniseLine>>;

/** The signature of version 2 (section 2.2 of haproxy's proxy-protocol.txt). */
export const PROXY_V2: Uint8Array = new TextEncoder().encode("\r\n\r\n\0\r\nQUIT\n");
// In lower case only with an address or a host name behind, which people do not write by chance.
const PROXY_V1 = /^PROXY (?:TCP[46]|UNKNOWN)(?:\s|$)/;
const PROXY_V1_ANY_CASE = /^proxy (?:tcp[46]|unknown) [\da-f]*[.:]\S+ /i;
const SMTP = /^(?:EHLO|HELO) \S+\s*$|^MAIL FROM:/;
const SMTP_ANY_CASE = /^(?:ehlo|helo) (?=\S*[.[]|localhost)\S+\s*$|^mail from:\s*</i;
/** RFC 4253, section 4.2. */
const SSH = /^SSH-\d+\.\d+-/i;
// deno-lint-ignore no-control-regex
const TLS_LINE = /^[\x14-\x17]\x03/;
/** A request line of HTTP/1 (RFC 9112, section 3), or the first line of HTTP/2 (RFC 9113, section 3.4). */
const REQUEST_LINE = /^[A-Z]+ [!-\uffff]+ HTTP\/[12]\.[01]\r?\n/;
const METHODS = "GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE PRI".split(" ");
/** As much of a request line as may follow its method while it is not whole. */
const BEGUN = /^(?: (?:[!-\uffff]+(?: [HTP/\d.]{0,8}\r?)?)?)?$/;
/** The first line of an IRC client, which ends in CR LF. */
const IRC_LINE = /^(?:CAP|PASS|NICK|USER) [^\r\n]*\r\n/;
const IRC_BEGUN =
  /^(?:C|CA|P|PA|PAS|N|NI|NIC|U|US|USE|(?:CAP|PASS|NICK|USER)(?: [^\r\n]{0,512}\r?)?)$/;
/** Longest head of a request, in bytes. */
export const MAX_HEAD = 8192;
/** A first character with which none of these begins. */
const HARMLESS = /^(?![PSEHM])[!-z]/i;
const HELLO = /["']type["']\s*:\s*["']hello["']/i;

const latin1 = new TextDecoder("latin1"); // forty times as fast as String.fromCharCode

/** The head of a request, if these bytes are its beginning: a character for each byte. */
export function decodeHead(bytes: Uint8Array): string {
  return latin1.decode(bytes.subarray(0, MAX_HEAD));
}

/** What these first bytes are, if not of a chat; false if they are, undefined if more are needed to know. */
export function recogniseHead(head: Uint8Array): ByeCode | "http" | "irc" | false | undefined {
  if (PROXY_V2.every((byte, index) => index >= head.length || head[index] === byte)) {
    return head.length < PROXY_V2.length ? undefined : "not_proxied";
  }
  const isTls = beginsTls(head);
  if (isTls !== false) return isTls && "not_tls";
  const text = decodeHead(head);
  if (REQUEST_LINE.test(text)) return "http";
  if (IRC_LINE.test(text)) return "irc";
  if (IRC_BEGUN.test(text)) return undefined;
  const method = METHODS.find((each) => text.startsWith(each) || each.startsWith(text));
  if (method === undefined || !BEGUN.test(text.slice(method.length))) return false;
  return head.length < MAX_HEAD ? undefined : "http";
}

/** What a line of the text dialect is, if no user wrote it. */
export function recogniseLine(line: string) {
  if (HARMLESS.test(line)) return undefined; // most lines, at once
  const seen = skipUnseen(line);
  const is = (code: ByeCode, params: Params = {}) => ({ code, params });
  if (TLS_LINE.test(line)) return is("not_tls");
  if (PROXY_V1.test(seen) || PROXY_V1_ANY_CASE.test(seen)) return is("not_proxied");
  if (SSH.test(seen)) return is("other_protocol", { protocol: "SSH" });
  if (SMTP.test(seen) || SMTP_ANY_CASE.test(seen)) {
    return is("other_protocol", { protocol: "SMTP" });
  }
  return isHello(seen) ? is("late_hello") : undefined;
}

/** Whether a text is a `hello` frame, valid or not: it may hold a password. */
export function isHello(text: string): boolean {
  const seen = skipUnseen(text);
  if (!seen.startsWith("{")) return false;
  if (HELLO.test(seen)) return true;
  if (!seen.includes("\\u")) return false; // only an escape could hide the type
  const decoded = decodeClientFrame(seen);
  return (decoded.kind === "frame" ? decoded.frame.type : decoded.type) === "hello";
}
