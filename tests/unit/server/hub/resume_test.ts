/** Sessions whose connection broke: what is kept for them, for how long, and how they are resumed. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { HubFrame, WelcomeFrame } from "../../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { MAX_ANSWERS } from "../../../../server/model/reply_cache.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";

function resume(test: TestHub, token: string, after = 0): TestPeer {
  const peer = test.connect();
  peer.hello({ resume: { token, after } });
  test.tick();
  return peer;
}

/** Frames in short. */
function brief(frames: HubFrame[]): string[] {
  return frames.map((frame) => {
    switch (frame.type) {
      case "welcome":
        return `welcome ${frame.nick} in ${frame.room} with ${frame.members.join()}`;
      case "message":
        return `${frame.id} ${frame.nick}: ${frame.text}${frame.replay ? " (replay)" : ""}`;
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

Deno.test("a resumed session keeps its nick and rooms and gets what it missed, and nobody sees it leave", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  ana.command("1", "/join dev");
  ana.command("2", "/ignore luis");
  ana.command("3", "/unignore luis");
  luis.ask("/join dev");
  ana.drop();
  test.tick();
  luis.send("in dev", "/join general", "in general");
  test.tick();
  const back = resume(test, token);
  const frames = back.takeFrames();
  assertEquals((frames[0] as WelcomeFrame).rooms, ["general", "dev"]);
  assertEquals(brief(frames), [
    "welcome ana in dev with ana,luis",
    "notice resumed 2,0",
    "1 luis: in dev (replay)",
    "2 luis: in general (replay)",
  ]);
  back.say("4", "here again");
  test.tick();
  assertEquals(luis.take(), [
    "* you are in #general (2 here: luis, ana)",
    "#dev ana: here again",
  ]);
  assertEquals(brief(back.takeFrames()), ["ack 4 3"]);
});

Deno.test("a private notice is replayed as one, and tags are not replayed", () => {
  const test = new TestHub();
  const [luis, ana] = [test.framesMember("luis"), test.framesMember("ana")];
  const { token } = ana.session;
  ana.drop();
  const [to, tags] = ["ana", { "+draft/reply": "7" }];
  luis.sendFrame({ type: "say", ref: "1", text: "listo", as: "notice", to, tags });
  luis.sendFrame({ type: "say", ref: "2", text: "", to, tags });
  luis.sendFrame({ type: "say", ref: "3", text: "hola", tags });
  luis.sendFrame({ type: "say", ref: "4", text: "", tags });
  test.tick();
  const said = resume(test, token).takeFrames().slice(2)
    .map((frame) => frame.type === "message" ? [frame.text, frame.as, frame.tags] : frame.type);
  assertEquals(said, [["listo", "notice", undefined], ["hola", undefined, undefined]]);
});

Deno.test("the welcome says whether the session is a moderator's", () => {
  const test = new TestHub({ modPassword: "m" });
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  ana.command("1", "/mod m");
  ana.drop();
  test.tick();
  const [welcome] = resume(test, token).takeFrames() as WelcomeFrame[];
  assertEquals([welcome?.moderation, welcome?.moderator], [true, true]);
});

Deno.test("after the grace period a session is announced as gone once, and its nick is free", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  test.tick();
  luis.take();
  ana.drop();
  test.elapsed += 119_999;
  test.hub.sweep();
  assertEquals(luis.ask("/nick ana"), ['! the nick "ana" is in use: ana2 is free']);
  test.elapsed += 1;
  test.hub.sweep();
  test.hub.sweep();
  assertEquals(luis.ask("/nick ana"), ["* ana left (1 here)", "* you are now ana"]);
  const late = resume(test, token);
  const [welcome, ...rest] = late.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals([welcome.nick, rest], ["guest2", []]);
  assertNotEquals(welcome.token, token, "a new session");
});

Deno.test("the newest connection wins, and the old one is closed with the reason", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const old = test.framesMember("ana");
  const { token } = old.session;
  luis.send("not read yet");
  const ana = resume(test, token);
  assertEquals(brief(old.takeFrames()), ["1 luis: not read yet", "bye resumed_elsewhere"]);
  assertEquals(old.isClosed, true);
  assertEquals(brief(ana.takeFrames()).slice(1), [
    "notice resumed 1,0",
    "1 luis: not read yet (replay)",
  ]);
  // Nothing that the old connection still does has an effect.
  test.hub.onLine(old.session, encodeFrame({ type: "say", ref: "9", text: "ghost" }));
  test.hub.detach(old.session);
  test.hub.dismiss(old.session, "slow_consumer");
  luis.send("after");
  test.tick();
  assertEquals(brief(ana.takeFrames()), ["2 luis: after"]);
  assertEquals(luis.take().filter((line) => /ghost|left|gone/.test(line)), []);
});

Deno.test("a repeated ref gets the same answer, and nothing is done twice", () => {
  const test = new TestHub();
  const luis = test.framesMember("luis");
  const ana = test.framesMember("ana");
  test.textMember("leo").send("/join dev"); // which ana does not open
  test.tick();
  ana.take();
  luis.take();
  const { token } = ana.session;
  const requests: Record<string, (peer: TestPeer, ref: string) => void> = {
    s: (peer, ref) => peer.say(ref, "hola"),
    e: (peer, ref) => peer.say(ref, " "),
    p: (peer, ref) => peer.command(ref, "/msg luis entre nosotros"),
    j: (peer, ref) => peer.command(ref, "/join dev"),
    l: (peer, ref) => peer.command(ref, "/leave dev"),
    i: (peer, ref) => peer.command(ref, "/ignore luis"),
    n: (peer, ref) => peer.command(ref, "/nick eva"),
    x: (peer, ref) => peer.command(ref, "/exti"),
  };
  const answersTo = (peer: TestPeer) => {
    for (const [ref, request] of Object.entries(requests)) request(peer, ref);
    test.tick();
    return peer.take();
  };
  const answers = answersTo(ana);
  assertEquals(answers.length, Object.keys(requests).length);
  const received = luis.takeCodes();
  assertEquals(answersTo(ana), answers, "over the same connection");
  ana.drop();
  const back = resume(test, token, 2);
  back.takeFrames();
  assertEquals(answersTo(back), answers, "over a new connection");
  assertEquals(received, ["message", "message", "renamed"]);
  assertEquals(luis.takeFrames(), []);
  assertEquals(back.session.rooms.size, 1);
  assertEquals(back.session.ignoreList.size, 1);
});

Deno.test("a repeated question is answered anew", () => {
  const test = new TestHub();
  const ana = test.framesMember("ana");
  ana.command("w", "/who");
  test.framesMember("luis");
  ana.command("w", "/who");
  test.tick();
  const counts = ana.takeFrames().flatMap((frame) =>
    frame.type === "reply" ? [frame.data["count"]] : []
  );
  assertEquals(counts, [1, 2]);
});

Deno.test("the answers that are kept are bounded, and an empty ref has none", () => {
  const test = new TestHub();
  const ana = test.framesMember("ana");
  for (let ref = 0; ref <= MAX_ANSWERS; ref++) ana.say(`r${ref}`, "x");
  for (let n = 0; n < 2; n++) ana.say("", "without");
  test.tick();
  ana.take();
  ana.say("r1", "x");
  ana.say("r0", "x");
  test.tick();
  const said = MAX_ANSWERS + 3;
  assertEquals(brief(ana.takeFrames()), ["ack r1 2", `ack r0 ${said + 1}`]);

  const big = "y".repeat(60_000);
  for (let n = 0; n < 10; n++) ana.command(`big${n}`, `/msg ana ${big}`);
  assertEquals(ana.session.replies.find("big0"), undefined);
  assert(ana.session.replies.find("big9"));
});

Deno.test("a private message to a user who is away waits for them, and is returned after the grace period", () => {
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
  eva.sendFrame({ type: "say", ref: "1", text: "ven", to: "ana" });
  test.tick();
  const waits = "ana has lost the connection, and will get your message if they come back";
  assertEquals(luis.take(), ["* [private] to ana: vuelve", `* ${waits}`]);
  assertEquals(brief(eva.takeFrames()), ["ack 1 2", "notice away ana"]);
  const back = resume(test, token);
  assertEquals(brief(back.takeFrames()).slice(1), [
    "notice resumed 2,0",
    "1 luis: vuelve (replay)",
    "2 eva: ven (replay)",
  ]);
  back.drop();
  luis.ask("/msg ana otra vez", "in the room, where eva got it");
  test.expire();
  test.tick();
  assertEquals(luis.take(), [
    "* ana left (2 here)",
    "* ana did not return, and never got your message: otra vez",
  ]);
});

Deno.test("a session that is dismissed, or of the text dialect, has no grace period", () => {
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
  assertEquals(brief(resume(test, token).takeFrames()), [
    "welcome guest5 in general with luis,guest5",
  ]);
});

Deno.test("a slow reader and a silent client can resume and miss nothing", () => {
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
    assertEquals(brief(back.takeFrames())[1], "notice resumed 1,0");
    test.hub.dismiss(back.session, code);
    test.expire();
    test.tick();
    assertEquals(luis.take().map((line) => line.includes(" left: ")), [true]);
  }
});

