/**
 * Several hubs against a model: whatever connections break, hubs die or outages happen, and wherever clients resume,
 * each gets all its messages once and in order, and each message it sent is accepted once and in order.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { FakeBroker, type FakeCluster } from "../../../support/fake_cluster.ts";
import { testProperty } from "../../../support/property.ts";

const HUBS = 3;
const CLIENTS = 4;
const ROOMS = ["general", "dev"];

/** Totals over all runs, to print. */
const counts = { messages: 0, repeats: 0, kills: 0, moves: 0, outages: 0 };

type ClusterStep =
  | { do: "say" | "private" | "resume"; client: number; which: number }
  /** Up to `count` lines reach the hub, or frames reach the client. */
  | { do: "deliver" | "read"; client: number; count: number }
  /** `cut` breaks the connection, `notice` lets the hub notice. A client may resume before that. */
  | { do: "cut" | "notice"; client: number }
  /** `run` handles queued events of a hub; `send` lets its oldest post reach the broker. */
  | { do: "run"; hub: number; count: number }
  | { do: "send" | "tick" | "sweep" | "kill"; hub: number }
  | { do: "outage" };

const client = fc.nat(CLIENTS - 1);
const hub = fc.nat(HUBS - 1);
const count = fc.integer({ min: 1, max: 6 });
const STEPS: fc.Arbitrary<ClusterStep> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("say"), client, which: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("private"), client, which: client }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom("deliver", "read"), client, count }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("run"), hub, count }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("send"), hub }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom("cut", "notice"), client }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constant("resume"), client, which: hub }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("tick", "sweep"), hub }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("kill"), hub }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("outage") }) },
) as fc.Arbitrary<ClusterStep>;

interface OutgoingMessage {
  readonly ref: string;
  readonly text: string;
  readonly line: string;
}

interface ModelClient {
  readonly nick: string;
  hub: number;
  peer: TestPeer;
  isCut: boolean;
  upstream: OutgoingMessage[];
  downstream: HubFrame[];
  token: string;
  after: number;
  unacked: OutgoingMessage[];
  sent: string[];
  seen: string[];
}

class ClusterModel {
  readonly broker = new FakeBroker();
  readonly hubs: { hub: TestHub; cluster: FakeCluster }[] = [];
  readonly clients: ModelClient[];
  #texts = 0;
  #hubs = 0;

  constructor() {
    for (let number = 0; number < HUBS; number++) this.hubs.push(this.#start());
    this.clients = Array.from({ length: CLIENTS }, (_, index) => this.#connect(index));
    this.#runAll();
    for (const client of this.clients) {
      client.peer.send(encodeFrame({ type: "command", ref: "", line: "/join dev" }));
    }
    this.#runAll();
    for (const client of this.clients) this.#read(client, Infinity);
  }

  apply(step: ClusterStep): void {
    switch (step.do) {
      case "say":
        return this.#say(this.clients[step.client]!, { room: ROOMS[step.which]! });
      case "private":
        if (step.which === step.client) return;
        return this.#say(this.clients[step.client]!, { to: this.clients[step.which]!.nick });
      case "deliver":
        return this.#deliver(this.clients[step.client]!, step.count);
      case "read":
        return this.#read(this.clients[step.client]!, step.count);
      case "cut":
        this.clients[step.client]!.isCut = true;
        return;
      case "notice":
        return this.#notice(this.clients[step.client]!);
      case "resume":
        return this.#resume(this.clients[step.client]!, step.which);
      case "run": {
        const { cluster } = this.hubs[step.hub]!;
        for (let turn = 0; turn < step.count; turn++) cluster.step();
        return;
      }
      case "send":
        this.hubs[step.hub]!.cluster.send();
        return;
      case "tick":
        return this.hubs[step.hub]!.hub.tick();
      case "sweep":
        return this.hubs[step.hub]!.hub.hub.sweep();
      case "kill":
        return this.#kill(step.hub);
      case "outage":
        counts.outages++;
        return this.broker.setOffline(!this.broker.isOffline);
    }
  }

  /** Reconnects all clients and delivers everything in flight. */
  settle(): void {
    if (this.broker.isOffline) this.broker.setOffline(false);
    this.#runAll();
    for (let round = 0; round < 4; round++) {
      for (const client of this.clients) {
        this.#read(client, Infinity); // it may be dismissed
        this.#resume(client, client.hub);
      }
      this.#runAll();
      for (const client of this.clients) this.#read(client, Infinity);
      for (const client of this.clients) this.#deliver(client, Infinity);
      this.#runAll();
      for (const client of this.clients) this.#read(client, Infinity);
    }
  }

  #runAll(): void {
    for (let round = 0; round < 3; round++) {
      this.broker.run();
      for (const { hub } of this.hubs) {
        hub.tick();
        hub.hub.sweep();
      }
    }
  }

  #start(): ClusterModel["hubs"][number] {
    const cluster = this.broker.addHub();
    return { cluster, hub: new TestHub({ cluster, name: `h${++this.#hubs}-` }) };
  }

