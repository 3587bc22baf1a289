/**
 * Broken connections against a perfect observer: wherever the exchange is cut, whoever comes back misses nothing, sees
 * nothing twice and in order, and what it sent was accepted once.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeFrame, type HubFrame } from "../../../../common/protocol/frame.ts";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

const PEOPLE = 4;
const FIRST = "general";
const ROOMS = [FIRST, "dev", "otra"];
/** With so few messages in the history, some are missing. */
const FEW = 3;

/** What counts as done over all runs, to be shown. */
const counts = { messages: 0, repeats: 0, breaks: 0, resumes: 0, missed: 0 };

type Step =
  | { do: "say" | "private" | "join" | "leave"; who: number; which: number }
  /** So many lines reach the hub; so many frames are read. */
  | { do: "deliver" | "read"; who: number; count: number }
  /** The connection is cut, and the hub knows it at once, later, or not before the peer is back. */
  | { do: "cut" | "notice" | "resume"; who: number }
  | { do: "tick" };

const who = fc.nat(PEOPLE - 1);
const STEPS: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("say"), who, which: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("private"), who, which: who }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("join", "leave"), who, which: fc.nat(2) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom("deliver", "read"),
      who,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("cut", "notice", "resume"), who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("tick") }) },
) as fc.Arbitrary<Step>;

/** What a person wants of the hub, until it is answered. */
interface Wish {
  readonly ref: string;
  readonly line: string;
  /** What it does, once, when it reaches the hub, given the id of the message that it may be. */
  readonly effect: (id: number) => void;
}

interface Person {
  readonly nick: string;
  peer: TestPeer;
  isCut: boolean;
  /** On the way to the hub, and from it. */
  up: Wish[];
  down: HubFrame[];
  token: string;
  after: number;
  unanswered: Wish[];
  /** What others said to it, as it saw it, and whether it was told that something is missing. */
  seen: string[];
  isMissing: boolean;
  // What a perfect observer knows of it: where it is, what others said to it, and how much of that when it came back.
  rooms: string[];
  due: { id: number; text: string }[];
  dueOnReturn: number;
}

class World {
  readonly test: TestHub;
  readonly people: Person[];
  readonly #accepted = new Set<string>();
  #texts = 0;

