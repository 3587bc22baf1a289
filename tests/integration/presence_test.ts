/** Joins and leaves of a crowd, over real sockets. */

import { assertEquals } from "@std/assert";
import { LiveHub } from "../support/live_hub.ts";
import type { Peer } from "../support/peer.ts";

/** More than the presence budget of a room this size. */
const CROWD = 120;

/** Reads until this many joins and leaves were announced, in any number of frames. Returns the number of members then. */
async function untilAnnounced(peer: Peer, joined: number, left: number): Promise<number> {
  const seen = { joined: 0, left: 0 };
  for (let count = 0;;) {
    assertEquals([seen.joined <= joined, seen.left <= left], [true, true], JSON.stringify(seen));
    if (seen.joined === joined && seen.left === left) return count;
    const frame = await peer.frame();
    if (frame.type === "joined" || frame.type === "left") seen[frame.type]++;
    if (frame.type === "presence") {
      seen.joined += frame.joined.count;
      seen.left += frame.left.count;
    }
    if ("count" in frame) count = frame.count;
  }
}

Deno.test("when many join and leave at once all are announced, even if nobody posts", async () => {
  await using hub = new LiveHub({ grace: 0 });
  await using ana = await hub.framesMember("ana");
  await using crowd = new AsyncDisposableStack();
  const joins = Array.from({ length: CROWD }, (_, index) => hub.framesMember(`n${index}`));
  const members = await Promise.all(joins);
  for (const member of members) crowd.use(member);
  assertEquals(await untilAnnounced(ana, CROWD, 0), CROWD + 1);
  for (const member of members) {
    await member.sendFrame({ type: "command", ref: "x", line: "/exit" });
  }
  assertEquals(await untilAnnounced(ana, 0, CROWD), 1);
});
