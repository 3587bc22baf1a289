/** The hub against a small model of what everybody should have seen: order, no loss, no echo, each coming and going once. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { TestHub, type TestPeer } from "../../support/hub.ts";

/** One peer in the model: what it should have been told, in order, its own frames left out. */
interface Expected {
  peer: TestPeer;
  nick: string;
  dialect: "text" | "frames";
  told: string[];
}

type Step =
  | { do: "join"; dialect: "text" | "frames" }
  | { do: "say"; who: number; text: string }
  | { do: "rename"; who: number }
  | { do: "exit"; who: number }
  | { do: "drop"; who: number }
  | { do: "tick" };

const who = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("join" as const),
      dialect: fc.constantFrom("text", "frames"),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      who,
      text: fc.constantFrom("hola", "ñ", "😀"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rename" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("exit" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("tick" as const) }) },
) as fc.Arbitrary<Step>;

class Model {
  readonly test = new TestHub();
  readonly present: Expected[] = [];
  readonly all: Expected[] = [];
  #names = 0;
  #said = 0;

  apply(step: Step): void {
    if (step.do === "tick") return this.test.tick();
    if (step.do === "join") return this.#join(step.dialect);
    const member = this.present[step.who % Math.max(1, this.present.length)];
    if (!member) return;
    const others = this.present.filter((each) => each !== member);
    const tell = (line: string) => others.forEach((each) => each.told.push(line));
    if (step.do === "say") {
      const text = `${step.text} ${++this.#said}`;
      this.#send(member, text);
      tell(`${member.nick}: ${text}`);
    } else if (step.do === "rename") {
      const nick = `n${++this.#names}`;
      this.#send(member, `/nick ${nick}`);
      tell(`* ${member.nick} is now ${nick}`);
      member.nick = nick;
    } else {
      this.present.splice(this.present.indexOf(member), 1);
      tell(`* ${member.nick} left (${this.present.length} here)`);
      if (step.do === "exit") this.#send(member, "/exit");
      else member.peer.drop();
    }
  }

  #join(dialect: "text" | "frames"): void {
    const nick = `n${++this.#names}`;
    const peer = this.test.connect();
    // A text peer comes as a guest and takes its nick, which the others see.
    const guest = dialect === "text"
      ? `guest${this.all.filter((each) => each.dialect === "text").length + 1}`
      : nick;
    for (const each of this.present) {
      each.told.push(`* ${guest} joined (${this.present.length + 1} here)`);
      if (guest !== nick) each.told.push(`* ${guest} is now ${nick}`);
    }
    const expected: Expected = { peer, nick, dialect, told: [] };
    peer.send(
      dialect === "text" ? `/nick ${nick}` : JSON.stringify({ type: "hello", protocol: 1, nick }),
    );
    this.present.push(expected);
    this.all.push(expected);
  }

  #send({ peer, dialect }: Expected, line: string): void {
    if (dialect === "text") return peer.send(line);
    const frame = line.startsWith("/")
      ? { type: "command", ref: "r", line }
      : { type: "say", ref: "r", text: line };
    peer.send(JSON.stringify(frame));
  }
}

/** What a peer was told by others, in the form of the text dialect; and the ids of its messages and acks, in order. */
function observed({ peer, dialect }: Expected): { told: string[]; ids: number[] } {
  const own = /^\* (welcome|\/name|you are now|goodbye)/;
  if (dialect === "text") return { told: peer.take().filter((line) => !own.test(line)), ids: [] };
  const told: string[] = [];
  const ids: number[] = [];
  for (const frame of peer.takeFrames()) {
    if (frame.type === "message" || frame.type === "ack") ids.push(frame.id);
    if (frame.type === "message") told.push(`${frame.nick}: ${frame.text}`);
    if (frame.type === "joined") told.push(`* ${frame.nick} joined (${frame.count} here)`);
    if (frame.type === "left") told.push(`* ${frame.nick} left (${frame.count} here)`);
    if (frame.type === "renamed") told.push(`* ${frame.from} is now ${frame.nick}`);
  }
  return { told, ids };
}

Deno.test("everybody sees everything by others once, in the one order, wherever the ticks end", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      for (const each of steps) model.apply(each);
      model.test.tick();
      for (const expected of model.all) {
        const { told, ids } = observed(expected);
        if (model.present.includes(expected)) {
          assertEquals(told, expected.told, expected.nick);
        } else {
          // Whoever broke off may have missed the end, but never the middle.
          assertEquals(told, expected.told.slice(0, told.length), expected.nick);
        }
        assertEquals(
          ids,
          [...ids].sort((a, b) => a - b),
          "ids grow in the order in which they are told",
        );
      }
      assertEquals(model.test.hub.size, model.present.length);
    }),
    { numRuns: 500 },
  );
});
