import { assertEquals } from "@std/assert";
import { exitCode } from "../../../client/bye.ts";
import { BYE_CODES } from "../../../protocol/codes.ts";
import type { ByeFrame, ClientFrame, HubFrame } from "../../../protocol/frame.ts";
import { ack, bye, error, Talk, welcome } from "./talk.ts";

/** A conversation that the hub has welcomed. */
async function join(options: Parameters<typeof Talk.start>[0] = {}): Promise<Talk> {
  const talk = await Talk.start(options);
  await talk.hear(welcome());
  return talk;
}

function refs(frames: ClientFrame[]): string[] {
  return frames.flatMap((frame) => "ref" in frame ? [frame.ref] : []);
}

const types = (talk: Talk) => talk.told.map(({ type }) => type);

Deno.test("the first hello says what is wanted, and nothing of a session", async () => {
  const talk = await Talk.start({ history: 0, password: "secret" });
  assertEquals(talk.line.hello, {
    protocol: 1,
    lang: "en",
    nick: "ana",
    history: 0,
    password: "secret",
  });
});

Deno.test("lines are sent once the hub has welcomed, each with a ref of its own", async () => {
  const talk = await Talk.start();
  talk.conversation.submit("hola");
  assertEquals(talk.line.sent, []);
  await talk.hear(welcome());
  talk.conversation.submit("/who");
  talk.conversation.submit("  ");
  assertEquals(talk.line.sent, [
    { type: "say", ref: "1", text: "hola" },
    { type: "command", ref: "2", line: "/who" },
  ]);
});

Deno.test("a line that does not fit into a frame is told and not sent", async () => {
  const talk = await Talk.start();
  await talk.hear(welcome({ limits: { line: 40 } }));
  assertEquals(talk.conversation.submit("x".repeat(40)), { kind: "too_long", bytes: 74, max: 40 });
  assertEquals([talk.line.sent, talk.conversation.pending], [[], 0]);
});

Deno.test("what was entered before the hub told its limit, and does not fit, is refused as by the hub", async () => {
  const long = "x".repeat(100);
  const refused = (ref: string): HubFrame => ({
    type: "error",
    ref,
    code: "line_too_long",
    params: { max: 80 },
    text: "line too long (max 80 bytes): it was not sent",
  });
  const talk = await Talk.start();
  for (const line of [long, "hola"]) talk.conversation.submit(line);
  await talk.hear(welcome({ limits: { line: 80 } }));
  assertEquals(talk.frames.slice(1), [refused("1")]);
  assertEquals(talk.line.sent, [{ type: "say", ref: "2", text: "hola" }]);
  assertEquals([talk.conversation.pending, talk.conversation.state.errors], [1, 1]);

  // A hub that was started again may take less than before, and what it has not heard is not uncertain.
  const other = await join();
  await other.break();
  other.conversation.submit(long);
  await other.pass(1000);
  await other.hear(welcome({ token: "t2", epoch: "e2", limits: { line: 80 } }));
  assertEquals(other.frames.at(-1), refused("1"));
  assertEquals([other.line.sent, other.conversation.pending], [[], 0]);
  for (const { conversation } of [talk, other]) conversation.close();
});

Deno.test("a session that broke is gone on with: same nick and room, and from the last id on", async () => {
  const talk = await join();
  await talk.hear(
    { type: "reply", ref: "9", code: "nick", data: { nick: "eva" }, text: "" },
    { type: "reply", ref: "9", code: "join", data: { room: "dev" }, text: "" },
    { type: "reply", ref: "9", code: "lang", data: { lang: "es" }, text: "" },
    { type: "message", id: 7, room: "dev", nick: "bob", text: "x", ts: 1, kind: "say" },
  );
  await talk.break();
  assertEquals(types(talk).at(-1), "lost");
  await talk.pass(1000);
  assertEquals(talk.line.hello, {
    protocol: 1,
    lang: "es",
    nick: "eva",
    room: "dev",
    resume: { token: "t1", after: 7 },
  });
});

Deno.test("a break before the ack sends the same line with the same ref again", async () => {
  const talk = await join();
  talk.conversation.submit("hola");
  await talk.break();
  assertEquals(talk.conversation.pending, 1);
  await talk.pass(1000);
  assertEquals(talk.line.sent, []);
  await talk.hear(welcome());
  assertEquals(talk.line.sent, [{ type: "say", ref: "1", text: "hola" }]);
  await talk.hear(ack("1", 3));
  assertEquals(talk.conversation.pending, 0);
});

