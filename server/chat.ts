/**
 * The conversation: who is in which room under which nick, what is said, and who gets it. Pure and synchronous. It knows
 * nothing of connections, dialects and greetings, nor of how a command is typed.
 */

import type { ByeCode, Params } from "../protocol/codes.ts";
import { type HubFrame, MAX_MEMBERS_NAMED, type MessageFrame } from "../protocol/frame.ts";
import { type NickFault, nickKey } from "../protocol/names.ts";
import { nearest } from "../protocol/nearest.ts";
import { sanitize } from "../protocol/sanitize.ts";
import type { Backplane, Person } from "./backplane/mod.ts";
import type { Why } from "./batch.ts";
import type { Fanout } from "./fanout.ts";
import type { History, Said } from "./history/mod.ts";
import { type Author, MAX_IGNORED } from "./ignored.ts";
import { Moderation } from "./moderation.ts";
import { Nicks } from "./nicks.ts";
import { People, type Remote } from "./people.ts";
import { Presence, PRESENCE_LIMIT } from "./presence.ts";
import type { RateLimit } from "./rate_limit.ts";
import { quote, type Refusal } from "./refusal.ts";
import { MAX_TOPIC, Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import { Session } from "./session.ts";

/** A message takes about so many besides its text. */
const TOLD_OVERHEAD = 300;

export interface ChatOptions {
  fanout: Fanout;
  history: History;
  backplane: Backplane;
  /** Milliseconds from any fixed moment, never going back. */
  elapsed: () => number;
  /**
   * So many UTF-16 units are told again at once, the newest: what a reader may have waiting is bounded, and each of them
   * takes at most three bytes, with what stands before a new line.
   */
  maxToldAgain: number;
  /** How much of telling who comes and goes a room can afford; {@linkcode PRESENCE_LIMIT} unless given. */
  presence?: RateLimit | undefined;
}

/** A message that may be said, and is not accepted yet: it has neither id nor time. */
export interface Draft {
  readonly message: MessageFrame;
  readonly author: Author;
  /** Whom it is for, or the room. */
  readonly to: Session | Remote | Room;
}

/** What a session may be told of somebody's nick. */
export type Named = { nick: string; fault?: NickFault | "taken" };

export class Chat {
  readonly moderation: Moderation;
  /** Those at other hubs. */
  readonly people: People = new People();
  readonly nicks: Nicks;
  readonly rooms: Rooms = new Rooms(this.people);
  /** Who comes and goes, as the rooms are told it. */
  readonly presence: Presence;
  readonly #fanout: Fanout;
  readonly #history: History;
  readonly #backplane: Backplane;
  readonly #maxToldAgain: number;
  #lastMessage: number;
  /** What could not be opened, and is tried again. */
  #unopened: (() => void)[] = [];

  constructor(
    { fanout, history, backplane, elapsed, maxToldAgain, presence = PRESENCE_LIMIT }: ChatOptions,
  ) {
    this.#fanout = fanout;
    this.#history = history;
    this.#backplane = backplane;
    this.#maxToldAgain = maxToldAgain;
    this.moderation = new Moderation(elapsed);
    this.presence = new Presence({ fanout, elapsed, limit: presence });
    this.nicks = new Nicks((key) => this.moderation.bans.hasKey(key), this.people);
    this.#lastMessage = backplane.lastId;
  }

  /** The id of the newest message that was accepted or heard, a private one too. */
  get lastMessage(): number {
    return this.#lastMessage;
  }

  /** Whether others cannot be reached, so that nobody new can come in. */
  get isCutOff(): boolean {
    return this.#backplane.isAway;
  }

  // Coming and going.

  /**
   * Finds a nick for a newcomer, the one that it wants or a free one and why, which nobody else can have any more; or gives
   * undefined where others cannot be reached.
   */
  reserve(session: Session, wanted: string, done: (named: Named | undefined) => void): void {
    const named = this.nicks.assign(session, wanted);
    this.#claim(session, named.nick, (outcome) => {
      if (outcome === "taken") return this.reserve(session, wanted, done);
      done(outcome === "claimed" ? named : undefined);
    });
  }

  /** A nick that was reserved for a session that is gone meanwhile is free again. */
  unreserve(session: Session, nick: string): void {
    this.#backplane.release(nickKey(nick), session.id);
  }

  /**
   * Opens the room by which a newcomer comes in, the first unless it names another, and gives it; where it cannot come into
   * that one, the first and why. Undefined where others cannot be reached.
   */
  openDoor(
    session: Session,
    name: string | undefined,
    done: (door: { room: Room; refusal?: Refusal } | undefined) => void,
  ): void {
    const wanted = name === undefined ? this.rooms.first : this.#openFor(session, name);
    const door = "code" in wanted ? { room: this.rooms.first, refusal: wanted } : { room: wanted };
    this.#open(door.room, this.#lastMessage, (isOpen) => done(isOpen ? door : undefined));
  }

  /** The session comes into the chat under a nick that was reserved, by a room that is open. */
  admit(session: Session, nick: string, room: Room): void {
    this.nicks.claim(session, nick);
    this.#enter(session, room);
  }

  /** The session goes from all its rooms, and its nick is free. `params`: where a moderator did it (LeftFrame). */
  release(session: Session, reason?: ByeCode, params?: Params): void {
    const why = whyOf(reason, params);
    this.withdraw(session, why);
    this.nicks.release(session);
    for (const room of [...session.rooms]) this.#leave(session, room, why);
  }

  /** For other hubs the session is gone, and its nick is free. */
  withdraw(session: Session, why: Why = {}): void {
    if (session.rooms.size === 0) return; // it was never there
    this.#backplane.remove(session.id, why);
    this.#backplane.release(session.key, session.id);
  }

  /**
   * Brings the session into a room, or back to one that it is in already: what it says goes there from now on. Calls back with
   * the room, or with why it cannot.
   */
  join(
    session: Session,
    name: string,
    done: (joined: Refusal | { room: Room; isNew: boolean }) => void,
  ): void {
    const room = this.#openFor(session, name);
    if ("code" in room) return done(room);
    if (session.rooms.has(room)) {
      this.#settle(session); // what was until now, it reads from where it was
      session.room = room;
      this.announce(session);
      return done({ room, isNew: false });
    }
    this.#open(room, this.#lastMessage, (isOpen) => {
      if (!isOpen || session.stage === "gone") return done({ code: "cut_off", params: {} });
      this.#settle(session);
      this.#enter(session, room);
      done({ room, isNew: true });
    });
  }

  /** Lets other hubs know how things are with the session. */
  announce(session: Session): void {
    if (this.#backplane.isAlone || session.rooms.size === 0) return;
    this.#backplane.put(describe(session, this.#backplane.hub));
  }

  /**
   * The session of somebody who was at another hub comes into its rooms here, as if it had been in them all the time. Calls
   * back when it is in all of them. `after`: the last message that it saw, by its id.
   */
  settleIn(
    session: Session,
    { nick, rooms, room: current }: Person,
    after: number,
    done: () => void,
  ): void {
    this.people.delete(session.id);
    this.nicks.claim(session, nick);
    const opened = new Map<string, Room>();
    for (const [name, cameAfter] of rooms) {
      this.#openAnyhow(name, Math.max(after, cameAfter), (room) => {
        opened.set(name, room);
        const isGone = session.stage === "gone"; // to a further hub
        if (!isGone) {
          this.rooms.enter(session, room);
          session.cameAfter.set(room, cameAfter);
        }
        if (opened.size < rooms.length) return;
        if (isGone) return done();
        // They were opened in any order.
        session.rooms.clear();
        for (const [each] of rooms) session.rooms.add(opened.get(each)!);
        session.room = opened.get(current) ?? room;
        this.announce(session);
        done();
      });
    }
  }

  /** The session goes on at another hub: here it is nowhere any more, and nobody is told. */
  moveOut(session: Session): void {
    this.nicks.release(session);
    for (const room of [...session.rooms]) {
      this.presence.moved(session, room);
      this.#goOut(session, room);
    }
  }

  /** The session goes from one of its rooms, the current one unless it names another. */
  part(session: Session, name = ""): Refusal | { room: Room } {
    const room = name === "" ? session.room! : this.rooms.find(session, name);
    if ("code" in room) return room;
    if (session.rooms.size === 1) return { code: "last_room", params: { room: room.name } };
    this.#settle(session);
    this.#leave(session, room);
    this.announce(session);
    return { room };
  }

  /**
   * Gives the session another nick, which the others are told. One's own in other letters is free to oneself. Calls back when
   * it has it, or with why it cannot have it.
   */
  rename(session: Session, wanted: string, done: (refusal?: Refusal) => void): void {
    const silenced = this.moderation.silences(session);
    if (silenced) return done(silenced);
    const checked = this.nicks.check(session, wanted);
    if (!("nick" in checked)) return done(checked);
    const { nick } = checked;
    if (session.nick === nick) return done();
    this.#claim(session, nick, (outcome) => {
      if (outcome === "away") return done({ code: "cut_off", params: {} });
      if (outcome === "taken") return done(this.nicks.taken(nick));
      if (session.stage === "gone") {
        this.unreserve(session, nick);
        return done();
      }
      const { nick: from, key } = session;
      this.nicks.claim(session, nick);
      if (key !== session.key) this.#backplane.release(key, session.id);
      this.tellRenamed([...session.rooms], { from, nick }, session);
      this.announce(session);
      done();
    });
  }

  /** Tells rooms that one of their members has another nick; each person once. */
  tellRenamed(
    [first, ...others]: readonly Room[],
    { from, nick }: { from: string; nick: string },
    by: Session | Remote,
  ): void {
    if (!first) return;
    const renamed = (room: Room) => ({ type: "renamed", room: room.name, from, nick } as const);
    for (const room of others) this.presence.tell(room);
    this.tell(first, renamed(first), by);
    // Who is in several rooms with it is told once.
    const told = new Set(first.members);
    for (const room of others) {
      for (const member of room.members) {
        if (!told.has(member)) this.#fanout.toOne(member, renamed(room), room);
        told.add(member);
      }
    }
  }

  // Saying.

  /** Tells a room something that one of its members did, who knows it, wherever that one is. */
  tell(room: Room, frame: HubFrame, by?: Author): void {
    this.presence.tell(room); // what was before comes before
    this.#fanout.toRoom(room, frame, by);
  }

  /** What the session says in a room of its own, the current one unless it names another; or why it may not. */
  say(
    session: Session,
    said: string,
    { kind = "say", room = session.room! }: { kind?: "say" | "action"; room?: Room } = {},
  ): Refusal | Draft {
    const refusal = this.moderation.delays(room, session);
    if (refusal) return refusal;
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    this.moderation.wrote(room, session);
    const message = unsaid({ room: room.name, nick: session.nick, text, kind });
    return { message, author: session.author, to: room };
  }

  /** What the session says to one person only, wherever that one is; or why it cannot. */
  whisper(session: Session, to: string, said: string): Refusal | Draft {
    const receiver = this.find(session, to);
    return "code" in receiver ? receiver : this.#whisper(session, receiver, said);
  }

  /** A message was accepted: it goes to its room, or to the one whom it is for as far as that one is here. */
  deliver(draft: Draft, by: Session): void {
    if (draft.to instanceof Room) this.#deliverIn(draft.to, draft, by);
    else this.#deliverTo(draft.to.id, draft, by);
  }

  /** The same, of somebody at another hub, who may have come here meanwhile. */
  hear(said: Said, to?: string): void {
    const { message, author } = said;
    const by = this.nicks.find(author.id) ?? author;
    if (to !== undefined) return this.#deliverTo(to, said, by);
    const room = this.rooms.get(message.room);
    if (room) this.#deliverIn(room, said, by);
  }

  /** Who has a nick as somebody types it, or that nobody has, with the nearest one. */
  find(session: Session, name: string): Session | Remote | Refusal {
    const person = this.nicks.holder(nickKey(name.trim()));
    if (person) return person;
    const nicks = session.room!.nicks(MAX_MEMBERS_NAMED);
    const near = nearest(nickKey(name), nicks.map(nickKey));
    const suggestion = nicks.find((nick) => nickKey(nick) === near);
    return {
      code: "no_such_nick",
      params: { nick: quote(name), ...(suggestion ? { suggestion } : {}) },
    };
  }

  /** Answers the one with whom the session last spoke in private, also under a new nick. */
  answer(session: Session, said: string): Refusal | Draft {
    const { correspondent } = session;
    if (!correspondent) return { code: "nobody_to_answer", params: {} };
    const receiver = this.nicks.find(correspondent.id);
    if (!receiver) return { code: "no_such_nick", params: { nick: correspondent.nick } };
    return this.#whisper(session, receiver, said);
  }

  /** Hides from the session what somebody says, or shows it again; gives which of both. */
  ignore(session: Session, wanted: string): Refusal | { nick: string; isIgnored: boolean } {
    this.#fanout.settle(session); // what was said until now, it has heard or not
    const key = nickKey(wanted.trim());
    const person = this.nicks.holder(key);
    // Who is gone can be heard again, but not ignored.
    if (session.ignored.remove({ id: person?.id ?? "", key })) {
      this.announce(session);
      return { nick: person?.nick ?? quote(wanted), isIgnored: false };
    }
    if (!person) return { code: "no_such_nick", params: { nick: quote(wanted) } };
    if (person === session) return { code: "not_oneself", params: {} };
    if (session.ignored.add(person) === "full") {
      return { code: "too_many_ignored", params: { max: MAX_IGNORED } };
    }
    this.announce(session);
    return { nick: person.nick, isIgnored: true };
  }

  /** Gives the session's room a topic, or with an empty one none. */
  setTopic(session: Session, wanted: string): Refusal | undefined {
    const room = session.room!;
    const refusal = this.moderation.closes(room, session);
    if (refusal) return refusal;
    const topic = sanitize(wanted.trim());
    if (topic.length > MAX_TOPIC) return { code: "topic_too_long", params: { max: MAX_TOPIC } };
    room.topic = topic;
    this.layDown(room, { type: "topic", room: room.name, nick: session.nick, topic }, session);
    return undefined;
  }

  /** Tells a room what one of its members has laid down for it, at other hubs too. */
  layDown(room: Room, news: HubFrame, by: Session): void {
    this.tell(room, news, by);
    this.#backplane.rule({ kind: "room", room: room.name, state: room.state, news });
  }

  /** The last messages of the session's room, as they are told again. */
  recall(session: Session, count: number): MessageFrame[] {
    const said = this.#history.last(session.room!.name, count)
      .filter(({ author }) => !session.ignored.hides(author));
    return toldAgain(said, this.#maxToldAgain);
  }

  /** What others said to the session after the message of an id, and how much of it is no longer there. */
  missed(session: Session, after: number): { messages: MessageFrame[]; missing: number } {
    const logs = [
      session.letters.after(after),
      ...[...session.cameAfter].map(([room, id]) =>
        this.#history.after(room.name, Math.max(after, id))
      ),
    ];
    const isForIt = ({ author }: { author: Author }) =>
      author.id !== session.id && !session.ignored.hides(author);
    const kept = logs.flatMap((log) => log.kept).filter(isForIt)
      .sort((a, b) => a.message.id - b.message.id);
    const dropped = logs.flatMap((log) => log.dropped).filter(isForIt)
      .reduce((sum, { messages }) => sum + messages, 0);
    const messages = toldAgain(kept, this.#maxToldAgain);
    return { messages, missing: dropped + kept.length - messages.length };
  }

  #whisper(session: Session, to: Session | Remote, said: string): Refusal | Draft {
    const silenced = this.moderation.silences(session);
    if (silenced) return silenced;
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const message = unsaid({ room: "", nick: session.nick, text, kind: "private" });
    return { message, author: session.author, to };
  }

  #deliverIn(room: Room, said: Said, by: Author): void {
    const { message } = said;
    if (message.id > this.#lastMessage) this.#lastMessage = message.id;
    if (!room.isOpen) return; // who said it was the last there, and is gone
    this.#history.add(said);
    this.tell(room, message, by);
  }

  #deliverTo(id: string, { message, author }: Said, by: Author): void {
    if (message.id > this.#lastMessage) this.#lastMessage = message.id;
    const receiver = this.nicks.find(id);
    if (!(receiver instanceof Session) || receiver.ignored.hides(author)) return;
    if (receiver.welcomed) receiver.letters.add({ message, author });
    this.#fanout.toOne(receiver, message);
    receiver.correspondent = by;
  }

  /** Claims a nick for the session, which may have it already in other letters. */
  #claim(
    session: Session,
    nick: string,
    done: (outcome: "claimed" | "taken" | "away") => void,
  ): void {
    const key = nickKey(nick);
    if (key === session.key) return done("claimed");
    this.#backplane.claim(key, session.id, (outcome) => {
      if (outcome === "taken") this.nicks.avoid(key);
      done(outcome);
    });
  }

  /** The room of a name as somebody types it, or why the session may not come in there. */
  #openFor(session: Session, name: string): Room | Refusal {
    const room = this.rooms.open(session, name);
    if ("code" in room) return room;
    this.#desert(room);
    if (!room.isLocked || session.rooms.has(room) || session.isModerator) return room;
    const params = { room: room.name };
    this.rooms.dropIfEmpty(room);
    return { code: "room_locked", params };
  }

  /** Opens a room, and all that was said there last is known; calls back with whether it is open. */
  #open(room: Room, after: number, done: (isOpen: boolean) => void): void {
    if (room.isOpen) return done(true);
    room.opening.push(done);
    if (room.opening.length > 1) return;
    this.#backplane.open(room.name, after, (past) => {
      if (past) {
        room.isOpen = true;
        for (const said of past) this.#history.add(said);
        const last = past.at(-1)?.message.id ?? 0;
        if (last > this.#lastMessage) this.#lastMessage = last;
      }
      for (const each of room.opening.splice(0)) each(room.isOpen);
      if (room.members.size === 0) this.#close(room); // nobody has come in after all
    });
  }

  /** The same, tried again until it is open. */
  #openAnyhow(name: string, after: number, done: (room: Room) => void): void {
    const room = this.rooms.make(name);
    this.#open(room, after, (isOpen) => {
      if (isOpen) done(room);
      else this.#unopened.push(() => this.#openAnyhow(name, after, done));
    });
  }

  /** Looks after what takes its time; to be called every second or so. */
  sweep(): void {
    this.presence.sweep();
    this.nicks.sweep();
    if (this.isCutOff) return;
    const { first } = this.rooms;
    // Locked, it would be so for good: nobody could come in who may unlock it.
    if (first.isLocked) this.#desert(first);
    for (const retry of this.#unopened.splice(0)) retry();
  }

  /** Gives the session at once all that it is due, also of comings and goings. */
  #settle(session: Session): void {
    this.presence.tellOne(session);
    this.#fanout.settle(session);
  }

  #enter(session: Session, room: Room): void {
    this.rooms.enter(session, room);
    session.cameAfter.set(room, this.#lastMessage);
    this.presence.joined(session, room);
    this.#fanout.enter(session);
    this.announce(session);
  }

  #leave(session: Session, room: Room, why: Why = {}): void {
    if (session.welcomed && session.stage !== "gone") { // who comes back has to be told it
      session.letters.absorb(this.#history.after(room.name, session.cameAfter.get(room)!));
    }
    if (!this.#goOut(session, room)) this.presence.left(session, room, why);
  }

  /** The session goes out of a room, without a word. Gives whether the room is gone. */
  #goOut(session: Session, room: Room): boolean {
    session.cameAfter.delete(room);
    this.rooms.leave(session, room);
    return room.members.size === 0 && this.#close(room);
  }

  /** Nobody of the room is here any more. Gives whether the room is gone. */
  #close(room: Room): boolean {
    const had = room.state;
    const isGone = this.rooms.dropIfEmpty(room);
    if (had && room.count === 0) {
      const state = isGone ? undefined : room.state;
      this.#backplane.rule({ kind: "room", room: room.name, state });
    }
    if (isGone) this.presence.forget(room);
    // Alone, the first room is open for good, and so is what was said there.
    if (!isGone && this.#backplane.isAlone) return false;
    room.isOpen = false;
    this.#backplane.close(room.name);
    this.#history.forget(room.name);
    return isGone;
  }

  /** What is laid down for a room ends when nobody is in it, also where its last people went with their hub. */
  #desert(room: Room): void {
    if (room.count > 0 || !room.state) return;
    if (room === this.rooms.first) room.lift();
    else room.state = undefined;
    this.#backplane.rule({ kind: "room", room: room.name, state: room.state });
  }
}

