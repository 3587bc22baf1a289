import { assert, assertEquals } from "@std/assert";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { TestHub, type TestHubOptions, type TestPeer } from "../../../support/hub.ts";

/** A budget for a single announcement: the next has to wait for the clock. */
const TIGHT = { rate: 1, burst: 1 };

/** A hub with these members, to whom all have been announced. */
function hubWith(
  nicks: string[],
  options: TestHubOptions = { presence: TIGHT },
): { test: TestHub; peers: TestPeer[] } {
  const test = new TestHub(options);
  const peers = nicks.map((nick) => test.framesMember(nick));
  wait(test, 1000);
  for (const peer of peers) peer.take();
  return { test, peers };
}

/** Lets seconds pass, one after the other. */
function wait(test: TestHub, seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    test.elapsed += 1000;
    test.hub.sweep();
    test.tick();
  }
}

function say(peer: TestPeer, text: string): void {
  peer.sendFrame({ type: "say", ref: text, text });
}

function command(peer: TestPeer, line: string): void {
  peer.sendFrame({ type: "command", ref: line, line });
}

/** Frames in short. */
function brief(frames: HubFrame[]): string[] {
  return frames.map((frame) => {
    switch (frame.type) {
      case "joined":
      case "left":
        return `${frame.type} ${frame.nick} ${frame.count}`;
      case "presence":
        return `presence +${frame.joined.count} -${frame.left.count} ${frame.count}`;
      case "message":
        return `message ${frame.text}`;
      case "renamed":
        return `renamed ${frame.from} ${frame.nick} in ${frame.room}`;
      default:
        return "code" in frame ? `${frame.type} ${frame.code}` : frame.type;
    }
  });
}

Deno.test("in a room of ten, a hundred joins and leaves a second are announced at once", () => {
  const test = new TestHub();
  const peers = Array.from({ length: 9 }, (_, index) => test.framesMember(`n${index}`));
  wait(test, 10);
  peers[0]!.take();
  for (let second = 0; second < 3; second++) {
    for (let turn = 0; turn < 50; turn++) {
      command(test.framesMember("eva"), "/exit");
      test.tick();
      assertEquals(brief(peers[0]!.takeFrames()), ["joined eva 10", "left eva 9"]);
    }
    test.elapsed += 1000;
  }
});

Deno.test("joins above the budget are announced as soon as the budget allows", () => {
  const { test, peers: [ana] } = hubWith(["ana", "bob"]);
  test.framesMember("eva");
  for (let number = 0; number < 20; number++) test.framesMember(`n${number}`);
  ana!.take();
  wait(test, 22);
  assertEquals(brief(ana!.takeFrames()), []);
  wait(test, 1); // 23 members, at one a second
  assertEquals(brief(ana!.takeFrames()), ["presence +20 -0 23"]);
  wait(test, 100);
  assertEquals(brief(ana!.takeFrames()), []);
});

Deno.test("in every room, a member's new nick is announced after their join", () => {
  const { test, peers: [ana, bob, eva] } = hubWith(["ana", "bob", "eva"]);
  command(eva!, "/join dev");
  command(bob!, "/join dev");
  command(eva!, "/leave general");
  wait(test, 10);
  command(ana!, "/join dev"); // it takes what the room had
  test.framesMember("x");
  const luis = test.framesMember("luis");
  command(luis, "/join dev");
  test.tick();
  for (const peer of [ana, bob, eva]) peer!.take();
  command(luis, "/nick lucho");
  test.tick();
  assertEquals(brief(eva!.takeFrames()), ["joined luis 4", "renamed luis lucho in dev"]);
  assertEquals(brief(ana!.takeFrames()).at(-1), "renamed luis lucho in general");
});

Deno.test("after a resume the welcome names the members, and only later changes are announced", () => {
  const { test, peers: [ana, bob] } = hubWith(["ana", "bob"]);
  test.framesMember("eva");
  const { token } = ana!.session;
  const luis = test.framesMember("luis");
  ana!.take();
  ana!.drop();
  test.framesMember("marta");
  const back = test.connect();
  const resume = { token, after: 0 };
  back.send(JSON.stringify({ type: "hello", protocol: 1, resume }));
  test.tick();
  const [welcome, ...others] = back.takeFrames();
  assertEquals(welcome!.type === "welcome" && welcome.count, 5);
  assertEquals(brief(others), ["notice resumed"]);
  command(luis, "/exit");
  say(bob!, "hola");
  test.tick();
  assertEquals(brief(back.takeFrames()), ["left luis 4", "message hola"]);
});

