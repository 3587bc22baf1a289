/** The real client and the real hub over a connection that is cut in the middle of ten messages, at many points. */

import { assert, assertEquals } from "@std/assert";
import { type Cut, CuttingProxy } from "../support/cutting_proxy.ts";
import { Peer } from "../support/peer.ts";
import { chat, Program, startHub } from "../support/program.ts";

const TEXTS = Array.from({ length: 10 }, (_, index) => `message ${index + 1}`);

/** Bytes of the exchange: of ten messages up, and behind the welcome of their acks down. */
const CUTS: Cut[] = [
  ...[150, 190, 205, 260, 301, 333, 480, 600, 640].map((up) => ({ up })),
  ...[1, 10, 25, 40, 60, 75, 90, 110, 120].map((down) => ({ down })),
];

/** Sends ten lines over a connection that is cut, and gives how often it had to connect. */
async function sendTen(port: number, nick: string, cut: Cut): Promise<number> {
  await using proxy = new CuttingProxy(port, cut);
  await using client = new Program(
    chat("client", "127.0.0.1", String(proxy.port), "--name", nick),
  );
  client.write(TEXTS.map((text) => text + "\n").join(""));
  client.endInput();
  assertEquals(await client.exit(), { code: 0, signal: null }, client.stderr());
  return proxy.connections;
}

Deno.test("ten messages are told once each, in order, wherever the connection is cut meanwhile", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using observer = await Peer.connect(hub.port);
  observer.sendFrame({ type: "hello", protocol: 1, nick: "observer" });
  await observer.untilFrame("welcome");
  const counts = await Promise.all(
    CUTS.map((cut, index) => sendTen(hub.port, `n${index}`, cut)),
  );
  assert(counts.filter((count) => count === 2).length > CUTS.length / 2, `cut: ${counts}`);

  // Before the answer comes all that was not told yet.
  observer.sendFrame({ type: "command", ref: "1", line: "/who" });
  const told = new Map(CUTS.map((_, index) => [`n${index}`, [] as string[]]));
  const came: string[] = [];
  const gone: string[] = [];
  for (let frame; (frame = await observer.frame()).type !== "reply";) {
    if (frame.type === "message") told.get(frame.nick)!.push(frame.text);
    if (frame.type === "joined") came.push(frame.nick);
    // A hello that comes late finds its sender greeted as a guest.
    if (frame.type === "renamed") came.push(frame.nick);
    if (frame.type === "left") gone.push(frame.nick);
    assert(frame.type !== "presence", "so few are told one by one");
  }
  for (const [nick, texts] of told) assertEquals(texts, TEXTS, nick);
  // Where the cut was behind the last ack, the hub heard no goodbye, and waits.
  assert(gone.length > CUTS.length / 2, `gone: ${gone}`);
  for (const nicks of [came, gone]) assertEquals(new Set(nicks).size, nicks.length, `${nicks}`);
  for (const nick of gone) assert(came.includes(nick), `${nick} is told as gone only`);
});
