/**
 * The conversation: who is in which room under which nick; what is said there is talk.ts's. Pure and synchronous. It knows
 * nothing of connections, dialects and greetings, nor of how a command is typed.
 */

import type { ByeCode, Params } from "../../common/protocol/codes.ts";
import { type NickFault, nickKey } from "../../common/protocol/names.ts";
import type { Cluster } from "../cluster/mod.ts";
import { RoomLifecycle } from "./room_access.ts";
import type { Fanout } from "./fanout.ts";
import type { History } from "../history/mod.ts";
import { MAX_IGNORED } from "../model/ignore_list.ts";
import { Moderation } from "./moderation.ts";
import { Nicks } from "../model/nicks.ts";
import { type RemoteUser, RemoteUsers } from "../model/remote_users.ts";
import { Presence, PRESENCE_LIMIT } from "./presence.ts";
import type { RateLimit } from "../rate_limit.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import { Rooms } from "./rooms.ts";
import type { Session } from "../model/session.ts";
import { Messages } from "./messages.ts";
import type { Departure, User } from "../types.ts";

export interface ChatOptions {
  fanout: Fanout;
  history: History;
  cluster: Cluster;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds from any fixed moment, never going back. */
  elapsed: () => number;
  /**
   * So many UTF-16 units are told again at once, the newest: what a reader may have waiting is bounded, and each of them
   * takes at most three bytes, with what stands before a new line.
   */
  maxReplay: number;
  /** How much of telling who comes and goes a room can afford; {@linkcode PRESENCE_LIMIT} unless given. */
  presence?: RateLimit | undefined;
}

/** What a session may be told of somebody's nick. */
export type AssignedNick = { nick: string; fault?: NickFault | "taken" };

export class Chat {
  readonly moderation: Moderation;
  /** Those at other hubs. */
  readonly remoteUsers: RemoteUsers = new RemoteUsers();
  readonly nicks: Nicks;
  readonly rooms: Rooms = new Rooms(this.remoteUsers);
  /** Who comes and goes, as the rooms are told it. */
  readonly presence: Presence;
  /** What is said. */
  readonly messages: Messages;
  readonly #fanout: Fanout;
  readonly #history: History;
  readonly #cluster: Cluster;
  readonly #lifecycle: RoomLifecycle;

