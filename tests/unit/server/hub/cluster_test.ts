/** Hubs that share a cluster are one chat; tested over a fake cluster. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { WelcomeFrame } from "../../../../common/protocol/frame.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { FakeBroker, type FakeCluster } from "../../../support/fake_cluster.ts";

interface TestCluster {
  broker: FakeBroker;
  hubs: TestHub[];
  clusters: FakeCluster[];
  /** Runs all pending events of all hubs. */
  run(): void;
  /** Sends lines, runs everything, and returns what the sender received. */
  ask(peer: TestPeer, ...lines: string[]): string[];
  /** Starts another hub. */
  add(): TestHub;
}

function startHubs(count: number, { historyOnJoin = 0 } = {}): TestCluster {
  const broker = new FakeBroker();
  const hubs: TestHub[] = [];
  const clusters: FakeCluster[] = [];
  const add = () => {
    const cluster = broker.addHub();
    const hub = new TestHub({
      cluster,
      name: `${cluster.instanceId}-`,
      modPassword: "x",
      historyOnJoin,
    });
    hubs.push(hub);
    clusters.push(cluster);
    return hub;
  };
  for (let number = 0; number < count; number++) add();
  const run = () => {
    for (let round = 0; round < 3; round++) { // events may cause further ones
      broker.run();
      for (const hub of hubs) hub.tick();
    }
  };
  const ask = (peer: TestPeer, ...lines: string[]) => {
    peer.send(...lines);
    run();
    return peer.take();
  };
  return { broker, hubs, clusters, run, ask, add };
}

function twoHubs(): { test: TestCluster; a: TestHub; b: TestHub } {
  const test = startHubs(2);
  const [a, b] = test.hubs as [TestHub, TestHub];
  return { test, a, b };
}

/** A text member who has read everything so far. */
function member(test: TestCluster, hub: TestHub, nick: string): TestPeer {
  const peer = hub.connect();
  test.ask(peer, `/name ${nick}`);
  return peer;
}

/** A frames member and its resume token. */
function framesMember(
  test: TestCluster,
  hub: TestHub,
  nick: string,
  room?: string,
): { peer: TestPeer; token: string } {
  const peer = hub.connect();
  peer.send(JSON.stringify({ type: "hello", protocol: 1, nick, ...(room ? { room } : {}) }));
  test.run();
  const [welcome] = peer.takeFrames() as [WelcomeFrame];
  assertEquals(welcome.type, "welcome");
  return { peer, token: welcome.token };
}

/** Resumes at a hub, and waits until that is done. */
function resume(test: TestCluster, hub: TestHub, token: string, after: number): TestPeer {
  const peer = beginResume(hub, token, after);
  test.run();
  return peer;
}

/** Begins to resume at a hub. */
function beginResume(hub: TestHub, token: string, after = 0): TestPeer {
  const peer = hub.connect();
  peer.send(JSON.stringify({ type: "hello", protocol: 1, resume: { token, after } }));
  return peer;
}

function say(ref: string, text: string, more: Record<string, string> = {}): string {
  return JSON.stringify({ type: "say", ref, text, ...more });
}

Deno.test("joins, renames, room changes and leaves are announced at other hubs once", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  const luis = test.hubs[1]!.connect();
  luis.send("/name luis");
  test.run();
  assertEquals(ana.take(), ["* guest1 joined (2 here)", "* guest1 is now luis"]);
  ana.send("/quien");
  luis.send("/quien");
  test.run();
  assertEquals(ana.take(), ["* 2 here: ana, luis"]);
  assertEquals(luis.take().at(-1), "* 2 here: luis, ana");
  luis.send("/join dev");
  test.run();
  assertMatch(test.ask(ana, "/rooms").join("\n"), /#general \(2 here\).*#dev \(1 here\)/s);
  luis.send("adiós", "/leave general", "/exit");
  test.run();
  assertEquals(ana.take(), ["* luis left (1 here)"]);
  assertEquals(test.broker.users.size, 1);
  assertEquals([...test.broker.claims.keys()], ["ana"]);
});

Deno.test("a nick is unique, also if two users ask for it at once", () => {
  const test = startHubs(2);
  const peers = test.hubs.map((hub) => hub.connect());
  for (const peer of peers) peer.send(JSON.stringify({ type: "hello", protocol: 1, nick: "ana" }));
  test.run();
  const nicks = peers.map((peer) => (peer.takeFrames()[0] as WelcomeFrame).nick);
  assertEquals(nicks.toSorted(), ["ana", "ana2"]);
  const luis = member(test, test.hubs[1]!, "luis");
  assertEquals(test.ask(luis, "/name ANA"), ['! the nick "ANA" is in use: ANA3 is free']);
});

