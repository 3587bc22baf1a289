/** The counts that metrics show of a hub. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubCounts } from "../../../../server/hub/hub.ts";
import { Outbox, OutboxBudget } from "../../../../server/net/outbox.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

/** How much an act adds to the counts of lines and messages, once its tick has ended. */
function countedDuring(test: TestHub, act: () => void): Partial<HubCounts> {
  const { hub } = test;
  const before = hub.counts;
  act();
  test.tick();
  const { linesIn, messagesIn, messagesOut } = hub.counts;
  return {
    linesIn: linesIn - before.linesIn,
    messagesIn: messagesIn - before.messagesIn,
    messagesOut: messagesOut - before.messagesOut,
  };
}

Deno.test("connected members and those away are counted separately", () => {
  const test = new TestHub();
  assertEquals([test.hub.counts.members, test.hub.counts.waiting], [0, 0]);
  test.connect();
  const ana = test.framesMember("ana");
  test.textMember("eva");
  assertEquals([test.hub.counts.members, test.hub.counts.waiting], [2, 0]);
  ana.drop();
  assertEquals([test.hub.counts.members, test.hub.counts.waiting], [1, 1]);
  test.expire();
  assertEquals([test.hub.counts.members, test.hub.counts.waiting], [1, 0]);
});

Deno.test("a room is counted while it has members, and the first room always", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assertEquals(test.hub.counts.rooms, 1);
  ana.send("/join tea");
  assertEquals(test.hub.counts.rooms, 2);
  ana.send("/leave tea");
  assertEquals(test.hub.counts.rooms, 1);
});

Deno.test("a message is counted once when it is accepted, and once for each member that gets it", () => {
  const test = new TestHub();
  const [ana, eva] = ["ana", "eva", "luis"].map((nick) => test.textMember(nick));
  const bot = test.framesMember("bot");
  const counted = (...lines: string[]) =>
    countedDuring(test, () => {
      for (const line of lines) ana!.send(line);
    });
  assertEquals(counted("hola", "/me waves", "/who"), { linesIn: 3, messagesIn: 2, messagesOut: 6 });
  assertEquals(counted("/msg eva hola"), { linesIn: 1, messagesIn: 1, messagesOut: 1 });
  assertEquals(counted("/msg nobody x", "  "), { linesIn: 2, messagesIn: 0, messagesOut: 0 });
  eva!.send("/ignore ana");
  bot.drop();
  test.tick();
  assertEquals(counted("only luis gets this"), { linesIn: 1, messagesIn: 1, messagesOut: 1 });
});

Deno.test("replayed messages are counted as sent", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const ana = test.textMember("ana");
  ana.send("one", "two");
  test.tick();
  const counts = countedDuring(test, () => test.connect().send("/name eva"));
  assertEquals(counts, { linesIn: 1, messagesIn: 0, messagesOut: 2 });
});

testProperty(
  "the count of messages sent is what the peers have received",
  { weight: 1 },
  (check) => {
    const step = fc.record({
      who: fc.nat({ max: 3 }),
      does: fc.constantFrom("say", "say", "say", "whisper", "join", "leave", "ignore", "tick"),
    });
    const lines = {
      say: "hello there",
      whisper: "/msg eva hello there",
      join: "/join tea",
      leave: "/leave tea",
      ignore: "/ignore ana",
    };
    check(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const test = new TestHub();
      const peers = ["ana", "eva", "luis", "bot"].map((nick, index) =>
        index % 2 === 0 ? test.textMember(nick) : test.framesMember(nick)
      );
      for (const [ref, { who, does }] of steps.entries()) {
        if (does === "tick") test.tick();
        else send(peers[who]!, who % 2 === 1, lines[does], String(ref));
      }
      test.tick();
      const received = peers.map((peer, index) => countMessages(peer, index % 2 === 1));
      assertEquals(test.hub.counts.messagesOut, received.reduce((sum, count) => sum + count, 0));
    }));
  },
);

function send(peer: TestPeer, isBot: boolean, line: string, ref: string): void {
  if (!isBot) return peer.send(line);
  peer.sendFrame(
    line.startsWith("/") ? { type: "command", ref, line } : { type: "say", ref, text: line },
  );
}

/** The number of messages that a peer has received; what its own private messages are answered with does not count. */
function countMessages(peer: TestPeer, isBot: boolean): number {
  if (isBot) return peer.takeFrames().filter(({ type }) => type === "message").length;
  return peer.take().filter((line) => /^(#\S+ )?(\[private\] )?\w+: hello there$/.test(line))
    .length;
}

Deno.test("bytes are counted as sent once they are written", () => {
  const total = new OutboxBudget(1000);
  const [first, second] = [new Outbox(total, 100), new Outbox(total, 100)];
  first.push(new Uint8Array(30));
  second.push(new Uint8Array(20));
  assertEquals([total.pendingBytes, total.sentBytes], [50, 0]);
  first.next();
  first.markSent(10);
  second.next();
  second.markSent(20);
  assertEquals([total.pendingBytes, total.sentBytes], [20, 30]);
  first.dropAll();
  assertEquals([total.pendingBytes, total.sentBytes], [0, 30]);
});