Deno.test("after a hello that follows the greeting as text, only later changes are announced", () => {
  const { test, peers: [ana] } = hubWith(["ana"]);
  const late = test.connect();
  test.hub.greet(late.session);
  test.framesMember("eva");
  test.framesMember("luis");
  late.take();
  late.send(JSON.stringify({ type: "hello", protocol: 1, nick: "guest1" }));
  test.tick();
  const [welcome, ...others] = late.takeFrames();
  assertEquals(welcome!.type === "welcome" && welcome.members, ["ana", "guest1", "eva", "luis"]);
  assertEquals(others, []);
  say(ana!, "hola");
  test.tick();
  assertEquals(brief(late.takeFrames()), ["message hola"]);
});

Deno.test("a batch is announced in each member's dialect and language", () => {
  const { test, peers: [ana] } = hubWith(["ana"]);
  const [bob, eva] = ["bob", "eva"].map((nick) => test.textMember(nick));
  eva!.send("/lang es");
  wait(test, 100);
  for (let number = 0; number < 12; number++) test.framesMember(`n${number}`);
  bob!.take();
  eva!.take();
  say(ana!, "hola");
  test.tick();
  const [first, last] = ["n1, n2, n3, n4, n5, n6, n7, n8", "ana: hola"];
  assertEquals(bob!.take(), [`* ${first} and 3 more joined (15 here)`, last]);
  assertEquals(eva!.take(), [`* ${first} y 3 más han entrado (15 aquí)`, last]);
});

Deno.test("a hub that stops announces nothing more", () => {
  const { test, peers: [ana] } = hubWith(["ana", "bob"]);
  test.framesMember("marta");
  test.framesMember("sara");
  test.hub.shutdown();
  test.tick();
  assertEquals(ana!.takeFrames().at(-1)!.type, "bye");
});

Deno.test("two hundred joins in a room of a thousand cost each member few writes and few bytes", () => {
  const test = new TestHub();
  const people = Array.from({ length: 1000 }, (_, index) => test.framesMember(`n${index}`));
  wait(test, 10);
  const before = people.map(({ chunks }) => chunks.length);
  for (const peer of people) peer.take();
  const SECONDS = 4;
  for (let second = 0; second < SECONDS; second++) {
    for (let number = 0; number < 50; number++) test.framesMember(`s${second}n${number}`);
    wait(test, 1);
  }
  wait(test, 2);
  people.forEach((peer, index) => {
    const chunks = peer.chunks.slice(before[index]);
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    assert(chunks.length <= SECONDS + 2, `${chunks.length} writes`);
    assert(bytes <= 300 * chunks.length, `${bytes} bytes`);
    const joins = peer.takeFrames().map((frame) =>
      frame.type === "presence" ? frame.joined.count : frame.type === "joined" ? 1 : NaN
    );
    assertEquals(joins.reduce((sum, count) => sum + count, 0), 200);
  });
});

Deno.test("a batch is announced before it grows large, regardless of the budget", () => {
  const { test, peers: [ana] } = hubWith(["ana"]);
  for (let number = 0; number < 10_000; number++) {
    const peer = test.connect();
    test.hub.greet(peer.session);
    peer.drop();
  }
  test.tick();
  assertEquals(brief(ana!.takeFrames()), ["joined guest1 2"]);
  test.framesMember("eva");
  assertEquals(brief(ana!.takeFrames()), ["left guest1 1", "joined eva 2"]);
});

Deno.test("a user's reason for leaving is batched as any leave, and a summary leaves it out", () => {
  const { test, peers: [ana, luis, ...others] } = hubWith(
    Array.from({ length: 11 }, (_, index) => `n${index}`),
  );
  command(luis!, "/exit first");
  test.tick();
  command(others[0]!, "/exit second");
  test.tick();
  assertEquals(brief(ana!.takeFrames()), ["left n1 10"]);
  for (const each of others.slice(1)) command(each, "/exit third");
  wait(test, 30);
  const [presence, ...rest] = ana!.takeFrames();
  assertEquals(brief([presence!, ...rest]), ["presence +0 -9 1"]);
  assertEquals(JSON.stringify(presence).includes("third"), false);
});