Deno.test("an answer comes with the line that it answers, and who and where one was", async () => {
  const talk = await join();
  for (const line of ["hola", "/nick eva", "/join dev", "again", "/exit"]) {
    talk.conversation.submit(line);
  }
  const reply = { type: "reply", text: "" } as const;
  await talk.hear(
    ack("1", 3),
    { ...reply, ref: "2", code: "nick", data: { nick: "eva" } },
    { ...reply, ref: "3", code: "join", data: { room: "dev" } },
    { ...error("paused"), ref: "4" } as HubFrame,
    error("not_utf8"),
    bye("quit"),
  );
  const owned = talk.told.slice(-6).map((each) => each.type === "frame" && each.own);
  assertEquals(owned, [
    { line: "hola", nick: "ana", room: "general" },
    { line: "/nick eva", nick: "ana", room: "general" },
    { line: "/join dev", nick: "eva", room: "general" },
    { line: "again", nick: "eva", room: "dev" },
    undefined,
    { line: "/exit", nick: "eva", room: "dev" },
  ]);
});

Deno.test("what was acked is not sent again, and what was entered meanwhile comes behind the rest", async () => {
  const talk = await join();
  for (let line = 1; line <= 10; line++) talk.conversation.submit(`line ${line}`);
  await talk.hear(ack("1"), ack("2"), ack("3"));
  await talk.break();
  talk.conversation.submit("offline");
  await talk.pass(1000);
  await talk.hear(welcome());
  assertEquals(refs(talk.line.sent), ["4", "5", "6", "7", "8", "9", "10", "11"]);
});

Deno.test("what is entered while the break is just being noticed comes behind the rest too", async () => {
  const talk = await join();
  for (let line = 1; line <= 5; line++) talk.conversation.submit(`line ${line}`);
  talk.line.break();
  for (let line = 6; line <= 20; line++) {
    await Promise.resolve(); // at each step of the noticing
    talk.conversation.submit(`line ${line}`);
  }
  await talk.pass(1000);
  await talk.hear(welcome());
  assertEquals(refs(talk.line.sent), Array.from({ length: 20 }, (_, index) => String(index + 1)));
});

Deno.test("a session that goes on is told by the hub alone, without another welcome", async () => {
  const talk = await join();
  await talk.break();
  await talk.pass(1000);
  const resumed = { type: "notice", code: "resumed", params: {}, text: "" } as const;
  await talk.hear(welcome(), resumed);
  assertEquals(talk.told.slice(-2), [{ type: "lost" }, { type: "frame", frame: resumed }]);
});

Deno.test("what waits for a room is not sent into another one", async () => {
  const talk = await Talk.start({ room: "dev" });
  await talk.hear(welcome({ room: "dev" }));
  talk.conversation.submit("sent to dev");
  await talk.break();
  talk.conversation.submit("for dev");
  await talk.pass(1000);
  assertEquals(talk.line.hello.room, "dev");
  await talk.hear(welcome({ token: "t2", epoch: "e2", room: "general" }));
  assertEquals([talk.line.sent, talk.conversation.pending], [[], 0]);
  const unsent = talk.told.find((each) => each.type === "unsent");
  assertEquals(unsent?.lines.map(({ shown }) => shown), ["for dev"]);
  assertEquals(talk.conversation.isAstray, true);
  talk.conversation.close();
  await talk.ended;
});

Deno.test("in a new session what was sent is uncertain, and what was not sent is sent", async () => {
  const talk = await join();
  for (let line = 1; line <= 34; line++) talk.conversation.submit(`line ${line}`);
  await talk.hear(ack("1"));
  await talk.break();
  talk.conversation.submit("/mod secret");
  await talk.pass(1000);
  await talk.hear(welcome({ token: "t2", epoch: "e2" }));
  const restarted = talk.told.find((each) => each.type === "restarted");
  assertEquals(
    restarted?.uncertain.map(({ shown }) => shown),
    Array.from({ length: 32 }, (_, index) => `line ${index + 2}`),
  );
  assertEquals(refs(talk.line.sent), ["34", "35"]);
  assertEquals(talk.told.at(-1), { type: "frame", frame: welcome({ token: "t2", epoch: "e2" }) });
  await talk.break();
  await talk.pass(1000);
  assertEquals(talk.line.hello.resume, { token: "t2", after: 0 });
  assertEquals(talk.conversation.unsent(), ["line 34", "/mod"]);
});

