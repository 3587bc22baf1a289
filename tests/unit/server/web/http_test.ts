import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatResponse, parseRequest as parseBytes } from "../../../../server/web/http.ts";
import { testProperty } from "../../../support/property.ts";

const parseRequest = (received: string) => parseBytes(new TextEncoder().encode(received));
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function parse(received: string) {
  const request = parseRequest(received);
  return typeof request === "object" ? { method: request.method, path: request.path } : request;
}

Deno.test("a request is its method and path, regardless of what follows", () => {
  const cases: readonly [received: string, method: string, path: string][] = [
    ["GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "GET", "/metrics"],
    ["HEAD / HTTP/1.0\r\n\r\n", "HEAD", "/"],
    ["POST /ready HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "POST", "/ready"],
    ["GET /metrics?name=a&b=c HTTP/1.1\r\n\r\n", "GET", "/metrics"],
    ["GET http://hub.example:9090/health HTTP/1.1\r\n\r\n", "GET", "/health"],
    ["GET /metrics HTTP/1.1\nHost: x\n\n", "GET", "/metrics"],
    ["M-SEARCH /x HTTP/1.1\r\n\r\nGET /y HTTP/1.1\r\n\r\n", "M-SEARCH", "/x"],
  ];
  for (const [received, method, path] of cases) {
    assertEquals(parse(received), { method, path }, received);
  }
});

Deno.test("the query, the headers and the size of the head are known", () => {
  const head =
    "GET /a?lang=es&x=?#y HTTP/1.1\r\nHost:  a:1 \r\nX: 1\r\nbad header\r\n : z\r\nx:2\r\n\r\n";
  const request = parseRequest(head + "more");
  assert(typeof request === "object");
  assertEquals([request.path, request.query, request.size], ["/a", "lang=es&x=?", head.length]);
  assertEquals([...request.headers], [["host", "a:1"], ["x", "1, 2"]]);
  const proxied = parseRequest("GET http://b:2/ HTTP/1.1\r\nHost: a\r\n\r\n");
  assert(typeof proxied === "object");
  assertEquals(proxied.headers.get("host"), "b:2");
});

Deno.test("a request is not complete before its empty line", () => {
  const request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  for (let length = 0; length < request.length; length++) {
    assertEquals(parseRequest(request.slice(0, length)), undefined, String(length));
  }
});

Deno.test("anything else is not a request", () => {
  for (
    const line of [
      "",
      "hola",
      "/name ana",
      "GET",
      "GET /metrics",
      "GET /metrics HTTP/2",
      "GET metrics HTTP/1.1",
      "GET  /metrics HTTP/1.1",
      "GET /met rics HTTP/1.1",
      "GET /metrics\t HTTP/1.1",
      "GET /ñ HTTP/1.1",
      " GET /metrics HTTP/1.1",
      "G(T /metrics HTTP/1.1",
      "OPTIONS * HTTP/1.1",
      '{"type":"hello","protocol":1}',
    ]
  ) {
    assertEquals(parseRequest(`${line}\r\n\r\n`), "bad", line);
  }
});

testProperty("any text is a request, an incomplete one or none, and never throws", {
  weight: 4,
}, (check) =>
  check(fc.property(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(
        fc.constantFrom("GET", "/", "metrics", " ", "HTTP/1.1", "\r", "\n", "\r\n", ":", "?", "ÿ"),
      ).map((parts) => parts.join("")),
    ),
    (text) => {
      const request = parseRequest(text);
      if (request === undefined) return assert(!/\r?\n\r?\n/.test(text));
      if (typeof request === "string") return;
      assert(text.startsWith(`${request.method} `));
      assert(/^\/[^\s?#]*$/.test(request.path));
    },
  )));

testProperty(
  "a request is parsed once it is complete, however it is split",
  { weight: 4 },
  (check) =>
    check(fc.property(
      fc.constantFrom("GET", "HEAD", "PUT"),
      fc.webPath().map((path) => path.startsWith("/") ? path : `/${path}`),
      fc.array(fc.string({ unit: fc.constantFrom("a", "B", "-", " ", ":"), minLength: 1 })),
      fc.constantFrom("\r\n", "\n"),
      fc.nat(),
      (method, path, headers, end, cut) => {
        const request = [`${method} ${path} HTTP/1.1`, ...headers, "", ""].join(end);
        assertEquals(parseRequest(request.slice(0, cut % request.length)), undefined);
        assertEquals(parse(request), { method, path });
        assertEquals(parse(request + "more"), { method, path });
      },
    )),
);

Deno.test("a response gives its length and closes the connection", () => {
  assertEquals(
    decode(formatResponse({ status: 200, body: "¡hola!\n" })),
    "HTTP/1.1 200 OK\r\n" +
      "content-type: text/plain; charset=utf-8\r\n" +
      "content-length: 8\r\n" +
      "cache-control: no-store\r\n" +
      "connection: close\r\n" +
      "\r\n" +
      "¡hola!\n",
  );
});

Deno.test("the response to HEAD has no body, and 405 lists the allowed methods", () => {
  const response = { status: 405, body: "no\n", type: "text/x" } as const;
  const whole = decode(formatResponse(response));
  assert(whole.includes("\r\nallow: GET, HEAD\r\n"));
  assert(whole.includes("\r\ncontent-type: text/x\r\n"));
  assertEquals(decode(formatResponse(response, { isHead: true })) + "no\n", whole);
});
