/** Several hubs that share a fake cluster, and members of them. */

import { assertEquals } from "@std/assert";
import type { Ref, WelcomeFrame } from "../../common/protocol/frame.ts";
import { FakeBroker, type FakeCluster } from "./fake_cluster.ts";
import { TestHub, type TestPeer } from "./hub.ts";

/** Hubs that share a broker. */
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

/** Starts hubs whose moderators' password is `x`. */
export function startHubs(count: number, { historyOnJoin = 0 } = {}): TestCluster {
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
      isStill: true, // the hubs' clocks agree
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

/** Starts two hubs. */
export function twoHubs(): { test: TestCluster; a: TestHub; b: TestHub } {
  const test = startHubs(2);
  const [a, b] = test.hubs as [TestHub, TestHub];
  return { test, a, b };
}

/** A text member who has read everything so far. */
export function member(test: TestCluster, hub: TestHub, nick: string): TestPeer {
  const peer = hub.connect();
  test.ask(peer, `/name ${nick}`);
  return peer;
}

/** A frames member and its resume token. */
export function framesMember(
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
export function resume(test: TestCluster, hub: TestHub, token: string, after: number): TestPeer {
  const peer = beginResume(hub, token, after);
  test.run();
  return peer;
}

/** Begins to resume at a hub. */
export function beginResume(hub: TestHub, token: string, after = 0): TestPeer {
  const peer = hub.connect();
  peer.send(JSON.stringify({ type: "hello", protocol: 1, resume: { token, after } }));
  return peer;
}

/** A `say` as a line. */
export function say(ref: Ref, text: string, more: Record<string, string> = {}): string {
  return JSON.stringify({ type: "say", ref, text, ...more });
}