  constructor(
    { fanout, history, cluster, now, elapsed, maxReplay, presence = PRESENCE_LIMIT }: ChatOptions,
  ) {
    this.#fanout = fanout;
    this.#history = history;
    this.#cluster = cluster;
    this.moderation = new Moderation({ elapsed, now, putRule: (rule) => cluster.putRule(rule) });
    this.presence = new Presence({ fanout, elapsed, limit: presence });
    this.nicks = new Nicks((key) => this.moderation.bans.hasKey(key), this.remoteUsers);
    const { rooms, nicks, moderation } = this;
    const common = { rooms, presence: this.presence, history, cluster };
    this.messages = new Messages({ ...common, nicks, moderation, fanout, maxReplay });
    this.#lifecycle = new RoomLifecycle({
      ...common,
      addHistory: (past) => this.messages.addHistory(past),
    });
  }

  /** Whether others cannot be reached, so that nobody new can come in. */
  get isOffline(): boolean {
    return this.#cluster.isOffline;
  }

  // Coming and going.

  /**
   * Finds a nick for a newcomer, the one that it wants or a free one and why, which nobody else can have any more; or gives
   * undefined where others cannot be reached.
   */
  reserveNick(
    session: Session,
    wanted: string,
    done: (named: AssignedNick | undefined) => void,
  ): void {
    const named = this.nicks.assign(session, wanted);
    this.#claim(session, named.nick, (outcome) => {
      if (outcome === "taken") return this.reserveNick(session, wanted, done);
      done(outcome === "claimed" ? named : undefined);
    });
  }

  /** A nick that was reserved for a session that is gone meanwhile is free again. */
  releaseNick(session: Session, nick: string): void {
    this.#cluster.release(nickKey(nick), session.id);
  }

  /**
   * Opens the room by which a newcomer comes in, the first unless it names another, and gives it; where it cannot come into
   * that one, the first and why. Undefined where others cannot be reached.
   */
  openRoomToJoin(
    session: Session,
    name: string | undefined,
    done: (door: { room: Room; refusal?: ChatError } | undefined) => void,
  ): void {
    const wanted = name === undefined
      ? this.rooms.first
      : this.#lifecycle.requireRoom(session, name);
    const door = "code" in wanted ? { room: this.rooms.first, refusal: wanted } : { room: wanted };
    this.#lifecycle.open(
      door.room,
      this.messages.lastMessageId,
      (isOpen) => done(isOpen ? door : undefined),
    );
  }

  /** The session comes into the chat under a nick that was reserved, by a room that is open. */
  enter(session: Session, nick: string, room: Room): void {
    this.nicks.claim(session, nick);
    this.#addToRoom(session, room);
  }

  /** The session goes from all its rooms, and its nick is free. `params`: where a moderator did it (LeftFrame). */
  leave(session: Session, reason?: ByeCode, params?: Params): void {
    const why = departureOf(reason, params);
    this.leaveCluster(session, why);
    this.nicks.release(session);
    for (const room of [...session.rooms]) this.#removeFromRoom(session, room, why);
  }

  /** For other hubs the session is gone, and its nick is free. */
  leaveCluster(session: Session, why: Departure = {}): void {
    if (session.rooms.size === 0) return; // it was never there
    this.#cluster.removeUser(session.id, why);
    this.#cluster.release(session.key, session.id);
  }

  /**
   * Brings the session into a room, or back to one that it is in already: what it says goes there from now on. Calls back with
   * the room, or with why it cannot.
   */
  joinRoom(
    session: Session,
    name: string,
    done: (joined: ChatError | { room: Room; isNew: boolean }) => void,
  ): void {
    const room = this.#lifecycle.requireRoom(session, name);
    if ("code" in room) return done(room);
    if (session.rooms.has(room)) {
      this.#flushTo(session); // what was until now, it reads from where it was
      session.room = room;
      this.publishUser(session);
      return done({ room, isNew: false });
    }
    this.#lifecycle.open(room, this.messages.lastMessageId, (isOpen) => {
      if (!isOpen || session.stage === "gone") return done({ code: "cut_off", params: {} });
      this.#flushTo(session);
      this.#addToRoom(session, room);
      done({ room, isNew: true });
    });
  }

  /** Lets other hubs know how things are with the session. */
  publishUser(session: Session): void {
    if (this.#cluster.isAlone || session.rooms.size === 0) return;
    this.#cluster.putUser(userOf(session, this.#cluster.instanceId));
  }

  /**
   * The session of somebody who was at another hub comes into its rooms here, as if it had been in them all the time. Calls
   * back when it is in all of them. `after`: the last message that it saw, by its id.
   */
  moveIn(
    session: Session,
    { nick, rooms, room: current }: User,
    after: number,
    done: () => void,
  ): void {
    this.remoteUsers.delete(session.id);
    this.nicks.claim(session, nick);
    const opened = new Map<string, Room>();
    for (const [name, cameAfter] of rooms) {
      this.#lifecycle.openWithRetry(name, Math.max(after, cameAfter), (room) => {
        opened.set(name, room);
        const isGone = session.stage === "gone"; // to a further hub
        if (!isGone) {
          this.rooms.addMember(session, room);
          session.joinedAfter.set(room, cameAfter);
        }
        if (opened.size < rooms.length) return;
        if (isGone) return done();
        // They were opened in any order.
        session.rooms.clear();
        for (const [each] of rooms) session.rooms.add(opened.get(each)!);
        session.room = opened.get(current) ?? room;
        this.publishUser(session);
        done();
      });
    }
  }

  /** The session goes on at another hub: here it is nowhere any more, and nobody is told. */
  moveOut(session: Session): void {
    this.nicks.release(session);
    for (const room of [...session.rooms]) {
      this.presence.forgetMember(session, room);
      this.#lifecycle.leave(session, room);
    }
  }

  /** The session goes from one of its rooms, the current one unless it names another. */
  leaveRoom(session: Session, name = ""): ChatError | { room: Room } {
    const room = name === "" ? session.room! : this.rooms.findJoined(session, name);
    if ("code" in room) return room;
    if (session.rooms.size === 1) return { code: "last_room", params: { room: room.name } };
    this.#flushTo(session);
    this.#removeFromRoom(session, room);
    this.publishUser(session);
    return { room };
  }

  /**
   * Gives the session another nick, which the others are told. One's own in other letters is free to oneself. Calls back when
   * it has it, or with why it cannot have it.
   */
  rename(session: Session, wanted: string, done: (refusal?: ChatError) => void): void {
    const silenced = this.moderation.checkMuted(session);
    if (silenced) return done(silenced);
    const checked = this.nicks.check(session, wanted);
    if (!("nick" in checked)) return done(checked);
    const { nick } = checked;
    if (session.nick === nick) return done();
    this.#claim(session, nick, (outcome) => {
      if (outcome === "offline") return done({ code: "cut_off", params: {} });
      if (outcome === "taken") return done(this.nicks.takenError(nick));
      if (session.stage === "gone") {
        this.releaseNick(session, nick);
        return done();
      }
      const { nick: from, key } = session;
      this.nicks.claim(session, nick);
      if (key !== session.key) this.#cluster.release(key, session.id);
      this.announceRename([...session.rooms], { from, nick }, session);
      this.publishUser(session);
      done();
    });
  }

  /** Tells rooms that one of their members has another nick; each person once. */
  announceRename(
    [first, ...others]: readonly Room[],
    { from, nick }: { from: string; nick: string },
    by: Session | RemoteUser,
  ): void {
    if (!first) return;
    const renamed = (room: Room) => ({ type: "renamed", room: room.name, from, nick } as const);
    for (const room of others) this.presence.flush(room);
    this.messages.broadcast(first, renamed(first), by);
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
  toggleIgnore(session: Session, wanted: string): ChatError | { nick: string; isIgnored: boolean } {
    this.#fanout.flushTo(session); // what was said until now, it has heard or not
    const key = nickKey(wanted.trim());
    const person = this.nicks.holder(key);
    // Who is gone can be heard again, but not ignored.
    if (session.ignoreList.remove({ id: person?.id ?? "", key })) {
      this.publishUser(session);
      return { nick: person?.nick ?? quote(wanted), isIgnored: false };
    }
    if (!person) return { code: "no_such_nick", params: { nick: quote(wanted) } };
    if (person === session) return { code: "not_oneself", params: {} };
    if (session.ignoreList.add(person) === "full") {
      return { code: "too_many_ignored", params: { max: MAX_IGNORED } };
    }
    this.publishUser(session);
    return { nick: person.nick, isIgnored: true };
  }

  /** Claims a nick for the session, which may have it already in other letters. */
  #claim(
    session: Session,
    nick: string,
    done: (outcome: "claimed" | "taken" | "offline") => void,
  ): void {
    const key = nickKey(nick);
    if (key === session.key) return done("claimed");
    this.#cluster.claim(key, session.id, (outcome) => {
      if (outcome === "taken") this.nicks.avoid(key);
      done(outcome);
    });
  }

  /** Looks after what takes its time; to be called every second or so. */
  sweep(): void {
    this.presence.sweep();
    this.nicks.sweep();
    this.#lifecycle.sweep();
  }

  /** Gives the session at once all that it is due, also of comings and goings. */
  #flushTo(session: Session): void {
    this.presence.flushTo(session);
    this.#fanout.flushTo(session);
  }

  #addToRoom(session: Session, room: Room): void {
    this.rooms.addMember(session, room);
    session.joinedAfter.set(room, this.messages.lastMessageId);
    this.presence.joined(session, room);
    this.#fanout.startFrom(session);
    this.publishUser(session);
  }

  #removeFromRoom(session: Session, room: Room, why: Departure = {}): void {
    if (session.hasWelcome && session.stage !== "gone") { // who comes back has to be told it
      session.mailbox.addMissed(this.#history.after(room.name, session.joinedAfter.get(room)!));
    }
    if (!this.#lifecycle.leave(session, room)) this.presence.left(session, room, why);
  }
}

function departureOf(reason: ByeCode | undefined, params: Params | undefined): Departure {
  return { ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
}

/** A session of a hub, as other hubs are to know it. */
function userOf(session: Session, hub: string): User {
  const { id, key, nick, lang, hasWelcome, stage, isModerator, ignoreList, correspondent } =
    session;
  return {
    id,
    key,
    nick,
    hub,
    host: session.peer.host,
    rooms: [...session.rooms].map((room) => [room.name, session.joinedAfter.get(room)!] as const),
    room: session.room!.name,
    lang,
    canResume: hasWelcome,
    isAway: stage === "away",
    isModerator,
    ignored: ignoreList.authors,
    answers: session.replies.carriedOver(),
    ...(correspondent ? { correspondent: correspondent.id } : {}),
  };
}
