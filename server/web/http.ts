/** As much of HTTP/1.1 (RFC 9112) as the hub needs: one request without a body, and one response, a connection. */

import { STATUS_CODES } from "node:http";
import { decodeHead, MAX_HEAD } from "../../common/protocol/foreign.ts";

export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** By name in lower case; the values of a repeated header are joined by commas (RFC 9110, section 5.2). */
  readonly headers: ReadonlyMap<string, string>;
  /** Of its head, in bytes. */
  readonly size: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PLAIN_TEXT = "text/plain; charset=utf-8";

const utf8 = new TextEncoder();

/** A method is a token; a target has no spaces or control characters; proxies send the whole URL. */
const REQUEST_LINE =
  /^([!#$%&'*+.^_`|~\w-]+) (?:https?:\/\/([^\s/?#]*))?(\/[\x21-\x7e]*) HTTP\/1\.[01]$/;
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*)$/;

/** Parses the head of a request; undefined if it is not complete. Lines that are no headers are ignored. */
export function parseRequest(bytes: Uint8Array): HttpRequest | "bad" | "too_long" | undefined {
  const received = decodeHead(bytes);
  const end = /\r?\n\r?\n/.exec(received);
  if (!end) return bytes.length < MAX_HEAD ? undefined : "too_long";
  const [line = "", ...lines] = received.slice(0, end.index).split(/\r?\n/);
  const [, method, authority, target] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined) return "bad";
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = HEADER.exec(line) ?? [];
    const before = headers.get(name.toLowerCase());
    const joined = before === undefined ? value.trimEnd() : `${before}, ${value.trimEnd()}`;
    if (name !== "") headers.set(name.toLowerCase(), joined);
  }
  if (authority !== undefined) headers.set("host", authority); // RFC 9112, section 3.2.2
  const [path = "", query = ""] = target.replace(/#.*/, "").split(/\?(.*)/);
  return { method, path, query, headers, size: end.index + end[0].length };
}

/** Formats a response. For HEAD the body is left out (RFC 9110, section 9.3.2). */
export function formatResponse(
  { status, body, type = PLAIN_TEXT, headers = {} }: HttpResponse,
  { isHead = false } = {},
): Uint8Array {
  const bytes = typeof body === "string" ? utf8.encode(body) : body;
  const all = status === 101 ? { "connection": "upgrade", ...headers } : {
    "content-type": type,
    "content-length": bytes.length,
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    "connection": "close",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = utf8.encode(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`);
  return isHead ? head : Buffer.concat([head, bytes]);
}
