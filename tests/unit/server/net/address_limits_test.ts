import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isLoopback, networkOf } from "../../../../common/protocol/ip.ts";
import { AddressLimits } from "../../../../server/net/address_limits.ts";
import { SendBudget, sendLimits } from "../../../../server/net/send_budget.ts";
import { testProperty } from "../../../support/property.ts";

const SEND = sendLimits({ rate: 5, burst: 10 }, { frame: 65_536 });

/** Limits for 3 connections of an address, and a clock that stands still until it is set. */
function limits({ connections = 3, trusted = [] as string[] } = {}) {
  const time = { at: 0 };
  const now = () => time.at;
  return { time, addresses: new AddressLimits({ connections, send: SEND, trusted, now }) };
}

testProperty(
  "each network counts its open connections, and is forgotten some time after the last one",
  { weight: 10 },
  (check) => {
    const host = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "::1");
    const step = fc.record({ host, comes: fc.boolean() });
    check(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { time, addresses } = limits();
      const open: string[] = [];
      for (const { host, comes } of steps) {
        time.at += 1000; // enough for another connect
        addresses.sweep();
        const network = addresses.networkOf(host);
        assertEquals(network, isLoopback(host) ? undefined : networkOf(host));
        if (network === undefined) continue;
        const same = open.filter((each) => each === network).length;
        if (comes) {
          const counted = addresses.connect(network);
          assertEquals(counted === "address_full", same >= 3);
          if (counted instanceof SendBudget) open.push(network);
        } else if (open.includes(network)) {
          addresses.disconnect(network);
          open.splice(open.indexOf(network), 1);
        }
        assert(addresses.size >= new Set(open).size);
      }
      for (const each of open) addresses.disconnect(each);
      time.at += 1000;
      addresses.sweep();
      assertEquals(addresses.size, 0);
    }));
  },
);

Deno.test("an address makes as many connections at once as it may have, and then four a second", () => {
  const { time, addresses } = limits({ connections: 60 });
  const reconnect = () => {
    const counted = addresses.connect("192.0.2.1");
    if (!(counted instanceof SendBudget)) return counted;
    addresses.disconnect("192.0.2.1");
    return "connected";
  };
  const tries = (count: number) => Array.from({ length: count }, reconnect);
  assertEquals(tries(60), Array(60).fill("connected"));
  assertEquals(reconnect(), "address_busy");
  time.at += 1000;
  assertEquals(tries(5), [...Array(4).fill("connected"), "address_busy"]);
  assert(addresses.connect("192.0.2.2") instanceof SendBudget, "another address is not concerned");
});

Deno.test("a trusted address has no limits; an IPv6 address stands for its network", () => {
  const { addresses } = limits({ trusted: ["192.0.2.7", "2001:db8::1"] });
  const trusted = ["192.0.2.7", "2001:db8::1", "2001:db8::2:3", "127.0.0.1", "::1"];
  for (const address of trusted) assertEquals(addresses.networkOf(address), undefined, address);
  for (const address of ["192.0.2.8", "2001:db8:0:1::1"]) {
    assertEquals(addresses.networkOf(address), networkOf(address));
  }
});
