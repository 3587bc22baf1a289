import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FoundHubs, withLocal } from "../../../../client/discover/found_hubs.ts";
import { isUnicast, parseIp } from "../../../../common/protocol/ip.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const ID = "0123456789abcdef";

interface Announced {
  name?: string;
  id?: string;
  port?: number;
  from?: string;
  addresses?: string[];
  txt?: Record<string, string>;
}

/** An announcement as the mDNS library gives it. */
function announcement({
  id = ID,
  name = `laptop (${id.slice(0, 8)})`,
  port = 3000,
  from = "192.168.1.20",
  addresses = [from],
  txt = {},
}: Announced = {}) {
  return { name, port, addresses, referer: { address: from }, txt: { v: "1", id, ...txt } };
}

function announce(...all: Announced[]): FoundHubs {
  const hubs = new FoundHubs(["192.168.1.99", "127.0.0.1"]);
  for (const each of all) hubs.add(announcement(each));
  return hubs;
}

const addressesOf = (hubs: FoundHubs) =>
  hubs.list().map(({ addresses }) => addresses.map(({ hostname, port }) => `${hostname} ${port}`));

Deno.test("a hub is found with what it announces", () => {
  assertEquals(announce({ txt: { tls: "1", pw: "1" } }).list(), [{
    name: "laptop",
    addresses: [{ hostname: "192.168.1.20", port: 3000 }],
    isEncrypted: true,
    requiresPassword: true,
    isLocal: false,
    isProbed: false,
  }]);
});

Deno.test("a repeated announcement is not a new hub", () => {
  const hubs = new FoundHubs();
  assertEquals([hubs.add(announcement()), hubs.add(announcement())], [true, false]);
  assertEquals(hubs.list().length, 1);
});

Deno.test("a hub on several networks is listed once, with all its addresses", () => {
  assertEquals(addressesOf(announce({}, { from: "10.0.0.5" }, { from: "10.0.0.5" })), [
    ["192.168.1.20 3000", "10.0.0.5 3000"],
  ]);
});

Deno.test("the address that the announcement came from is preferred", () => {
  const addresses = ["172.17.0.1", "192.168.1.20", "2001:db8::20"];
  assertEquals(addressesOf(announce({ addresses })), [["192.168.1.20 3000"]]);
});

Deno.test("a relayed announcement gives all addresses, IPv4 first", () => {
  const addresses = ["fe80::1", "2001:db8::20", "127.0.0.1", "172.17.0.1", "192.168.7.20"];
  assertEquals(addressesOf(announce({ addresses })), [[
    "172.17.0.1 3000",
    "192.168.7.20 3000",
    "2001:db8::20 3000",
  ]]);
});

Deno.test("a hub that listens on a single IPv6 address is found there", () => {
  assertEquals(addressesOf(announce({ txt: { ip: "2001:db8::20" } })), [["2001:db8::20 3000"]]);
});

Deno.test("hubs on different ports of one machine are different hubs", () => {
  const hubs = announce({}, { id: "f".repeat(16), port: 3001 });
  assertEquals(addressesOf(hubs), [["192.168.1.20 3000"], ["192.168.1.20 3001"]]);
});

Deno.test("an unencrypted hub that claims another hub's id does not replace it", () => {
  const hubs = announce({ txt: { tls: "1" } }, { from: "192.168.1.66" });
  assertEquals(addressesOf(hubs), [["192.168.1.20 3000"], ["192.168.1.66 3000"]]);
  assertEquals(hubs.list().map(({ isEncrypted }) => isEncrypted), [true, false]);
});

Deno.test("only one hub is listed per address", () => {
  assertEquals(announce({}, { id: "f".repeat(16) }).list().length, 1);
});

Deno.test("hubs of another protocol version are listed apart", () => {
  const hubs = announce({ txt: { v: "2" } });
  assertEquals(hubs.list(), []);
  assertEquals(hubs.list({ isCompatible: false }).map(({ name }) => name), ["laptop"]);
});

