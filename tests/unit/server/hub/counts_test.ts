/** What a hub counts of itself: exactly what happened, each message once for each who got it. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubCounts } from "../../../../server/hub/hub.ts";
import { Outbox, OutboxBudget } from "../../../../server/net/outbox.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

/** What is counted of what happens meanwhile. */
function counted({ hub }: TestHub, happens: () => void): Partial<HubCounts> {
  const before = hub.counts;
  happens();
  const { linesIn, messagesIn, messagesOut } = hub.counts;
  return {
    linesIn: linesIn - before.linesIn,
    messagesIn: messagesIn - before.messagesIn,
    messagesOut: messagesOut - before.messagesOut,
  };
}

Deno.test("who is in the chat is counted, and who is waited for apart", () => {
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

Deno.test("rooms are counted as long as somebody is there, and the first one always", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assertEquals(test.hub.counts.rooms, 1);
  ana.send("/join tea");
  assertEquals(test.hub.counts.rooms, 2);
  ana.send("/leave tea");
  assertEquals(test.hub.counts.rooms, 1);
});

Deno.test("a message counts once as it comes, and once for each other one in the room", () => {
  const test = new TestHub();
  const [ana] = ["ana", "eva", "luis"].map((nick) => test.textMember(nick));
  test.framesMember("bot");
  const counts = counted(test, () => {
    ana!.send("hola");
    ana!.send("/me waves");
    ana!.send("/who"); // is no message
    test.tick();
  });
  assertEquals(counts, { linesIn: 3, messagesIn: 2, messagesOut: 6 });
});

Deno.test("what is refused, or goes to nobody, is not counted as a message", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const counts = counted(test, () => {
    ana.send("/msg nobody hola");
    ana.send("  ");
    ana.send("alone");
    test.tick();
  });
  assertEquals(counts, { linesIn: 3, messagesIn: 1, messagesOut: 0 });
});

Deno.test("a private message is one, for one", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  test.textMember("eva");
  test.textMember("luis");
  const counts = counted(test, () => {
    ana.send("/msg eva hola");
    test.tick();
  });
  assertEquals(counts, { linesIn: 1, messagesIn: 1, messagesOut: 1 });
});

Deno.test("who ignores somebody, and who is waited for, are given nothing", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const eva = test.textMember("eva");
  const luis = test.framesMember("luis");
  test.framesMember("bot");
  eva.send("/ignore ana");
  luis.drop();
  test.tick();
  const counts = counted(test, () => {
    ana.send("hola");
    test.tick();
  });
  assertEquals(counts, { linesIn: 1, messagesIn: 1, messagesOut: 1 });
});

Deno.test("messages that are told again count as given", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const ana = test.textMember("ana");
  ana.send("one");
  ana.send("two");
  test.tick();
  const counts = counted(test, () => {
    const eva = test.connect();
    eva.send("/name eva");
    test.tick();
  });
  assertEquals(counts, { linesIn: 1, messagesIn: 0, messagesOut: 2 });
});

testProperty(
  "as many messages are counted as given as the peers have got",
  { weight: 1 },
  (check) =>
    check(fc.property(
      fc.array(
        fc.record({
          who: fc.nat({ max: 3 }),
          does: fc.constantFrom("say", "say", "say", "whisper", "room", "back", "ignore", "tick"),
        }),
        { maxLength: 60 },
      ),
      (steps) => {
        const test = new TestHub();
        const nicks = ["ana", "eva", "luis", "bot"];
        const peers = nicks.map((nick, index) =>
          index % 2 === 0 ? test.textMember(nick) : test.framesMember(nick)
        );
        const lines = {
          say: "hello there",
          whisper: "/msg eva hello there",
          room: "/join tea",
          back: "/leave tea",
          ignore: "/ignore ana",
        };
        let ref = 0;
        for (const { who, does } of steps) {
          if (does === "tick") test.tick();
          else saying(peers[who]!, who % 2 === 1, lines[does], String(ref++));
        }
        test.tick();
        assertEquals(
          test.hub.counts.messagesOut,
          peers.reduce((sum, peer, index) => sum + heard(peer, index % 2 === 1), 0),
        );
      },
    )),
);

function saying(peer: TestPeer, isBot: boolean, line: string, ref: string): void {
  if (!isBot) return peer.send(line);
  peer.send(JSON.stringify(
    line.startsWith("/") ? { type: "command", ref, line } : { type: "say", ref, text: line },
  ));
}

/** How many messages a peer has got, but for what it said itself in private. */
function heard(peer: TestPeer, isBot: boolean): number {
  if (isBot) return peer.takeFrames().filter(({ type }) => type === "message").length;
  return peer.take().filter((line) => /^(#\S+ )?(\[private\] )?\w+: hello there$/.test(line))
    .length;
}

Deno.test("bytes are counted as sent when the system has taken them", () => {
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