  /** Replaces a hub by a new one; its clients must resume. */
  #kill(number: number): void {
    counts.kills++;
    this.broker.kill(this.hubs[number]!.cluster);
    for (const client of this.clients) if (client.hub === number) client.isCut = true;
    this.hubs[number] = this.#start();
  }

  #connect(index: number): ModelClient {
    const hub = index % HUBS;
    const nick = `n${index}`;
    const peer = this.hubs[hub]!.hub.connect();
    peer.send(encodeFrame({ type: "hello", protocol: 1, nick }));
    return {
      nick,
      hub,
      peer,
      isCut: false,
      upstream: [],
      downstream: [],
      token: "",
      after: 0,
      unacked: [],
      sent: [],
      seen: [],
    };
  }

  #say(client: ModelClient, where: { room: string } | { to: string }): void {
    const text = `t${++this.#texts}`;
    const ref = `r${this.#texts}`;
    const message = { ref, text, line: encodeFrame({ type: "say", ref, text, ...where }) };
    counts.messages++;
    client.sent.push(text);
    client.unacked.push(message);
    if (!client.isCut) client.upstream.push(message);
  }

  #deliver(client: ModelClient, count: number): void {
    if (client.isCut || client.peer.isClosed) return;
    for (const { line } of client.upstream.splice(0, count)) client.peer.send(line);
  }

  #notice(client: ModelClient): void {
    if (client.isCut && !client.peer.isClosed) client.peer.drop();
  }

  #read(client: ModelClient, count: number): void {
    if (client.isCut) return;
    client.downstream.push(...client.peer.takeFrames());
    for (const frame of client.downstream.splice(0, count)) {
      switch (frame.type) {
        case "welcome":
          assert(client.token === "" || client.token === frame.token, "the session is resumed");
          assertEquals(frame.nick, client.nick);
          client.token = frame.token;
          break;
        case "message":
          assert(frame.id > client.after, `${client.nick} gets growing ids`);
          client.after = frame.id;
          client.seen.push(frame.text);
          break;
        case "ack":
          client.after = Math.max(client.after, frame.id);
          client.unacked = client.unacked.filter(({ ref }) => ref !== frame.ref);
          break;
        case "error":
          throw new Error(`${client.nick}: ${frame.text}`);
        case "bye":
          client.isCut = true;
          return;
      }
    }
  }

  /** Resumes over a new connection, even if the hub has not noticed that the old one broke. */
  #resume(client: ModelClient, hub: number): void {
    if (!client.isCut) return;
    counts.repeats += client.unacked.length;
    if (client.hub !== hub) counts.moves++;
    client.hub = hub;
    client.peer = this.hubs[hub]!.hub.connect();
    client.isCut = false;
    const { token, after, nick } = client;
    client.peer.send(encodeFrame({ type: "hello", protocol: 1, nick, resume: { token, after } }));
    client.downstream = [];
    client.upstream = [...client.unacked];
  }
}

testProperty(
  "clients that resume at any hub get every message once and in order, and post each of theirs once",
  { weight: 20 },
  (check) => {
    Object.assign(counts, { messages: 0, repeats: 0, kills: 0, moves: 0, outages: 0 });
    const runs = check(
      fc.property(fc.array(STEPS, { maxLength: 120, size: "max" }), (steps) => {
        const model = new ClusterModel();
        for (const step of steps) model.apply(step);
        model.settle();
        const { messages } = model.broker;
        for (const { nick, seen, sent, unacked, token } of model.clients) {
          assertEquals(unacked, [], `${nick} has all acks`);
          const id = `@${token}`;
          const ids = messages.filter(({ posted, to }) =>
            posted.author.id !== id && (to === undefined || to === id)
          );
          assertEquals(seen, ids.map(({ posted }) => posted.message.text), `${nick} receives`);
          const own = messages.filter(({ posted }) => posted.author.id === id);
          assertEquals(own.map(({ posted }) => posted.message.text), sent, `${nick} posts`);
        }
      }),
      { numRuns: 1000 },
    );
    const shown = Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ");
    Deno.stdout.writeSync(new TextEncoder().encode(`${runs} runs: ${shown}\n`));
    if (runs === 1) return; // replaying a counterexample
    assert(counts.kills > runs / 2 && counts.moves > runs && counts.repeats > runs, shown);
  },
);
