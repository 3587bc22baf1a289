/** The conversation from one connection to the next: resumed sessions, new ones, and attempts to reconnect. */

import { assertEquals } from "@std/assert";
import { exitCode } from "../../../../client/session/bye.ts";
import { BYE_CODES } from "../../../../common/protocol/codes.ts";
import type { ByeFrame, HubFrame } from "../../../../common/protocol/frame.ts";
import { ack, bye, join, refs, TestConversation, types, welcome } from "./test_conversation.ts";

Deno.test("a broken session is resumed with the same nick and room, after the last id", async () => {
  const client = await join();
  await client.receive(
    { type: "reply", ref: "9", code: "nick", data: { nick: "eva" }, text: "" },
    { type: "reply", ref: "9", code: "join", data: { room: "dev" }, text: "" },
    { type: "reply", ref: "9", code: "lang", data: { lang: "es" }, text: "" },
    { type: "message", id: 7, room: "dev", nick: "bob", text: "x", ts: 1, kind: "say" },
  );
  await client.drop();
  assertEquals(types(client).at(-1), "lost");
  await client.advance(1000);
  assertEquals(client.connection.hello, {
    protocol: 1,
    lang: "es",
    nick: "eva",
    room: "dev",
    resume: { token: "t1", after: 7 },
  });
});

Deno.test("acked lines are not sent again, and lines entered during the outage come last", async () => {
  const client = await join();
  for (let line = 1; line <= 10; line++) client.conversation.submit(`line ${line}`);
  await client.receive(ack("1"), ack("2"), ack("3"));
  await client.drop();
  client.conversation.submit("offline");
  await client.advance(1000);
  await client.receive(welcome());
  assertEquals(refs(client.connection.sent), ["4", "5", "6", "7", "8", "9", "10", "11"]);
});

Deno.test("lines entered while the break is being noticed come last too", async () => {
  const client = await join();
  for (let line = 1; line <= 5; line++) client.conversation.submit(`line ${line}`);
  client.connection.drop();
  for (let line = 6; line <= 20; line++) {
    await Promise.resolve(); // at each microtask of the way
    client.conversation.submit(`line ${line}`);
  }
  await client.advance(1000);
  await client.receive(welcome());
  assertEquals(
    refs(client.connection.sent),
    Array.from({ length: 20 }, (_, index) => String(index + 1)),
  );
});

Deno.test("the unanswered lines of an earlier client go again with their refs, or are uncertain in a new session", async () => {
  const earlier = await join({ date: () => 4000 });
  earlier.conversation.submit("hola");
  earlier.conversation.submit("/mod secret");
  const { token, epoch, lastId } = earlier.conversation.state;
  const session = { token, epoch, lastId };
  const unanswered = earlier.conversation.unanswered();
  assertEquals(unanswered.map(({ display }) => display), ["hola"], "no password is kept");

  const options = { session, unanswered, date: () => 5000 };
  const resumed = await TestConversation.start(options);
  resumed.conversation.submit("new");
  await resumed.receive(welcome());
  assertEquals(refs(resumed.connection.sent), ["1", "5001"]);

  const restarted = await TestConversation.start(options);
  restarted.conversation.submit("new");
  await restarted.receive(welcome({ token: "t2" }));
  assertEquals(types(restarted), ["restarted", "frame"]);
  assertEquals(restarted.events[0], { type: "restarted", uncertain: unanswered });
  assertEquals(refs(restarted.connection.sent), ["5001"]);
});

Deno.test("the session of an earlier client is resumed, with other refs, in the room asked for", async () => {
  const session = { token: "t1", epoch: "e1", lastId: 7 };
  const date = () => 5000;
  const client = await TestConversation.start({ session, room: "dev", date });
  assertEquals(client.connection.hello.resume, { token: "t1", after: 7 });
  await client.receive(welcome());
  client.conversation.submit("hola");
  assertEquals([types(client), client.frames], [["frame"], [welcome()]]);
  assertEquals(client.connection.sent, [
    { type: "command", ref: "5001", line: "/join dev" },
    { type: "say", ref: "5002", text: "hola" },
  ]);
  assertEquals([client.conversation.wasRoomRefused, client.conversation.state.lastId], [false, 7]);
  client.conversation.close();

  const late = await TestConversation.start({ session, room: "dev", date });
  await late.receive(welcome({ token: "t2", epoch: "e2", room: "dev" }));
  assertEquals([types(late), late.conversation.state.lastId], [["frame"], 0]);
  assertEquals(late.connection.sent, []);
  late.conversation.close();
});

