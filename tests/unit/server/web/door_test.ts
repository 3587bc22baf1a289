import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { MAX_HEAD } from "../../../../common/protocol/foreign.ts";
import { answer } from "../../../../server/web/door.ts";
import { testDoor } from "../../../support/door.ts";

const DOOR = testDoor();
const SOCKET = [
  "Upgrade: websocket",
  "Connection: keep-alive, Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Origin: http://localhost:3000",
];

/** The status, the headers and the body that a request gets. */
function ask(line: string, headers: readonly string[] = [], door = DOOR) {
  const lines = [`${line} HTTP/1.1`, "Host: localhost:3000", ...headers, "", ""];
  return read(lines.join("\r\n"), door);
}

function read(request: string, door = DOOR) {
  const answered = answer(new TextEncoder().encode(request), "192.0.2.1", door);
  assert(answered);
  const [head = "", ...body] = new TextDecoder().decode(answered.bytes).split("\r\n\r\n");
  return { ...answered, head, body: body.join("\r\n\r\n") };
}

const without = (name: string) => SOCKET.filter((header) => !header.startsWith(name));
const withOther = (name: string, value: string) => [...without(name), `${name}: ${value}`];

Deno.test("each request gets its status, and a sentence unless it is granted", () => {
  const cases: readonly [line: string, headers: readonly string[], status: number][] = [
    ["GET /", [], 200],
    ["GET /?lang=es", [], 200],
    ["HEAD /", [], 200],
    ["POST /", ["Content-Length: 2"], 405],
    ["GET /x", [], 404],
    ["GET /ws/", [], 404],
    ["GET x", [], 400],
    ["OPTIONS *", [], 400],
    ["GET http://evil.example/", [], 421],
    ["GET /", ["Host: localhost"], 400],
    ["GET /ws", SOCKET, 101],
    ["GET /ws", [], 426],
    ["POST /ws", SOCKET, 405],
    ["HEAD /ws", SOCKET, 405],
    ["GET /ws", without("Upgrade"), 426],
    ["GET /ws", withOther("Connection", "close"), 426],
    ["GET /ws", withOther("Sec-WebSocket-Version", "12"), 426],
    ["GET /ws", withOther("Sec-WebSocket-Key", "c2hvcnQ="), 400],
    ["GET /ws", without("Sec-WebSocket-Key"), 400],
    ["GET /ws", without("Origin"), 403],
    ["GET /ws", withOther("Origin", "null"), 403],
    ["GET /ws", withOther("Origin", "http://localhost"), 403],
    ["GET /ws", withOther("Origin", "http://evil.example"), 403],
    ["GET /ws", withOther("Origin", "http://localhost:3000.evil.example"), 403],
    ["GET /ws", withOther("Origin", "ftp://localhost:3000"), 403],
    ["GET /ws", withOther("Origin", "https://LOCALHOST:3000"), 101],
  ];
  for (const [line, headers, status] of cases) {
    const { head, body, status: given } = ask(line, headers);
    assertEquals(given, status, `${line} ${headers}`);
    assertMatch(head, new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    if (status >= 400 && !line.startsWith("HEAD")) assertMatch(body, /^[a-z].* .*\n$/);
    if (status !== 101) assertMatch(head, /^connection: (upgrade, )?close$/m);
  }
});

Deno.test("a request without a host, or with a name that the hub does not know, is refused", () => {
  assertEquals(read("GET / HTTP/1.0\r\n\r\n").status, 400);
  const { status, body, refused } = read("GET / HTTP/1.1\r\nHost: aula.example:3000\r\n\r\n");
  assertEquals([status, refused], [421, "aula.example:3000"]);
  assertStringIncludes(body, "--web-host aula.example:3000");
});

Deno.test("a head is answered when it is whole, or too long", () => {
  const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (let length = 0; length < request.length; length++) {
    const bytes = new TextEncoder().encode(request.slice(0, length));
    assertEquals(answer(bytes, "", DOOR), undefined, `${length}`);
  }
  assertEquals(read(request.replace("\r\n\r\n", `\r\nX: ${"x".repeat(MAX_HEAD)}`)).status, 431);
});

Deno.test("the WebSocket is granted as in RFC 6455, and what follows belongs to it", () => {
  const request = ["GET /ws HTTP/1.1", "Host: localhost:3000", ...SOCKET, "", "rest"].join("\r\n");
  const { head, rest } = read(request);
  assertEquals(new TextDecoder().decode(rest), "rest");
  assertEquals(head.split("\r\n").slice(0, 2).concat(head.match(/^sec-\S+ .*$/m)![0]), [
    "HTTP/1.1 101 Switching Protocols",
    "connection: upgrade",
    "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
  ]);
  assert(!/content-length|extensions/.test(head), head);
});

Deno.test("the page comes in the language of the query, of the browser or of the hub", () => {
  const lang = (line: string, accept?: string, door = DOOR) =>
    /<html lang="(..)"/.exec(
      ask(line, accept === undefined ? [] : [`Accept-Language: ${accept}`], door).body,
    )![1];
  assertEquals(lang("GET /"), "en");
  assertEquals(lang("GET /", undefined, testDoor({ lang: "es" })), "es");
  assertEquals(lang("GET /", "fr-FR, es-MX;q=0.9,en;q=0.8"), "es");
  assertEquals(lang("GET /?lang=en", "es"), "en");
  assertEquals(lang("GET /?lang=fr", "es"), "es");
});

Deno.test("the page may load only what is in it, and be in no frame", () => {
  const { head, body } = ask("GET /");
  const [policy = ""] = head.match(/^content-security-policy: .*$/m) ?? [];
  for (const element of ["script", "style"]) {
    const text = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(body)![1]!;
    const hash = createHash("sha256").update(text).digest("base64");
    assertStringIncludes(policy, `${element}-src 'sha256-${hash}'`);
  }
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "ws://localhost:3000 "]) {
    assertStringIncludes(policy, rule);
  }
  for (const header of ["nosniff", "no-referrer", "no-store"]) assertStringIncludes(head, header);
});

Deno.test("without a page each request is told so, in the hub's language", () => {
  const closed = testDoor({ webSocket: undefined, lang: "es" });
  for (const line of ["GET /", "POST /x", "GET /ws"]) {
    const { status, body } = ask(line, SOCKET, closed);
    assertEquals(status, 404);
    assertMatch(body, /^este servidor no tiene página/);
  }
});
