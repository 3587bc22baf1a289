/** Hubs that share a cluster are one chat; tested over a fake cluster. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { WelcomeFrame } from "../../../../common/protocol/frame.ts";
import { framesMember, member, say, startHubs, twoHubs } from "../../../support/cluster_hubs.ts";

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

Deno.test("other hubs are shown why a user left a room, and later the chat", () => {
  const { test, a, b } = twoHubs();
  const [ana, luis] = [member(test, a, "ana"), member(test, b, "luis")];
  test.ask(luis, "/join dev");
  test.ask(ana);
  test.ask(luis, "/leave general lunch", "/join general");
  test.ask(luis, "/leave general");
  assertEquals(ana.take(), [
    "* luis left: lunch (1 here)",
    "* luis joined (2 here)",
    "* luis left (1 here)",
  ]);
  test.ask(luis, "/join general", "/exit home");
  assertEquals(ana.take(), ["* luis joined (2 here)", "* luis left: home (1 here)"]);
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

Deno.test("a room at another hub exists: a line that begins with its name is said nowhere here", () => {
  const { test, a, b } = twoHubs();
  const [ana, luis] = [member(test, a, "ana"), member(test, b, "luis")];
  test.ask(luis, "/join dev");
  const refused = '! you are not in the room "dev": /join ROOM joins a room';
  assertEquals(test.ask(ana, "#dev secret").at(-1), refused);
  assertEquals(test.ask(luis, "/leave dev"), ["* you left #dev, and are in #general"]);
});

Deno.test("names of rooms that look alike are one room at all hubs", () => {
  const { test, a, b } = twoHubs();
  const [ana, luis] = [member(test, a, "ana"), member(test, b, "luis")];
  test.ask(ana, "/join İSTANBUL");
  assertEquals(test.ask(luis, "/join ıstanbul"), ["* you are in #istanbul (2 here: luis, ana)"]);
  ana.take();
  luis.send("selam");
  test.run();
  assertEquals(ana.take(), ["luis: selam"]);
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

Deno.test("private notices and tags reach users at any hub, and a room that opens shows no tags", () => {
  const { test, a, b } = twoHubs();
  const [{ peer: ana }, { peer: eva }] = [
    framesMember(test, a, "ana"),
    framesMember(test, b, "eva"),
  ];
  test.ask(ana, JSON.stringify({ type: "command", ref: "0", line: "/join dev" }));
  eva.take();
  const tags = { "+typing": "active" };
  const send = (fields: object) => test.ask(ana, JSON.stringify({ type: "say", ...fields }));
  send({ ref: "1", text: "listo", as: "notice", to: "eva" });
  send({ ref: "2", text: "", tags, to: "eva" });
  send({ ref: "3", text: "hola", tags, room: "dev" });
  send({ ref: "4", text: "", tags, room: "dev" });
  assertEquals(eva.takeFrames().map((frame) => ({ ...frame, ts: 0 })), [
    {
      type: "message",
      id: 1,
      room: "",
      nick: "ana",
      text: "listo",
      ts: 0,
      kind: "private",
      as: "notice",
    },
    { type: "tags", id: 2, room: "", nick: "ana", ts: 0, tags },
  ]);
  test.ask(eva, JSON.stringify({ type: "command", ref: "1", line: "/join dev" }));
  const again = b.hub.chat.messages.replayLast(eva.session, b.hub.chat.rooms.get("dev")!, 9);
  assertEquals(again.map(({ text, tags }) => [text, tags]), [["hola", undefined]]);
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
