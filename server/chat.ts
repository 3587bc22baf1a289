/**
 * The conversation: who is in which room under which nick; what is said there is talk.ts's. Pure and synchronous. It knows
 * nothing of connections, dialects and greetings, nor of how a command is typed.
 */

import type { ByeCode, Params } from "../protocol/codes.ts";
import { type NickFault, nickKey } from "../protocol/names.ts";
import type { Backplane, Person } from "./backplane/mod.ts";
import type { Why } from "./batch.ts";
import { Doors } from "./doors.ts";
import type { Fanout } from "./fanout.ts";
import type { History } from "./history/mod.ts";
import { MAX_IGNORED } from "./ignored.ts";
import { Moderation } from "./moderation.ts";
import { Nicks } from "./nicks.ts";
import { People, personOf, type Remote } from "./people.ts";
import { Presence, PRESENCE_LIMIT } from "./presence.ts";
import type { RateLimit } from "./rate_limit.ts";
import { quote, type Refusal } from "./refusal.ts";
import type { Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import type { Session } from "./session.ts";
import { Talk, type TalkOptions } from "./talk.ts";

export interface ChatOptions extends Pick<TalkOptions, "maxToldAgain"> {
  fanout: Fanout;
  history: History;
  backplane: Backplane;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds from any fixed moment, never going back. */
  elapsed: () => number;
  /** How much of telling who comes and goes a room can afford; {@linkcode PRESENCE_LIMIT} unless given. */
  presence?: RateLimit | undefined;
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
  /** What is said. */
  readonly talk: Talk;
  readonly #fanout: Fanout;
  readonly #history: History;
  readonly #backplane: Backplane;
  readonly #doors: Doors;

  constructor(
    { fanout, history, backplane, now, elapsed, maxToldAgain, presence = PRESENCE_LIMIT }:
      ChatOptions,
  ) {
    this.#fanout = fanout;
    this.#history = history;
    this.#backplane = backplane;
    this.moderation = new Moderation({ elapsed, now, rule: (rule) => backplane.rule(rule) });
    this.presence = new Presence({ fanout, elapsed, limit: presence });
    this.nicks = new Nicks((key) => this.moderation.bans.hasKey(key), this.people);
    const { rooms, nicks, moderation } = this;
    const common = { rooms, presence: this.presence, history, backplane };
    this.talk = new Talk({ ...common, nicks, moderation, fanout, maxToldAgain });
    this.#doors = new Doors({ ...common, learn: (past) => this.talk.learn(past) });
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
    const wanted = name === undefined ? this.rooms.first : this.#doors.find(session, name);
    const door = "code" in wanted ? { room: this.rooms.first, refusal: wanted } : { room: wanted };
    this.#doors.open(door.room, this.talk.lastMessage, (isOpen) => done(isOpen ? door : undefined));
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
    const room = this.#doors.find(session, name);
    if ("code" in room) return done(room);
    if (session.rooms.has(room)) {
      this.#settle(session); // what was until now, it reads from where it was
      session.room = room;
      this.announce(session);
      return done({ room, isNew: false });
    }
    this.#doors.open(room, this.talk.lastMessage, (isOpen) => {
      if (!isOpen || session.stage === "gone") return done({ code: "cut_off", params: {} });
      this.#settle(session);
      this.#enter(session, room);
      done({ room, isNew: true });
    });
  }

  /** Lets other hubs know how things are with the session. */
  announce(session: Session): void {
    if (this.#backplane.isAlone || session.rooms.size === 0) return;
    this.#backplane.put(personOf(session, this.#backplane.hub));
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
      this.#doors.openAnyhow(name, Math.max(after, cameAfter), (room) => {
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
      this.#doors.leave(session, room);
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
    this.talk.tell(first, renamed(first), by);
    // Who is in several rooms with it is told once.
    const told = new Set(first.members);
    for (const room of others) {
      for (const member of room.members) {
        if (!told.has(member)) this.#fanout.toOne(member, renamed(room), room);
        told.add(member);
      }
    }
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

  /** Looks after what takes its time; to be called every second or so. */
  sweep(): void {
    this.presence.sweep();
    this.nicks.sweep();
    this.#doors.sweep();
  }

  /** Gives the session at once all that it is due, also of comings and goings. */
  #settle(session: Session): void {
    this.presence.tellOne(session);
    this.#fanout.settle(session);
  }

  #enter(session: Session, room: Room): void {
    this.rooms.enter(session, room);
    session.cameAfter.set(room, this.talk.lastMessage);
    this.presence.joined(session, room);
    this.#fanout.enter(session);
    this.announce(session);
  }

  #leave(session: Session, room: Room, why: Why = {}): void {
    if (session.welcomed && session.stage !== "gone") { // who comes back has to be told it
      session.letters.absorb(this.#history.after(room.name, session.cameAfter.get(room)!));
    }
    if (!this.#doors.leave(session, room)) this.presence.left(session, room, why);
  }
}

function whyOf(reason: ByeCode | undefined, params: Params | undefined): Why {
  return { ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
}
