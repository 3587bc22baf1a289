import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { IpLimit, networkOf, unmapIpv4 } from "../../../../server/net/ip_limit.ts";
import { isLoopback } from "../../../../common/protocol/ip.ts";
import { testProperty } from "../../../support/property.ts";

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
    ["2001:db8::3:4:5:6", "2001:db8:0:0::/64"],
    ["2001:db8::6", "2001:db8:0:0::/64"],
    ["2001::2:3:4:5:6", "2001:0:0:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["::6", "0:0:0:0::/64"],
    ["192.0.2.1", "192.0.2.1"],
    ["", ""],
  ];
  for (const [host, counted] of cases) assertEquals(networkOf(host!), counted, host);
});

Deno.test("link-local addresses count for themselves, as all share one /64", () => {
  assertEquals(networkOf("fe80::1"), "fe80::1");
  assertEquals(networkOf("fe80::2%eth0"), "fe80::2%eth0");
  assertEquals(networkOf("febf::1"), "febf::1");
  assertEquals(networkOf("fec0::1"), "fec0:0:0:0::/64");
});

testProperty(
  "each network counts its open connections, and at the end none is left",
  { weight: 10 },
  (check) => {
    const host = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "::1");
    const step = fc.record({ host, comes: fc.boolean() });
    check(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const max = 3;
      const addresses = new IpLimit(max);
      const open: string[] = [];
      for (const { host, comes } of steps) {
        const same = open.filter((each) => networkOf(each) === networkOf(host)).length;
        if (comes) {
          const isFull = same >= max && !isLoopback(host);
          assertEquals(addresses.add(host), isFull ? "full" : "added");
          if (!isFull) open.push(host);
        } else if (open.includes(host)) {
          addresses.remove(host);
          open.splice(open.indexOf(host), 1);
        }
        const counted = open.filter((each) => !isLoopback(each)).map(networkOf);
        assertEquals(addresses.size, new Set(counted).size);
      }
      for (const each of open) addresses.remove(each);
      assertEquals(addresses.size, 0);
    }));
  },
);
