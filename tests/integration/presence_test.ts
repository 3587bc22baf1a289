/** That who comes and goes is told over real sockets, also where many do at once. */

import { assertEquals } from "@std/assert";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { LiveHub } from "../support/live_hub.ts";
import type { Peer } from "../support/peer.ts";

/** More than a room of their number is told of one by one. */
const CROWD = 120;

/** Reads until so many came and so many went, in however many frames, and gives the members then. */
async function untilTold(peer: Peer, joined: number, left: number): Promise<number> {
  const told = { joined: 0, left: 0 };
  for (let count = 0;;) {
    assertEquals([told.joined <= joined, told.left <= left], [true, true], JSON.stringify(told));
    if (told.joined === joined && told.left === left) return count;
    const frame = await peer.frame();
    if (frame.type === "joined" || frame.type === "left") told[frame.type]++;
    if (frame.type === "presence") {
      told.joined += frame.joined.count;
      told.left += frame.left.count;
    }
    if ("count" in frame) count = frame.count;
  }
}

Deno.test("where many come and go at once, everybody is told of all, also when nobody speaks", async () => {
  await using hub = new LiveHub({ grace: 0 });
  await using ana = await hub.framesMember("ana");
  await using crowd = new AsyncDisposableStack();
  const come = Array.from({ length: CROWD }, (_, index) => hub.framesMember(`n${index}`));
  const people = await Promise.all(come);
  for (const each of people) crowd.use(each);
  assertEquals(await untilTold(ana, CROWD, 0), CROWD + 1);
  for (const each of people) {
    await each.sendFrame({ type: "command", ref: "x", line: "/exit" });
  }
  assertEquals(await untilTold(ana, 0, CROWD), 1);
});

Deno.test("what is said comes behind who came before", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.framesMember("ana");
  await using bob = await hub.textMember("bob");
  await using crowd = new AsyncDisposableStack();
  const come = Array.from({ length: CROWD }, (_, index) => hub.framesMember(`n${index}`));
  for (const each of await Promise.all(come)) crowd.use(each);
  await bob.send("hola\n");
  const before: HubFrame[] = [];
  for (let frame; (frame = await ana.frame()).type !== "message";) before.push(frame);
  const came = before.map((frame) =>
    frame.type === "joined" ? 1 : frame.type === "presence" ? frame.joined.count : 0
  );
  assertEquals(came.reduce((sum, count) => sum + count, 0), CROWD + 1);
  assertEquals(before.filter(({ type }) => type === "renamed").length, 1);
});
