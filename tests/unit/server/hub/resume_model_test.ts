/**
 * Broken connections against a perfect observer: wherever the exchange is cut, a user who resumes misses nothing, sees
 * everything once and in order, and has had each message accepted once.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

const CLIENTS = 4;
const FIRST = "general";
const ROOMS = [FIRST, "dev", "otra"];
/** With this many messages in the history, some are missing. */
const FEW = 3;

/** Totals over all runs, which are printed. */
const counts = { messages: 0, repeats: 0, breaks: 0, resumes: 0, missed: 0 };

type Step =
  | { do: "say" | "private" | "join" | "leave"; client: number; which: number }
  /** `count` lines reach the hub; `count` frames are read. */
  | { do: "deliver" | "read"; client: number; count: number }
  /** The connection is cut; the hub notices it at once, later, or not before the user resumes. */
  | { do: "cut" | "notice" | "resume"; client: number }
  | { do: "tick" };

const client = fc.nat(CLIENTS - 1);
const STEPS: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("say"), client, which: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("private"), client, which: client }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("join", "leave"), client, which: fc.nat(2) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom("deliver", "read"),
      client,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("cut", "notice", "resume"), client }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("tick") }) },
) as fc.Arbitrary<Step>;

/** A line that a user sends again until it is answered. */
interface SentLine {
  readonly ref: string;
  readonly line: string;
  /** What it does, once, when it reaches the hub, given the id of the message if it is one. */
  readonly effect: (id: number) => void;
}

interface Client {
  readonly nick: string;
  peer: TestPeer;
  isCut: boolean;
  /** Under way to the hub, and from it. */
  toHub: SentLine[];
  fromHub: HubFrame[];
  token: string;
  after: number;
  unanswered: SentLine[];
  /** What it saw of the others' messages, and whether a notice said that some are missing. */
  seen: string[];
  isMissing: boolean;
  // What a perfect observer knows: its rooms, what others sent to it, and how much of that before it last resumed.
  rooms: string[];
  due: { id: number; text: string }[];
  dueBeforeResume: number;
}

class World {
  readonly test: TestHub;
  readonly clients: Client[];
  readonly #accepted = new Set<string>();
  #texts = 0;

