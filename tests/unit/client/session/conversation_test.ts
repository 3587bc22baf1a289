import { assertEquals } from "@std/assert";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { ack, bye, error, join, TestConversation, welcome } from "./test_conversation.ts";

Deno.test("the first hello carries the options, and no session", async () => {
  const client = await TestConversation.start({ history: 0, password: "secret" });
  assertEquals(client.connection.hello, {
    protocol: 1,
    lang: "en",
    nick: "ana",
    history: 0,
    password: "secret",
  });
});

Deno.test("lines are sent after the welcome, each with its own ref", async () => {
  const client = await TestConversation.start();
  client.conversation.submit("hola");
  assertEquals(client.connection.sent, []);
  await client.receive(welcome());
  client.conversation.submit("/who");
  client.conversation.submit("  ");
  assertEquals(client.connection.sent, [
    { type: "say", ref: "1", text: "hola" },
    { type: "command", ref: "2", line: "/who" },
  ]);
});

Deno.test("a line that does not fit into a frame is refused and not sent", async () => {
  const client = await TestConversation.start();
  await client.receive(welcome({ limits: { line: 40 } }));
  assertEquals(client.conversation.submit("x".repeat(40)), {
    kind: "refused",
    fault: { key: "client.too_long", params: { bytes: 74, max: 40 } },
  });
  // A line end takes two bytes.
  assertEquals(client.conversation.post("\n\n\nx"), {
    kind: "refused",
    fault: { key: "client.too_long", params: { bytes: 41, max: 40 } },
  });
  assertEquals([client.connection.sent, client.conversation.pendingCount], [[], 0]);
});

Deno.test("a message with too many lines, or meant as a secret command, is refused and not sent", async () => {
  const client = await TestConversation.start();
  const { conversation } = client;
  const lines = (count: number) => Array(count).fill("x").join("\n");
  await client.receive(welcome({ limits: { line: 4096, lines: 3 } }));
  const tooMany = { key: "error.too_many_lines", params: { max: 3 } } as const;
  for (const result of [conversation.post(lines(4)), conversation.submit(`/msg ana ${lines(4)}`)]) {
    assertEquals(result, { kind: "refused", fault: tooMany });
  }
  for (const line of [" /quién", "\n/CLEAR\n", "\u200b/join dev", "\t /exit"]) {
    const result = conversation.post(line);
    assertEquals(result.kind === "refused" && result.fault.key, "client.misplaced_command", line);
  }
  for (
    const line of [" /mod chalk", "uno\n/mod chalk", "／mod chalk", "/me /mod chalk", "//mod chalk"]
  ) {
    assertEquals(conversation.submit(line), {
      kind: "refused",
      fault: { key: "error.misplaced_command", params: { name: "mod", argument: "password" } },
    });
  }
  assertEquals([client.connection.sent, conversation.pendingCount], [[], 0]);
  for (const text of [lines(3), " /usr/bin is full", "/who", " /who\nuno"]) {
    assertEquals(conversation.post(text).kind, "sent", text);
  }
  // An older hub does not say how many lines it accepts, and would say a password to the room.
  const older = await TestConversation.start();
  await older.receive(welcome({ limits: { line: 4096 } }));
  assertEquals(older.conversation.post(lines(300)).kind, "sent");
  assertEquals(older.conversation.post(" /mod chalk").kind, "refused");
});

Deno.test("a line entered before the welcome that exceeds the hub's limit is refused as if by the hub", async () => {
  const long = "x".repeat(100);
  const refused = (ref: string): HubFrame => ({
    type: "error",
    ref,
    code: "line_too_long",
    params: { max: 80 },
    text: "line too long (max 80 bytes): it was not sent",
  });
  const client = await TestConversation.start();
  for (const line of [long, "hola"]) client.conversation.submit(line);
  await client.receive(welcome({ limits: { line: 80 } }));
  assertEquals(client.frames.slice(1), [refused("1")]);
  assertEquals(client.connection.sent, [{ type: "say", ref: "2", text: "hola" }]);
  assertEquals([client.conversation.pendingCount, client.conversation.state.errors], [1, 1]);

  // A restarted hub may have a lower limit; lines that were never sent are not uncertain.
  const other = await join();
  await other.drop();
  other.conversation.submit(long);
  await other.advance(1000);
  await other.receive(welcome({ token: "t2", epoch: "e2", limits: { line: 80 } }));
  assertEquals(other.frames.at(-1), refused("1"));
  assertEquals([other.connection.sent, other.conversation.pendingCount], [[], 0]);
  for (const { conversation } of [client, other]) conversation.close();
});