Deno.test("a resumed session gives the hub's notice, and no second welcome", async () => {
  const client = await join();
  await client.reconnect();
  const resumed = { type: "notice", code: "resumed", params: {}, text: "" } as const;
  await client.receive(welcome(), resumed);
  assertEquals(client.events.slice(-2), [{ type: "lost" }, { type: "frame", frame: resumed }]);
});

Deno.test("lines that wait for one room are not sent to another", async () => {
  const client = await TestConversation.start({ room: "dev" });
  await client.receive(welcome({ room: "dev" }));
  client.conversation.submit("sent to dev");
  await client.drop();
  client.conversation.submit("for dev");
  await client.advance(1000);
  assertEquals(client.connection.hello.room, "dev");
  await client.receive(welcome({ token: "t2", epoch: "e2", room: "general" }));
  assertEquals([client.connection.sent, client.conversation.pendingCount], [[], 0]);
  const unsent = client.events.find((event) => event.type === "unsent");
  assertEquals(unsent?.lines.map(({ display }) => display), ["for dev"]);
  assertEquals(client.conversation.wasRoomLost, true);
  client.conversation.close();
  await client.ended;
});

Deno.test("of what the client asks for by itself the user is not told, whatever becomes of it", async () => {
  const client = await join();
  const { conversation } = client;
  conversation.submit("/who", { isSilent: true });
  conversation.submit("hola");
  assertEquals(conversation.unsent(), ["hola"]);
  assertEquals(conversation.unanswered().map(({ display }) => display), ["hola"]);
  const reply: HubFrame = { type: "reply", ref: "1", code: "who", data: {}, text: "" };
  await client.receive(reply);
  assertEquals(client.events.at(-1), { type: "frame", frame: reply, isSilent: true });

  conversation.submit("/rooms", { isSilent: true });
  await client.reconnect();
  await client.receive(welcome({ token: "t2", epoch: "e2" }));
  const restarted = client.events.find((event) => event.type === "restarted");
  assertEquals(restarted?.uncertain.map(({ display }) => display), ["hola"]);
  assertEquals(conversation.pendingCount, 0);
});

Deno.test("in a new session, sent lines are uncertain, and unsent lines are sent", async () => {
  const client = await join();
  for (let line = 1; line <= 34; line++) client.conversation.submit(`line ${line}`);
  await client.receive(ack("1"));
  await client.drop();
  client.conversation.submit("/mod secret");
  await client.advance(1000);
  await client.receive(welcome({ token: "t2", epoch: "e2" }));
  const restarted = client.events.find((event) => event.type === "restarted");
  assertEquals(
    restarted?.uncertain.map(({ display }) => display),
    Array.from({ length: 32 }, (_, index) => `line ${index + 2}`),
  );
  assertEquals(refs(client.connection.sent), ["34", "35"]);
  assertEquals(client.events.at(-1), {
    type: "frame",
    frame: welcome({ token: "t2", epoch: "e2" }),
  });
  await client.reconnect();
  assertEquals(client.connection.hello.resume, { token: "t2", after: 0 });
  assertEquals(client.conversation.unsent(), ["line 34", "/mod"]);
});

Deno.test("attempts continue with growing delays until the hub is back", async () => {
  const client = await join();
  client.outcomes.push("fail", "fail", "fail");
  await client.drop();
  for (const wait of [1000, 2000, 4000, 8000]) {
    assertEquals([client.conversation.state.stage, client.conversation.retryIn], ["lost", wait]);
    await client.advance(wait - 1);
    assertEquals(client.conversation.retryIn, 1);
    await client.advance(1);
  }
  assertEquals([client.connections.length, client.conversation.state.stage], [2, "joining"]);
  await client.receive(welcome());
  await client.drop();
  assertEquals(client.conversation.retryIn, 1000);
  assertEquals(types(client).filter((type) => type === "lost").length, 2);
});

