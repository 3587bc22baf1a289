/** As much of HTTP/1.1 (RFC 9112) as the metrics need: one request without a body, and one response, a connection. */

import { STATUS_CODES } from "node:http";

/** Longest head of a request, in bytes. */
export const MAX_HEAD = 8192;

export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

const PLAIN_TEXT = "text/plain; charset=utf-8";

const utf8 = new TextEncoder();

/** A method is a token; a target has no spaces or control characters; proxies send the whole URL. */
const REQUEST_LINE =
  /^([!#$%&'*+.^_`|~\w-]+) (?:https?:\/\/[^\s/?#]*)?(\/[\x21-\x7e]*) HTTP\/1\.[01]$/;

/** Parses the head of a request: undefined if it is not complete, `bad` if it is not a request. Headers are ignored. */
export function parseRequest(received: string): HttpRequest | "bad" | undefined {
  const end = /\r?\n\r?\n/.exec(received);
  if (!end) return undefined;
  const [line = ""] = received.slice(0, end.index).split(/\r?\n/, 1);
  const [, method, target] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined) return "bad";
  return { method, path: target.replace(/[?#].*/s, "") };
}

/** Formats a response. For HEAD the body is left out (RFC 9110, section 9.3.2). */
export function formatResponse(
  { status, body, type = PLAIN_TEXT }: HttpResponse,
  { isHead = false } = {},
): Uint8Array {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${type}`,
    `content-length: ${utf8.encode(body).length}`,
    "cache-control: no-store",
    ...(status === 405 ? ["allow: GET, HEAD"] : []),
    "connection: close",
    "",
    "",
  ].join("\r\n");
  return utf8.encode(isHead ? head : head + body);
}