Deno.test("a replay fits into an outbox: it has the newest messages, and says how many are missing", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const luis = test.framesMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  ana.drop();
  for (let n = 0; n < 10; n++) luis.say(`r${n}`, "日".repeat(60_000));
  test.tick();
  for (const peer of [resume(test, token), test.connect()]) {
    if (peer.chunks.length === 0) {
      peer.hello({ nick: "eva" });
    }
    test.tick();
    const bytes = peer.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    assert(bytes > 500_000 && bytes < 1024 * 1024, `${bytes} bytes`);
    const frames = peer.takeFrames();
    const messages = frames.filter((frame) => frame.type === "message");
    const [notice] = brief(frames.filter(({ type }) => type === "notice"));
    // Whoever comes back gets whole messages; a newcomer sees the beginning of each.
    const isBack = notice === "notice resumed 4,6";
    if (!isBack) assertEquals(notice, "notice history general,10");
    assertEquals(
      messages.map(({ id }) => id),
      isBack ? [7, 8, 9, 10] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    for (const { text, more } of messages) {
      assertEquals([text.length === 60_000, more], isBack ? [true, undefined] : [false, 0]);
    }
  }
});

Deno.test("a session is resumed by its token without the password, but not by a guessed token", () => {
  const test = new TestHub({ password: "sésamo" });
  const ana = test.connect();
  ana.hello({ nick: "ana", password: "sésamo" });
  const { token } = ana.session;
  ana.drop();
  assertEquals(brief(resume(test, token).takeFrames())[0], "welcome ana in general with ana");
  assertEquals(brief(resume(test, "guessed").takeFrames()), ["error password_wanted"]);
});

