/**
 * The hub against a small model of what everybody should have been told: order, no loss, no echo, each coming and going once
 * or in a batch, private messages to their receivers only, and what moderators lay down.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { describeCode } from "../../../i18n/frames.ts";
import { plainLines } from "../../../i18n/plain.ts";
import type { NoticeCode, Params } from "../../../protocol/codes.ts";
import {
  encodeFrame,
  type HubFrame,
  isElsewhere,
  type LeftFrame,
} from "../../../protocol/frame.ts";
import { sanitize } from "../../../protocol/sanitize.ts";
import { TestHub, type TestPeer } from "../../support/hub.ts";
import { testProperty } from "../../support/property.ts";

const FIRST = "general";
const PASSWORD = "secret";

/** So little that many comings and goings are told in batches. */
const PRESENCE = { rate: 2, burst: 8 };
/** Of more, some are named and all are counted. */
const ONE_BY_ONE = 8;

/** One peer in the model: where it is, and what it should have been told by others, in order. */
interface Expected {
  readonly peer: TestPeer;
  readonly dialect: "text" | "frames";
  nick: string;
  /** Its connection is broken, and it may come back. */
  isAway: boolean;
  /** In the order in which it came; what it says goes to `current`. */
  readonly rooms: string[];
  current: string;
  readonly ignores: Set<Expected>;
  correspondent: Expected | undefined;
  isModerator: boolean;
  /** By the hub's clock. */
  mutedUntil: number;
  /** What was written to it in private since it is away. */
  readonly letters: { sender: Expected; text: string }[];
  readonly told: string[];
}

/** That somebody came or went, as somebody else is to be told it. */
interface Change {
  type: "joined" | "left";
  who: Expected;
  nick: string;
  why: Partial<LeftFrame>;
}

type Step =
  | { do: "come"; dialect: "text" | "frames" }
  | { do: "flock"; count: number }
  | { do: "say" | "act"; who: number; text: string }
  | { do: "sayIn" | "join" | "leave" | "topic"; who: number; room: string }
  | { do: "whisper" | "ignore" | "kick" | "ban" | "mute"; who: number; whom: number }
  | { do: "answer" | "lock" | "pause" | "promote"; who: number }
  | { do: "rename" | "exit" | "drop"; who: number }
  | { do: "expire" }
  | { do: "look" }
  | { do: "wait" }
  | { do: "tick" };

const who = fc.nat(7);
const room = fc.constantFrom(FIRST, "dev", "otra");
const text = fc.constantFrom("hola", "ñ 😀", "\x1b[2J", "una\nn1: dos", "e" + "\u0301".repeat(9));

/** Steps of some kinds that have the same fields. */
function steps<T extends string, F>(weight: number, kinds: T[], fields: F) {
  return { weight, arbitrary: fc.record({ do: fc.constantFrom(...kinds), ...fields }) };
}

const step = fc.oneof(
  steps(4, ["come"], { dialect: fc.constantFrom("text", "frames") }),
  steps(1, ["flock"], { count: fc.integer({ min: 7, max: 11 }) }),
  steps(9, ["say", "say", "act"], { who, text }),
  steps(6, ["sayIn", "join", "join", "leave", "topic"], { who, room }),
  steps(4, ["whisper", "whisper", "ignore"], { who, whom: who }),
  steps(2, ["kick", "ban", "mute"], { who, whom: who }),
  steps(4, ["answer", "lock", "pause", "promote", "promote"], { who }),
  steps(4, ["rename", "exit", "drop"], { who }),
  steps(6, ["expire", "wait", "wait", "tick", "tick", "tick"], {}),
  steps(1, ["look"], {}),
) as fc.Arbitrary<Step>;

class Model {
  readonly test = new TestHub({ modPassword: PASSWORD, presence: PRESENCE, isStill: true });
  /** In the chat, connected or away. */
  readonly present: Expected[] = [];
  readonly all: Expected[] = [];
  readonly #locked = new Set<string>();
  readonly #paused = new Set<string>();
  /** By room, what each member is still to be told of who came and went. */
  readonly #changes = new Map<string, Map<Expected, Change[]>>();
  /** By room, what it may still be told, and when that was so. */
  readonly #budgets = new Map<string, { left: number; at: number }>();
  /** Those whose connections broke, the first one first. */
  #away: Expected[] = [];
  #names = 0;
  #guests = 0;
  #said = 0;
  #refs = 0;