  constructor(kept: number) {
    this.test = new TestHub({ history: new MemoryHistory({ messages: kept, bytes: 1e9 }) });
    this.clients = Array.from({ length: CLIENTS }, (_, index) => this.#join(`n${index}`));
    this.test.tick();
    for (const client of this.clients) {
      this.#read(client, Infinity);
      client.due = [];
    }
  }

  apply(step: Step): void {
    if (step.do === "tick") return this.test.tick();
    const client = this.clients[step.client]!;
    switch (step.do) {
      case "say":
        return this.#say(client);
      case "private": {
        const other = this.clients[step.which]!;
        if (other !== client) this.#sayPrivately(client, other);
        return;
      }
      case "join":
        return this.#command(client, `/join ${ROOMS[step.which]}`, () => {
          const room = ROOMS[step.which]!;
          if (!client.rooms.includes(room)) client.rooms.push(room);
        });
      case "leave":
        return this.#command(client, `/leave #${ROOMS[step.which]}`, () => {
          if (client.rooms.length === 1) return;
          client.rooms = client.rooms.filter((room) => room !== ROOMS[step.which]);
        });
      case "deliver":
        return this.#deliver(client, step.count);
      case "read":
        return this.#read(client, step.count);
      case "cut":
        if (!client.isCut) counts.breaks++;
        client.isCut = true;
        return;
      case "notice":
        if (client.isCut) client.peer.drop();
        return;
      case "resume":
        return this.#resume(client);
    }
  }

  /** Everybody resumes, and everything that is under way arrives. */
  settle(): void {
    for (const client of this.clients) this.#resume(client);
    for (const client of this.clients) this.#deliver(client, Infinity);
    this.test.tick();
    for (const client of this.clients) this.#read(client, Infinity);
  }

  #join(nick: string): Client {
    const peer = this.test.connect();
    peer.send(encodeFrame({ type: "hello", protocol: 1, nick }));
    return {
      nick,
      peer,
      isCut: false,
      toHub: [],
      fromHub: [],
      token: "",
      after: 0,
      unanswered: [],
      seen: [],
      isMissing: false,
      rooms: [FIRST],
      due: [],
      dueBeforeResume: 0,
    };
  }

  /** To rooms by name: the current room may have changed by the time this reaches the hub. */
  #say(client: Client): void {
    for (const room of [FIRST, "dev"]) {
      const text = `t${++this.#texts}`;
      this.#send(client, (ref) => ({ type: "say", ref, text, room }), (id) => {
        if (!client.rooms.includes(room)) return;
        counts.messages++;
        for (const other of this.clients) {
          if (other !== client && other.rooms.includes(room)) other.due.push({ id, text });
        }
      });
    }
  }

  #sayPrivately(client: Client, other: Client): void {
    const text = `p${++this.#texts}`;
    this.#command(client, `/msg ${other.nick} ${text}`, (id) => {
      counts.messages++;
      other.due.push({ id, text });
    });
  }

  #command(client: Client, line: string, effect: SentLine["effect"]): void {
    this.#send(client, (ref) => ({ type: "command", ref, line }), effect);
  }

  #send(
    client: Client,
    frame: (ref: string) => Parameters<typeof encodeFrame>[0],
    effect: SentLine["effect"],
  ): void {
    const ref = `r${++this.#texts}`;
    const sent = { ref, line: encodeFrame(frame(ref)), effect };
    client.unanswered.push(sent);
    if (!client.isCut) client.toHub.push(sent);
  }

  #deliver(client: Client, count: number): void {
    if (client.isCut) return;
    for (const { ref, line, effect } of client.toHub.splice(0, count)) {
      client.peer.send(line);
      if (this.#accepted.has(ref)) counts.repeats++;
      else effect(this.test.hub.chat.messages.lastMessageId);
      this.#accepted.add(ref);
    }
  }

  #read(client: Client, count: number): void {
    if (client.isCut) return;
    client.fromHub.push(...client.peer.takeFrames());
    for (const frame of client.fromHub.splice(0, count)) {
      switch (frame.type) {
        case "welcome":
          assert(client.token === "" || client.token === frame.token, "it is the same session");
          assertEquals(frame.nick, client.nick);
          client.token = frame.token;
          break;
        case "message":
          assert(frame.id > client.after, `${client.nick} sees growing ids`);
          client.after = frame.id;
          client.seen.push(frame.text);
          break;
        case "ack":
          client.after = Math.max(client.after, frame.id);
          break;
        case "notice":
          if (frame.code === "resumed") {
            const [count, missing] = [frame.params["count"], frame.params["missing"]].map(Number);
            const due = client.due.slice(0, client.dueBeforeResume).filter(({ id }) =>
              id > client.after
            );
            assertEquals(count! + missing!, due.length, `${client.nick} knows what it missed`);
            client.isMissing ||= missing !== 0;
            counts.missed += count!;
          }
      }
      if ("ref" in frame) {
        client.unanswered = client.unanswered.filter(({ ref }) => ref !== frame.ref);
      }
    }
  }

  /** Resumes over a new connection, even if the hub thinks that the old one still works. */
  #resume(client: Client): void {
    if (!client.isCut) return;
    counts.resumes++;
    client.peer = this.test.connect();
    client.isCut = false;
    const { token, after, nick } = client;
    client.peer.send(
      encodeFrame({ type: "hello", protocol: 1, nick, resume: { token, after } }),
    );
    client.fromHub = [];
    client.toHub = [...client.unanswered];
    client.dueBeforeResume = client.due.length;
  }
}

for (
  const [kept, what] of [
    [10_000, "misses nothing"],
    [FEW, "learns how much is missing"],
  ] as const
) {
  testProperty(
    `a user who resumes ${what}, and sees and posts everything once, wherever the connection was cut`,
    { weight: 20 },
    (check) => {
      Object.assign(counts, { messages: 0, repeats: 0, breaks: 0, resumes: 0, missed: 0 });
      const runs = check(
        fc.property(fc.array(STEPS, { maxLength: 120, size: "max" }), (steps) => {
          const world = new World(kept);
          for (const step of steps) world.apply(step);
          world.settle();
          for (const { nick, seen, due, isMissing, unanswered } of world.clients) {
            assertEquals(unanswered, [], `${nick} is answered`);
            const all = due.map(({ text }) => text);
            const wanted = isMissing ? all.filter((text) => seen.includes(text)) : all;
            assertEquals(seen, wanted, nick);
            assert(!isMissing || kept === FEW);
          }
        }),
        { numRuns: 1500 },
      );
      const shown = Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ");
      Deno.stdout.writeSync(new TextEncoder().encode(`${runs} runs: ${shown}\n`));
      if (runs === 1) return; // a counterexample is replayed
      assert(counts.breaks > runs && counts.repeats > runs / 10 && counts.missed > runs, shown);
    },
  );
}
