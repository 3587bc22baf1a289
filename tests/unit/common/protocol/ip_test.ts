import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  addressBits,
  hostMatcher,
  isLoopback,
  isUnicast,
  isWhole,
  networkOf,
  parseIp,
  parseNetwork,
  unmapIpv4,
} from "../../../../common/protocol/ip.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("parseIp gives the canonical form of an address", () => {
  assertEquals(parseIp("192.168.1.20"), "192.168.1.20");
  assertEquals(parseIp("010.0.0.009"), "10.0.0.9");
  assertEquals(parseIp("2001:DB8:0:0:0:0:0:20"), "2001:db8::20");
  assertEquals(parseIp("::ffff:192.0.2.1"), "::ffff:c000:201");
});

Deno.test("parseIp rejects anything else", () => {
  const wrong = [
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "1.2.3.4 ",
    "::1%eth0",
    "[::1]",
  ];
  for (const text of [...wrong, ":", "1::2::3", "12345::", "g::", "::1/@x", "1.2.3.-4"]) {
    assertEquals(parseIp(text), undefined, text);
  }
});

Deno.test("loopback, unspecified and multicast addresses are not a peer's", () => {
  for (const ip of ["192.168.1.20", "10.0.0.1", "169.254.3.4", "2001:db8::1", "fe80::1"]) {
    assert(isUnicast(ip), ip);
  }
  for (
    const ip of ["127.0.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255", "::", "::1", "ff02::fb"]
  ) {
    assert(!isUnicast(ip), ip);
  }
  assert(!isUnicast(parseIp("::ffff:127.0.0.1")!));
});

Deno.test("loopback is 127.0.0.0/8, ::1 and 127.0.0.0/8 mapped into IPv6, in any notation", () => {
  const loopback = ["127.0.0.1", "127.8.9.10", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"];
  const mapped = ["::ffff:127.0.0.1", "::FFFF:127.8.9.10", "::ffff:7f00:1"];
  for (const ip of [...loopback, ...mapped]) assert(isLoopback(ip), ip);
  const others = ["128.0.0.1", "12.7.0.0", "1127.0.0.1", "0.0.0.0", "::", "::2", "::127.0.0.1"];
  const names = ["localhost", "127.example.org", "127.0.0.1.example.org", "::ffff:127.x", ""];
  for (const host of [...others, "::ffff:192.0.2.1", "::ffff:7f0:1", "fe80::1", ...names]) {
    assert(!isLoopback(host), host);
  }
});

Deno.test("link-local addresses are recognised", () => {
  for (const ip of ["fe80::1", "FEBF::1"]) assert(!isWhole(ip), ip);
  for (const ip of ["fd00::1", "2001:db8::fe80", "fe8::1", "192.168.1.1"]) assert(isWhole(ip), ip);
});

Deno.test("two addresses are on the same network by the length of its prefix", () => {
  assert(hostMatcher("192.168.1.20/24")("192.168.1.255"));
  assert(!hostMatcher("192.168.1.20/24")("192.168.2.20"));
  assert(hostMatcher("200.1.2.3/32")("200.1.2.3"));
  assert(hostMatcher("1.2.3.4/0")("200.1.2.3"));
  assert(!hostMatcher("1.2.3.4/0")("fe80::1"));
});

testProperty(
  "parseIp leaves its own result unchanged, for any text",
  { weight: 3 },
  (check) =>
    check(
      fc.property(fc.oneof(hostileText(), fc.ipV4Extended(), fc.ipV6(), fc.ipV4()), (text) => {
        const ip = parseIp(text);
        if (ip !== undefined) assertEquals(parseIp(ip), ip);
        if (/^[\x20-\x7e]*$/.test(text)) return;
        assertEquals(ip, undefined);
      }),
    ),
);

testProperty(
  "parseIp accepts every address",
  { weight: 1 },
  (check) =>
    check(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      assert(parseIp(text) !== undefined, text);
    })),
);

Deno.test("an IPv4-mapped IPv6 address becomes the IPv4 address, and any other stays", () => {
  const cases = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["2001:db8::ffff:192.0.2.1", "2001:db8::ffff:192.0.2.1"],
    ["", ""],
  ];
  for (const [host, plain] of cases) assertEquals(unmapIpv4(host!), plain);
});

Deno.test("an IPv6 address counts for its /64, however it is abbreviated", () => {
  const cases = [
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
    ["2001:db8::3:4:5:6", "2001:db8::/64"],
    ["2001:db8::6", "2001:db8::/64"],
    ["2001::2:3:4:5:6", "2001:0:0:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["::6", "::/64"],
    ["192.0.2.1", "192.0.2.1"],
    ["", ""],
  ];
  for (const [host, counted] of cases) assertEquals(networkOf(host!), counted, host);
});

Deno.test("link-local addresses count for themselves, as all share one /64", () => {
  assertEquals(networkOf("fe80::1"), "fe80::1");
  assertEquals(networkOf("fe80::2%eth0"), "fe80::2%eth0");
  assertEquals(networkOf("febf::1"), "febf::1");
  assertEquals(networkOf("fec0::1"), "fec0::/64");
});

Deno.test("a network is read in any notation, an IPv6 address as its /64", () => {
  const cases = [
    ["192.0.2.7", "192.0.2.7"],
    ["010.0.0.9/8", "10.0.0.0/8"],
    ["192.0.2.7/32", "192.0.2.7"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:DB8:0:0:1::2", "2001:db8::/64"],
    ["2001:db8::1/128", "2001:db8::1/128"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["fe80::1", "fe80::1"],
    ["fe80::1/128", "fe80::1"],
  ];
  for (const [typed, text] of cases) assertEquals(parseNetwork(typed!)?.text, text, typed);
  const wrong = ["", "/24", "ana", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "2001:db8::/129"];
  for (const text of [...wrong, "1.2.3/24", "1.2.3.4/24/1", "fe80::1%eth0", "1.2.3.4/1e1"]) {
    assertEquals(parseNetwork(text), undefined, text);
  }
});

testProperty(
  "a network has the addresses that share its first bits, and reading it again changes nothing",
  { weight: 2 },
  (check) =>
    check(
      fc.property(fc.ipV4(), fc.ipV4(), fc.nat(32), (one, other, length) => {
        const network = parseNetwork(`${one}/${length}`)!;
        const number = (ip: string) =>
          ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
        const size = 2 ** (32 - length);
        const isSame = Math.floor(number(one) / size) === Math.floor(number(other) / size);
        assertEquals(addressBits(other)!.startsWith(network.bits), isSame);
        assertEquals(addressBits(`::ffff:${other}`), addressBits(other));
        assertEquals(parseNetwork(network.text), network);
      }),
    ),
);

testProperty(
  "no text that is read as a network is changed by reading it again, and its address is in it",
  { weight: 3 },
  (check) =>
    check(
      fc.property(
        fc.oneof(
          hostileText(),
          fc.ipV6(),
          fc.tuple(fc.ipV6(), fc.nat(140)).map((pair) => pair.join("/")),
        ),
        (text) => {
          const network = parseNetwork(text);
          if (!network) return;
          assertEquals(parseNetwork(network.text), network);
          assert(addressBits(text.split("/")[0]!)!.startsWith(network.bits));
        },
      ),
    ),
);