Deno.test("attempts go on, each later than the one before, until the hub is there", async () => {
  const talk = await join();
  talk.attempts.push("fail", "fail", "fail");
  await talk.break();
  for (const wait of [1000, 2000, 4000, 8000]) {
    assertEquals([talk.conversation.state.stage, talk.conversation.retryIn], ["lost", wait]);
    await talk.pass(wait - 1);
    assertEquals(talk.conversation.retryIn, 1);
    await talk.pass(1);
  }
  assertEquals([talk.lines.length, talk.conversation.state.stage], [2, "joining"]);
  await talk.hear(welcome());
  await talk.break();
  assertEquals(talk.conversation.retryIn, 1000);
  assertEquals(types(talk).filter((type) => type === "lost").length, 2);
});

Deno.test("a hub that breaks off before its welcome is tried again without a word", async () => {
  const talk = await join();
  await talk.break();
  await talk.pass(1000);
  await talk.break();
  await talk.pass(2000);
  await talk.hear(bye("server_full"));
  await talk.break();
  await talk.pass(4000);
  await talk.hear(welcome());
  assertEquals(types(talk), ["frame", "lost"]);
  assertEquals(talk.conversation.state.stage, "joined");
});

Deno.test("retryNow tries at once, and does nothing while the hub is there", async () => {
  const talk = await join();
  talk.conversation.retryNow();
  await talk.break();
  assertEquals(talk.lines.length, 1);
  talk.conversation.retryNow();
  await talk.pass(0);
  assertEquals(talk.lines.length, 2);
});

Deno.test("after some last words of the hub one comes back, after the others not", async () => {
  const back = [
    "shutdown",
    "slow_consumer",
    "timeout",
    "server_full",
    "address_full",
    "cut_off",
  ];
  for (const code of BYE_CODES) {
    const talk = await join();
    await talk.hear(bye(code));
    await talk.break();
    assertEquals(talk.frames.at(-1), bye(code));
    assertEquals(talk.isOver, !back.includes(code), code);
    if (!talk.isOver) {
      assertEquals(talk.conversation.state.bye, undefined);
      talk.conversation.close();
    }
    assertEquals(await talk.ended, undefined);
  }
});

Deno.test("an attempt that the hub answers with such a last word is the last one", async () => {
  const talk = await join();
  await talk.break();
  await talk.pass(1000);
  await talk.hear(bye("banned"));
  await talk.break();
  assertEquals(await talk.ended, undefined);
  assertEquals(exitCode(talk.conversation.state.bye), 3);
  assertEquals(talk.frames.at(-1), bye("banned"));
});