Deno.test("the number of hubs and addresses is bounded", () => {
  const hubs = new FoundHubs();
  for (let number = 0; number < 1000; number++) {
    const id = number.toString(16).padStart(16, "0");
    hubs.add(announcement({ id, from: `10.1.${number >> 8}.${number & 255}` }));
  }
  for (let host = 1; host < 100; host++) {
    hubs.add(announcement({ id: "0".repeat(16), from: `10.2.0.${host}` }));
  }
  assertEquals(hubs.list().length, 32);
  assertEquals(
    hubs.list().find(({ addresses }) => addresses.length > 1)?.addresses.length,
    4,
  );
});

Deno.test("announcements without a reachable address are ignored", () => {
  const hubs = new FoundHubs();
  const bad = [{ port: 0 }, { port: 65_536 }, { port: 1.5 }, { id: "x" }, { from: "127.0.0.1" }];
  for (const each of bad) assertEquals(hubs.add(announcement(each)), false);
  for (const each of [{ from: "224.0.0.1" }, { from: "::1" }, { txt: { ip: "fe80::1" } }]) {
    assertEquals(hubs.add(announcement(each)), false);
  }
  assertEquals(hubs.list().length, 0);
});

const LOCAL = { address: { hostname: "127.0.0.1", port: 3000 }, isEncrypted: false };

Deno.test("a hub on this machine is listed once, announced or not, and joined over loopback", () => {
  const here = announce({ from: "192.168.1.99", txt: { pw: "1", tls: "1" } }).list();
  assertEquals(here.map(({ isLocal }) => isLocal), [true]);
  const both = withLocal(here, LOCAL);
  assertEquals(both, [{
    name: "laptop",
    addresses: [LOCAL.address],
    isEncrypted: false, // by its own answer
    requiresPassword: true,
    isLocal: true,
    isProbed: true,
  }]);
  assertEquals(withLocal([], LOCAL).map(({ name, isLocal }) => [name, isLocal]), [["", true]]);
});

Deno.test("a hub on another port or another machine is another hub", () => {
  const others = announce({ from: "192.168.1.99", port: 4000 }, { id: "f".repeat(16) })
    .list();
  assertEquals(others.length, 2);
  assertEquals(withLocal(others, LOCAL).slice(1), others);
  assertEquals(withLocal(others, undefined), others);
});

testProperty(
  "a found hub can be shown and joined, for any announcement",
  { weight: 5 },
  (check) => {
    const text = hostileText();
    const ips = fc.oneof(fc.ipV4(), fc.ipV6(), text);
    const services = fc.record({
      name: fc.oneof(text, fc.constant("laptop (01234567)")),
      port: fc.oneof(fc.integer(), fc.integer({ min: 1, max: 65_535 }), fc.double()),
      addresses: fc.oneof(fc.array(ips), fc.anything()),
      referer: fc.oneof(fc.record({ address: ips }), fc.anything()),
      txt: fc.oneof(
        fc.record({
          v: fc.constantFrom("1", "2"),
          id: fc.stringMatching(/^[0-9a-f]{16}$/),
          ip: ips,
        }),
        fc.anything(),
      ),
    }, { requiredKeys: [] });
    return check(fc.property(fc.array(fc.oneof(services, fc.anything())), (all) => {
      const hubs = new FoundHubs();
      for (const each of all) hubs.add(each);
      for (const { name, addresses } of [...hubs.list(), ...hubs.list({ isCompatible: false })]) {
        assertEquals(sanitize(name), name);
        assert(name !== "" && addresses.length >= 1 && addresses.length <= 4);
        for (const { hostname, port } of addresses) {
          assert(parseIp(hostname) === hostname && isUnicast(hostname), hostname);
          assert(Number.isInteger(port) && port >= 1 && port <= 65_535);
        }
      }
    }));
  },
);