  apply(step: Step): void {
    if (step.do === "tick") return this.test.tick();
    if (step.do === "expire") return this.#expire();
    if (step.do === "wait") return this.#wait();
    if (step.do === "look") return this.#look();
    if (step.do === "come") return this.#come(step.dialect);
    if (step.do === "flock") {
      for (let count = 0; count < step.count; count++) this.#come("frames");
      return;
    }
    const here = this.present.filter(({ isAway }) => !isAway);
    const member = here[step.who % Math.max(1, here.length)];
    if (!member) return;
    switch (step.do) {
      case "say":
      case "act":
        return this.#say(member, step.do, member.current, step.text);
      case "sayIn":
        return this.#sayIn(member, step.room);
      case "join":
        return this.#join(member, step.room);
      case "leave":
        this.#send(member, `/leave ${step.room}`);
        if (member.rooms.length === 1 || !member.rooms.includes(step.room)) return;
        this.#catchUp(member);
        return this.#part(member, step.room);
      case "topic":
        return this.#topic(member);
      case "rename":
        return this.#rename(member, `n${++this.#names}`);
      case "promote":
        this.#send(member, `/mod ${PASSWORD}`);
        this.#catchUp(member);
        member.isModerator = true;
        return;
      case "lock":
        return this.#toggle(member, "lock", this.#locked, ["locked", "unlocked"]);
      case "pause":
        return this.#toggle(member, "pause", this.#paused, ["paused", "unpaused"]);
      case "exit":
        this.#send(member, "/exit");
        return this.#end(member, "quit");
      case "drop":
        return this.#drop(member);
      case "answer":
        return this.#answer(member);
    }
    const whom = this.present[step.whom % this.present.length]!;
    if (whom === member) return;
    switch (step.do) {
      case "whisper":
        return this.#whisper(member, whom, (said) => `/msg ${whom.nick} ${said}`);
      case "ignore":
        this.#send(member, `/ignore ${whom.nick}`);
        if (!member.ignores.delete(whom)) member.ignores.add(whom);
        return this.#catchUp(member);
      case "mute":
        return this.#mute(member, whom);
      case "kick":
        return this.#remove(member, whom, step.do, "kicked", { by: member.nick, reason: "" });
      case "ban":
        return this.#remove(member, whom, step.do, "banned", {});
    }
  }

  // Saying.

