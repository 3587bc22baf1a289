import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isLoopback, networkOf } from "../../../../common/protocol/ip.ts";
import { AddressLimits, type ConnectionBudgets } from "../../../../server/net/address_limits.ts";
import { Outbox, OutboxBudget } from "../../../../server/net/outbox.ts";
import { sendLimits } from "../../../../server/net/send_budget.ts";
import { testProperty } from "../../../support/property.ts";

const SEND = sendLimits({ rate: 5, burst: 10 }, { frame: 65_536 });

/** Limits for 3 connections of an address, and a clock that stands still until it is set. */
function limits({ connections = 3, trusted = [] as string[] } = {}) {
  const time = { at: 0 };
  const now = () => time.at;
  const outboxes = new OutboxBudget(0);
  const options = { connections, send: SEND, outboxes, trusted, now };
  return { time, addresses: new AddressLimits(options) };
}

testProperty(
  "each network counts its open connections, and is forgotten some time after the last one",
  { weight: 10 },
  (check) => {
    const host = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "::1");
    const step = fc.record({ host, comes: fc.boolean() });
    check(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { time, addresses } = limits();
      const open: ConnectionBudgets[] = [];
      for (const { host, comes } of steps) {
        time.at += 1000; // enough for another connect
        addresses.sweep();
        const network = isLoopback(host) ? undefined : networkOf(host);
        const same = open.findIndex((each) => each.network === network);
        if (comes) {
          const isFull = network !== undefined &&
            open.filter((each) => each.network === network).length >= 3;
          const counted = addresses.connect(host);
          assertEquals(counted === "address_full", isFull);
          if (typeof counted === "string") continue;
          assertEquals(counted.network, network);
          open.push(counted);
        } else if (same !== -1) {
          addresses.disconnect(open[same]!);
          open.splice(same, 1);
        }
        const networks = new Set(open.flatMap((each) => each.network ?? []));
        assert(addresses.size >= networks.size);
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
    if (typeof counted === "string") return counted;
    addresses.disconnect(counted);
    return "connected";
  };
  const tries = (count: number) => Array.from({ length: count }, reconnect);
  assertEquals(tries(60), Array(60).fill("connected"));
  assertEquals(reconnect(), "address_busy");
  time.at += 1000;
  assertEquals(tries(5), [...Array(4).fill("connected"), "address_busy"]);
  assert(typeof addresses.connect("192.0.2.2") !== "string", "another address is not concerned");
});

Deno.test("a trusted address has no limits; an IPv6 address stands for its network", () => {
  const { addresses } = limits({ trusted: ["192.0.2.7", "2001:db8::1"] });
  const trusted = ["192.0.2.7", "2001:db8::1", "2001:db8::2:3", "127.0.0.1", "::1"];
  const networkFor = (address: string) => {
    const counted = addresses.connect(address);
    return typeof counted === "string" ? counted : counted.network;
  };
  for (const address of trusted) {
    for (let count = 0; count < 10; count++) assertEquals(networkFor(address), undefined, address);
  }
  for (const address of ["192.0.2.8", "2001:db8:0:1::1"]) {
    assertEquals(networkFor(address), networkOf(address));
  }
});

Deno.test("slow readers at one address use up a quarter of the bytes that may wait, and leave the rest to others", () => {
  const KIB = 1024;
  const many = new OutboxBudget(4000 * KIB);
  const shared = new AddressLimits({
    connections: 20,
    send: SEND,
    outboxes: many,
    trusted: [],
    now: () => 0,
  });
  const outboxOf = (network: string) => {
    const budget = shared.connect(network);
    assert(typeof budget !== "string");
    return new Outbox(budget.outboxes, 1024 * KIB);
  };
  const slow = Array.from({ length: 10 }, () => outboxOf("192.0.2.1"));
  const chunk = new Uint8Array(100 * KIB);
  for (const outbox of slow) outbox.push(chunk);
  assertEquals([slow[0]!.push(chunk), many.pendingBytes], ["full", 1000 * KIB]);
  const other = outboxOf("192.0.2.2");
  assertEquals([other.push(chunk), other.push(chunk)], ["queued", "queued"]);
  for (const outbox of slow) outbox.dropAll();
  assertEquals(many.pendingBytes, 200 * KIB);
});
