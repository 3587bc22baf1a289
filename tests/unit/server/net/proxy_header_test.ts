/** PROXY headers of both versions, whole, in pieces, and hostile. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { addressBits } from "../../../../common/protocol/ip.ts";
import { MAX_PROXY_HEADER, parseProxyHeader } from "../../../../server/net/proxy_header.ts";
import { testProperty } from "../../../support/property.ts";
import { binaryHeader, PROXY_HEADERS } from "../../../support/proxy_header.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const parseLine = (line: string) => parseProxyHeader(ascii(line));

/** A header, and the address and port that it names, if any. */
interface Sample {
  bytes: Uint8Array;
  source?: { hostname: string; port: number };
}

const port = fc.nat(0xffff);
const additions = fc.uint8Array({ maxLength: 300 });
const addressesOf = (width: number) =>
  fc.tuple(fc.uint8Array({ minLength: width, maxLength: width }), port);

const header: fc.Arbitrary<Sample> = fc.oneof(
  fc.record({ ip: fc.ipV4(), port }).map(({ ip: hostname, port }) => ({
    bytes: ascii(`PROXY TCP4 ${hostname} 10.0.0.1 ${port} 443\r\n`),
    source: { hostname, port },
  })),
  fc.record({ ip: fc.ipV6(), port }).map(({ ip, port }) => ({
    bytes: ascii(`PROXY TCP6 ${ip} ::1 ${port} 443\r\n`),
    source: { hostname: ip, port },
  })),
  fc.constantFrom("PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 whatever 1 2\r\n")
    .map((line) => ({ bytes: ascii(line) })),
  fc.tuple(addressesOf(4), additions).map(([[ip, port], more]) => ({
    bytes: binaryHeader(0x21, 0x11, [...ip, 10, 0, 0, 1, port >> 8, port & 255, 1, 187, ...more]),
    source: { hostname: ip.join("."), port },
  })),
  fc.tuple(addressesOf(16), additions).map(([[ip, port], more]) => ({
    bytes: binaryHeader(0x21, 0x21, [...ip, ...ip, port >> 8, port & 255, 1, 187, ...more]),
    source: { hostname: ip.toHex().match(/.{4}/g)!.join(":"), port },
  })),
  fc.tuple(fc.constantFrom([0x20, 0x00], [0x20, 0x11], [0x21, 0x00], [0x21, 0x31]), additions)
    .map(([[command, family], more]) => ({ bytes: binaryHeader(command!, family!, [...more]) })),
);

testProperty(
  "a header is read as soon as it is whole, not before, and not what follows it",
  { weight: 5 },
  (check) => {
    check(fc.property(header, fc.uint8Array({ maxLength: 40 }), ({ bytes, source }, rest) => {
      for (let length = 0; length < bytes.length; length++) {
        assertEquals(parseProxyHeader(bytes.subarray(0, length)), undefined, `${length} bytes`);
      }
      for (const received of [bytes, new Uint8Array([...bytes, ...rest])]) {
        const parsed = parseProxyHeader(received);
        assert(parsed);
        assertEquals(parsed.size, bytes.length);
        assertEquals(parsed.source?.port, source?.port);
        // The same address, however it is written.
        assertEquals(
          addressBits(parsed.source?.hostname ?? ""),
          addressBits(source?.hostname ?? ""),
        );
      }
    }));
  },
);

testProperty(
  "no bytes make the parser throw, or wait for more than it reads",
  { weight: 20 },
  (check) => {
    const begun = fc.tuple(header, fc.uint8Array({ maxLength: 50 }), fc.nat(60)).map(
      ([{ bytes }, noise, at]) =>
        new Uint8Array([...bytes.subarray(0, at), ...noise, ...bytes.subarray(at)]),
    );
    check(fc.property(fc.oneof(begun, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const parsed = parseProxyHeader(bytes);
      if (parsed) assert(parsed.size <= bytes.length && parsed.size <= MAX_PROXY_HEADER);
      const filled = new Uint8Array(MAX_PROXY_HEADER);
      filled.set(bytes);
      assert(parseProxyHeader(filled) !== undefined);
    }));
  },
);

Deno.test("an IPv4 address in an IPv6 header is the IPv4 address", () => {
  const mapped = [...Array(10).fill(0), 0xff, 0xff, 203, 0, 113, 9];
  const source = { hostname: "203.0.113.9", port: 258 };
  for (const ip of ["::ffff:203.0.113.9", "::FFFF:cb00:7109"]) {
    const parsed = parseLine(`PROXY TCP6 ${ip} ::1 258 443\r\n`);
    assertEquals(parsed && parsed.source, source);
  }
  const binary = parseProxyHeader(binaryHeader(0x21, 0x21, [...mapped, ...mapped, 1, 2, 1, 187]));
  assertEquals(binary && binary.source, source);
});

Deno.test("other bytes and malformed headers are refused at once", () => {
  const long = "PROXY UNKNOWN " + "x".repeat(200);
  const lines = [
    ...["hola\n", '{"type":"hello"', "PROXIES", "proxy tcp4 ", "GET / HTTP/1.1\r\n", "\n", long],
    ...["PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", "PROXY\r\n"],
    ...["PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n"],
    ...["PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n"],
    ...["PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n"],
    ...["PROXY TCP4 localhost 5.6.7.8 1 2\r\n", "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n"],
    ...["PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n", "PROXY UNKNOWNS\r\n", `${PROXY_HEADERS[1]}`],
  ];
  for (const line of lines) assertEquals(parseLine(line), false, line);
  const address = Array(12).fill(1);
  const binary = [
    ...[binaryHeader(0x11, 0x11, address), binaryHeader(0x22, 0x11, address)],
    ...[binaryHeader(0x21, 0x13, address), binaryHeader(0x21, 0x41, address)],
    ...[binaryHeader(0x21, 0x11, address.slice(1)), binaryHeader(0x21, 0x21, Array(35).fill(1))],
    binaryHeader(0x20, 0x00, Array(MAX_PROXY_HEADER - 15).fill(0)).subarray(0, 16),
    new Uint8Array([0x0d, 0x0a, 0x0d, 0x0a, 0x0a]),
  ];
  for (const bytes of binary) assertEquals(parseProxyHeader(bytes), false, bytes.toHex());
  const longest = binaryHeader(0x20, 0x00, Array(MAX_PROXY_HEADER - 16).fill(0));
  assertEquals(parseProxyHeader(longest), { size: MAX_PROXY_HEADER, source: undefined });
});
