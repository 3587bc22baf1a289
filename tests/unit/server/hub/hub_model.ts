/**
 * A small model of what everybody should be shown: order, no loss, no echo, each join and leave once or in a batch, private
 * messages to their receivers only, and what moderators do.
 */

import { assert, assertEquals } from "@std/assert";
import { describeCode } from "../../../../common/i18n/frames.ts";
import type { NoticeCode, Params } from "../../../../common/protocol/codes.ts";
import type { HubFrame, LeftFrame } from "../../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { TestHub } from "../../../support/hub.ts";
import { ModelPresence, PRESENCE } from "./hub_model_presence.ts";
import type { Step } from "./hub_model_steps.ts";
import { type Expected, FIRST, show } from "./hub_model_user.ts";

const PASSWORD = "secret";
const KEY = "tiza";

export class Model {
  readonly test = new TestHub({ modPassword: PASSWORD, presence: PRESENCE, isStill: true });
  /** Connected or away. */
  readonly present: Expected[] = [];
  readonly all: Expected[] = [];
  readonly #presence = new ModelPresence((room) => this.#in(room), () => this.test.elapsed);
  readonly #locked = new Set<string>();
  readonly #paused = new Set<string>();
  readonly #keyed = new Set<string>();
  readonly #limits = new Map<string, number>();
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
      case "joinWithKey":
        return this.#join(member, step.room, KEY);
      case "leave":
        this.#send(member, `/leave #${step.room}`);
        if (member.rooms.length === 1 || !member.rooms.includes(step.room)) return;
        this.#presence.flushTo(member);
        return this.#leaveRoom(member, step.room, { isUntold: this.#isMuted(member) });
      case "topic":
        return this.#topic(member);
      case "rename":
        return this.#rename(member, `n${++this.#names}`);
      case "promote":
        this.#send(member, `/mod ${PASSWORD}`);
        this.#presence.flushTo(member);
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
      case "key":
        return this.#setRoom(member, `key ${KEY}`, this.#keyed, { isOn: true, code: "keyed" });
      case "unkey":
        return this.#setRoom(member, "key off", this.#keyed, { isOn: false, code: "unkeyed" });
      case "limit":
        return this.#limit(member, member.current, step.count);
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
        return this.#presence.flushTo(member);
      case "unignore":
        this.#send(member, `/unignore ${target.nick}`);
        member.ignores.delete(target);
        return this.#presence.flushTo(member);
      case "mute":
        return this.#mute(member, target);
      case "kick":
        return this.#dismiss(member, target, step.do, "kicked", { by: member.nick, reason: "" });
      case "ban":
        return this.#dismiss(member, target, step.do, "banned", {});
      case "remove":
        return this.#remove(member, target, member.current);
      case "op":
        return this.#setRoom(member, "op", target.moderates, { isOn: true, code: "opped", target });
      case "deop": {
        const how = { isOn: false, code: "deopped", target } as const;
        return this.#setRoom(member, "deop", target.moderates, how);
      }
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
    this.#presence.flushTo(member);
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
    this.#presence.flushTo(member);
  }

  #isSilenced(member: Expected, room: string): boolean {
    return this.#isMuted(member) || (this.#paused.has(room) && !this.#moderates(member, room));
  }

  #moderates({ isModerator, moderates }: Expected, room: string): boolean {
    return isModerator || moderates.has(room);
  }

  // Moderating.

  #setRoom(
    member: Expected,
    command: string,
    closed: Set<string>,
    { isOn, code, target }: { isOn: boolean; code: NoticeCode; target?: Expected },
  ): void {
    const { current: room, nick } = member;
    this.#send(member, target ? `/${command} ${target.nick}` : `/${command}`);
    const hasNone = closed === this.#keyed && room === FIRST;
    if (!this.#moderates(member, room) || (hasNone && isOn)) return;
    if (target && (!target.rooms.includes(room) || target.isModerator)) return;
    if (closed.has(room) !== isOn) {
      if (isOn) closed.add(room);
      else closed.delete(room);
      this.#showRoom(
        room,
        notice(code, { room, nick, ...(target ? { member: target.nick } : {}) }),
        member,
      );
      const others = this.#otherModerators(member).filter(({ rooms }) => !rooms.includes(room));
      for (const each of others) {
        const action = code === "unkeyed" ? "unkey" : command.split(" ")[0]!;
        const about = target ? { nick: target.nick } : {};
        show(each, notice("moderated", { action, by: nick, room, ...about }));
      }
    }
    this.#presence.flushTo(member);
  }

  #limit(member: Expected, room: string, count: number): void {
    this.#send(member, `/limit ${count}`);
    const isOther = count !== (this.#limits.get(room) ?? 0);
    if (!this.#moderates(member, room) || (room === FIRST && isOther)) return;
    if (isOther) {
      this.#limits.set(room, count);
      const { nick } = member;
      const told = count > 0
        ? notice("limited", { room, nick, count })
        : notice("unlimited", { room, nick });
      this.#showRoom(room, told, member);
      const others = this.#otherModerators(member).filter(({ rooms }) => !rooms.includes(room));
      for (const each of others) {
        show(each, notice("moderated", { action: "limit", by: nick, room, count }));
      }
    }
    this.#presence.flushTo(member);
  }

  /** Puts a user out of a room. */
  #remove(member: Expected, target: Expected, room: string): void {
    this.#send(member, `/remove ${target.nick}`);
    const isAbove = target.isModerator && !member.isModerator;
    const isRemovable = room !== FIRST && target.rooms.includes(room) && !isAbove;
    if (!this.#moderates(member, room) || !isRemovable) return;
    const by = member.nick;
    for (const each of this.#otherModerators(member, target)) {
      const params = { action: "remove", by, nick: target.nick, room };
      if (!each.rooms.includes(room)) show(each, notice("moderated", params));
    }
    for (const each of [member, target]) this.#presence.flushTo(each);
    if (target.rooms.length === 1) this.#enter(target, FIRST);
    this.#leaveRoom(target, room, { why: { reason: "removed", params: { by } } });
    show(target, notice("removed", { by, room, current: target.current }));
  }

  #dismiss(
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
    this.#presence.flushTo(member); // the reply comes above what it brings about
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
    this.#presence.flushTo(member);
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
      moderates: new Set(),
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

  #join(member: Expected, room: string, key = ""): void {
    this.#send(member, `/join ${room} ${key}`.trim());
    if (key !== "" && !this.#keyed.has(room)) return; // a room has no blanks in its name
    if (!member.rooms.includes(room)) {
      const { size: count } = new Set(this.#in(room));
      const isFull = count > 0 && count >= (this.#limits.get(room) || Infinity);
      const isClosed = this.#locked.has(room) || (this.#keyed.has(room) && key === "") || isFull;
      if (isClosed && !member.isModerator) return;
      const isNew = room !== FIRST && this.#in(room).length === 0;
      if (isNew && this.#isMuted(member)) return;
    }
    this.#presence.flushTo(member);
    this.#enter(member, room);
  }

  #enter(member: Expected, room: string): void {
    member.current = room;
    if (member.rooms.includes(room)) return;
    if (room !== FIRST && this.#in(room).length === 0) member.moderates.add(room);
    if (this.#isMuted(member)) this.#presence.showChanges(room);
    member.rooms.push(room);
    if (this.#isMuted(member)) return;
    this.#presence.change(room, { type: "joined", member, nick: member.nick, why: {} });
  }

  #leaveRoom(
    member: Expected,
    room: string,
    { why = {}, isUntold = false }: { why?: Partial<LeftFrame>; isUntold?: boolean } = {},
  ): void {
    if (!member.rooms.includes(room)) return;
    if (isUntold) this.#presence.showChanges(room);
    member.rooms.splice(member.rooms.indexOf(room), 1);
    member.moderates.delete(room);
    if (member.current === room) member.current = member.rooms.at(-1) ?? "";
    if (this.#in(room).length > 0 || room === FIRST) {
      if (!isUntold) this.#presence.change(room, { type: "left", member, nick: member.nick, why });
    } else {
      this.#presence.forget(room);
    }
    if (this.#in(room).length > 0 || room === FIRST) return;
    this.#locked.delete(room);
    this.#paused.delete(room);
    this.#keyed.delete(room);
    this.#limits.delete(room);
  }

  #rename(member: Expected, nick: string): void {
    this.#send(member, `/nick ${nick}`);
    if (member.rooms.some((room) => this.#isSilenced(member, room))) return;
    const informed = new Set<Expected>();
    const [first, ...others] = member.rooms;
    for (const room of [...others, first!]) this.#presence.showChanges(room);
    for (const room of member.rooms) {
      this.#showRoom(room, { type: "renamed", room, from: member.nick, nick }, member, informed);
      for (const each of this.#in(room)) informed.add(each);
    }
    member.nick = nick;
    this.#presence.flushTo(member);
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
    this.#presence.sweep();
  }

  #wait(): void {
    this.test.elapsed += 1000;
    this.test.hub.sweep();
    this.#presence.sweep();
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

  #in(room: string): Expected[] {
    return this.present.filter(({ rooms }) => rooms.includes(room));
  }

  #showRoom(
    room: string,
    frame: HubFrame,
    except: Expected,
    skip: ReadonlySet<Expected> = new Set(),
  ): void {
    this.#presence.showChanges(room);
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

/** A text as it reaches the others; in the text dialect it is one line. */
function safe({ dialect }: Expected, text: string): string {
  return sanitize(text, { newlines: dialect === "frames" });
}
