/**
 * As much of HTTP/1.1 (RFC 9112) as one who asks for metrics needs: what is asked is read from the head of a request, and
 * an answer is written whole, after which the connection ends. Pure.
 */

/** A request that is longer before its empty line is not read on. */
export const MAX_HEAD = 8192;

export interface HttpRequest {
  readonly method: string;
  /** Without what follows a question mark. */
  readonly path: string;
}

export interface HttpResponse {
  readonly status: keyof typeof REASONS;
  readonly body: string;
  readonly type?: string;
}

const REASONS = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

const PLAIN_TEXT = "text/plain; charset=utf-8";

const utf8 = new TextEncoder();

/** A method is a token, a target has neither blanks nor control characters; proxies write the whole address. */
const REQUEST_LINE =
  /^([!#$%&'*+.^_`|~\w-]+) (?:https?:\/\/[^\s/?#]*)?(\/[\x21-\x7e]*) HTTP\/1\.[01]$/;

/**
 * Reads the head of a request from what has come: undefined where its end has not come yet, `bad` where it is none. What
 * stands behind the first line is of no interest.
 */
export function parseRequest(received: string): HttpRequest | "bad" | undefined {
  const end = /\r?\n\r?\n/.exec(received);
  if (!end) return undefined;
  const [line = ""] = received.slice(0, end.index).split(/\r?\n/, 1);
  const [, method, target] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined) return "bad";
  return { method, path: target.replace(/[?#].*/s, "") };
}

/** The answer as bytes; to HEAD it is the same without its body (RFC 9110, 9.3.2). */
export function formatResponse(
  { status, body, type = PLAIN_TEXT }: HttpResponse,
  { isHead = false } = {},
): Uint8Array {
  const content = utf8.encode(body);
  const head = utf8.encode([
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    `content-type: ${type}`,
    `content-length: ${content.length}`,
    "cache-control: no-store",
    ...(status === 405 ? ["allow: GET, HEAD"] : []),
    "connection: close",
    "",
    "",
  ].join("\r\n"));
  if (isHead) return head;
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}