Deno.test("a user who is kicked while away cannot resume, and a user whose address is banned cannot join", () => {
  const test = new TestHub({ modPassword: "m" });
  const mod = test.textMember("mod");
  mod.send("/mod m");
  const removeWhileAway = (line: string) => {
    const ana = test.framesMember("ana");
    const { token, peer: { host } } = ana.session;
    test.tick();
    mod.take();
    ana.drop();
    assertEquals(mod.ask(line).length, 2, "that she is gone, and the reply");
    return { frames: resume(test, token).takeFrames(), host };
  };
  const [welcome] = removeWhileAway("/kick ana").frames;
  assertEquals(welcome?.type === "welcome" && welcome.nick, "guest2");

  const { frames, host } = removeWhileAway("/ban ana address");
  assertEquals(brief(frames), ["bye banned"]);
  const other = test.connect(host);
  other.hello({ nick: "other" });
  test.tick();
  assertEquals(brief(other.takeFrames()), ["bye banned"], "her address was still known");
  const { bans } = test.hub.chat.moderation;
  assertEquals(bans.holdingFor({ id: "", key: "", host: "" }), []);
});

Deno.test("a ref may be a number: answers carry it so, and a repeat finds the same answer", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const ana = test.framesMember("ana");
  const { token } = ana.session;
  const refs = (peer: TestPeer) =>
    peer.takeFrames().map((frame) => "ref" in frame ? [frame.type, frame.ref] : [frame.type]);
  luis.take();
  ana.sendFrame({ type: "say", ref: 7, text: "as a number" });
  ana.say("7", "as a string");
  ana.sendFrame({ type: "command", ref: 0, line: "/who" });
  ana.sendFrame({ type: "say", ref: -1, text: 1 });
  test.tick();
  assertEquals(refs(ana), [["ack", 7], ["ack", "7"], ["reply", 0], ["error", -1]]);
  ana.drop();
  const back = resume(test, token);
  back.takeFrames();
  back.sendFrame({ type: "say", ref: 7, text: "as a number" });
  back.say("7", "as a string");
  test.tick();
  assertEquals(refs(back), [["ack", 7], ["ack", "7"]]);
  assertEquals(luis.take(), ["ana: as a number", "ana: as a string"]);
});
