/** A session whose connection broke: what is kept for it, and for how long. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { encodeFrame, type HubFrame } from "../../../protocol/frame.ts";
import { MAX_ANSWERS } from "../../../server/answers.ts";
import { TestHub, type TestPeer } from "../../support/hub.ts";

function say(peer: TestPeer, ref: string, text: string): void {
  peer.send(encodeFrame({ type: "say", ref, text }));
}

function command(peer: TestPeer, ref: string, line: string): void {
  peer.send(encodeFrame({ type: "command", ref, line }));
}

function resume(test: TestHub, token: string, after = 0): TestPeer {
  const peer = test.connect();
  peer.send(encodeFrame({ type: "hello", protocol: 1, resume: { token, after } }));
  test.tick();
  return peer;
}

function shown(frames: HubFrame[]): string[] {
  return frames.map((frame) => {
    switch (frame.type) {
      case "welcome":
        return `welcome ${frame.nick} in ${frame.room} with ${frame.members.join()}`;
      case "message":
        return `${frame.id} ${frame.nick}: ${frame.text}${frame.replay ? " again" : ""}`;
      case "notice":
      case "error":
      case "bye":
        return `${frame.type} ${frame.code} ${Object.values(frame.params).join()}`.trim();
      case "ack":
        return `ack ${frame.ref} ${frame.id}`;
      default:
        return frame.type;
    }
  });
}

Deno.test("who comes back in time has its nick, its rooms and what was said, and nobody saw it go", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  command(ana, "1", "/join dev");
  command(ana, "2", "/ignore luis");
  command(ana, "3", "/ignore luis");
  luis.send("/join dev");
  test.tick();
  luis.take();
  ana.drop();
  test.tick();
  luis.send("in dev");
  luis.send("/join general");
  luis.send("in general");
  test.tick();
  const back = resume(test, token);
  assertEquals(shown(back.takeFrames()), [
    "welcome ana in dev with ana,luis",
    "notice resumed 2,0",
    "1 luis: in dev again",
    "2 luis: in general again",
  ]);
  say(back, "4", "here again");
  test.tick();
  assertEquals(luis.take(), [
    "* you are in #general (2 here: luis, ana)",
    "#dev ana: here again",
  ]);
  assertEquals(shown(back.takeFrames()), ["ack 4 3"]);
});

Deno.test("only what came after the last message that was seen is told again, and nothing of one's own", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  for (const text of ["one", "two"]) luis.send(text);
  say(ana, "1", "mine");
  luis.send("three");
  ana.drop();
  assertEquals(shown(resume(test, token, 1).takeFrames()).slice(1), [
    "notice resumed 2,0",
    "2 luis: two again",
    "4 luis: three again",
  ]);
});

Deno.test("who does not come back in time is told as gone once, and its nick is free", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  test.tick();
  luis.take();
  ana.drop();
  test.elapsed += 119_999;
  test.hub.sweep();
  luis.send("/nick ana");
  test.tick();
  assertEquals(luis.take(), ['! the nick "ana" is in use: ana2 is free']);
  test.elapsed += 1;
  test.hub.sweep();
  test.hub.sweep();
  luis.send("/nick ana");
  test.tick();
  assertEquals(luis.take(), ["* ana left (1 here)", "* you are now ana"]);
  const late = resume(test, token);
  const [welcome, ...rest] = late.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals([welcome.nick, rest], ["guest2", []]);
  assertNotEquals(welcome.token, token, "a new session");
});

Deno.test("the newest connection wins, and the one that hangs is told", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const old = test.framesMember("ana");
  const { token } = old.session;
  luis.send("not read yet");
  const ana = resume(test, token);
  assertEquals(shown(old.takeFrames()), ["1 luis: not read yet", "bye resumed_elsewhere"]);
  assertEquals(old.isClosed, true);
  assertEquals(shown(ana.takeFrames()).slice(1), [
    "notice resumed 1,0",
    "1 luis: not read yet again",
  ]);
  // What the old connection still does is nobody's.
  test.hub.receive(old.session, encodeFrame({ type: "say", ref: "9", text: "ghost" }));
  test.hub.detach(old.session);
  test.hub.dismiss(old.session, "slow_consumer");
  luis.send("after");
  test.tick();
  assertEquals(shown(ana.takeFrames()), ["2 luis: after"]);
  assertEquals(luis.take().filter((line) => /ghost|left|gone/.test(line)), []);
});

Deno.test("a repeated ref gets the same answer, and nothing is done again", () => {
  const test = new TestHub();
  const luis = test.framesMember("luis");
  const ana = test.framesMember("ana");
  test.tick();
  luis.take();
  const { token } = ana.session;
  const asked = [
    () => say(ana, "s", "hola"),
    () => say(ana, "e", " "),
    () => command(ana, "p", "/msg luis entre nosotros"),
    () => command(ana, "j", "/join dev"),
    () => command(ana, "l", "/leave dev"),
    () => command(ana, "i", "/ignore luis"),
    () => command(ana, "n", "/nick eva"),
    () => command(ana, "x", "/exti"),
  ];
  for (const ask of asked) ask();
  test.tick();
  const first = ana.take();
  const heard = luis.takeFrames();
  for (const ask of asked) ask();
  test.tick();
  assertEquals(ana.take(), first, "over the same connection");
  ana.drop();
  const back = resume(test, token, 2);
  back.takeFrames();
  const again = asked.map((_, index) => first[index]!);
  say(back, "s", "hola");
  say(back, "e", " ");
  command(back, "p", "/msg luis entre nosotros");
  command(back, "j", "/join dev");
  command(back, "l", "/leave dev");
  command(back, "i", "/ignore luis");
  command(back, "n", "/nick eva");
  command(back, "x", "/exti");
  test.tick();
  assertEquals(back.take(), again, "and over a new one");
  assertEquals(heard.map(({ type }) => type), ["message", "message", "renamed"]);
  assertEquals(luis.takeFrames(), []);
  assertEquals(back.session.rooms.size, 1);
  assertEquals(back.session.ignored.size, 1);
});

Deno.test("what only tells how things are is told anew", () => {
  const test = new TestHub();
  const ana = test.framesMember("ana");
  command(ana, "w", "/who");
  test.framesMember("luis");
  command(ana, "w", "/who");
  test.tick();
  const counts = ana.takeFrames().flatMap((frame) =>
    frame.type === "reply" ? [frame.data["count"]] : []
  );
  assertEquals(counts, [1, 2]);
});

Deno.test("the answers that are remembered are bounded, and an empty ref has none", () => {
  const test = new TestHub();
  const ana = test.framesMember("ana");
  for (let ref = 0; ref <= MAX_ANSWERS; ref++) say(ana, `r${ref}`, "x");
  for (let n = 0; n < 2; n++) say(ana, "", "without");
  test.tick();
  ana.take();
  say(ana, "r1", "x");
  say(ana, "r0", "x");
  test.tick();
  const said = MAX_ANSWERS + 3;
  assertEquals(shown(ana.takeFrames()), ["ack r1 2", `ack r0 ${said + 1}`]);

  const big = "y".repeat(60_000);
  for (let n = 0; n < 10; n++) command(ana, `big${n}`, `/msg ana ${big}`);
  assertEquals(ana.session.answers.find("big0"), undefined);
  assert(ana.session.answers.find("big9"));
});

Deno.test("a private message to somebody whose connection broke waits, and its writer knows", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const eva = test.framesMember("eva");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  test.tick();
  luis.take();
  eva.take();
  ana.drop();
  luis.send("/msg ana vuelve");
  eva.send(encodeFrame({ type: "say", ref: "1", text: "ven", to: "ana" }));
  test.tick();
  const waits = "ana has lost the connection, and will get your message once reconnected";
  assertEquals(luis.take(), ["* [private] to ana: vuelve", `* ${waits}`]);
  assertEquals(shown(eva.takeFrames()), ["ack 1 2", "notice away ana"]);
  const back = resume(test, token);
  assertEquals(shown(back.takeFrames()).slice(1), [
    "notice resumed 2,0",
    "1 luis: vuelve again",
    "2 eva: ven again",
  ]);
  back.drop();
  luis.send("/msg ana otra vez");
  luis.send("in the room, where eva got it");
  test.tick();
  luis.take();
  test.expire();
  test.tick();
  assertEquals(luis.take(), [
    "* ana left (2 here)",
    "* ana did not return, and never got your message: otra vez",
  ]);
});

Deno.test("what was said in a room before it was left is not missed either", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  command(ana, "1", "/join dev");
  luis.send("said while ana was here");
  command(ana, "2", "/leave general");
  luis.send("said without ana");
  test.tick();
  ana.drop();
  assertEquals(shown(resume(test, token).takeFrames()).slice(1), [
    "notice resumed 1,0",
    "1 luis: said while ana was here again",
  ]);
});

Deno.test("who is to go, and who speaks text, is not waited for", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  for (const code of ["quit", "line_too_long"] as const) {
    const ana = test.framesMember("ana");
    const { token } = ana.session;
    test.tick();
    luis.take();
    test.hub.dismiss(ana.session, code);
    test.tick();
    assertEquals(luis.take().length, 1, code);
    assertEquals(test.hub.size, 1);
    resume(test, token).drop();
    test.expire();
  }
  const nc = test.textMember("nc");
  const { token } = nc.session;
  test.tick();
  luis.take();
  nc.drop();
  test.tick();
  assertEquals(luis.take(), ["* nc left (1 here)"]);
  assertEquals(test.hub.size, 1);
  assertEquals(shown(resume(test, token).takeFrames()), [
    "welcome guest5 in general with luis,guest5",
  ]);
});

Deno.test("a slow reader and one that fell silent may come back, and miss nothing", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  for (const code of ["slow_consumer", "timeout"] as const) {
    const ana = test.framesMember("ana");
    const { token } = ana.session;
    test.tick();
    luis.take();
    luis.send("unread");
    test.hub.dismiss(ana.session, code);
    test.tick();
    assertEquals(luis.take(), []);
    const back = resume(test, token);
    assertEquals(shown(back.takeFrames())[1], "notice resumed 1,0");
    test.hub.dismiss(back.session, code);
    test.expire();
    test.tick();
    assertEquals(luis.take().map((line) => line.includes(" left: ")), [true]);
  }
});

Deno.test("those who may wait for their peers are bounded: who has waited longest goes", () => {
  const test = new TestHub();
  for (let n = 0; n <= 10_000; n++) {
    const peer = test.connect();
    peer.send(encodeFrame({ type: "hello", protocol: 1, nick: `n${n}` }));
    peer.drop();
  }
  test.tick();
  assertEquals(test.hub.size, 10_000);
  assertEquals(test.hub.chat.nicks.holder("n0"), undefined);
  assert(test.hub.chat.nicks.holder("n1"));
});

Deno.test("what is kept for those who wait is bounded: for whom much is goes, the longest away first", () => {
  const test = new TestHub();
  const light = test.framesMember("light");
  command(light, "1", "/msg light hola");
  light.drop();
  for (let n = 0; n < 150; n++) {
    const peer = test.framesMember(`n${n}`);
    for (let ref = 0; ref < 3; ref++) command(peer, `${ref}`, `/msg n${n} ${"x".repeat(60_000)}`);
    test.tick();
    peer.drop();
  }
  test.hub.sweep();
  const stays = (nick: string) => test.hub.chat.nicks.holder(nick) !== undefined;
  const left = test.hub.size - 1;
  assert(left > 50 && left < 120, `${left} of 150`);
  assertEquals([stays("light"), stays("n0"), stays(`n${149 - left}`)], [true, false, false]);
  assertEquals([stays(`n${150 - left}`), stays("n149")], [true, true]);
});

Deno.test("what is told again fits into what a reader may have waiting: the newest, and how much more there was", () => {
  const test = new TestHub({ recalled: 50 });
  const luis = test.framesMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  ana.drop();
  for (let n = 0; n < 10; n++) say(luis, `r${n}`, "日".repeat(60_000));
  test.tick();
  for (const peer of [resume(test, token), test.connect()]) {
    if (peer.chunks.length === 0) {
      peer.send(encodeFrame({ type: "hello", protocol: 1, nick: "eva" }));
    }
    test.tick();
    const bytes = peer.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    assert(bytes > 500_000 && bytes < 1024 * 1024, `${bytes} bytes`);
    const frames = peer.takeFrames();
    assertEquals(
      frames.flatMap((frame) => frame.type === "message" ? [frame.id] : []),
      [7, 8, 9, 10],
    );
    const told = shown(frames.filter(({ type }) => type === "notice"));
    assert(["notice resumed 4,6", "notice history general,4"].includes(told[0]!), told[0]);
  }
});

Deno.test("a bot comes into the room that its hello names, or into the first one and is told", () => {
  const test = new TestHub();
  for (const [room, there, told] of [["Dev", "dev", 0], ["no room", "general", 1]] as const) {
    const bot = test.connect();
    bot.send(encodeFrame({ type: "hello", protocol: 1, nick: "bot", room }));
    test.tick();
    const frames = bot.takeFrames();
    assertEquals(frames.flatMap((frame) => frame.type === "welcome" ? [frame.room] : []), [there]);
    assertEquals(
      frames.flatMap((frame) => frame.type === "error" ? [frame.code] : []),
      told ? ["bad_room"] : [],
    );
    bot.drop();
    test.expire();
  }
});

Deno.test("whoever has the token comes back without the password, and nobody else does", () => {
  const test = new TestHub({ password: "sésamo" });
  const ana = test.connect();
  ana.send(encodeFrame({ type: "hello", protocol: 1, nick: "ana", password: "sésamo" }));
  const { token } = ana.session;
  ana.drop();
  assertEquals(shown(resume(test, token).takeFrames())[0], "welcome ana in general with ana");
  assertEquals(shown(resume(test, "guessed").takeFrames()), ["error password_wanted"]);
});

Deno.test("who is kicked or banned while its connection is broken does not come back", () => {
  const test = new TestHub({ modPassword: "m" });
  const mod = test.textMember("mod");
  mod.send("/mod m");
  for (const [line, told] of [["/kick ana", "guest2"], ["/ban ana address", undefined]] as const) {
    const ana = test.framesMember("ana");
    const { token, peer: { host } } = ana.session;
    test.tick();
    mod.take();
    ana.drop();
    mod.send(line);
    test.tick();
    assertEquals(mod.take().length, 2, "that it is gone, and the answer");
    const [first] = resume(test, token).takeFrames();
    if (told) assertEquals(first?.type === "welcome" && first.nick, told);
    else assertEquals(shown([first!]), ["bye banned"]);
    if (told) continue;
    const other = test.connect(host);
    other.send(encodeFrame({ type: "hello", protocol: 1, nick: "other" }));
    test.tick();
    assertEquals(shown(other.takeFrames()), ["bye banned"], "its address was known still");
    assertEquals(test.hub.chat.moderation.bans.keepsOut({ id: "", key: "", host: "" }), false);
  }
});

Deno.test("a locked room is not come into by a hello either", () => {
  const test = new TestHub({ modPassword: "m" });
  const mod = test.textMember("mod");
  for (const line of ["/mod m", "/join dev", "/lock"]) mod.send(line);
  const bot = test.connect();
  bot.send(encodeFrame({ type: "hello", protocol: 1, nick: "bot", room: "dev" }));
  test.tick();
  assertEquals(shown(bot.takeFrames()), [
    "welcome bot in general with mod,bot",
    "error room_locked dev",
  ]);
});