  constructor(kept: number) {
    this.test = new TestHub({ history: new MemoryHistory({ messages: kept, bytes: 1e9 }) });
    this.people = Array.from({ length: PEOPLE }, (_, index) => this.#come(`n${index}`));
    this.test.tick();
    for (const person of this.people) {
      this.#read(person, Infinity);
      person.due = [];
    }
  }

  apply(step: Step): void {
    if (step.do === "tick") return this.test.tick();
    const person = this.people[step.who]!;
    switch (step.do) {
      case "say":
        return this.#say(person);
      case "private": {
        const other = this.people[step.which]!;
        if (other !== person) this.#write(person, other);
        return;
      }
      case "join":
        return this.#wish(person, `/join ${ROOMS[step.which]}`, () => {
          const room = ROOMS[step.which]!;
          if (!person.rooms.includes(room)) person.rooms.push(room);
        });
      case "leave":
        return this.#wish(person, `/leave ${ROOMS[step.which]}`, () => {
          if (person.rooms.length === 1) return;
          person.rooms = person.rooms.filter((room) => room !== ROOMS[step.which]);
        });
      case "deliver":
        return this.#deliver(person, step.count);
      case "read":
        return this.#read(person, step.count);
      case "cut":
        if (!person.isCut) counts.breaks++;
        person.isCut = true;
        return;
      case "notice":
        if (person.isCut) person.peer.drop();
        return;
      case "resume":
        return this.#resume(person);
    }
  }

  /** Everybody is connected, and all that is under way arrives. */
  settle(): void {
    for (const person of this.people) this.#resume(person);
    for (const person of this.people) this.#deliver(person, Infinity);
    this.test.tick();
    for (const person of this.people) this.#read(person, Infinity);
  }

  #come(nick: string): Person {
    const peer = this.test.connect();
    peer.send(encodeFrame({ type: "hello", protocol: 1, nick }));
    return {
      nick,
      peer,
      isCut: false,
      up: [],
      down: [],
      token: "",
      after: 0,
      unanswered: [],
      seen: [],
      isMissing: false,
      rooms: [FIRST],
      due: [],
      dueOnReturn: 0,
    };
  }

  /** To its rooms by name: the current room, when this reaches the hub, may be another one. */
  #say(person: Person): void {
    for (const room of [FIRST, "dev"]) {
      const text = `t${++this.#texts}`;
      this.#send(person, (ref) => ({ type: "say", ref, text, room }), (id) => {
        if (!person.rooms.includes(room)) return;
        counts.messages++;
        for (const other of this.people) {
          if (other !== person && other.rooms.includes(room)) other.due.push({ id, text });
        }
      });
    }
  }

  #write(person: Person, other: Person): void {
    const text = `p${++this.#texts}`;
    this.#wish(person, `/msg ${other.nick} ${text}`, (id) => {
      counts.messages++;
      other.due.push({ id, text });
    });
  }

  #wish(person: Person, line: string, effect: Wish["effect"]): void {
    this.#send(person, (ref) => ({ type: "command", ref, line }), effect);
  }

  #send(
    person: Person,
    frame: (ref: string) => Parameters<typeof encodeFrame>[0],
    effect: Wish["effect"],
  ): void {
    const ref = `r${++this.#texts}`;
    const wish = { ref, line: encodeFrame(frame(ref)), effect };
    person.unanswered.push(wish);
    if (!person.isCut) person.up.push(wish);
  }

  #deliver(person: Person, count: number): void {
    if (person.isCut) return;
    for (const { ref, line, effect } of person.up.splice(0, count)) {
      person.peer.send(line);
      if (this.#accepted.has(ref)) counts.repeats++;
      else effect(this.test.hub.chat.messages.lastMessageId);
      this.#accepted.add(ref);
    }
  }

  #read(person: Person, count: number): void {
    if (person.isCut) return;
    person.down.push(...person.peer.takeFrames());
    for (const frame of person.down.splice(0, count)) {
      switch (frame.type) {
        case "welcome":
          assert(person.token === "" || person.token === frame.token, "the session goes on");
          assertEquals(frame.nick, person.nick);
          person.token = frame.token;
          break;
        case "message":
          assert(frame.id > person.after, `${person.nick} sees growing ids`);
          person.after = frame.id;
          person.seen.push(frame.text);
          break;
        case "ack":
          person.after = Math.max(person.after, frame.id);
          break;
        case "notice":
          if (frame.code === "resumed") {
            const [count, missing] = [frame.params["count"], frame.params["missing"]].map(Number);
            const due = person.due.slice(0, person.dueOnReturn).filter(({ id }) =>
              id > person.after
            );
            assertEquals(count! + missing!, due.length, `${person.nick} knows what it missed`);
            person.isMissing ||= missing !== 0;
            counts.missed += count!;
          }
      }
      if ("ref" in frame) {
        person.unanswered = person.unanswered.filter(({ ref }) => ref !== frame.ref);
      }
    }
  }

  /** Comes back over a new connection, also when the hub takes the old one for good. */
  #resume(person: Person): void {
    if (!person.isCut) return;
    counts.resumes++;
    person.peer = this.test.connect();
    person.isCut = false;
    const { token, after, nick } = person;
    person.peer.send(
      encodeFrame({ type: "hello", protocol: 1, nick, resume: { token, after } }),
    );
    person.down = [];
    person.up = [...person.unanswered];
    person.dueOnReturn = person.due.length;
  }
}

for (
  const [kept, what] of [[10_000, "misses nothing"], [FEW, "is told how much is missing"]] as const
) {
  testProperty(
    `whoever comes back ${what}, and sees and says everything once, wherever it was cut`,
    { weight: 20 },
    (check) => {
      Object.assign(counts, { messages: 0, repeats: 0, breaks: 0, resumes: 0, missed: 0 });
      const runs = check(
        fc.property(fc.array(STEPS, { maxLength: 120, size: "max" }), (steps) => {
          const world = new World(kept);
          for (const step of steps) world.apply(step);
          world.settle();
          for (const { nick, seen, due, isMissing, unanswered } of world.people) {
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
      if (runs === 1) return; // a counterexample that is tried again
      assert(counts.breaks > runs && counts.repeats > runs / 10 && counts.missed > runs, shown);
    },
  );
}