  #say(member: Expected, how: "say" | "act", room: string, words: string): void {
    const said = `${words} ${++this.#said}`;
    this.#send(member, how === "say" ? said : `/me ${said}`);
    this.#hear(member, how === "say" ? "say" : "action", room, said);
  }

  /** Into a room by its name, as frames can. */
  #sayIn(member: Expected, room: string): void {
    if (member.dialect === "text") return;
    const text = `hola ${++this.#said}`;
    member.peer.send(JSON.stringify({ type: "say", ref: this.#ref(), text, room }));
    if (member.rooms.includes(room)) this.#hear(member, "say", room, text);
  }

  #hear(member: Expected, kind: "say" | "action", room: string, said: string): void {
    if (this.#isSilenced(member, room)) return;
    const skip = new Set(this.present.filter(({ ignores }) => ignores.has(member)));
    const text = safe(member, said);
    const message = { type: "message", id: 0, room, nick: member.nick, text, ts: 0, kind } as const;
    this.#tellRoom(room, message, member, skip);
  }

  #whisper(member: Expected, to: Expected, line: (said: string) => string): void {
    const text = `psst ${++this.#said}`;
    this.#send(member, line(text));
    if (this.#isMuted(member)) return;
    if (!to.ignores.has(member)) {
      const { nick } = member;
      tell(to, { type: "message", id: 0, room: "", nick, text, ts: 0, kind: "private" });
      to.correspondent = member;
      if (to.isAway) to.letters.push({ sender: member, text });
    }
    member.correspondent = to;
    this.#catchUp(member);
    if (to.isAway) tell(member, notice("away", { nick: to.nick }));
  }

  #answer(member: Expected): void {
    const to = member.correspondent;
    if (to && this.present.includes(to)) return this.#whisper(member, to, (said) => `/r ${said}`);
    this.#send(member, "/r nadie");
  }

  #topic(member: Expected): void {
    const { current: room, nick } = member;
    const topic = `topic ${++this.#said}`;
    this.#send(member, `/topic ${topic}`);
    if (this.#isSilenced(member, room)) return;
    this.#tellRoom(room, { type: "topic", room, nick, topic }, member);
    this.#catchUp(member);
  }

  #isSilenced(member: Expected, room: string): boolean {
    return this.#isMuted(member) || (this.#paused.has(room) && !member.isModerator);
  }

  // Moderating.

  #toggle(
    member: Expected,
    command: string,
    closed: Set<string>,
    [on, off]: [NoticeCode, NoticeCode],
  ): void {
    const { current: room, nick } = member;
    this.#send(member, `/${command}`);
    if (!member.isModerator) return;
    const wasClosed = closed.delete(room);
    if (!wasClosed) closed.add(room);
    this.#tellRoom(room, notice(wasClosed ? off : on, { room, nick }), member);
    this.#catchUp(member);
  }

  #remove(
    member: Expected,
    whom: Expected,
    command: string,
    code: "kicked" | "banned",
    params: Params,
  ): void {
    this.#send(member, `/${command} ${whom.nick}`);
    if (!member.isModerator) return;
    tell(whom, { type: "bye", code, params, text: describeCode("bye", code, params, "en")! });
    this.#end(whom, code, { by: member.nick });
    this.#catchUp(member);
  }

  #mute(member: Expected, whom: Expected): void {
    const minutes = this.#isMuted(whom) ? 0 : 5;
    this.#send(member, `/mute ${whom.nick} ${minutes}`);
    if (!member.isModerator) return;
    whom.mutedUntil = this.test.elapsed + minutes * 60_000;
    const by = member.nick;
    tell(whom, minutes > 0 ? notice("muted", { by, minutes }) : notice("unmuted", { by }));
    this.#catchUp(member);
  }

  #isMuted({ mutedUntil }: Expected): boolean {
    return mutedUntil > this.test.elapsed;
  }

  // Coming and going.

  #come(dialect: "text" | "frames"): void {
    const nick = `n${++this.#names}`;
    const peer = this.test.connect();
    const isLocked = this.#locked.has(FIRST);
    // A text peer comes as a guest and takes its nick, which the others see.
    const first = dialect === "text" && !isLocked ? `guest${++this.#guests}` : nick;
    const member: Expected = {
      peer,
      nick: first,
      dialect,
      isAway: false,
      rooms: [],
      current: "",
      ignores: new Set(),
      correspondent: undefined,
      isModerator: false,
      mutedUntil: 0,
      letters: [],
      told: [],
    };
    const runs = this.#names % 2 === 0 ? { runs: true } as const : {};
    if (dialect === "frames") peer.send(encodeFrame({ type: "hello", protocol: 1, nick, ...runs }));
    if (isLocked) {
      if (dialect === "text") peer.send("hola");
      return assert(peer.isClosed, "nobody comes into a locked chat");
    }
    this.present.push(member);
    this.all.push(member);
    this.#enter(member, FIRST);
    if (dialect === "text") this.#rename(member, nick);
  }

  /** Somebody who does not come in is told how many there are, unless nobody may; and nobody hears of it. */
  #look(): void {
    const peer = this.test.connect();
    peer.send(encodeFrame({ type: "hello", protocol: 0, look: true }));
    this.test.tick();
    const [look, ...rest] = peer.takeFrames();
    const isLocked = this.#locked.has(FIRST);
    assert(look?.type === "look");
    assertEquals(look.people, isLocked ? undefined : this.present.length);
    assertEquals(rest.map(({ type }) => type), isLocked ? ["bye"] : []);
    if (!peer.isClosed) peer.drop();
  }

  #join(member: Expected, room: string): void {
    this.#send(member, `/join ${room}`);
    if (this.#locked.has(room) && !member.isModerator && !member.rooms.includes(room)) return;
    this.#catchUp(member);
    this.#enter(member, room);
  }

  #enter(member: Expected, room: string): void {
    member.current = room;
    if (member.rooms.includes(room)) return;
    member.rooms.push(room);
    this.#change(room, { type: "joined", who: member, nick: member.nick, why: {} });
  }

  #part(member: Expected, room: string, why: Partial<LeftFrame> = {}): void {
    if (!member.rooms.includes(room)) return;
    member.rooms.splice(member.rooms.indexOf(room), 1);
    if (member.current === room) member.current = member.rooms.at(-1) ?? "";
    if (this.#in(room).length > 0 || room === FIRST) {
      this.#change(room, { type: "left", who: member, nick: member.nick, why });
    } else {
      this.#changes.delete(room);
      this.#budgets.delete(room);
    }
    if (this.#in(room).length > 0) return;
    this.#locked.delete(room);
    this.#paused.delete(room);
  }

  #rename(member: Expected, nick: string): void {
    this.#send(member, `/nick ${nick}`);
    if (this.#isMuted(member)) return;
    const told = new Set<Expected>();
    const [first, ...others] = member.rooms;
    for (const room of [...others, first!]) this.#tellChanges(room);
    for (const room of member.rooms) {
      this.#tellRoom(room, { type: "renamed", room, from: member.nick, nick }, member, told);
      for (const each of this.#in(room)) told.add(each);
    }
    member.nick = nick;
    this.#catchUp(member);
  }

  /** Who speaks frames is waited for, and nobody hears of it. */
  #drop(member: Expected): void {
    member.peer.drop();
    if (member.dialect === "text") return this.#end(member);
    member.isAway = true;
    this.#away.push(member);
  }

  #expire(): void {
    this.test.expire();
    for (const each of this.#away) this.#end(each);
    this.#sweep();
  }

  #wait(): void {
    this.test.elapsed += 1000;
    this.test.hub.sweep();
    this.#sweep();
  }

  #sweep(): void {
    for (const room of this.#changes.keys()) if (this.#spend(room)) this.#tellChanges(room);
  }

  #end(member: Expected, reason?: string, params?: Params): void {
    this.present.splice(this.present.indexOf(member), 1);
    this.#away = this.#away.filter((each) => each !== member);
    const why = { ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
    for (const room of [...member.rooms]) this.#part(member, room, why);
    for (const { sender, text } of member.letters) {
      tell(sender, notice("undelivered", { nick: member.nick, text }));
    }
  }

  // Telling.

  /** Who came and went again is told only to who met that one. */
  #change(room: string, change: Change): void {
    if (change.why.params) return this.#changeNow(room, change);
    const changes = this.#changes.get(room) ?? new Map<Expected, Change[]>();
    this.#changes.set(room, changes);
    for (const each of this.#in(room)) {
      const known = changes.get(each) ?? [];
      const coming = known.find(({ type, who }) => type === "joined" && who === change.who);
      const later = coming ? known.filter((other) => other !== coming) : [...known, change];
      changes.set(each, each === change.who ? [] : later);
    }
    if (change.type === "left") changes.delete(change.who);
    if (this.#spend(room)) this.#tellChanges(room);
  }

  /** What a moderator does is told by itself. */
  #changeNow(room: string, change: Change): void {
    this.#changes.get(room)?.delete(change.who);
    this.#tellChanges(room, this.#in(room).length + 1);
    for (const each of this.#in(room)) this.#tellOf(each, room, [change]);
  }

  /** Whether the room can be told now. */
  #spend(room: string): boolean {
    const { rate, burst } = PRESENCE;
    const members = this.#in(room).length;
    const now = this.test.elapsed;
    const { left, at } = this.#budgets.get(room) ?? { left: burst, at: now };
    const there = Math.min(Math.max(burst, members), left + (now - at) * rate / 1000);
    const isEnough = there >= members;
    this.#budgets.set(room, { left: isEnough ? there - members : there, at: now });
    return isEnough;
  }

  #tellChanges(room: string, here = this.#in(room).length): void {
    for (const [each, changes] of this.#changes.get(room) ?? []) {
      this.#tellOf(each, room, changes, here);
    }
    this.#changes.delete(room);
  }

  /** One member is answered, and told before that what was until then. */
  #catchUp(member: Expected): void {
    for (const room of member.rooms) {
      const changes = this.#changes.get(room);
      this.#tellOf(member, room, changes?.get(member) ?? []);
      changes?.set(member, []);
    }
  }

  #tellOf(
    member: Expected,
    room: string,
    changes: Change[],
    here = this.#in(room).length,
  ): void {
    const joined = changes.filter(({ type }) => type === "joined").map(({ nick }) => nick);
    const left = changes.filter(({ type }) => type === "left").map(({ nick }) => nick);
    if (changes.length > ONE_BY_ONE) {
      const some = (nicks: string[]) => ({ count: nicks.length, nicks: nicks.slice(0, 8) });

      return tell(member, {
        type: "presence",
        room,
        joined: some(joined),
        left: some(left),
        count: here,
      });
    }
    let count = here - joined.length + left.length;
    for (const { type, nick, why } of changes) {
      count += type === "joined" ? 1 : -1;
      tell(member, { type, room, nick, count, ...why });
    }
  }

  #in(room: string): Expected[] {
    return this.present.filter(({ rooms }) => rooms.includes(room));
  }

  #tellRoom(
    room: string,
    frame: HubFrame,
    except: Expected,
    skip: ReadonlySet<Expected> = new Set(),
  ): void {
    this.#tellChanges(room);
    for (const each of this.#in(room)) {
      if (each !== except && !skip.has(each)) tell(each, frame);
    }
  }

  #send({ peer, dialect }: Expected, line: string): void {
    if (dialect === "text") return peer.send(line);
    const frame = line.startsWith("/") ? { type: "command", line } : { type: "say", text: line };
    peer.send(JSON.stringify({ ...frame, ref: this.#ref() }));
  }

  #ref(): string {
    return `r${++this.#refs}`;
  }
}

