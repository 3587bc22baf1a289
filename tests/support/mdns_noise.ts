/**
 * An attacker on the network: multicasts garbage, announces hubs whose names would control a terminal, and prints when
 * a hub announces its end. Runs until it is killed: `mdns_noise.ts ADDRESS`.
 */

import { createSocket } from "node:dgram";
import { Multicast } from "../../common/mdns/multicast.ts";
import { SERVICE_TYPE } from "../../common/mdns/service.ts";

const GROUP = "224.0.0.251";
const PORT = 5353;
const EVIL_HUBS = 12;

const [address = ""] = Deno.args;
const network = { address, cidr: `${address}/24` };
const multicast = await Multicast.open(network, say);
multicast.bonjour.find({ type: SERVICE_TYPE }).on("down", ({ name }) => say(`gone: ${name}`));

const header = (...counts: number[]) =>
  new Uint8Array([0, 0, 0x84, 0, ...counts.flatMap((count) => [count >> 8, count & 255])]);
const garbage = [
  new Uint8Array(0),
  new Uint8Array(5).fill(255),
  new Uint8Array(8999).fill(255),
  header(0, 0xffff, 0xffff, 0xffff),
  header(0xffff, 0, 0, 0),
  new Uint8Array([...header(1, 1, 0, 0), 0xc0, 12, 0xc0, 12]), // a name that points to itself
  new Uint8Array([...header(0, 1, 0, 0), 63, ...new Uint8Array(20).fill(46)]), // a truncated name
  new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"),
];
const socket = createSocket({ type: "udp4", reuseAddr: true });
await new Promise<void>((resolve) => socket.bind(PORT, "0.0.0.0", resolve));
socket.setMulticastInterface(address);
for (const bytes of garbage) socket.send(bytes, PORT, GROUP);

for (let number = 0; number < EVIL_HUBS; number++) {
  multicast.bonjour.publish({
    name: `\x1b[2J\x1b]0;evil\x07\u202e${number}`,
    type: SERVICE_TYPE,
    port: 4000 + number,
    host: `evil${number}.local`,
    probe: false,
    txt: number % 2 === 0
      ? { v: "1", id: number.toString(16).padStart(16, "0"), ip: "\x1b[2J" }
      : { v: "\x1b[2J", id: "evil" },
  });
}
say("ready");

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