Deno.test("a hub subscribes only to the rooms of its own users", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  assertEquals([...test.clusters[1]!.rooms], []);
  const luis = member(test, test.hubs[1]!, "luis");
  for (const peer of [ana, luis]) peer.send("/join dev");
  test.run();
  assertEquals([...test.clusters[1]!.rooms], ["general", "dev"]);
  luis.send("/leave general");
  test.run();
  assertEquals([...test.clusters[1]!.rooms], ["dev"]);
  luis.send("/exit");
  test.run();
  assertEquals([...test.clusters[1]!.rooms], []);
});

Deno.test("whoever joins at another hub, also a new one, gets the history", () => {
  const test = startHubs(2, { historyOnJoin: 50 });
  const ana = member(test, test.hubs[0]!, "ana");
  ana.send("uno", "dos");
  test.run();
  for (const hub of [test.hubs[1]!, test.add()]) {
    const peer = hub.connect();
    hub.hub.greet(peer.session);
    test.run();
    assertEquals(peer.take().slice(-3), [
      "* --- the last 2 messages ---",
      "ana: uno",
      "ana: dos",
    ]);
    peer.send("/exit");
    test.run();
  }
});

Deno.test("private messages and replies reach users at any hub", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  const luis = member(test, test.hubs[1]!, "luis");
  ana.take();
  assertEquals(test.ask(ana, "/msg luis hola"), ["* [private] to luis: hola"]);
  assertEquals(luis.take(), ["[private] ana: hola"]);
  luis.send("/r qué tal", "/ignore ana");
  test.run();
  assertEquals(ana.take(), ["[private] luis: qué tal"]);
  luis.take();
  ana.send("/msg luis ¿estás?", "en público", "/msg lui hola");
  test.run();
  assertEquals(luis.take(), []);
  assertEquals(ana.take().at(-1), '! nobody here is called "lui"; did you mean luis?');
});

Deno.test("a session whose hub died resumes at another one and misses nothing", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  const { peer: ana, token } = framesMember(test, a, "ana");
  ana.send(JSON.stringify({ type: "command", ref: "c", line: "/join dev" }));
  test.run();
  ana.takeFrames();
  eva.take();
  eva.send("uno");
  test.run();
  assertEquals(ana.takeFrames().map((frame) => frame.type), ["message"]);
  test.broker.kill(test.clusters[0]!);
  eva.send("dos", "/msg ana tres");
  test.run();
  const again = resume(test, b, token, 1);
  const [welcome, ...rest] = again.takeFrames();
  assertEquals(welcome?.type === "welcome" && [welcome.nick, welcome.room, welcome.token], [
    "ana",
    "dev",
    token,
  ]);
  assertEquals(
    rest.map((frame) => frame.type === "message" ? frame.text : frame.type),
    ["notice", "dos", "tres"],
  );
  test.broker.expire(test.clusters[0]!);
  again.send(say("r", "cuatro", { room: "general" }));
  assertEquals(test.ask(eva, "/quien").slice(-2), ["* 2 here: eva, ana", "ana: cuatro"]);
  assertEquals(eva.take(), [], "nobody saw ana leave or join");
});

Deno.test("a user of a dead hub leaves once unless they resume, and their nick is free", () => {
  const test = startHubs(3);
  const eva = member(test, test.hubs[1]!, "eva");
  member(test, test.hubs[0]!, "ana");
  eva.take();
  test.broker.kill(test.clusters[0]!);
  test.broker.expire(test.clusters[0]!);
  test.broker.expire(test.clusters[0]!);
  test.run();
  assertEquals(eva.take(), ["* ana left (1 here)"]);
  assertEquals(test.ask(eva, "/name ana"), ["* you are now ana"]);
});

Deno.test("resuming while the cluster is offline is refused, and starts no new session", () => {
  const { test, a, b } = twoHubs();
  const { token } = framesMember(test, a, "ana");
  const { takeUser } = test.clusters[1]!;
  // The hub has not noticed the outage yet: only this call fails.
  test.clusters[1]!.takeUser = (_id, _after, done) => done("offline");
  const turnedAway = resume(test, b, token, 0);
  assertEquals(turnedAway.takeFrames().map((frame) => frame.type === "bye" && frame.code), [
    "cut_off",
  ]);
  test.clusters[1]!.takeUser = takeUser;
  const again = resume(test, b, token, 0);
  const [welcome] = again.takeFrames();
  assert(welcome?.type === "welcome" && welcome.token === token && welcome.nick === "ana");
});

