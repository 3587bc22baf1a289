/** A session moves to another hub of its cluster, or ends with its own; tested over a fake cluster. */

import { assert, assertEquals } from "@std/assert";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import {
  beginResume,
  framesMember,
  member,
  resume,
  say,
  startHubs,
  twoHubs,
} from "../../../support/cluster_hubs.ts";
import type { FakeCluster } from "../../../support/fake_cluster.ts";

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

Deno.test("a client that comes back to a hub which lags behind does not get the same message again", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  const { token } = framesMember(test, a, "ana");
  const clusterB = test.clusters[1]!;
  const runAtB = () => {
    while (clusterB.step() || clusterB.send());
    b.tick();
  };
  const elsewhere = beginResume(b, token); // its first hub has not heard of it
  runAtB();
  eva.send("uno");
  runAtB();
  assertEquals(textsOf(elsewhere.takeFrames()), ["uno"]);
  test.broker.kill(clusterB);
  const again = beginResume(a, token, 1);
  for (let sweep = 0; sweep < 3; sweep++) {
    a.hub.sweep();
    test.run();
  }
  const frames = again.takeFrames();
  assertEquals(frames[0]?.type, "welcome");
  assertEquals(textsOf(frames), []);
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

Deno.test("a message whose ref is a number is posted once, whichever hub it is repeated at", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  const { peer: ana, token } = framesMember(test, a, "ana");
  eva.take();
  ana.send(say(7, "uno"), say("7", "dos"));
  test.run();
  test.broker.kill(test.clusters[0]!);
  const again = resume(test, b, token, 0);
  again.takeFrames();
  again.send(say(7, "uno"), say("7", "dos"));
  test.run();
  assertEquals(again.takeFrames().map((frame) => frame.type === "ack" && [frame.ref, frame.id]), [
    [7, 1],
    ["7", 2],
  ]);
  assertEquals(eva.take(), ["ana: uno", "ana: dos"]);
});

Deno.test("/r says that its receiver has gone, also after both have moved", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  const { peer: ana, token } = framesMember(test, a, "ana");
  test.ask(eva, "/msg ana hola");
  ana.send(JSON.stringify({ type: "command", ref: "1", line: "/r hola" }));
  test.run();
  eva.drop();
  test.run();
  ana.takeFrames();
  const errorOf = (peer: typeof ana, ref: string) => {
    peer.send(JSON.stringify({ type: "command", ref, line: "/r sigues?" }));
    test.run();
    return peer.takeFrames().map((frame) => frame.type === "error" && [frame.code, frame.params]);
  };
  assertEquals(errorOf(ana, "2"), [["correspondent_gone", { nick: "eva" }]]);
  ana.drop();
  test.run();
  const again = resume(test, b, token, 0);
  again.takeFrames();
  assertEquals(errorOf(again, "3"), [["correspondent_gone", { nick: "eva" }]]);
  member(test, a, "Eva");
  again.takeFrames();
  assertEquals(errorOf(again, "4"), [["correspondent_replaced", { nick: "Eva" }]]);
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
  // The old reply is repeated: running the command again would say that it was so already.
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
    ["kick", "left"],
  );
});

/** The texts of the messages among some frames. */
function textsOf(frames: readonly HubFrame[]): string[] {
  return frames.flatMap((frame) => frame.type === "message" ? [frame.text] : []);
}