function whyOf(reason: ByeCode | undefined, params: Params | undefined): Why {
  return { ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
}

/** A message without id and time, which the backplane gives it. */
function unsaid(
  { room, nick, text, kind }: Pick<MessageFrame, "room" | "nick" | "text" | "kind">,
): MessageFrame {
  return { type: "message", id: 0, ts: 0, room, nick, text, kind };
}

/** The session, as other hubs are to know it. */
function describe(session: Session, hub: string): Person {
  const { id, key, nick, lang, welcomed, stage, isModerator, ignored, correspondent } = session;
  return {
    id,
    key,
    nick,
    hub,
    host: session.peer.host,
    rooms: [...session.rooms].map((room) => [room.name, session.cameAfter.get(room)!] as const),
    room: session.room!.name,
    lang,
    canResume: welcomed,
    isAway: stage === "away",
    isModerator,
    ignored: ignored.people,
    answers: session.answers.along(),
    ...(correspondent ? { correspondent: correspondent.id } : {}),
  };
}

/** The messages as they are told again: the newest, of so many UTF-16 units, of which a new line counts as two. */
function toldAgain(said: Said[], max: number): MessageFrame[] {
  let size = 0;
  const first = said.findLastIndex(({ message: { text } }) =>
    (size += text.length + text.split("\n").length - 1 + TOLD_OVERHEAD) > max
  );
  return said.slice(first + 1).map(({ message }) => ({ ...message, replay: true }));
}