Deno.test("a session that resumes at another hub ends at its old one", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, a, "eva");
  const { peer: ana, token } = framesMember(test, a, "ana");
  eva.take();
  const again = resume(test, b, token, 0);
  assertEquals(ana.takeFrames().map((frame) => frame.type === "bye" && frame.code), [
    "resumed_elsewhere",
  ]);
  assert(ana.isClosed);
  again.takeFrames();
  again.send(say("1", "aquí"));
  assertEquals(test.ask(eva, "/quien"), ["* 2 here: eva, ana", "ana: aquí"]);
  // And back, after the connection broke.
  again.drop();
  const back = resume(test, a, token, 1);
  assertEquals(back.takeFrames().map((frame) => frame.type), ["welcome", "notice"]);
  assertEquals(test.ask(eva, "/msg ana hola"), ["* [private] to ana: hola"]);
});

Deno.test("a message in flight while its author moves reaches whoever joins the room meanwhile", () => {
  const { test, a, b } = twoHubs();
  const [atA, atB] = test.clusters as [FakeCluster, FakeCluster];
  const luis = member(test, a, "luis");
  const { peer: ana, token } = framesMember(test, a, "ana", "dev");
  luis.take();
  ana.send(say("1", "uno"));
  beginResume(b, token);
  while (atB.step());
  while (atA.step());
  assertEquals([...atA.rooms], ["general"], "no local members are left in the room");
  luis.send("/join dev");
  while (atA.step());
  assert(atA.send(), "the message was still in flight");
  test.run();
  assertEquals(luis.take(), ["* you are in #dev (2 here: luis, ana)", "ana: uno"]);
});

Deno.test("while the cluster is offline members are notified, messages wait, and nobody can join", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  ana.take();
  test.broker.setOffline(true);
  test.run();
  assertEquals(ana.take(), [
    "* the other hubs cannot be reached: your messages wait, and are sent when they can be",
  ]);
  ana.send("uno", "dos");
  luis.send("/name luisa", "tres");
  const newcomer = a.connect();
  newcomer.send("hola");
  test.run();
  assertEquals(ana.take(), []);
  assertEquals(newcomer.take(), [
    "* this hub cannot reach the other hubs, so nobody can join: try again later",
  ]);
  assert(newcomer.isClosed);
  assertEquals(luis.take().slice(1), [
    "! that needs the other hubs, which cannot be reached now: try again later",
  ]);
  test.broker.setOffline(false);
  test.run();
  assertEquals(ana.take(), [
    "* the other hubs can be reached again: the messages that waited are being sent",
    "luis: tres",
  ]);
  assertEquals(luis.take(), [
    "* the other hubs can be reached again: the messages that waited are being sent",
    "ana: uno",
    "ana: dos",
  ]);
});

Deno.test("a client that waits during an outage gets pongs", () => {
  const test = startHubs(1);
  const { peer: ana } = framesMember(test, test.hubs[0]!, "ana");
  test.broker.setOffline(true);
  test.run();
  ana.takeFrames();
  ana.send(say("1", "uno"));
  for (let sweep = 0; sweep < 20; sweep++) test.hubs[0]!.hub.sweep();
  test.hubs[0]!.tick();
  assertEquals(ana.takeFrames().map((frame) => frame.type), ["pong"]);
});

Deno.test("mutes and kicks hold at other hubs", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  ana.send("/mod x", "/mute luis 5");
  test.run();
  assertEquals(luis.take(), ["* ana has muted you for 5 minutes"]);
  assertEquals(test.ask(luis, "hola"), ["! you are muted: you may write again in 5 minutes"]);
  ana.send("/mute luis 0");
  test.run();
  luis.take();
  ana.take();
  luis.send("hola");
  test.run();
  assertEquals(test.ask(ana, "/kick luis ruido"), [
    "luis: hola",
    "* you kicked luis, who may come back: /ban NAME prevents that",
    "* luis left: kicked by ana: ruido (1 here)",
  ]);
  assertEquals(luis.take(), ["* ana has kicked you: ruido"]);
});

Deno.test("a ban and its end hold at all hubs, also at a later one", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  const { peer: luis } = framesMember(test, test.hubs[1]!, "luis");
  ana.send("/mod x", "/ban luis");
  test.run();
  assertEquals(luis.takeFrames().map((frame) => frame.type === "bye" && frame.code), ["banned"]);
  for (const hub of [...test.hubs, test.add()]) {
    const peer = hub.connect();
    peer.send(JSON.stringify({ type: "hello", protocol: 1, nick: "luis" }));
    test.run();
    assertEquals(peer.takeFrames().map((frame) => frame.type), ["bye"]);
  }
  ana.send("/unban luis");
  test.run();
  framesMember(test, test.hubs[2]!, "luis");
});