Deno.test("the exit codes tell who was refused, and what failed", () => {
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

Deno.test("the first connection is not tried again", async () => {
  const talk = await Talk.start();
  await talk.break();
  assertEquals((await talk.ended)?.key, "failure.lost");
});

Deno.test("with no time to try again a break is the end", async () => {
  const talk = await join({ retryFor: 0 });
  talk.conversation.submit("hola");
  await talk.break();
  assertEquals((await talk.ended)?.key, "failure.lost");
  assertEquals(types(talk), ["frame"]);
  assertEquals([talk.conversation.unsent(), talk.timers], [["hola"], 0]);
});

for (const [name, attempt] of [["waits", "fail"], ["connects", "hang"]] as const) {
  Deno.test(`the time to try again ends, also while it ${name}`, async () => {
    const talk = await join({ retryFor: 10_000 });
    talk.attempts.push(...Array(20).fill(attempt));
    await talk.break();
    await talk.pass(9_999);
    assertEquals(talk.isOver, false);
    await talk.pass(1);
    assertEquals((await talk.ended)?.message, "the connection to x:1 was lost");
    assertEquals(talk.timers, 0);
  });
}

Deno.test("the time to try again ends while the hub says nothing", async () => {
  const talk = await join({ retryFor: 10_000 });
  await talk.break();
  await talk.pass(10_000);
  assertEquals((await talk.ended)?.key, "failure.lost");
  assertEquals([talk.line.isClosed, talk.timers], [true, 0]);
});

Deno.test("who is back has the whole time again", async () => {
  const talk = await join({ retryFor: 3000 });
  await talk.break();
  await talk.pass(1000);
  await talk.hear(welcome());
  await talk.pass(100_000);
  talk.attempts.push("fail");
  await talk.break();
  await talk.pass(2_999);
  assertEquals(talk.isOver, false);
  talk.conversation.close();
});

Deno.test("leaving asks the hub for a goodbye, and waits for one second", async () => {
  const talk = await join();
  talk.conversation.leave();
  talk.conversation.leave();
  assertEquals(talk.line.sent, [{ type: "command", ref: "1", line: "/exit" }]);
  await talk.pass(999);
  assertEquals(talk.isOver, false);
  await talk.pass(1);
  assertEquals(await talk.ended, undefined);
  assertEquals(talk.line.isClosed, true);
});

Deno.test("behind the wish to leave nothing is sent, so that nothing vanishes", async () => {
  const talk = await join();
  for (let line = 1; line <= 33; line++) talk.conversation.submit(`line ${line}`);
  talk.conversation.leave();
  await talk.hear(ack("1"), ack("2"));
  talk.conversation.submit("late");
  await talk.hear(bye("quit"));
  await talk.break();
  assertEquals(talk.line.sent.length, 33);
  assertEquals(talk.conversation.unsent(), ["line 33", "late"]);

  const back = await join();
  back.conversation.submit("hola");
  await back.break();
  await back.pass(1000);
  back.conversation.leave();
  await back.hear(welcome(), bye("quit"));
  await back.break();
  assertEquals(back.line.sent, [{ type: "command", ref: "2", line: "/exit" }]);
  assertEquals(back.conversation.unsent(), ["hola"]);
});

Deno.test("behind a goodbye that was asked for as a command there is nothing to leave", async () => {
  const talk = await join();
  talk.conversation.submit("/exit");
  talk.conversation.submit("too late");
  talk.conversation.until(() => talk.conversation.pending === 0)
    .then(() => talk.conversation.leave());
  await talk.hear(bye("quit"));
  assertEquals(await talk.ended, undefined);
  assertEquals([talk.conversation.isLeaving, talk.conversation.unsent()], [false, []]);
  assertEquals(talk.frames.at(-1), bye("quit"));
});

Deno.test("a connection that breaks while one leaves is no fault, and not tried again", async () => {
  const talk = await join();
  talk.conversation.leave();
  await talk.break();
  assertEquals(await talk.ended, undefined);
  assertEquals([talk.lines.length, talk.timers], [1, 0]);
});

Deno.test("leaving ends at once while the hub is not there", async () => {
  for (const attempt of ["fail", "hang"] as const) {
    const talk = await join();
    talk.conversation.submit("hola");
    talk.attempts.push(attempt);
    await talk.break();
    talk.conversation.submit("adiós");
    if (attempt === "hang") await talk.pass(1000);
    talk.conversation.leave();
    assertEquals(await talk.ended, undefined);
    assertEquals([talk.conversation.unsent(), talk.timers], [["hola", "adiós"], 0]);
  }
});

Deno.test("after a goodbye what was not on the wire is unsent, and what was is not", async () => {
  const talk = await join();
  for (let line = 1; line <= 33; line++) talk.conversation.submit(`line ${line}`);
  talk.conversation.leave();
  await talk.hear(bye("quit"));
  await talk.break();
  assertEquals(await talk.ended, undefined);
  assertEquals(talk.conversation.unsent(), ["line 33"]);
});

Deno.test("without a goodbye what was on the wire is uncertain, and only the rest is unsent", async () => {
  const talk = await join();
  for (let line = 1; line <= 34; line++) talk.conversation.submit(`line ${line}`);
  await talk.hear(ack("1"));
  talk.conversation.leave();
  await talk.pass(1000);
  assertEquals(await talk.ended, undefined);
  const uncertain = talk.conversation.takeUncertain();
  assertEquals([uncertain.length, uncertain[0], uncertain.at(-1)], [32, "line 2", "line 33"]);
  assertEquals(talk.conversation.unsent(), ["line 34"]);

  const lost = await join();
  lost.conversation.submit("sent");
  lost.attempts.push("fail");
  await lost.break();
  lost.conversation.submit("kept");
  lost.conversation.leave();
  assertEquals(await lost.ended, undefined);
  assertEquals(lost.conversation.takeUncertain(), ["sent"]);
  assertEquals(lost.conversation.unsent(), ["kept"]);
});

Deno.test("a password that the hub wants goes into another hello, and into those of later", async () => {
  const talk = await Talk.start();
  await talk.hear(error("password_wanted"));
  assertEquals(talk.conversation.state.stage, "password");
  talk.conversation.answerPassword("wrong");
  assertEquals(talk.conversation.state.stage, "joining");
  await talk.hear(error("wrong_password"));
  talk.conversation.answerPassword("right");
  const hello = { type: "hello", protocol: 1, lang: "en", nick: "ana" };
  assertEquals<unknown>(talk.line.sent, [
    { ...hello, password: "wrong" },
    { ...hello, password: "right" },
  ]);
  await talk.hear(welcome());
  await talk.break();
  await talk.pass(1000);
  assertEquals(talk.line.hello.password, "right");
});

Deno.test("a password that is refused on coming back is asked for again, and not sent again", async () => {
  const talk = await join({ password: "old" });
  await talk.break();
  await talk.pass(1000);
  assertEquals(talk.line.hello.password, "old");
  await talk.hear(error("wrong_password"));
  assertEquals(talk.conversation.state.stage, "password");
  await talk.break();
  await talk.pass(2000);
  assertEquals("password" in talk.line.hello, false);
});

Deno.test("a wrong password of a command leaves that of the hub as it is", async () => {
  const talk = await join({ password: "old" });
  talk.conversation.answerPassword("new");
  await talk.hear(error("wrong_password"));
  await talk.break();
  await talk.pass(1000);
  assertEquals(talk.line.hello.password, "old");
});

Deno.test("who leaves instead of giving a password just goes", async () => {
  const talk = await Talk.start();
  await talk.hear(error("password_wanted"));
  talk.conversation.leave();
  assertEquals(await talk.ended, undefined);
  assertEquals([talk.line.sent, talk.line.isClosed], [[], true]);
});

Deno.test("a room is asked for at first, and it is known where the hub let one into another", async () => {
  const talk = await Talk.start({ room: "#Ops" });
  assertEquals(talk.line.hello.room, "#Ops");
  assertEquals(talk.conversation.isMisplaced, false);
  await talk.hear(welcome({ room: "ops" }));
  assertEquals(talk.conversation.isMisplaced, false);
  const other = await Talk.start({ room: "ops" });
  await other.hear(welcome());
  assertEquals(other.conversation.isMisplaced, true);
  for (const each of [talk, other]) {
    each.conversation.close();
    await each.ended;
  }
});

Deno.test("what is asked for is sent by a ref of the conversation's own", async () => {
  const talk = await join();
  const asked = { type: "say", text: "hola", to: "bob" } as const;
  assertEquals(talk.conversation.ask(asked, "hola"), { kind: "sent", ref: "1" });
  assertEquals(talk.line.sent, [{ ...asked, ref: "1" }]);
  assertEquals(talk.conversation.submit("dos"), { kind: "sent", ref: "2" });
  assertEquals(talk.conversation.unsent(), ["hola", "dos"]);
  talk.conversation.close();
  await talk.ended;
});

Deno.test("say sends a text as a message, whatever it begins with and of however many lines", async () => {
  const talk = await join();
  assertEquals(talk.conversation.say("/exit\n//two"), { kind: "sent", ref: "1" });
  assertEquals(talk.conversation.say(" \n "), { kind: "nothing" });
  assertEquals(talk.line.sent, [{ type: "say", ref: "1", text: "/exit\n//two" }]);
  assertEquals(talk.conversation.unsent(), ["//exit\n//two"], "as it would be typed");
  talk.conversation.close();
});

Deno.test("a text that does not fit into a frame is not said", async () => {
  const talk = await join();
  const said = talk.conversation.say("\n".repeat(40_000) + "x");
  assertEquals(said.kind === "too_long" && [said.bytes > 80_000, said.max], [true, 65_536]);
  assertEquals([talk.line.sent, talk.conversation.pending], [[], 0]);
  talk.conversation.close();
});