Deno.test("an answer carries the line that it answers, with the user's nick and room at the time", async () => {
  const client = await join();
  for (const line of ["hola", "/nick eva", "/join dev", "again", "/exit"]) {
    client.conversation.submit(line);
  }
  const reply = { type: "reply", text: "" } as const;
  await client.receive(
    ack("1", 3),
    { ...reply, ref: "2", code: "nick", data: { nick: "eva" } },
    { ...reply, ref: "3", code: "join", data: { room: "dev" } },
    { ...error("paused"), ref: "4" } as HubFrame,
    error("not_utf8"),
    bye("quit"),
  );
  const owned = client.events.slice(-6).map((event) => {
    const own = event.type === "frame" && event.own;
    return own && { line: own.line, nick: own.nick, room: own.room };
  });
  assertEquals(owned, [
    { line: "hola", nick: "ana", room: "general" },
    { line: "/nick eva", nick: "ana", room: "general" },
    { line: "/join dev", nick: "eva", room: "general" },
    { line: "again", nick: "eva", room: "dev" },
    undefined,
    { line: "/exit", nick: "eva", room: "dev" },
  ]);
});

Deno.test("leaving asks the hub for a goodbye, and waits one second for it", async () => {
  const client = await join();
  client.conversation.leave();
  client.conversation.leave();
  assertEquals(client.connection.sent, [{ type: "command", ref: "1", line: "/exit" }]);
  await client.advance(999);
  assertEquals(client.isOver, false);
  await client.advance(1);
  assertEquals(await client.ended, undefined);
  assertEquals(client.connection.isClosed, true);
});

Deno.test("after the request to leave nothing is sent, so no line is lost", async () => {
  const client = await join();
  for (let line = 1; line <= 33; line++) client.conversation.submit(`line ${line}`);
  client.conversation.leave();
  await client.receive(ack("1"), ack("2"));
  client.conversation.submit("late");
  await client.receive(bye("quit"));
  await client.drop();
  assertEquals(client.connection.sent.length, 33);
  assertEquals(client.conversation.unsent(), ["line 33", "late"]);

  const back = await join();
  back.conversation.submit("hola");
  await back.reconnect();
  back.conversation.leave();
  await back.receive(welcome(), bye("quit"));
  await back.drop();
  assertEquals(back.connection.sent, [{ type: "command", ref: "2", line: "/exit" }]);
  assertEquals(back.conversation.unsent(), ["hola"]);
});

Deno.test("leave does nothing after a goodbye that the user asked for", async () => {
  const client = await join();
  client.conversation.submit("/exit");
  client.conversation.submit("too late");
  client.conversation.until(() => client.conversation.pendingCount === 0)
    .then(() => client.conversation.leave());
  await client.receive(bye("quit"));
  assertEquals(await client.ended, undefined);
  assertEquals([client.conversation.isLeaving, client.conversation.unsent()], [false, []]);
  assertEquals(client.frames.at(-1), bye("quit"));
});

Deno.test("a connection that breaks during leaving is not a failure, and not retried", async () => {
  const client = await join();
  client.conversation.leave();
  await client.drop();
  assertEquals(await client.ended, undefined);
  assertEquals([client.connections.length, client.timerCount], [1, 0]);
});

Deno.test("leaving ends at once while disconnected", async () => {
  for (const attempt of ["fail", "hang"] as const) {
    const client = await join();
    client.conversation.submit("hola");
    client.outcomes.push(attempt);
    await client.drop();
    client.conversation.submit("adiós");
    if (attempt === "hang") await client.advance(1000);
    client.conversation.leave();
    assertEquals(await client.ended, undefined);
    assertEquals([client.conversation.unsent(), client.timerCount], [["hola", "adiós"], 0]);
  }
});

Deno.test("without a goodbye lines in flight are uncertain, and the others are unsent", async () => {
  const client = await join();
  for (let line = 1; line <= 34; line++) client.conversation.submit(`line ${line}`);
  await client.receive(ack("1"));
  client.conversation.leave();
  await client.advance(1000);
  assertEquals(await client.ended, undefined);
  const uncertain = client.conversation.takeUncertain();
  assertEquals([uncertain.length, uncertain[0], uncertain.at(-1)], [32, "line 2", "line 33"]);
  assertEquals(client.conversation.unsent(), ["line 34"]);

  const lost = await join();
  lost.conversation.submit("sent");
  lost.outcomes.push("fail");
  await lost.drop();
  lost.conversation.submit("kept");
  lost.conversation.leave();
  assertEquals(await lost.ended, undefined);
  assertEquals(lost.conversation.takeUncertain(), ["sent"]);
  assertEquals(lost.conversation.unsent(), ["kept"]);
});

Deno.test("a requested password goes into a second hello, and into later ones", async () => {
  const client = await TestConversation.start();
  await client.receive(error("password_wanted"));
  assertEquals(client.conversation.state.stage, "password");
  client.conversation.answerPassword("wrong");
  assertEquals(client.conversation.state.stage, "joining");
  await client.receive(error("wrong_password"));
  client.conversation.answerPassword("right");
  const hello = { type: "hello", protocol: 1, lang: "en", nick: "ana" };
  assertEquals<unknown>(client.connection.sent, [
    { ...hello, password: "wrong" },
    { ...hello, password: "right" },
  ]);
  await client.receive(welcome());
  await client.reconnect();
  assertEquals(client.connection.hello.password, "right");
});