Deno.test("a room's topic and settings hold at all hubs, and end with its last member", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  for (const peer of [ana, luis]) peer.send("/join dev");
  test.ask(ana, "/mod x");
  luis.take();
  ana.send("/topic planes", "/pause");
  test.run();
  assertEquals(test.ask(luis, "hola", "/topic"), [
    "* ana changed the topic: planes",
    "* ana has paused #dev: only moderators may write",
    "! #dev is paused: only moderators may write there",
    "* topic: planes",
  ]);
  ana.send("/pause", "/lock");
  test.run();
  const eva = member(test, test.add(), "eva");
  assertEquals(test.ask(eva, "/join dev"), ["! #dev is locked: only moderators may join it"]);
  for (const peer of [ana, luis]) peer.send("/leave dev");
  test.run();
  eva.take();
  assertEquals(test.ask(eva, "/join dev", "/topic"), [
    "* you are in #dev (1 here: eva)",
    "* topic: -",
  ]);
});

Deno.test("a locked room whose hub died can be joined again", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  ana.send("/mod x", "/lock", "/join dev", "/lock");
  test.run();
  test.broker.kill(test.clusters[0]!);
  test.broker.expire(test.clusters[0]!);
  test.run();
  test.hubs[1]!.hub.sweep();
  const luis = member(test, test.hubs[1]!, "luis");
  assertEquals(test.ask(luis, "/join dev"), ["* you are in #dev (1 here: luis)"]);
});

Deno.test("a moderator can join a locked room while another user is refused", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const [eva, luis] = [member(test, b, "eva"), member(test, b, "luis")];
  for (const moderator of [ana, eva]) moderator.send("/mod x");
  ana.send("/join dev", "/lock");
  test.run();
  eva.take();
  luis.take();
  eva.send("/join dev");
  assertEquals(test.ask(luis, "/join dev"), ["! #dev is locked: only moderators may join it"]);
  assertEquals(eva.take(), ["* you are in #dev (2 here: eva, ana)"]);
  ana.send("hola");
  test.run();
  assertEquals(eva.take(), ["ana: hola"]);
});

Deno.test("when a hub stops, clients that can resume move, and the others leave", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  member(test, a, "nc");
  const { token } = framesMember(test, a, "ana");
  eva.take();
  a.hub.shutdown();
  test.broker.kill(test.clusters[0]!);
  test.run();
  assertEquals(eva.take(), ["* nc left (2 here)"]);
  const again = resume(test, b, token, 0);
  assertEquals(again.takeFrames().map((frame) => frame.type), ["welcome", "notice"]);
  assertEquals(eva.take(), []);
});

Deno.test("a session keeps its ignore list and moderator role at another hub", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  const { peer: ana, token } = framesMember(test, a, "ana");
  ana.send(
    JSON.stringify({ type: "command", ref: "1", line: "/ignore eva" }),
    JSON.stringify({ type: "command", ref: "2", line: "/mod x" }),
  );
  test.run();
  test.broker.kill(test.clusters[0]!);
  eva.send("hola");
  test.run();
  const again = resume(test, b, token, 0);
  again.takeFrames();
  // The old reply is repeated: running the command again would stop ignoring eva.
  again.send(JSON.stringify({ type: "command", ref: "1", line: "/ignore eva" }));
  test.run();
  assertEquals(
    again.takeFrames().map((frame) => frame.type === "reply" && frame.data["isIgnored"]),
    [true],
  );
  eva.send("hola");
  test.run();
  again.send(JSON.stringify({ type: "command", ref: "3", line: "/kick eva" }));
  test.run();
  assertEquals(
    again.takeFrames().map((frame) => frame.type === "reply" ? frame.code : frame.type),
    ["left", "kick"],
  );
});

Deno.test("a connection that breaks during the handshake leaves nothing behind", () => {
  const test = startHubs(2);
  for (const line of ["hola", '{"type":"hello","protocol":1,"nick":"ana","room":"dev"}']) {
    for (let steps = 0; steps < 4; steps++) {
      const peer = test.hubs[0]!.connect();
      peer.send(line);
      for (let step = 0; step < steps; step++) test.clusters[0]!.step();
      peer.drop();
      test.run();
      test.hubs[0]!.expire();
      test.run();
      assertEquals([...test.broker.claims.keys()], [], `${line} after ${steps} steps`);
      assertEquals([...test.broker.users.keys()], []);
      assertEquals([...test.clusters[0]!.rooms], []);
      assertEquals(test.hubs[0]!.hub.size, 0);
    }
  }
});
