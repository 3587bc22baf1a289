/** Which members share the bytes of a tick. */

import { assert, assertEquals } from "@std/assert";
import { TestHub, type TestPeer } from "../../../support/hub.ts";

/** Frames members with these nicks who ignore somebody, each of whom has taken what it received so far. */
function ignoring(test: TestHub, nicks: readonly string[], ignored: string): TestPeer[] {
  const peers = nicks.map((nick) => test.framesMember(nick));
  for (const peer of peers) {
    peer.sendFrame({ type: "command", ref: "i", line: `/ignore ${ignored}` });
  }
  test.tick();
  for (const peer of peers) peer.take();
  return peers;
}

/** The last chunk of each peer, which must be the same object for all. */
function sharedChunk(peers: readonly TestPeer[]): Uint8Array | undefined {
  const [first, ...others] = peers.map(({ chunks }) => chunks.at(-1));
  assert(others.every((chunk) => chunk === first), "the same bytes, not copies");
  return first;
}

Deno.test("members who ignore somebody else share the chunk with everybody", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana", "troll");
  const readers = [...ignoring(test, ["b1", "b2"], "troll"), test.framesMember("b3")];
  test.tick();
  ana.send("una");
  test.tick();
  sharedChunk(readers);
});

Deno.test("members who ignore an author of the tick share a chunk without that author", () => {
  const test = new TestHub();
  const [ana, troll] = test.textMembers("ana", "troll");
  const deaf = ignoring(test, ["b1", "b2"], "troll");
  const open = test.framesMember("b3");
  test.tick();
  for (const peer of [...deaf, open]) peer.take();
  ana.send("una");
  troll.send("dos");
  ana.send("tres");
  test.tick();
  sharedChunk(deaf);
  const texts = (peer: TestPeer) =>
    peer.takeFrames().map((frame) => frame.type === "message" ? frame.text : frame.type);
  for (const peer of deaf) assertEquals(texts(peer), ["una", "tres"]);
  assertEquals(texts(open), ["una", "dos", "tres"]);
});

Deno.test("members of the same active rooms share a chunk, in whichever order they joined them", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  const readers = ["b1", "b2", "b3"].map((nick) => test.framesMember(nick));
  const join = (peer: TestPeer, ...rooms: string[]) => {
    for (const room of rooms) {
      peer.sendFrame({ type: "command", ref: room, line: `/join ${room}` });
    }
  };
  join(readers[0]!, "uno", "dos");
  join(readers[1]!, "dos", "uno");
  join(readers[2]!, "uno", "dos", "tres");
  ana.send("/join uno", "/join dos");
  test.tick();
  for (const reader of readers) reader.take();
  ana.send("en dos", "/join uno", "en uno", "/join general", "en general");
  test.tick();
  sharedChunk(readers);
  const texts = readers[0]!.takeFrames().map((frame) => frame.type === "message" && frame.text);
  assertEquals(texts, ["en dos", "en uno", "en general"]);
});

Deno.test("a new nick is told once to each member of all rooms, with one chunk for those in the same rooms", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  const readers = ["b1", "b2", "b4"].map((nick) => test.framesMember(nick));
  const mover = test.framesMember("b3");
  for (const peer of [...readers, mover]) {
    peer.sendFrame({ type: "command", ref: "j", line: "/join uno" });
  }
  for (const peer of readers) {
    peer.sendFrame({ type: "command", ref: "l", line: "/leave general" });
  }
  ana.send("/join uno", "/join general");
  test.tick();
  for (const peer of [...readers, mover, luis]) peer.take();
  ana.send("/name eva");
  test.tick();
  sharedChunk(readers);
  for (const peer of [...readers, mover]) assertEquals(peer.takeCodes(), ["renamed"]);
  assertEquals(luis.take(), ["* ana is now eva"]);
});

Deno.test("a member stops being a reader of its rooms while away, and is one again after resuming", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  const away = test.framesMember("bot");
  const { token } = away.session;
  away.drop();
  const room = test.hub.chat.rooms.first;
  assertEquals([room.members.size, room.readers.size], [2, 1]);
  ana.send("una");
  test.tick();
  assertEquals(test.hub.counts.messagesOut, 0);
  const back = test.connect();
  back.hello({ resume: { token, after: 0 } });
  test.tick();
  assertEquals(back.takeCodes(), ["welcome", "notice resumed", "message"]);
  assertEquals([room.members.size, room.readers.size], [2, 2]);
  ana.send("dos");
  test.tick();
  assertEquals(back.takeCodes(), ["message"]);
  test.hub.detach(back.session);
  test.expire();
  assertEquals([room.members.size, room.readers.size], [1, 1]);
});