function notice(code: NoticeCode, params: Params): HubFrame {
  return { type: "notice", code, params, text: describeCode("notice", code, params, "en")! };
}

function tell(member: Expected, frame: HubFrame): void {
  member.told.push(
    ...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, member.current) }),
  );
}

/** What of a text reaches the others; in the text dialect it is one line. */
function safe({ dialect }: Expected, text: string): string {
  return sanitize(text, { newlines: dialect === "frames" });
}

/** Answers to what one has asked, in the text dialect. */
const ANSWERS = new RegExp(
  [
    /! .*/,
    /\* (welcome, |\/name NAME|you |topic: |goodbye|\[private\] to ).*/,
    /\* #\w+ is (locked: only|unlocked|paused: only|no longer paused).*/,
  ].map(({ source }) => `^${source}$`).join("|"),
);

/** Codes of what others have done, or of what became of one's messages. */
const TOLD: readonly string[] = [
  "banned",
  "kicked",
  "away",
  "undelivered",
  "locked",
  "unlocked",
  "paused",
  "unpaused",
  "muted",
  "unmuted",
];

/** What a peer was told by others, in the form of the text dialect; and the ids of its messages and acks, in order. */
function observed({ peer, dialect }: Expected): { told: string[]; ids: number[] } {
  if (dialect === "text") {
    return { told: peer.take().filter((line) => !ANSWERS.test(line)), ids: [] };
  }
  const told: string[] = [];
  const ids: number[] = [];
  let current = FIRST;
  for (const frame of peer.takeFrames()) {
    if (frame.type === "message" || frame.type === "ack") ids.push(frame.id);
    if (frame.type === "reply" && ["join", "leave"].includes(frame.code)) {
      current = String(frame.data["current"] ?? frame.data["room"]);
    }
    const isTold = frame.type === "notice" || frame.type === "bye"
      ? TOLD.includes(frame.code)
      : ["message", "joined", "left", "presence", "renamed", "topic"].includes(frame.type);
    if (isTold) {
      told.push(...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, current) }));
    }
  }
  return { told, ids };
}

testProperty(
  "everybody sees everything by others once, in the one order, in all its rooms, wherever the ticks end",
  { weight: 60 },
  (check) => {
    check(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const model = new Model();
        for (const each of steps) model.apply(each);
        model.test.tick();
        for (const expected of model.all) {
          const { told, ids } = observed(expected);
          if (model.present.includes(expected) && !expected.isAway) {
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
          assertEquals(new Set(ids).size, ids.length, "no id comes twice");
        }
        assertEquals(model.test.hub.people, model.present.length);
      }),
      { numRuns: 1000 },
    );
  },
);