Deno.test("a hub that drops the connection before its welcome is retried silently", async () => {
  const client = await join();
  await client.reconnect();
  await client.drop();
  await client.advance(2000);
  await client.receive(bye("server_full"));
  await client.drop();
  await client.advance(4000);
  await client.receive(welcome());
  assertEquals(types(client), ["frame", "lost"]);
  assertEquals(client.conversation.state.stage, "joined");
});

Deno.test("retryNow reconnects at once, and does nothing while connected", async () => {
  const client = await join();
  client.conversation.retryNow();
  await client.drop();
  assertEquals(client.connections.length, 1);
  client.conversation.retryNow();
  await client.advance(0);
  assertEquals(client.connections.length, 2);
});

Deno.test("the client reconnects after some bye codes, and not after the others", async () => {
  const back = [
    "shutdown",
    "slow_consumer",
    "timeout",
    "server_full",
    "address_full",
    "address_busy",
    "cut_off",
  ];
  for (const code of BYE_CODES) {
    const client = await join();
    await client.receive(bye(code));
    await client.drop();
    assertEquals(client.frames.at(-1), bye(code));
    assertEquals(client.isOver, !back.includes(code), code);
    if (!client.isOver) {
      assertEquals(client.conversation.state.bye, undefined);
      client.conversation.close();
    }
    assertEquals(await client.ended, undefined);
  }
});

Deno.test("a bye for good during a reconnect ends the attempts", async () => {
  const client = await join();
  await client.reconnect();
  await client.receive(bye("banned"));
  await client.drop();
  assertEquals(await client.ended, undefined);
  assertEquals(exitCode(client.conversation.state.bye), 3);
  assertEquals(client.frames.at(-1), bye("banned"));
});

Deno.test("the exit code tells a refusal from a failure", () => {
  const codes: Record<string, number> = { quit: 0, shutdown: 1, resumed_elsewhere: 1, timeout: 1 };
  for (
    const code of [
      "kicked",
      "banned",
      "auth_failed",
      "handshake_timeout",
      "locked",
      "server_full",
      "address_full",
      "unsupported_protocol",
    ]
  ) codes[code] = 3;
  for (const [code, exit] of Object.entries(codes)) {
    assertEquals(exitCode(bye(code) as ByeFrame), exit, code);
  }
  assertEquals(exitCode(undefined), 0);
});

Deno.test("the first connection is not retried", async () => {
  const client = await TestConversation.start();
  await client.drop();
  assertEquals((await client.ended)?.key, "failure.lost");
});

Deno.test("with retryFor 0 a break is the end", async () => {
  const client = await join({ retryFor: 0 });
  client.conversation.submit("hola");
  await client.drop();
  assertEquals((await client.ended)?.key, "failure.lost");
  assertEquals(types(client), ["frame"]);
  assertEquals([client.conversation.unsent(), client.timerCount], [["hola"], 0]);
});

for (
  const [state, attempt] of [
    ["it waits", "fail"],
    ["it connects", "hang"],
    ["the hub is silent", "connect"],
  ] as const
) {
  Deno.test(`the client gives up after retryFor, also while ${state}`, async () => {
    const client = await join({ retryFor: 10_000 });
    client.outcomes.push(...Array(20).fill(attempt));
    await client.drop();
    await client.advance(9_999);
    assertEquals(client.isOver, false);
    await client.advance(1);
    assertEquals((await client.ended)?.message, "the connection to x:1 was lost");
    assertEquals([client.connection.isClosed, client.timerCount], [true, 0]);
  });
}

Deno.test("after a reconnect the next outage has the whole retryFor again", async () => {
  const client = await join({ retryFor: 3000 });
  await client.reconnect();
  await client.receive(welcome());
  await client.advance(100_000);
  client.outcomes.push("fail");
  await client.drop();
  await client.advance(2_999);
  assertEquals(client.isOver, false);
  client.conversation.close();
});