Deno.test("a password refused on a reconnect is asked for again, and not repeated", async () => {
  const client = await join({ password: "old" });
  await client.reconnect();
  assertEquals(client.connection.hello.password, "old");
  await client.receive(error("wrong_password"));
  assertEquals(client.conversation.state.stage, "password");
  await client.drop();
  await client.advance(2000);
  assertEquals("password" in client.connection.hello, false);
});

Deno.test("a wrong password in a command does not change the hub's password", async () => {
  const client = await join({ password: "old" });
  client.conversation.answerPassword("new");
  await client.receive(error("wrong_password"));
  await client.reconnect();
  assertEquals(client.connection.hello.password, "old");
});

Deno.test("leaving at the password question closes the connection", async () => {
  const client = await TestConversation.start();
  await client.receive(error("password_wanted"));
  client.conversation.leave();
  assertEquals(await client.ended, undefined);
  assertEquals([client.connection.sent, client.connection.isClosed], [[], true]);
});

Deno.test("each welcome says how far the clocks differ, and a difference of the network counts as none", async () => {
  let date = 10_000_000;
  const client = await TestConversation.start({ date: () => date });
  const ahead = () => client.conversation.state.clockAhead;
  await client.receive(welcome());
  assertEquals(ahead(), 0, "an older hub");
  for (
    const [ts, wanted] of [[date - 420_000, 420_000], [date + 82_800_000, -82_800_000], [
      date - 900,
      0,
    ]]
  ) {
    await client.receive(welcome({ ts: ts! }));
    assertEquals(ahead(), wanted!);
  }
  date += 60_000;
  await client.receive({ type: "joined", room: "general", nick: "eva", count: 2, ts: 1 });
  assertEquals(ahead(), 0);
  client.conversation.close();
  await client.ended;
});

Deno.test("the hello asks for the room, and a welcome into another room is detected", async () => {
  const client = await TestConversation.start({ room: "#Ops" });
  assertEquals(client.connection.hello.room, "#Ops");
  assertEquals(client.conversation.wasRoomRefused, false);
  await client.receive(welcome({ room: "ops" }));
  assertEquals(client.conversation.wasRoomRefused, false);
  const turkish = await TestConversation.start({ room: "İSTANBUL" });
  for (const room of ["istanbul", "i\u0307stanbul"]) { // as an older hub spells it
    await turkish.receive(welcome({ room }));
    assertEquals(turkish.conversation.wasRoomRefused, false);
  }
  const other = await TestConversation.start({ room: "ops" });
  await other.receive(welcome());
  assertEquals(other.conversation.wasRoomRefused, true);
  for (const each of [client, turkish, other]) {
    each.conversation.close();
    await each.ended;
  }
});

Deno.test("a request is sent with the conversation's own ref", async () => {
  const client = await join();
  const asked = { type: "say", text: "hola", to: "bob" } as const;
  assertEquals(client.conversation.send(asked, "hola"), { kind: "sent", ref: "1" });
  assertEquals(client.connection.sent, [{ ...asked, ref: "1" }]);
  assertEquals(client.conversation.submit("dos"), { kind: "sent", ref: "2" });
  assertEquals(client.conversation.unsent(), ["hola", "dos"]);
  client.conversation.close();
  await client.ended;
});

Deno.test("post sends any text as a message, with slashes and several lines", async () => {
  const client = await join();
  assertEquals(client.conversation.post("/exit\n//two"), { kind: "sent", ref: "1" });
  assertEquals(client.conversation.post(" \n "), { kind: "nothing" });
  assertEquals(client.conversation.post("\u2800\n\u200b"), { kind: "nothing" });
  assertEquals(client.conversation.submit("\u3164"), { kind: "nothing" });
  assertEquals(client.connection.sent, [{ type: "say", ref: "1", text: "/exit\n//two" }]);
  assertEquals(client.conversation.unsent(), ["//exit\n//two"], "as it would be typed");
  client.conversation.close();
});

Deno.test("a line that may begin with the name of a room is for the hub to look up, and a block too", async () => {
  const client = await join();
  for (const line of ["#dev x", "#hola", "x #dev y"]) client.conversation.submit(line);
  client.conversation.post("#dev two\nlines");
  assertEquals(client.connection.sent, [
    { type: "say", ref: "1", text: "#dev x", typed: true },
    { type: "say", ref: "2", text: "#hola" },
    { type: "say", ref: "3", text: "x #dev y" },
    { type: "say", ref: "4", text: "#dev two\nlines", typed: true },
  ]);
});
