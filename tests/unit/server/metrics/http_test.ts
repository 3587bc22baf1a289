import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatResponse, parseRequest } from "../../../../server/metrics/http.ts";
import { testProperty } from "../../../support/property.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

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
    assertEquals(parseRequest(received), { method, path }, received);
  }
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
      if (request === "bad") return;
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
        assertEquals(parseRequest(request), { method, path });
        assertEquals(parseRequest(request + "more"), { method, path });
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
