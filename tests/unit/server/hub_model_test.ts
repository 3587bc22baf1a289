/** The hub against a small model of what everybody should have seen: order, no loss, no echo, each coming and going once. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainLines } from "../../../i18n/plain.ts";
import { isElsewhere } from "../../../protocol/frame.ts";
import { TestHub, type TestPeer } from "../../support/hub.ts";
import { testProperty } from "../../support/property.ts";

const FIRST = "general";

/** One peer in the model: where it is, and what it should have been told by others, in order. */
interface Expected {
  peer: TestPeer;
  nick: string;
  dialect: "text" | "frames";
  /** In the order in which it came; what it says goes to `current`. */
  rooms: string[];
  current: string;
  ignores: Set<Expected>;
  told: string[];
}

type Step =
  | { do: "come"; dialect: "text" | "frames" }
  | { do: "say"; who: number; text: string }
  | { do: "join" | "leave"; who: number; room: string }
  | { do: "ignore"; who: number; whom: number }
  | { do: "rename" | "exit" | "drop"; who: number }
  | { do: "tick" };

const who = fc.nat(7);
const room = fc.constantFrom(FIRST, "dev", "otra");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("come"), dialect: fc.constantFrom("text", "frames") }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("say"), who, text: fc.constantFrom("hola", "ñ", "😀") }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("join", "leave"), who, room }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("rename", "exit", "drop"), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ignore"), who, whom: who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("tick") }) },
) as fc.Arbitrary<Step>;

class Model {
  readonly test = new TestHub();
  readonly present: Expected[] = [];
  readonly all: Expected[] = [];
  #names = 0;
  #guests = 0;
  #said = 0;
  #refs = 0;

  apply(step: Step): void {
    if (step.do === "tick") return this.test.tick();
    if (step.do === "come") return this.#come(step.dialect);
    const member = this.present[step.who % Math.max(1, this.present.length)];
    if (!member) return;
    switch (step.do) {
      case "say": {
        const text = `${step.text} ${++this.#said}`;
        this.#send(member, text);
        const deaf = new Set(this.present.filter(({ ignores }) => ignores.has(member)));
        return this.#tell(member.current, `${member.nick}: ${text}`, member, deaf);
      }
      case "ignore": {
        const whom = this.present[step.whom % this.present.length]!;
        if (whom === member) return;
        this.#send(member, `/ignore ${whom.nick}`);
        if (!member.ignores.delete(whom)) member.ignores.add(whom);
        return;
      }
      case "join":
        this.#send(member, `/join ${step.room}`);
        return this.#enter(member, step.room);
      case "leave":
        this.#send(member, `/leave ${step.room}`);
        if (member.rooms.length > 1 && member.rooms.includes(step.room)) {
          this.#part(member, step.room);
        }
        return;
      case "rename":
        return this.#rename(member, `n${++this.#names}`);
      default:
        if (step.do === "exit") this.#send(member, "/exit");
        else member.peer.drop();
        this.test.expire();
        this.present.splice(this.present.indexOf(member), 1);
        for (const each of [...member.rooms]) this.#part(member, each);
    }
  }

  #in(room: string): Expected[] {
    return this.present.filter(({ rooms }) => rooms.includes(room));
  }

  #tell(room: string, line: string, except: Expected, skip = new Set<Expected>()): void {
    for (const each of this.#in(room)) {
      if (each === except || skip.has(each)) continue;
      each.told.push(each.current === room ? line : `#${room} ${line}`);
    }
  }

  #enter(member: Expected, room: string): void {
    member.current = room;
    if (member.rooms.includes(room)) return;
    member.rooms.push(room);
    this.#tell(room, `* ${member.nick} joined (${this.#in(room).length} here)`, member);
  }

  #part(member: Expected, room: string): void {
    member.rooms.splice(member.rooms.indexOf(room), 1);
    if (member.current === room) member.current = member.rooms.at(-1) ?? "";
    this.#tell(room, `* ${member.nick} left (${this.#in(room).length} here)`, member);
  }

  #rename(member: Expected, nick: string): void {
    this.#send(member, `/nick ${nick}`);
    const skip = new Set<Expected>();
    for (const room of member.rooms) {
      this.#tell(room, `* ${member.nick} is now ${nick}`, member, skip);
      for (const each of this.#in(room)) skip.add(each);
    }
    member.nick = nick;
  }

  #come(dialect: "text" | "frames"): void {
    const nick = `n${++this.#names}`;
    const peer = this.test.connect();
    // A text peer comes as a guest and takes its nick, which the others see.
    const first = dialect === "text" ? `guest${++this.#guests}` : nick;
    const member: Expected = {
      peer,
      nick: first,
      dialect,
      rooms: [],
      current: "",
      ignores: new Set(),
      told: [],
    };
    if (dialect === "frames") peer.send(JSON.stringify({ type: "hello", protocol: 1, nick }));
    this.present.push(member);
    this.all.push(member);
    this.#enter(member, FIRST);
    if (dialect === "text") this.#rename(member, nick);
  }

  #send({ peer, dialect }: Expected, line: string): void {
    if (dialect === "text") return peer.send(line);
    const ref = `r${++this.#refs}`;
    const frame = line.startsWith("/")
      ? { type: "command", ref, line }
      : { type: "say", ref, text: line };
    peer.send(JSON.stringify(frame));
  }
}

/** What a peer was told by others, in the form of the text dialect; and the ids of its messages and acks, in order. */
function observed({ peer, dialect }: Expected): { told: string[]; ids: number[] } {
  const own = /^(\* (welcome|\/name|you |goodbye)|! )/;
  if (dialect === "text") return { told: peer.take().filter((line) => !own.test(line)), ids: [] };
  const told: string[] = [];
  const ids: number[] = [];
  let current = FIRST;
  for (const frame of peer.takeFrames()) {
    if (frame.type === "message" || frame.type === "ack") ids.push(frame.id);
    if (frame.type === "reply") {
      current = String(frame.data["current"] ?? frame.data["room"] ?? current);
    }
    if (!["message", "joined", "left", "renamed"].includes(frame.type)) continue;
    told.push(...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, current) }));
  }
  return { told, ids };
}

testProperty(
  "everybody sees everything by others once, in the one order, in all its rooms, wherever the ticks end",
  { weight: 30 },
  (check) => {
    check(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
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
      { numRuns: 1000 },
    );
  },
);
