/**
 * The conversation: who is in which room under which nick, what is said, and who gets it. Pure and synchronous. It knows
 * nothing of connections, dialects and greetings, nor of how a command is typed.
 */

import type { ByeCode, Params } from "../protocol/codes.ts";
import { type HubFrame, MAX_MEMBERS_NAMED, type MessageFrame } from "../protocol/frame.ts";
import { nickKey } from "../protocol/names.ts";
import { nearest } from "../protocol/nearest.ts";
import { sanitize } from "../protocol/sanitize.ts";
import type { Fanout } from "./fanout.ts";
import type { History, Said } from "./history/mod.ts";
import { type Author, MAX_IGNORED } from "./ignored.ts";
import { Moderation } from "./moderation.ts";
import { Nicks } from "./nicks.ts";
import { Presence, PRESENCE_LIMIT } from "./presence.ts";
import type { RateLimit } from "./rate_limit.ts";
import { quote, type Refusal } from "./refusal.ts";
import { MAX_TOPIC, type Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import type { Session } from "./session.ts";

/** A message takes about so many besides its text. */
const TOLD_OVERHEAD = 300;

export interface ChatOptions {
  fanout: Fanout;
  history: History;
  /** Milliseconds since 1970. */
  now: () => number;
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

/** A private message on its way. */
export interface Whispered {
  message: MessageFrame;
  /** The nick of the receiver. */
  to: string;
  /** Whether the receiver's connection is broken, and it waits. */
  isAway: boolean;
}

export class Chat {
  readonly moderation: Moderation;
  readonly nicks: Nicks;
  readonly rooms: Rooms = new Rooms();
  /** Who comes and goes, as the rooms are told it. */
  readonly presence: Presence;
  readonly #fanout: Fanout;
  readonly #history: History;
  readonly #now: () => number;
  readonly #maxToldAgain: number;
  /** Messages that were accepted from who is here, private ones too. */
  said = 0;
  #lastMessage: number;

  constructor(
    { fanout, history, now, elapsed, maxToldAgain, presence = PRESENCE_LIMIT }: ChatOptions,
  ) {
    this.#fanout = fanout;
    this.#history = history;
    this.#now = now;
    this.#maxToldAgain = maxToldAgain;
    this.moderation = new Moderation(elapsed);
    this.presence = new Presence({ fanout, elapsed, limit: presence });
    this.nicks = new Nicks((key) => this.moderation.bans.hasKey(key));
    this.#lastMessage = history.lastId;
  }

  /** The id of the message that was accepted last, a private one too. */
  get lastMessage(): number {
    return this.#lastMessage;
  }

  // Coming and going.

  /**
   * The session comes into the chat, by the first room unless it names another. It has its nick already. Gives why it
   * could not come into that one, and is in the first then.
   */
  admit(session: Session, name?: string): Refusal | undefined {
    const room = name === undefined ? this.rooms.first : this.#openFor(session, name);
    const isRefused = "code" in room;
    this.#enter(session, isRefused ? this.rooms.first : room);
    return isRefused ? room : undefined;
  }

  /** The session goes from all its rooms, and its nick is free. `params`: where a moderator did it (LeftFrame). */
  release(session: Session, reason?: ByeCode, params?: Params): void {
    this.nicks.release(session);
    for (const room of [...session.rooms]) this.#leave(session, room, reason, params);
  }

  /** Brings the session into a room, or back to one that it is in already: what it says goes there from now on. */
  join(session: Session, name: string): Refusal | { room: Room; isNew: boolean } {
    const room = this.#openFor(session, name);
    if ("code" in room) return room;
    this.#settle(session); // what was until now, it reads from where it was
    if (session.rooms.has(room)) {
      session.room = room;
      return { room, isNew: false };
    }
    this.#enter(session, room);
    return { room, isNew: true };
  }

  /** The session goes from one of its rooms, the current one unless it names another. */
  part(session: Session, name = ""): Refusal | { room: Room } {
    const room = name === "" ? session.room! : this.rooms.find(session, name);
    if ("code" in room) return room;
    if (session.rooms.size === 1) return { code: "last_room", params: { room: room.name } };
    this.#settle(session);
    this.#leave(session, room);
    return { room };
  }

  /** Gives the session another nick, which the others are told. One's own in other letters is free to oneself. */
  rename(session: Session, wanted: string): Refusal | undefined {
    const silenced = this.moderation.silences(session);
    if (silenced) return silenced;
    const checked = this.nicks.check(session, wanted);
    if (!("nick" in checked)) return checked;
    const { nick } = checked;
    const from = session.nick;
    if (from === nick) return undefined;
    this.nicks.claim(session, nick);
    const renamed = (room: Room) => ({ type: "renamed", room: room.name, from, nick } as const);
    const [first, ...others] = session.rooms;
    for (const room of others) this.presence.tell(room);
    this.tell(first!, renamed(first!), session);
    // Who is in several rooms with it is told once.
    const told = new Set(first!.members);
    for (const room of others) {
      for (const member of room.members) {
        if (!told.has(member)) this.#fanout.toOne(member, renamed(room), room);
        told.add(member);
      }
    }
    return undefined;
  }

  // Saying.

  /** Tells a room something that one of its members did, which that one knows. */
  tell(room: Room, frame: HubFrame, by: Session): void {
    this.presence.tell(room); // what was before comes before
    this.#fanout.toRoom(room, frame, by);
  }

  /** Tells the others in a room of the session's, the current one unless it names another. */
  say(
    session: Session,
    said: string,
    { kind = "say", room = session.room! }: { kind?: "say" | "action"; room?: Room } = {},
  ): Refusal | { message: MessageFrame } {
    const refusal = this.moderation.delays(room, session);
    if (refusal) return refusal;
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const message = this.#message({ room: room.name, nick: session.nick, text, kind });
    this.moderation.wrote(room, session);
    this.#history.add({ message, author: session.author });
    this.tell(room, message, session);
    return { message };
  }

  /** Tells one person only, wherever that one is; or why it cannot. */
  whisper(session: Session, to: string, said: string): Refusal | Whispered {
    const receiver = this.find(session, to);
    return "code" in receiver ? receiver : this.#whisper(session, receiver, said);
  }

  /** Who has a nick as somebody types it, or that nobody has, with the nearest one. */
  find(session: Session, name: string): Session | Refusal {
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
  answer(session: Session, said: string): Refusal | Whispered {
    const receiver = session.correspondent;
    if (!receiver) return { code: "nobody_to_answer", params: {} };
    if (receiver.stage === "gone") return { code: "no_such_nick", params: { nick: receiver.nick } };
    return this.#whisper(session, receiver, said);
  }

  /** Hides from the session what somebody says, or shows it again; gives which of both. */
  ignore(session: Session, wanted: string): Refusal | { nick: string; isIgnored: boolean } {
    this.#fanout.settle(session); // what was said until now, it has heard or not
    const key = nickKey(wanted.trim());
    const person = this.nicks.holder(key);
    // Who is gone can be heard again, but not ignored.
    if (session.ignored.remove({ id: person?.id ?? "", key })) {
      return { nick: person?.nick ?? quote(wanted), isIgnored: false };
    }
    if (!person) return { code: "no_such_nick", params: { nick: quote(wanted) } };
    if (person === session) return { code: "not_oneself", params: {} };
    if (session.ignored.add(person) === "full") {
      return { code: "too_many_ignored", params: { max: MAX_IGNORED } };
    }
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
    this.tell(room, { type: "topic", room: room.name, nick: session.nick, topic }, session);
    return undefined;
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

  #whisper(session: Session, receiver: Session, said: string): Refusal | Whispered {
    const silenced = this.moderation.silences(session);
    if (silenced) return silenced;
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const message = this.#message({ room: "", nick: session.nick, text, kind: "private" });
    if (!receiver.ignored.hides(session)) {
      if (receiver.welcomed) receiver.letters.add({ message, author: session.author });
      this.#fanout.toOne(receiver, message);
      receiver.correspondent = session;
    }
    session.correspondent = receiver;
    return { message, to: receiver.nick, isAway: receiver.stage === "away" };
  }

  #message(
    { room, nick, text, kind }: Pick<MessageFrame, "room" | "nick" | "text" | "kind">,
  ): MessageFrame {
    this.said++;
    const id = ++this.#lastMessage;
    return { type: "message", id, ts: this.#now(), room, nick, text, kind };
  }

  /** The room of a name as somebody types it, or why the session may not come in there. */
  #openFor(session: Session, name: string): Room | Refusal {
    const room = this.rooms.open(session, name);
    if ("code" in room || !room.isLocked || session.rooms.has(room) || session.isModerator) {
      return room;
    }
    return { code: "room_locked", params: { room: room.name } };
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
  }

  #leave(session: Session, room: Room, reason?: ByeCode, params?: Params): void {
    if (session.welcomed && session.stage !== "gone") { // who comes back has to be told it
      session.letters.absorb(this.#history.after(room.name, session.cameAfter.get(room)!));
    }
    session.cameAfter.delete(room);
    if (this.rooms.leave(session, room)) {
      this.presence.forget(room);
      return this.#history.forget(room.name);
    }
    this.presence.left(session, room, {
      ...(reason ? { reason } : {}),
      ...(params ? { params } : {}),
    });
  }
}

/** The messages as they are told again: the newest, of so many UTF-16 units, of which a new line counts as two. */
function toldAgain(said: Said[], max: number): MessageFrame[] {
  let size = 0;
  const first = said.findLastIndex(({ message: { text } }) =>
    (size += text.length + text.split("\n").length - 1 + TOLD_OVERHEAD) > max
  );
  return said.slice(first + 1).map(({ message }) => ({ ...message, replay: true }));
}
