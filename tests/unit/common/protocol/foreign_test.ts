import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isHello,
  MAX_HEAD,
  recogniseHead,
  recogniseLine,
} from "../../../../common/protocol/foreign.ts";
import { testProperty } from "../../../support/property.ts";

const PROXY_V2 = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("the first bytes of TLS and of a PROXY header of version 2 are recognised as they come", () => {
  for (const [all, code] of [[PROXY_V2, "not_proxied"], [[22, 3], "not_tls"]] as const) {
    for (let length = 0; length < all.length; length++) {
      assertEquals(recogniseHead(new Uint8Array(all.slice(0, length))), undefined, `${length}`);
    }
    assertEquals(recogniseHead(new Uint8Array([...all, 0x21, 0x11, 200])), code);
  }
});

Deno.test("a request line of HTTP is recognised as it comes", () => {
  for (const line of ["GET /a?b HTTP/1.1\r\n", "HEAD / HTTP/1.0\n", "PRI * HTTP/2.0\r\n"]) {
    for (let length = 0; length < line.length; length++) {
      assertEquals(recogniseHead(bytes(line.slice(0, length))), undefined, line.slice(0, length));
    }
    assertEquals(recogniseHead(bytes(line + "Host")), "http");
  }
  assertEquals(recogniseHead(bytes("GET /" + "x".repeat(MAX_HEAD))), "http");
  for (
    const line of [
      "GET out of",
      "GET\n",
      "HOLA",
      "GET / HTTP\n",
      "get / HTTP/1.1\n",
      "GET / HTTP/1.1 x",
    ]
  ) {
    assertEquals(recogniseHead(bytes(line)), false, line);
  }
});

Deno.test("the first line of an IRC client is recognised as it comes, by its command in capitals and its CR LF", () => {
  for (const line of ["CAP LS 302\r\n", "PASS sésamo\r\n", "NICK ana\r\n", "USER a 0 * :Ana\r\n"]) {
    const sent = bytes(line);
    for (let length = 0; length < sent.length; length++) {
      assertEquals(recogniseHead(sent.slice(0, length)), undefined, `${line} cut at ${length}`);
    }
    assertEquals(recogniseHead(sent), "irc", line);
  }
  for (
    const line of [
      "NICK ana\n",
      "NICK\r\n",
      "nick ana\r\n",
      "NICKEL ana\r\n",
      "CAPE town\r\n",
      "USERS here?\r\n",
      "hola\r\nNICK ana\r\n",
      "JOIN #dev\r\n",
      "NICK " + "x".repeat(600),
    ]
  ) {
    assertEquals(recogniseHead(bytes(line)), false, line.slice(0, 30));
  }
});

Deno.test("other first bytes are known not to be foreign at once", () => {
  for (const head of ["h", "\n", "\r\nh", "\r\n\r\nhola", "{", "\x16h", "PROXY", "\r\n\r\n\0h"]) {
    assertEquals(recogniseHead(bytes(head)), false, JSON.stringify(head));
  }
});

const FOREIGN: readonly [code: string, ...lines: string[]][] = [
  [
    "not_proxied",
    "PROXY TCP4 203.0.113.9 10.0.0.1 34536 443",
    "PROXY TCP6 2001:db8::1 2001:db8::2 1 2",
    "PROXY UNKNOWN",
    "PROXY UNKNOWN ff:ff ff:ff 1 2",
    " \tPROXY TCP4 203.0.113.9 10.0.0.1 34536 443",
    "\ufeffPROXY TCP4 203.0.113.9 10.0.0.1 34536 443",
    "proxy tcp4 203.0.113.9 10.0.0.1 34536 443",
  ],
  ["not_tls", "\x16\x03\x01", "\x15\x03\x03\x02"],
  ["other_protocol SSH", "SSH-2.0-OpenSSH_9.6", "SSH-1.99-x", "\u00a0ssh-2.0-x"],
  [
    "other_protocol SMTP",
    "EHLO mail.example.org",
    "HELO x",
    "ehlo [192.0.2.1]",
    "MAIL FROM:<ana@example.org>",
    "mail from: <ana@example.org>",
  ],
  [
    "late_hello",
    '{"type":"hello","protocol":1,"password":"sesame"}',
    ' \u200b{ "protocol" : 1, "password":"sesame", "type" : "hello" }',
    '\ufeff{"type":"hello"}',
    '{"type":"hello","password":"sesame"', // cut
    '{"type":"hello","password":7}',
    '{"type":"HELLO","password":"sesame"}',
    String.raw`{"type":"\u0068ello","password":"sesame"}`,
    "{'type': 'hello', 'password': 'sesame'}",
  ],
];

Deno.test("lines of other protocols and hello frames are recognised", () => {
  for (const [wanted, ...lines] of FOREIGN) {
    for (const line of lines) {
      const { code, params } = recogniseLine(line) ?? {};
      assertEquals([code, ...Object.values(params ?? {})].join(" "), wanted, JSON.stringify(line));
    }
  }
});

Deno.test("what people write is not foreign", () => {
  for (
    const line of [
      "",
      "hola",
      "PROXY TCP is a header",
      "proxy unknown, says the log",
      "the PROXY TCP4 header",
      "helo bob",
      "HELO everybody here",
      "ehlo bob",
      "mail from: bob",
      "ssh-keygen -t ed25519",
      "SSH-2 is fine",
      '{"type":"say","text":"hello"}',
      String.raw`{"type":"say","text":"\"type\":\"hello\" \u00f1"}`,
      "{hello}",
      'see {"type":"hello"}',
    ]
  ) {
    assertEquals(recogniseLine(line), undefined, line);
  }
});

testProperty("a hello frame is recognised in any order of its fields, and however it is spaced", {
  weight: 1,
}, (check) =>
  check(fc.property(
    fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }),
    fc.constantFrom("", " ", "\t", "\ufeff", "\u00a0", "\u200b \u2060"),
    fc.integer({ min: 0, max: 3 }),
    (fields, before, indent) => {
      const frame = JSON.stringify({ ...fields, type: "hello" }, undefined, indent);
      assertEquals(isHello(before + frame), true);
    },
  )));
