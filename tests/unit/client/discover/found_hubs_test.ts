import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FoundHubs, withLocal } from "../../../../client/discover/found_hubs.ts";
import { isUnicast, parseIp } from "../../../../common/protocol/ip.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const ID = "0123456789abcdef";

interface Heard {
  name?: string;
  id?: string;
  port?: number;
  from?: string;
  addresses?: string[];
  txt?: Record<string, string>;
}

/** What the library makes of an announcement. */
function heard({
  id = ID,
  name = `laptop (${id.slice(0, 8)})`,
  port = 3000,
  from = "192.168.1.20",
  addresses = [from],
  txt = {},
}: Heard = {}) {
  return { name, port, addresses, referer: { address: from }, txt: { v: "1", id, ...txt } };
}

function find(...all: Heard[]): FoundHubs {
  const finds = new FoundHubs(["192.168.1.99", "127.0.0.1"]);
  for (const each of all) finds.add(heard(each));
  return finds;
}

const places = (finds: FoundHubs) =>
  finds.compatible().map(({ addresses }) =>
    addresses.map(({ hostname, port }) => `${hostname} ${port}`)
  );

Deno.test("a hub is found with what it says of itself", () => {
  assertEquals(find({ txt: { tls: "1", pw: "1" } }).compatible(), [{
    name: "laptop",
    addresses: [{ hostname: "192.168.1.20", port: 3000 }],
    isEncrypted: true,
    wantsPassword: true,
    isLocal: false,
    isProbed: false,
  }]);
});

Deno.test("a hub that is heard of again is known already", () => {
  const finds = new FoundHubs();
  assertEquals([finds.add(heard()), finds.add(heard())], [true, false]);
  assertEquals(finds.size, 1);
});

Deno.test("one hub on several networks is one, at all of its addresses", () => {
  assertEquals(places(find({}, { from: "10.0.0.5" }, { from: "10.0.0.5" })), [
    ["192.168.1.20 3000", "10.0.0.5 3000"],
  ]);
});

Deno.test("the address that it was heard from goes before those of its other networks", () => {
  const addresses = ["172.17.0.1", "192.168.1.20", "2001:db8::20"];
  assertEquals(places(find({ addresses })), [["192.168.1.20 3000"]]);
});

Deno.test("where another machine has passed it on, it is at any of its addresses, IPv4 first", () => {
  const addresses = ["fe80::1", "2001:db8::20", "127.0.0.1", "172.17.0.1", "192.168.7.20"];
  assertEquals(places(find({ addresses })), [[
    "172.17.0.1 3000",
    "192.168.7.20 3000",
    "2001:db8::20 3000",
  ]]);
});

Deno.test("a hub that listens on one address of IPv6 is there", () => {
  assertEquals(places(find({ txt: { ip: "2001:db8::20" } })), [["2001:db8::20 3000"]]);
});

Deno.test("hubs on one machine are several by their ports", () => {
  const finds = find({}, { id: "f".repeat(16), port: 3001 });
  assertEquals(places(finds), [["192.168.1.20 3000"], ["192.168.1.20 3001"]]);
});

Deno.test("who claims to be another's hub and is not encrypted is not taken for it", () => {
  const finds = find({ txt: { tls: "1" } }, { from: "192.168.1.66" });
  assertEquals(places(finds), [["192.168.1.20 3000"], ["192.168.1.66 3000"]]);
  assertEquals(finds.compatible().map(({ isEncrypted }) => isEncrypted), [true, false]);
});

Deno.test("there is one hub only at one address", () => {
  assertEquals(find({}, { id: "f".repeat(16) }).size, 1);
});

Deno.test("hubs of another version are known, and not among those to join", () => {
  const finds = find({ txt: { v: "2" } });
  assertEquals(finds.compatible(), []);
  assertEquals(finds.incompatible().map(({ name }) => name), ["laptop"]);
});

Deno.test("no more hubs and addresses are kept than anybody would choose from", () => {
  const finds = new FoundHubs();
  for (let number = 0; number < 1000; number++) {
    const id = number.toString(16).padStart(16, "0");
    finds.add(heard({ id, from: `10.1.${number >> 8}.${number & 255}` }));
  }
  for (let host = 1; host < 100; host++) {
    finds.add(heard({ id: "0".repeat(16), from: `10.2.0.${host}` }));
  }
  assertEquals(finds.size, 32);
  assertEquals(
    finds.compatible().find(({ addresses }) => addresses.length > 1)?.addresses.length,
    4,
  );
});

Deno.test("what nobody could join is not taken", () => {
  const finds = new FoundHubs();
  const bad = [{ port: 0 }, { port: 65_536 }, { port: 1.5 }, { id: "x" }, { from: "127.0.0.1" }];
  for (const each of bad) assertEquals(finds.add(heard(each)), false);
  for (const each of [{ from: "224.0.0.1" }, { from: "::1" }, { txt: { ip: "fe80::1" } }]) {
    assertEquals(finds.add(heard(each)), false);
  }
  assertEquals(finds.size, 0);
});

const LOCAL = { address: { hostname: "127.0.0.1", port: 3000 }, isEncrypted: false };

Deno.test("a hub of this machine counts once, announced or not, and is joined over loopback", () => {
  const here = find({ from: "192.168.1.99", txt: { pw: "1", tls: "1" } }).compatible();
  assertEquals(here.map(({ isLocal }) => isLocal), [true]);
  const both = withLocal(here, LOCAL);
  assertEquals(both, [{
    name: "laptop",
    addresses: [LOCAL.address],
    isEncrypted: false, // as it has answered
    wantsPassword: true,
    isLocal: true,
    isProbed: true,
  }]);
  assertEquals(withLocal([], LOCAL).map(({ name, isLocal }) => [name, isLocal]), [["", true]]);
});

Deno.test("a hub of this machine at another port is another one, and so is another machine's", () => {
  const others = find({ from: "192.168.1.99", port: 4000 }, { id: "f".repeat(16) }).compatible();
  assertEquals(others.length, 2);
  assertEquals(withLocal(others, LOCAL).slice(1), others);
  assertEquals(withLocal(others, undefined), others);
});

testProperty(
  "whatever is heard, a hub that is found can be shown and joined",
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
      const finds = new FoundHubs();
      for (const each of all) finds.add(each);
      for (const { name, addresses } of [...finds.compatible(), ...finds.incompatible()]) {
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
