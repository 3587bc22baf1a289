/** The dialect for a browser that connects by mistake: it gets an error page with the reason, and is disconnected. */

import { plainLines } from "../../common/i18n/plain.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Dialect } from "./mod.ts";

/** A request line of HTTP/1 (RFC 9112, section 3), or the first line of HTTP/2 (RFC 9113, section 3.4). */
const REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/[12]\.[01]$/;

export function isHttpRequest(line: string): boolean {
  return REQUEST_LINE.test(line);
}

export const httpDialect: Dialect = {
  name: "http",
  pings: false,
  acks: false,
  parse: () => ({ kind: "nothing" }),
  // Above those of the text dialect, which has two for each language.
  variant: () => 100,
  format([frame], lang) {
    if (frame?.type !== "bye") return "";
    const body = plainLines(frame, lang).map((line) => sanitize(line) + "\r\n").join("");
    return "HTTP/1.1 400 Bad Request\r\n" +
      "Content-Type: text/plain; charset=utf-8\r\n" +
      "Connection: close\r\n" +
      `Content-Length: ${new TextEncoder().encode(body).length}\r\n\r\n${body}`;
  },
};
