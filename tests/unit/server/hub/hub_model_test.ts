/**
 * The hub against a small model of what everybody should be shown: order, no loss, no echo, each join and leave once or in a
 * batch, private messages to their receivers only, and what moderators do.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { describeCode } from "../../../../common/i18n/frames.ts";
import { plainLines } from "../../../../common/i18n/plain.ts";
import type { NoticeCode, Params } from "../../../../common/protocol/codes.ts";
import { type HubFrame, isElsewhere, type LeftFrame } from "../../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

const FIRST = "general";
const PASSWORD = "secret";

/** A small budget, so that many joins and leaves are announced in batches. */
const PRESENCE = { rate: 2, burst: 8 };
/** Above this number of joins and leaves, a batch names some and counts all. */
const MAX_SEPARATE = 8;

/** A user in the model: where they are, and what they should be shown of others, in order. */
interface Expected {
  readonly peer: TestPeer;
  readonly dialect: "text" | "frames";
  nick: string;
  /** The connection is broken, and the session can be resumed. */
  isAway: boolean;
  /** In the order in which they were joined; messages go to `current`. */
  readonly rooms: string[];
  current: string;
  readonly ignores: Set<Expected>;
  correspondent: Expected | undefined;
  isModerator: boolean;
  /** By the hub's clock. */
  mutedUntil: number;
  /** Private messages since the connection broke. */
  readonly mailbox: { sender: Expected; text: string }[];
  readonly shown: string[];
}

/** A join or a leave, as another member is to be shown it. */
interface Change {
  type: "joined" | "left";
  member: Expected;
  nick: string;
  why: Partial<LeftFrame>;
}

type Step =
  | { do: "connect"; dialect: "text" | "frames" }
  | { do: "crowd"; count: number }
  | { do: "say" | "act"; by: number; text: string }
  | { do: "sayIn" | "join" | "leave" | "topic"; by: number; room: string }
  | { do: "whisper" | "ignore" | "unignore" | "kick" | "ban" | "mute"; by: number; target: number }
  | { do: "answer" | "lock" | "unlock" | "pause" | "unpause" | "promote"; by: number }
  | { do: "rename" | "exit" | "drop"; by: number }
  | { do: "expire" }
  | { do: "look" }
  | { do: "wait" }
  | { do: "tick" };

const by = fc.nat(7);
const room = fc.constantFrom(FIRST, "dev", "otra");
const text = fc.constantFrom("hola", "ñ 😀", "\x1b[2J", "una\nn1: dos", "e" + "\u0301".repeat(9));

/** Steps of some kinds that have the same fields. */
function steps<T extends string, F>(weight: number, kinds: T[], fields: F) {
  return { weight, arbitrary: fc.record({ do: fc.constantFrom(...kinds), ...fields }) };
}

const step = fc.oneof(
  steps(4, ["connect"], { dialect: fc.constantFrom("text", "frames") }),
  steps(1, ["crowd"], { count: fc.integer({ min: 7, max: 11 }) }),
  steps(9, ["say", "say", "act"], { by, text }),
  steps(6, ["sayIn", "join", "join", "leave", "topic"], { by, room }),
  steps(4, ["whisper", "whisper", "ignore", "unignore"], { by, target: by }),
  steps(2, ["kick", "ban", "mute"], { by, target: by }),
  steps(4, ["answer", "lock", "unlock", "pause", "unpause", "promote", "promote"], { by }),
  steps(4, ["rename", "exit", "drop"], { by }),
  steps(6, ["expire", "wait", "wait", "tick", "tick", "tick"], {}),
  steps(1, ["look"], {}),
) as fc.Arbitrary<Step>;

class Model {
  readonly test = new TestHub({ modPassword: PASSWORD, presence: PRESENCE, isStill: true });
  /** Connected or away. */
  readonly present: Expected[] = [];
  readonly all: Expected[] = [];
  readonly #locked = new Set<string>();
  readonly #paused = new Set<string>();
  /** By room, the joins and leaves that each member is still to be shown. */
  readonly #changes = new Map<string, Map<Expected, Change[]>>();
  /** By room, what is left of its presence budget, and when that was so. */
  readonly #budgets = new Map<string, { left: number; at: number }>();
  /** The members who are away, the longest absence first. */
  #away: Expected[] = [];
  #names = 0;
  #guests = 0;
  #texts = 0;
  #refs = 0;

