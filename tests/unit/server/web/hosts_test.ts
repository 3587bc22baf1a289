import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { allowHosts, parseHost } from "../../../../server/web/hosts.ts";
import { testProperty } from "../../../support/property.ts";

const isKnown = allowHosts(["aula.local", "chat.example.org:8443", "192.0.2.7", "2001:db8::7"]);

function isAllowed(header: string, local = "192.0.2.1"): boolean {
  const host = parseHost(header);
  return host !== undefined && isKnown(host, local);
}

Deno.test("the hub's own names and addresses pass, however they are written", () => {
  for (
    const header of [
      "localhost",
      "LocalHost:3000",
      "localhost.",
      "127.0.0.1:3000",
      "127.8.9.10",
      "[::1]:3000",
      "[0:0::1]",
      "[::ffff:127.0.0.1]:3000",
      "192.0.2.1", // where the socket was reached
      "[::ffff:192.0.2.1]",
      "192.0.2.7:1",
      "[2001:DB8:0::7]:3000",
      "AULA.local.:3000",
    ]
  ) assert(isAllowed(header), header);
  assert(isAllowed("[fd00::5]:3000", "fd00:0::5"));
  assert(isAllowed("10.0.0.5", "::ffff:10.0.0.5"));
});

Deno.test("no other name passes, and no header that is not a host", () => {
  for (
    const header of [
      "",
      "evil.example",
      "192.0.2.2",
      "0.0.0.0",
      "[::]",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "xlocalhost",
      "localhost..",
      ".localhost",
      "localhost:",
      "localhost:x",
      "localhost:123456",
      "localhost, evil.example",
      "evil.example@localhost",
      "localhost@evil.example",
      "local host",
      " localhost",
      "localhost/",
      "[localhost]",
      "[127.0.0.1]",
      "[::1",
      "::1",
      "[::1]x",
      "[fe80::1%eth0]",
      "localhost;",
      "localhost'",
      "*",
    ]
  ) assert(!isAllowed(header), header);
});

testProperty("nothing but the listed names passes", { weight: 4 }, (check) =>
  check(fc.property(
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
      fc.array(
        fc.constantFrom(
          "localhost",
          "127.0.0.1",
          "aula",
          ".",
          ":",
          "[",
          "]",
          "::1",
          "3000",
          "@",
          " ",
        ),
        { maxLength: 5 },
      ).map((parts) => parts.join("")),
    ),
    fc.option(fc.nat(65_535), { nil: undefined }),
    (name, port) => {
      const header = port === undefined ? name : `${name}:${port}`;
      if (!isAllowed(header)) return;
      // A URL parser agrees on what was called.
      const { hostname } = new URL(`http://${header}/`);
      const host = hostname.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
      assert(
        /^(localhost|127\..*|::1|::ffff:7f..:.*|aula\.local|192\.0\.2\.[17]|2001:db8::7)$/.test(
          host,
        ),
        header,
      );
    },
  )));

Deno.test("the port of a header does not matter, and is not part of the host", () => {
  assertEquals(parseHost("a-b.c_d:80"), "a-b.c_d");
  assertEquals(parseHost("[::1]:80"), "::1");
});
