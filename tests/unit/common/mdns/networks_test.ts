import { assertEquals } from "@std/assert";
import { type Interface, networksFor, networksOf } from "../../../../common/mdns/networks.ts";

const net = (name: string, address: string, length = 24): Interface => ({
  name,
  family: address.includes(":") ? "IPv6" : "IPv4",
  address,
  cidr: `${address}/${length}`,
});

const INTERFACES = [
  net("lo", "127.0.0.1", 8),
  net("lo", "::1"),
  net("eth0", "192.168.1.20"),
  net("eth0", "2001:db8::20"),
  net("eth0", "fe80::20"),
  net("wlan0", "10.0.0.5", 8),
  net("eth0", "192.168.1.20"), // a second name of the same interface
];

const on = (hostname: string) => networksFor(hostname, INTERFACES).map(({ cidr }) => cidr);

const ETHERNET = "192.168.1.20/24";
const RADIO = "10.0.0.5/8";

Deno.test("a hub on all addresses is on each network once, loopback excepted", () => {
  assertEquals(on("0.0.0.0"), [ETHERNET, RADIO]);
  assertEquals(on("::"), [ETHERNET, RADIO]);
});

Deno.test("a hub on one address is on its network only", () => {
  assertEquals(on("10.0.0.5"), [RADIO]);
  assertEquals(on("2001:db8::20"), [ETHERNET]);
  assertEquals(on("127.0.0.1"), []);
  assertEquals(on("::1"), []);
  assertEquals(on("192.168.1.21"), []);
});

Deno.test("only the first of very many networks are used", () => {
  const many = Array.from({ length: 300 }, (_, number) => net(`br${number}`, `10.0.${number}.1`));
  assertEquals(networksOf(many).length, 16);
});
