/** Client and hub over a connection that is cut during ten messages, at many points. */

import { assert, assertEquals } from "@std/assert";
import { type CutAfter, CuttingProxy } from "../support/cutting_proxy.ts";
import { Peer } from "../support/peer.ts";
import { chat, Program, startHub } from "../support/program.ts";

const TEXTS = Array.from({ length: 10 }, (_, index) => `message ${index + 1}`);

/** Positions in bytes: within ten messages on the way up, and within their acks, after the welcome, on the way down. */
const CUTS: CutAfter[] = [
  ...[150, 190, 205, 260, 301, 333, 480, 600, 640].map((up) => ({ up })),
  ...[1, 10, 25, 40, 60, 75, 90, 110, 120].map((down) => ({ down })),
];

/** Sends ten lines over a connection that is cut, and returns how many connections it took. */
async function sendTen(port: number, nick: string, cut: CutAfter): Promise<number> {
  await using proxy = new CuttingProxy(port, cut);
  await using client = new Program(
    chat("client", "127.0.0.1", String(proxy.port), "--name", nick),
  );
  client.write(TEXTS.map((text) => text + "\n").join(""));
  client.endInput();
  assertEquals(await client.exit(), { code: 0, signal: null }, client.stderr());
  return proxy.connections;
}

Deno.test("ten messages are delivered once each, in order, wherever the connection is cut", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using observer = await Peer.connect(hub.port);
  observer.sendFrame({ type: "hello", protocol: 1, nick: "observer" });
  await observer.untilFrame("welcome");
  const counts = await Promise.all(
    CUTS.map((cut, index) => sendTen(hub.port, `n${index}`, cut)),
  );
  assert(counts.filter((count) => count === 2).length > CUTS.length / 2, `cut: ${counts}`);

  // The reply comes after everything that was not flushed yet.
  observer.sendFrame({ type: "command", ref: "1", line: "/who" });
  const received = new Map(CUTS.map((_, index) => [`n${index}`, [] as string[]]));
  const joins: string[] = [];
  const leaves: string[] = [];
  for (let frame; (frame = await observer.frame()).type !== "reply";) {
    if (frame.type === "message") received.get(frame.nick)!.push(frame.text);
    if (frame.type === "joined") joins.push(frame.nick);
    if (frame.type === "left") leaves.push(frame.nick);
    assert(frame.type !== "presence", "so few joins are not batched");
  }
  for (const [nick, texts] of received) assertEquals(texts, TEXTS, nick);
  // If the cut came after the last ack, the hub got no goodbye, and the grace period runs.
  assert(leaves.length > CUTS.length / 2, `left: ${leaves}`);
  for (const nicks of [joins, leaves]) assertEquals(new Set(nicks).size, nicks.length, `${nicks}`);
  for (const nick of leaves) assert(joins.includes(nick), `${nick} left without joining`);
});