  apply(step: Step): void {
    if (step.do === "tick") return this.test.tick();
    if (step.do === "expire") return this.#expire();
    if (step.do === "wait") return this.#wait();
    if (step.do === "look") return this.#look();
    if (step.do === "connect") return this.#connect(step.dialect);
    if (step.do === "crowd") {
      for (let count = 0; count < step.count; count++) this.#connect("frames");
      return;
    }
    const here = this.present.filter(({ isAway }) => !isAway);
    const member = here[step.by % Math.max(1, here.length)];
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
        this.#flushTo(member);
        return this.#leaveRoom(member, step.room, { isUntold: this.#isMuted(member) });
      case "topic":
        return this.#topic(member);
      case "rename":
        return this.#rename(member, `n${++this.#names}`);
      case "promote":
        this.#send(member, `/mod ${PASSWORD}`);
        this.#flushTo(member);
        for (const each of member.isModerator ? [] : this.#otherModerators(member)) {
          show(each, notice("moderated", { action: "mod", by: member.nick }));
        }
        member.isModerator = true;
        return;
      case "lock":
        return this.#setRoom(member, "lock", this.#locked, { isOn: true, code: "locked" });
      case "unlock":
        return this.#setRoom(member, "unlock", this.#locked, { isOn: false, code: "unlocked" });
      case "pause":
        return this.#setRoom(member, "pause", this.#paused, { isOn: true, code: "paused" });
      case "unpause":
        return this.#setRoom(member, "unpause", this.#paused, { isOn: false, code: "unpaused" });
      case "exit":
        this.#send(member, "/exit");
        return this.#end(member, "quit");
      case "drop":
        return this.#drop(member);
      case "answer":
        return this.#answer(member);
    }
    const target = this.present[step.target % this.present.length]!;
    if (target === member) return;
    switch (step.do) {
      case "whisper":
        return this.#whisper(member, target, (text) => `/msg ${target.nick} ${text}`);
      case "ignore":
        this.#send(member, `/ignore ${target.nick}`);
        member.ignores.add(target);
        return this.#flushTo(member);
      case "unignore":
        this.#send(member, `/unignore ${target.nick}`);
        member.ignores.delete(target);
        return this.#flushTo(member);
      case "mute":
        return this.#mute(member, target);
      case "kick":
        return this.#remove(member, target, step.do, "kicked", { by: member.nick, reason: "" });
      case "ban":
        return this.#remove(member, target, step.do, "banned", {});
    }
  }

  // Posting.

  #say(member: Expected, how: "say" | "act", room: string, words: string): void {
    const typed = `${words} ${++this.#texts}`;
    this.#send(member, how === "say" ? typed : `/me ${typed}`);
    this.#deliver(member, how === "say" ? "say" : "action", room, typed);
  }

  /** Posts in a room by its name, which only frames can. */
  #sayIn(member: Expected, room: string): void {
    if (member.dialect === "text") return;
    const text = `hola ${++this.#texts}`;
    member.peer.send(JSON.stringify({ type: "say", ref: this.#ref(), text, room }));
    if (member.rooms.includes(room)) this.#deliver(member, "say", room, text);
  }

  #deliver(member: Expected, kind: "say" | "action", room: string, typed: string): void {
    if (this.#isSilenced(member, room)) return;
    const skip = new Set(this.present.filter(({ ignores }) => ignores.has(member)));
    const text = safe(member, typed);
    const message = { type: "message", id: 0, room, nick: member.nick, text, ts: 0, kind } as const;
    this.#showRoom(room, message, member, skip);
  }

  #whisper(member: Expected, to: Expected, line: (text: string) => string): void {
    const text = `psst ${++this.#texts}`;
    this.#send(member, line(text));
    if (this.#isMuted(member)) return;
    if (!to.ignores.has(member)) {
      const { nick } = member;
      show(to, { type: "message", id: 0, room: "", nick, text, ts: 0, kind: "private" });
      to.correspondent = member;
      if (to.isAway) to.mailbox.push({ sender: member, text });
    }
    member.correspondent = to;
    this.#flushTo(member);
    if (to.isAway) show(member, notice("away", { nick: to.nick }));
  }

  #answer(member: Expected): void {
    const to = member.correspondent;
    if (to && this.present.includes(to)) return this.#whisper(member, to, (text) => `/r ${text}`);
    this.#send(member, "/r nadie");
  }

  #topic(member: Expected): void {
    const { current: room, nick } = member;
    const topic = `topic ${++this.#texts}`;
    this.#send(member, `/topic ${topic}`);
    if (this.#isSilenced(member, room)) return;
    this.#showRoom(room, { type: "topic", room, nick, topic }, member);
    this.#flushTo(member);
  }

  #isSilenced(member: Expected, room: string): boolean {
    return this.#isMuted(member) || (this.#paused.has(room) && !member.isModerator);
  }

  // Moderating.

  #setRoom(
    member: Expected,
    command: string,
    closed: Set<string>,
    { isOn, code }: { isOn: boolean; code: NoticeCode },
  ): void {
    const { current: room, nick } = member;
    this.#send(member, `/${command}`);
    if (!member.isModerator) return;
    if (closed.has(room) !== isOn) {
      if (isOn) closed.add(room);
      else closed.delete(room);
      this.#showRoom(room, notice(code, { room, nick }), member);
      const others = this.#otherModerators(member).filter(({ rooms }) => !rooms.includes(room));
      for (const each of others) {
        show(each, notice("moderated", { action: command, by: nick, room }));
      }
    }
    this.#flushTo(member);
  }

  #remove(
    member: Expected,
    target: Expected,
    command: string,
    code: "kicked" | "banned",
    params: Params,
  ): void {
    this.#send(member, `/${command} ${target.nick}`);
    if (!member.isModerator) return;
    for (const each of this.#otherModerators(member, target)) {
      const sees = command === "kick" && each.rooms.some((room) => target.rooms.includes(room));
      const params = { action: command, by: member.nick, nick: target.nick };
      if (!sees) show(each, notice("moderated", params));
    }
    this.#flushTo(member); // the reply comes above what it brings about
    show(target, { type: "bye", code, params, text: describeCode("bye", code, params, "en")! });
    this.#end(target, code, { by: member.nick });
  }

  #mute(member: Expected, target: Expected): void {
    const minutes = this.#isMuted(target) ? 0 : 5;
    this.#send(member, `/mute ${target.nick} ${minutes}`);
    if (!member.isModerator) return;
    target.mutedUntil = this.test.elapsed + minutes * 60_000;
    const by = member.nick;
    show(target, minutes > 0 ? notice("muted", { by, minutes }) : notice("unmuted", { by }));
    const action = minutes > 0 ? "mute" : "unmute";
    for (const each of this.#otherModerators(member, target)) {
      show(each, notice("moderated", { action, by, nick: target.nick, minutes }));
    }
    this.#flushTo(member);
  }

  #otherModerators(...except: Expected[]): Expected[] {
    return this.present.filter((each) =>
      each.isModerator && !each.isAway && !except.includes(each)
    );
  }

  #isMuted({ mutedUntil }: Expected): boolean {
    return mutedUntil > this.test.elapsed;
  }

  // Joining and leaving.

  #connect(dialect: "text" | "frames"): void {
    const nick = `n${++this.#names}`;
    const peer = this.test.connect();
    const isLocked = this.#locked.has(FIRST);
    // A moderator comes in when everybody has left a locked chat.
    const isModerator = isLocked && dialect === "frames" && this.present.length === 0;
    // A text peer joins as a guest and then sets its nick, which the others see.
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
      isModerator,
      mutedUntil: 0,
      mailbox: [],
      shown: [],
    };
    const runs = this.#names % 2 === 0 ? { runs: true } as const : {};
    const password = isModerator ? { password: PASSWORD } : {};
    if (dialect === "frames") {
      peer.send(encodeFrame({ type: "hello", protocol: 1, nick, ...runs, ...password }));
    }
    if (isLocked && !isModerator) {
      if (dialect === "text") peer.send("hola");
      return assert(peer.isClosed, "only moderators can join a locked chat");
    }
    this.present.push(member);
    this.all.push(member);
    this.#enter(member, FIRST);
    if (dialect === "text") this.#rename(member, nick);
  }

  /** A look shows the number of people unless the chat is locked, and is shown to nobody. */
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
    if (!member.rooms.includes(room)) {
      if (this.#locked.has(room) && !member.isModerator) return;
      const isNew = room !== FIRST && this.#in(room).length === 0;
      if (isNew && this.#isMuted(member)) return;
    }
    this.#flushTo(member);
    this.#enter(member, room);
  }

  #enter(member: Expected, room: string): void {
    member.current = room;
    if (member.rooms.includes(room)) return;
    if (this.#isMuted(member)) this.#showChanges(room);
    member.rooms.push(room);
    if (this.#isMuted(member)) return;
    this.#change(room, { type: "joined", member, nick: member.nick, why: {} });
  }

  #leaveRoom(
    member: Expected,
    room: string,
    { why = {}, isUntold = false }: { why?: Partial<LeftFrame>; isUntold?: boolean } = {},
  ): void {
    if (!member.rooms.includes(room)) return;
    if (isUntold) this.#showChanges(room);
    member.rooms.splice(member.rooms.indexOf(room), 1);
    if (member.current === room) member.current = member.rooms.at(-1) ?? "";
    if (this.#in(room).length > 0 || room === FIRST) {
      if (!isUntold) this.#change(room, { type: "left", member, nick: member.nick, why });
    } else {
      this.#changes.delete(room);
      this.#budgets.delete(room);
    }
    if (this.#in(room).length > 0 || room === FIRST) return;
    this.#locked.delete(room);
    this.#paused.delete(room);
  }

  #rename(member: Expected, nick: string): void {
    this.#send(member, `/nick ${nick}`);
    if (member.rooms.some((room) => this.#isSilenced(member, room))) return;
    const informed = new Set<Expected>();
    const [first, ...others] = member.rooms;
    for (const room of [...others, first!]) this.#showChanges(room);
    for (const room of member.rooms) {
      this.#showRoom(room, { type: "renamed", room, from: member.nick, nick }, member, informed);
      for (const each of this.#in(room)) informed.add(each);
    }
    member.nick = nick;
    this.#flushTo(member);
  }

  /** A frames member has a grace period, and is not shown as gone before it ends. */
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
    for (const room of this.#changes.keys()) if (this.#spend(room)) this.#showChanges(room);
  }

  #end(member: Expected, reason?: string, params?: Params): void {
    this.present.splice(this.present.indexOf(member), 1);
    this.#away = this.#away.filter((each) => each !== member);
    const why = { ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
    for (const room of [...member.rooms]) this.#leaveRoom(member, room, { why });
    for (const { sender, text } of member.mailbox) {
      show(sender, notice("undelivered", { nick: member.nick, text }));
    }
  }

  // Showing.

  /** A member who joined and left again is shown only to members who were shown the join. */
  #change(room: string, change: Change): void {
    if (change.why.params) return this.#changeNow(room, change);
    const changes = this.#changes.get(room) ?? new Map<Expected, Change[]>();
    this.#changes.set(room, changes);
    for (const each of this.#in(room)) {
      const known = changes.get(each) ?? [];
      const join = known.find(({ type, member }) => type === "joined" && member === change.member);
      const later = join ? known.filter((other) => other !== join) : [...known, change];
      changes.set(each, each === change.member ? [] : later);
    }
    if (change.type === "left") changes.delete(change.member);
    if (this.#spend(room)) this.#showChanges(room);
  }

  /** What a moderator does is shown at once. */
  #changeNow(room: string, change: Change): void {
    this.#changes.get(room)?.delete(change.member);
    this.#showChanges(room, this.#in(room).length + 1);
    for (const each of this.#in(room)) this.#showChangesTo(each, room, [change]);
  }

  /** Spends the room's budget on showing its changes now, if there is enough. */
  #spend(room: string): boolean {
    const { rate, burst } = PRESENCE;
    const members = this.#in(room).length;
    const now = this.test.elapsed;
    const { left, at } = this.#budgets.get(room) ?? { left: burst, at: now };
    const budget = Math.min(Math.max(burst, members), left + (now - at) * rate / 1000);
    const isEnough = budget >= members;
    this.#budgets.set(room, { left: isEnough ? budget - members : budget, at: now });
    return isEnough;
  }

  #showChanges(room: string, here = this.#in(room).length): void {
    for (const [each, changes] of this.#changes.get(room) ?? []) {
      this.#showChangesTo(each, room, changes, here);
    }
    this.#changes.delete(room);
  }

  /** Shows a member the changes so far, before the answer to a request. */
  #flushTo(member: Expected): void {
    for (const room of member.rooms) {
      const changes = this.#changes.get(room);
      this.#showChangesTo(member, room, changes?.get(member) ?? []);
      changes?.set(member, []);
    }
  }

  #showChangesTo(
    member: Expected,
    room: string,
    changes: Change[],
    here = this.#in(room).length,
  ): void {
    const joined = changes.filter(({ type }) => type === "joined").map(({ nick }) => nick);
    const left = changes.filter(({ type }) => type === "left").map(({ nick }) => nick);
    if (changes.length > MAX_SEPARATE) {
      const some = (nicks: string[]) => ({ count: nicks.length, nicks: nicks.slice(0, 8) });

      return show(member, {
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
      show(member, { type, room, nick, count, ...why });
    }
  }

  #in(room: string): Expected[] {
    return this.present.filter(({ rooms }) => rooms.includes(room));
  }

  #showRoom(
    room: string,
    frame: HubFrame,
    except: Expected,
    skip: ReadonlySet<Expected> = new Set(),
  ): void {
    this.#showChanges(room);
    for (const each of this.#in(room)) {
      if (each !== except && !skip.has(each)) show(each, frame);
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

function show(member: Expected, frame: HubFrame): void {
  member.shown.push(
    ...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, member.current) }),
  );
}

