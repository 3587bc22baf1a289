/** A slow consumer hurts only itself, a slow reader stays, and the memory of the hub stays bounded. outbox_limits_test.ts has the exact limits. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { Besieged, frames, peakMemory } from "../support/besieged.ts";
import { OpenHub } from "../support/open_hub.ts";
import { countLines } from "../support/log_lines.ts";
import { Peer } from "../support/peer.ts";
import type { Hub } from "../support/program.ts";
import { DEADLINE_MS, Watch } from "../support/watch.ts";
import { type Dialect, greeting, numberOf, Receiver } from "./crowd.ts";

const OTHERS = 500;
const STUCK = 50;
const MIB = 1024 * 1024;
/** Messages in flight to the others: fewer than fit into an outbox. */
const AHEAD = 4;
const PADDING = "x".repeat(60_000);

/** A member that sends numbered messages. */
class Sender {
  readonly #peer: Peer;
  /** Number of acked messages. */
  sent = 0;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async send(): Promise<void> {
    const number = this.sent++;
    this.#peer.sendFrame({ type: "say", ref: String(number), text: `${number} ${PADDING}` });
    await this.#peer.untilFrame("ack");
  }
}

/** The number of slow consumers that were dropped, by the log. */
function dropped(hub: Hub): number {
  return countLines(hub.stderr().split("\n"), /msg=dropped .*reason=slow_consumer/);
}

const dialectOf = (number: number): Dialect => number % 2 === 0 ? "text" : "frames";

/** A member that has joined and reads nothing since. */
async function stuckReader(hub: { port: number }, nick: string, dialect: Dialect): Promise<Peer> {
  const peer = await Peer.connect(hub.port);
  peer.send(greeting(nick, dialect));
  await peer.until(dialect === "text" ? "you are now" : '"welcome"');
  peer.pause();
  return peer;
}

Deno.test("slow readers do not hurt the hub", async (t) => {
  await using siege = await Besieged.start(t);

  await siege.case(
    `${STUCK} peers that never read and one that reads too slowly are dropped, and ${OTHERS} others lose nothing`,
    async (hub) => {
      await using stack = new AsyncDisposableStack();
      const talker = new Sender(stack.use(await frames(hub, "talker")));
      const watch = new Watch();
      const receivers: Receiver[] = [];
      for (let number = 0; number < OTHERS; number++) {
        receivers.push(
          stack.use(await Receiver.join(hub.port, `receiver${number}`, dialectOf(number), watch)),
        );
      }
      await untilAll(watch, receivers, "to join", (receiver) => receiver.hasJoined);
      const before = await peakMemory(hub.pid);
      const stuck: Peer[] = [];
      for (let number = 0; number < STUCK; number++) {
        stuck.push(
          stack.use(await stuckReader(hub, `stuck${number}`, dialectOf(number))),
        );
      }
      const trickler = await Deno.connect({ hostname: "127.0.0.1", port: hub.port });
      stack.defer(() => trickler.close());
      await trickler.write(new TextEncoder().encode(greeting("trickler", "text")));
      const sip = new Uint8Array(1024);

      while (dropped(hub) < STUCK + 1) {
        await talker.send();
        await trickler.read(sip).catch(() => {}); // until it is dropped
        const enough = talker.sent - AHEAD;
        await untilAll(watch, receivers, "to keep up", (receiver) => receiver.received >= enough);
      }
      await untilAll(
        watch,
        receivers,
        "to receive the last message",
        (receiver) => receiver.received === talker.sent,
      );
      assertEquals(receivers.map(({ fault }) => fault).filter(Boolean), []);
      // The log names few of them in a second, and counts the others.
      assertEquals(dropped(hub), STUCK + 1);
      assertMatch(hub.stderr(), /nick=(stuck\d+|trickler) reason=slow_consumer queued=\d+/);
      const peak = await peakMemory(hub.pid);
      report(
        `the hub has taken ${mebibytes(before)} with ${OTHERS} readers, and ${
          mebibytes(peak)
        } at the most ` +
          `with ${STUCK} that never read, in ${talker.sent} messages of ${PADDING.length} bytes`,
      );
      assert(
        peak - before < (STUCK + 1) * DEFAULT_LIMITS.pending + 256 * MIB,
        `${before} to ${peak} bytes`,
      );
    },
  );

  await siege.case("a peer that reads late, within the limits, misses nothing", async (hub) => {
    await using stack = new AsyncDisposableStack();
    const talker = new Sender(stack.use(await frames(hub, "speaker")));
    const late = await Promise.all(
      (["text", "frames"] as const).map(async (dialect) =>
        stack.use(await stuckReader(hub, `late-${dialect}`, dialect))
      ),
    );
    for (let round = 0; round < 5; round++) {
      const from = talker.sent;
      while (talker.sent < from + 15) await talker.send();
      for (const peer of late) {
        peer.resume();
        for (let next = from; next < talker.sent;) {
          const number = numberOf(await peer.line());
          if (number !== undefined) assertEquals(number, next++);
        }
        peer.pause();
      }
    }
    assert(!/nick=late-\S+ reason/.test(hub.stderr()));
  });
});

function untilAll(
  watch: Watch,
  receivers: Receiver[],
  what: string,
  isReached: (receiver: Receiver) => boolean,
): Promise<unknown> {
  return watch.until(
    () => receivers.every((receiver) => isReached(receiver) || receiver.fault !== ""),
    (reason) => {
      const late = receivers.filter((receiver) => !isReached(receiver));
      return `waited for ${what}: ${reason}; ${late.length} are late, as ${late[0]?.nick}`;
    },
  );
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

/** Prints a measurement in the output of the tests. */
function report(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n    ${text}\n`));
}

/** Waits for the next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a slow reader that reads after all gets its backlog, then the reason", async () => {
  await using hub = new OpenHub({ limits: { drain: DEADLINE_MS } });
  await using stack = new AsyncDisposableStack();
  const peer = stack.use(await frames(hub, "talker"));
  const talker = new Sender(peer);
  const text = stack.use(await stuckReader(hub, "text", "text"));
  const bot = stack.use(await stuckReader(hub, "bot", "frames"));
  while (hub.dropped.length < 2) {
    await talker.send();
    await turn();
  }
  assertEquals(hub.dropped.map(({ reason }) => reason), ["slow_consumer", "slow_consumer"]);
  assertMatch(
    new TextDecoder().decode(peer.received()),
    /\{"type":"left",.*"nick":"text",.*"reason":"slow_consumer"/,
  );
  for (const peer of [text, bot]) {
    peer.resume();
    assertEquals(await peer.closed(), "end");
    const lines = peer.pending();
    const numbers = lines.map(numberOf).filter((number) => number !== undefined);
    assert(numbers.length > 0);
    assertEquals(numbers, [...numbers.keys()], "what came before is whole and in order");
    assertMatch(
      lines.at(-1)!,
      /^(\* disconnected: reading too slowly|\{"type":"bye","code":"slow_consumer",.*\})$/,
    );
  }
});
