/** Connections that break in every way a socket can, and sessions that are resumed. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LiveHub } from "../support/live_hub.ts";
import type { Peer } from "../support/peer.ts";

const BREAKS: Record<string, (peer: Peer) => void> = {
  "a reset": (peer) => peer.reset(),
  "a silent close": (peer) => peer.end(),
  "a break that the hub cannot see": (peer) => peer.pause(),
};

for (const [how, cut] of Object.entries(BREAKS)) {
  Deno.test(`after ${how} a bot resumes, and nothing is lost or doubled`, async () => {
    await using hub = new LiveHub();
    await using luis = await hub.textMember("luis");
    await using ana = await hub.connect();
    await ana.sendFrame({ type: "hello", protocol: 1, nick: "ana" });
    const { token } = await ana.untilFrame("welcome");
    await luis.until("ana joined");

    await ana.sendFrame({ type: "say", ref: "1", text: "one" });
    const { id: after } = await ana.untilFrame("ack");
    await ana.sendFrame({ type: "say", ref: "2", text: "two" });
    await luis.until("ana: two");
    cut(ana); // before its ack was read
    await luis.send("meanwhile\n");
    await luis.send("/quien\n");
    // The hub may notice the broken connection before or after that.
    assertMatch(await luis.until("here:"), /^\* 2 here: luis, ana( \(connection lost\))?$/);

    await using back = await hub.connect();
    await back.sendFrame({ type: "hello", protocol: 1, resume: { token, after } });
    await back.sendFrame({ type: "say", ref: "2", text: "two" });
    await back.sendFrame({ type: "say", ref: "3", text: "three" });
    const welcome = await back.untilFrame("welcome");
    assertEquals([welcome.token, welcome.nick], [token, "ana"]);
    assertEquals((await back.untilFrame("notice")).params, { count: 1, missing: 0 });
    const message = await back.untilFrame("message");
    assertEquals([message.text, message.replay], ["meanwhile", true]);
    const acks = [await back.untilFrame("ack"), await back.untilFrame("ack")];
    assertEquals(acks.map(({ ref }) => ref), ["2", "3"]);
    assertEquals(acks.map(({ id }) => id), [after + 1, after + 3]);
    assertEquals(await luis.until("ana:"), "ana: three");
    assertEquals(luis.pending(), []);
    await hub.assertAlive();
  });
}

Deno.test("a slow reader that resumes gets everything that the history still has", async () => {
  await using hub = new LiveHub();
  await using luis = await hub.framesMember("luis");
  await using ana = await hub.connect();
  await ana.sendFrame({ type: "hello", protocol: 1, nick: "ana" });
  const { token } = await ana.untilFrame("welcome");
  ana.pause();
  const isDropped = hub.untilLogged(/reason=slow_consumer/).then(() => true);
  let sent = 0;
  for (let over = false; !over;) {
    await luis.sendFrame({
      type: "say",
      ref: String(++sent),
      text: `${sent} `.padEnd(50_000, "x"),
    });
    over = await Promise.race([isDropped, luis.untilFrame("ack").then(() => false)]);
  }
  await luis.sendFrame({ type: "say", ref: "last", text: "last" });
  while ((await luis.untilFrame("ack")).ref !== "last");
  await using back = await hub.connect();
  await back.sendFrame({ type: "hello", protocol: 1, resume: { token, after: 0 } });
  const { count, missing } = (await back.untilFrame("notice")).params;
  assertEquals(Number(count) + Number(missing), sent + 1);
  assert(Number(count) > 1);
  for (let left = Number(count); left > 1; left--) await back.untilFrame("message");
  assertEquals((await back.untilFrame("message")).text, "last");
});