/** A text as it reaches the others; in the text dialect it is one line. */
function safe({ dialect }: Expected, text: string): string {
  return sanitize(text, { newlines: dialect === "frames" });
}

/** Answers to one's own requests, in the text dialect. */
const ANSWERS = new RegExp(
  [
    /! .*/,
    /\* (welcome, |\/name NAME|you |topic: |goodbye|\[private\] to ).*/,
    /\* #\w+ is (locked(:| already)|unlocked|not locked|paused(:| already)|no longer|not paused).*/,
  ].map(({ source }) => `^${source}$`).join("|"),
);

/** Codes of what others did, or of what became of one's own messages. */
const SHOWN_CODES: readonly string[] = [
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
  "moderated",
];

/** What a peer was shown of others, in the form of the text dialect; and the ids of its messages and acks, in order. */
function observed({ peer, dialect }: Expected): { shown: string[]; ids: number[] } {
  if (dialect === "text") {
    return { shown: peer.take().filter((line) => !ANSWERS.test(line)), ids: [] };
  }
  const shown: string[] = [];
  const ids: number[] = [];
  let current = FIRST;
  for (const frame of peer.takeFrames()) {
    if (frame.type === "message" || frame.type === "ack") ids.push(frame.id);
    if (frame.type === "reply" && ["join", "leave"].includes(frame.code)) {
      current = String(frame.data["current"] ?? frame.data["room"]);
    }
    const isShown = frame.type === "notice" || frame.type === "bye"
      ? SHOWN_CODES.includes(frame.code)
      : ["message", "joined", "left", "presence", "renamed", "topic"].includes(frame.type);
    if (isShown) {
      shown.push(...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, current) }));
    }
  }
  return { shown, ids };
}

testProperty(
  "everybody sees what others do once, in the same order, in all their rooms, wherever the ticks end",
  { weight: 60 },
  (check) => {
    check(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const model = new Model();
        for (const each of steps) model.apply(each);
        model.test.tick();
        for (const expected of model.all) {
          const { shown, ids } = observed(expected);
          if (model.present.includes(expected) && !expected.isAway) {
            assertEquals(shown, expected.shown, expected.nick);
          } else {
            // A user whose connection broke may have missed the end, but never the middle.
            assertEquals(shown, expected.shown.slice(0, shown.length), expected.nick);
          }
          assertEquals(
            ids,
            [...ids].sort((a, b) => a - b),
            "ids grow in the order in which they are sent",
          );
          assertEquals(new Set(ids).size, ids.length, "no id comes twice");
        }
        assertEquals(model.test.hub.userCount, model.present.length);
      }),
      { numRuns: 1000 },
    );
  },
);
