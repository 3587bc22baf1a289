import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Address,
  formatAddress,
  parseAddress,
  parseAddresses,
  parsePlace,
} from "../../../../common/cli/address.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import { testProperty } from "../../../support/property.ts";

function parse(...args: string[]): [string, number] {
  const { hostname, port }: Address = parseAddress(args);
  return [hostname, port];
}

function fault(...args: string[]): string {
  return assertThrows(() => parseAddress(args), UsageError).message;
}

Deno.test("without arguments the address is 127.0.0.1:3000", () => {
  assertEquals(parse(), ["127.0.0.1", 3000]);
});

Deno.test("an address is a host, a port, or both, in one argument or two", () => {
  assertEquals(parse("chat.example"), ["chat.example", 3000]);
  assertEquals(parse("4000"), ["127.0.0.1", 4000]);
  assertEquals(parse("chat.example", "4000"), ["chat.example", 4000]);
  assertEquals(parse("chat.example:4000"), ["chat.example", 4000]);
  assertEquals(parse("192.168.1.20:0"), ["192.168.1.20", 0]);
  assertEquals(parse("mi-casa_2.ñandú"), ["mi-casa_2.ñandú", 3000]);
});

Deno.test("an IPv6 address may be in brackets, and must be if its port is in the same argument", () => {
  assertEquals(parse("::1"), ["::1", 3000]);
  assertEquals(parse("::1", "4000"), ["::1", 4000]);
  assertEquals(parse("[::1]"), ["::1", 3000]);
  assertEquals(parse("[::1]", "4000"), ["::1", 4000]);
  assertEquals(parse("[2001:db8::20]:4000"), ["2001:db8::20", 4000]);
  assertEquals(parse("[fe80::1%eth0]:4000"), ["fe80::1%eth0", 4000]);
  assertEquals(parse("::ffff:10.0.0.1"), ["::ffff:10.0.0.1", 3000]);
});

Deno.test("a number alone is a port, not a host", () => {
  assertEquals(fault("99999"), '"99999" is not a port: use a number from 0 to 65535');
  assertEquals(parse("10", "20"), ["10", 20]);
});

Deno.test("an error for an invalid port quotes it and says the range", () => {
  for (const port of ["http", "-1", "65536", "1e3", "80x", "", "000080", "٣"]) {
    const expected = `"${port}" is not a port: use a number from 0 to 65535`;
    assertEquals(fault("localhost", port), expected);
  }
  assertEquals(fault("localhost:"), '"" is not a port: use a number from 0 to 65535');
  assertEquals(
    assertThrows(() => parseAddress(["localhost", "0"], { minPort: 1 }), UsageError).message,
    '"0" is not a port: use a number from 1 to 65535',
  );
});

Deno.test("an error for an invalid host quotes it", () => {
  for (
    const host of ["", "a b", "http://chat", "a/b", "[chat]", "[]", "::1]", "[::1", ":::x", "ana@b"]
  ) {
    assertEquals(fault(host, "4000"), `"${host}" is not a host name or address`, host);
  }
  assertEquals(fault(":4000"), '"" is not a host name or address');
});

Deno.test("a third argument is an error", () => {
  assertEquals(fault("localhost", "4000", "now"), 'unexpected argument "now"');
});

Deno.test("with several addresses, each must be HOST:PORT", () => {
  const parsed = (...args: string[]) => parseAddresses(args).map(formatAddress);
  assertEquals(parsed("a:1", "b.example:2", "[::1]:3"), ["a:1", "b.example:2", "[::1]:3"]);
  assertEquals(parsed("a:1"), ["a:1"]);
  assertEquals(parsed("a", "1"), ["a:1"]);
  assertEquals(parsed(), ["127.0.0.1:3000"]);
  for (const wrong of ["b", "2", "::1"]) {
    assertEquals(
      assertThrows(() => parseAddresses(["a:1", wrong]), UsageError).message,
      `"${wrong}" is not HOST:PORT; with several hubs, each must be HOST:PORT`,
    );
  }
  // With two arguments, the second is still the port of the first.
  assertEquals(
    assertThrows(() => parseAddresses(["a", "b:2"]), UsageError).message,
    '"b:2" is not a port: use a number from 0 to 65535',
  );
  assertThrows(() => parseAddresses(["a:1", "b:0"], { minPort: 1 }), UsageError);
});

Deno.test("formatAddress puts brackets around IPv6 only", () => {
  assertEquals(formatAddress({ hostname: "chat.example", port: 3000 }), "chat.example:3000");
  assertEquals(formatAddress({ hostname: "::1", port: 3000 }), "[::1]:3000");
});

testProperty("parseAddress reads what formatAddress writes", { weight: 5 }, (check) => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  check(fc.property(host, fc.integer({ min: 0, max: 65535 }), (hostname, port) => {
    assertEquals(parseAddress([formatAddress({ hostname, port })]), { hostname, port });
    assertEquals(parseAddress([hostname, String(port)]), { hostname, port });
  }));
});

testProperty("parseAddress throws nothing but UsageError", { weight: 3 }, (check) => {
  check(fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }), (args) => {
    try {
      const { hostname, port } = parseAddress(args);
      assertEquals([hostname === "", Number.isInteger(port)], [false, true]);
    } catch (error) {
      assertEquals(error instanceof UsageError, true);
    }
  }));
});

Deno.test("parsePlace reads HOST:PORT, or a port of 127.0.0.1", () => {
  const place = (value: string) => {
    const { hostname, port } = parsePlace("metrics", value);
    return [hostname, port];
  };
  for (const value of ["9090", ":9090", "127.0.0.1:9090"]) {
    assertEquals(place(value), ["127.0.0.1", 9090], value);
  }
  assertEquals(place("0.0.0.0:9090"), ["0.0.0.0", 9090]);
  assertEquals(place("[::]:0"), ["::", 0]);
  assertEquals(place("hub.example:9090"), ["hub.example", 9090]);
});

Deno.test("parsePlace requires a port", () => {
  const wrong = (value: string) =>
    assertThrows(() => parsePlace("metrics", value), UsageError).message;
  for (const value of ["localhost", "0.0.0.0", "::1", "::", "::9090", "[::1]", "", ":", "a:1:2"]) {
    assertEquals(
      wrong(value),
      `--metrics must be HOST:PORT, or only a port, not "${value}"`,
    );
  }
  for (const value of ["70000", ":70000", "localhost:70000"]) {
    assertEquals(wrong(value), '"70000" is not a port: use a number from 0 to 65535');
  }
  assertEquals(wrong("localhost:http"), '"http" is not a port: use a number from 0 to 65535');
  assertEquals(wrong("a b:1"), '"a b" is not a host name or address');
});

testProperty(
  "parsePlace reads what formatAddress writes, or rejects it",
  { weight: 4 },
  (check) =>
    check(fc.property(
      fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.domain()),
      fc.nat({ max: 70_000 }),
      (hostname, port) => {
        const value = formatAddress({ hostname, port });
        let place: Address;
        try {
          place = parsePlace("metrics", value);
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          return;
        }
        assertEquals(place, { hostname: hostname === "" ? "127.0.0.1" : hostname, port });
        assertEquals(port <= 65_535, true);
      },
    )),
);
