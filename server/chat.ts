/**
 * The conversation: who is in which room under which nick, what is said, and who gets it. Pure and synchronous. It knows
 * nothing of connections, dialects and greetings, nor of how a command is typed.
 */

import type { ByeCode } from "../protocol/codes.ts";
import { MAX_MEMBERS_NAMED, type MessageFrame } from "../protocol/frame.ts";
import { nickKey } from "../protocol/names.ts";
import { nearest } from "../protocol/nearest.ts";
import { sanitize } from "../protocol/sanitize.ts";
import type { Fanout } from "./fanout.ts";
import type { History } from "./history/mod.ts";
import { MAX_IGNORED } from "./ignored.ts";
import { Nicks } from "./nicks.ts";
import { quote, type Refusal } from "./refusal.ts";
import { MAX_TOPIC, type Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import type { Session } from "./session.ts";

export interface ChatOptions {
  fanout: Fanout;
  history: History;
  /** Milliseconds since 1970. */
  now: () => number;
}

export class Chat {
  readonly nicks: Nicks = new Nicks();
  readonly rooms: Rooms = new Rooms();
  readonly #fanout: Fanout;
  readonly #history: History;
  readonly #now: () => number;
  #lastMessage: number;

  constructor({ fanout, history, now }: ChatOptions) {
    this.#fanout = fanout;
    this.#history = history;
    this.#now = now;
    this.#lastMessage = history.lastId;
  }

  /** Of the message that was accepted last, a private one too. */
  get lastId(): number {
    return this.#lastMessage;
  }

  // Coming and going.

  /** The session comes into the chat, by the first room. It has its nick already. */
  admit(session: Session): void {
    this.#enter(session, this.rooms.first);
  }

  /** The session goes from all its rooms, and its nick is free. */
  release(session: Session, reason?: ByeCode): void {
    this.nicks.release(session);
    for (const room of [...session.rooms]) this.#leave(session, room, reason);
  }

  /** Brings the session into a room, or back to one that it is in already: what it says goes there from now on. */
  join(session: Session, name: string): Refusal | { room: Room; isNew: boolean } {
    const room = this.rooms.open(session, name);
    if ("code" in room) return room;
    this.#fanout.settle(session); // what was told until now, it reads from where it was
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
    this.#fanout.settle(session);
    this.#leave(session, room);
    return { room };
  }

  /** Gives the session another nick, which the others are told. One's own in other letters is free to oneself. */
  rename(session: Session, wanted: string): Refusal | undefined {
    const checked = this.nicks.check(session, wanted);
    if (!("nick" in checked)) return checked;
    const { nick } = checked;
    const from = session.nick;
    if (from === nick) return undefined;
    this.nicks.claim(session, nick);
    const renamed = (room: Room) => ({ type: "renamed", room: room.name, from, nick } as const);
    const [first, ...others] = session.rooms;
    this.#fanout.toRoom(first!, renamed(first!), session);
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

  /** Tells the others in a room of the session's, the current one unless it names another. */
  say(
    session: Session,
    said: string,
    { kind = "say", room = session.room! }: { kind?: "say" | "action"; room?: Room } = {},
  ): Refusal | { message: MessageFrame } {
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const message = this.#message({ room: room.name, nick: session.nick, text, kind });
    const { token, key, nick } = session;
    this.#history.add({ message, author: { token, key, nick } });
    this.#fanout.toRoom(room, message, session);
    return { message };
  }

  /** Tells one person only, wherever that one is; or why it cannot. */
  whisper(
    session: Session,
    to: string,
    said: string,
  ): Refusal | { message: MessageFrame; to: string } {
    const receiver = this.nicks.holder(nickKey(to.trim()));
    if (receiver) return this.#whisper(session, receiver, said);
    const nicks = session.room!.nicks(MAX_MEMBERS_NAMED);
    const near = nearest(nickKey(to), nicks.map(nickKey));
    const suggestion = nicks.find((nick) => nickKey(nick) === near);
    return {
      code: "no_such_nick",
      params: { nick: quote(to), ...(suggestion ? { suggestion } : {}) },
    };
  }

  /** Answers the one with whom the session last spoke in private, also under a new nick. */
  answer(session: Session, said: string): Refusal | { message: MessageFrame; to: string } {
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
    if (session.ignored.remove({ token: person?.token ?? "", key })) {
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
    const topic = sanitize(wanted.trim());
    if (topic.length > MAX_TOPIC) return { code: "topic_too_long", params: { max: MAX_TOPIC } };
    const room = session.room!;
    room.topic = topic;
    this.#fanout.toRoom(
      room,
      { type: "topic", room: room.name, nick: session.nick, topic },
      session,
    );
    return undefined;
  }

  /** The last messages of the session's room, as they are told again. */
  recall(session: Session, count: number): MessageFrame[] {
    return this.#history.last(session.room!.name, count)
      .filter(({ author }) => !session.ignored.hides(author))
      .map(({ message }) => ({ ...message, replay: true }));
  }

  #whisper(
    session: Session,
    receiver: Session,
    said: string,
  ): Refusal | { message: MessageFrame; to: string } {
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const message = this.#message({ room: "", nick: session.nick, text, kind: "private" });
    if (!receiver.ignored.hides(session)) this.#fanout.toOne(receiver, message);
    session.correspondent = receiver;
    receiver.correspondent = session;
    return { message, to: receiver.nick };
  }

  #message(fields: Pick<MessageFrame, "room" | "nick" | "text" | "kind">): MessageFrame {
    return { type: "message", id: ++this.#lastMessage, ts: this.#now(), ...fields };
  }

  #enter(session: Session, room: Room): void {
    this.rooms.enter(session, room);
    const count = room.members.size;
    this.#fanout.toRoom(
      room,
      { type: "joined", room: room.name, nick: session.nick, count },
      session,
    );
    this.#fanout.enter(session);
  }

  #leave(session: Session, room: Room, reason?: ByeCode): void {
    if (this.rooms.leave(session, room)) return this.#history.forget(room.name);
    const count = room.members.size;
    this.#fanout.toRoom(room, {
      type: "left",
      room: room.name,
      nick: session.nick,
      count,
      ...(reason ? { reason } : {}),
    });
  }
}
