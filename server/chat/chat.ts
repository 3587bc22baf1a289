/** The chat: its users, with their nicks and rooms. Its messages are in messages.ts. */

import { defined } from "../../common/defined.ts";
import type { Absence, ByeCode, Params, ReplyData } from "../../common/protocol/codes.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { ok } from "../../common/result.ts";
import type { ClaimOutcome, Cluster } from "../cluster/mod.ts";
import type { LogFields } from "../log.ts";
import { DepartedUsers } from "../model/departed_users.ts";
import { type ChatError, type ChatResult, codedFrame, fail, quote } from "../model/errors.ts";
import { MAX_IGNORED } from "../model/ignore_list.ts";
import { type AssignedNick, Nicks } from "../model/nicks.ts";
import { type RemoteUser, RemoteUsers } from "../model/remote_users.ts";
import type { Member, Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Departure, Posted, User } from "../types.ts";
import { Messages, type MessagesOptions } from "./messages.ts";
import { Moderation, type ModerationOptions } from "./moderation.ts";
import { Presence, type PresenceOptions } from "./presence.ts";
import { Rooms } from "./rooms.ts";
import { userOf } from "./user_record.ts";

export interface ChatOptions
  extends ModerationOptions, PresenceOptions, Pick<MessagesOptions, "history" | "maxReplay"> {
  cluster: Cluster;
  /** Logs an event. */
  record: (event: string, fields: LogFields) => void;
  /** A random number from 0 to below 1, for nicks. */
  random: () => number;
}

export class Chat {
  readonly moderation: Moderation;
  readonly remoteUsers: RemoteUsers = new RemoteUsers();
  /** At all hubs. */
  readonly departed: DepartedUsers = new DepartedUsers();
  readonly nicks: Nicks;
  readonly rooms: Rooms;
  readonly presence: Presence;
  readonly messages: Messages;
  readonly #options: ChatOptions;

  constructor(options: ChatOptions) {
    this.#options = options;
    const { remoteUsers } = this;
    const moderation = this.moderation = new Moderation(options);
    const presence = this.presence = new Presence(options);
    const isBanned = (key: string) => moderation.bans.find(key) !== undefined;
    const nicks = this.nicks = new Nicks(isBanned, remoteUsers, options.random);
    const addHistory = (past: readonly Posted[]) => this.messages.addHistory(past);
    const rooms = this.rooms = new Rooms({ ...options, presence, remoteUsers, addHistory });
    this.messages = new Messages({ ...options, presence, rooms, nicks, moderation });
  }

  /** Whether the cluster cannot be reached, so that nobody can join. */
  get isOffline(): boolean {
    return this.#options.cluster.isOffline;
  }

  // Joining and leaving the chat.

  /** Reserves the nick that a newcomer asks for, or a free one. Undefined if the cluster is unreachable. */
  reserveNick(session: Session, wanted: string, done: (assigned?: AssignedNick) => void): void {
    const assigned = this.nicks.assign(session, wanted);
    this.#claim(session, assigned.nick, (outcome) => {
      if (outcome === "taken") return this.reserveNick(session, wanted, done);
      done(outcome === "claimed" ? assigned : undefined);
    });
  }

  /** Frees a nick that was reserved for a session that has gone meanwhile. */
  releaseNick(session: Session, nick: string): void {
    this.#options.cluster.release(nickKey(nick), session.id);
  }

  /** Opens the room that a newcomer asks for, or the first if it may not join that. Undefined if the hub is cut off. */
  openEntryRoom(
    session: Session,
    { nick, name }: { nick: string; name: string | undefined },
    done: (entry?: { room: Room; error?: ChatError }) => void,
  ): void {
    const { first } = this.rooms;
    const { id, host } = session;
    const muted = this.moderation.checkMuted({ id, key: nickKey(nick), host });
    const found = name === undefined ? ok(first) : this.rooms.findOrMake(session, name, muted);
    const entry = found.ok ? { room: found.value } : { room: first, error: found.error };
    const { lastMessageId } = this.messages;
    this.rooms.open(entry.room, lastMessageId, (isOpen) => done(isOpen ? entry : undefined));
  }

  /** Adds the session to the chat under a reserved nick, in an open room. */
  enter(session: Session, nick: string, room: Room): void {
    this.nicks.claim(session, nick);
    this.#addToRoom(session, room, { isHeld: session.dialect.goesOn });
    this.log("joined", session);
  }

  /** Logs what became of a session: which nick, from which address. */
  log(event: "joined" | "resumed" | "renamed" | "left", session: Session, more?: LogFields): void {
    const { nick, host: address, id } = session;
    this.#options.record(event, { nick, address, session: id, ...more });
  }

  /** Removes the session from all its rooms and frees its nick. `params`: what others are told (LeftFrame). */
  leave(session: Session, reason?: ByeCode, params?: Params): void {
    const departure: Departure = defined({ reason, params });
    if (session.rooms.size > 0) {
      this.departed.add(session);
      this.log("left", session, { reason: reason ?? (session.disconnected ? "lost" : "closed") });
    }
    this.leaveCluster(session, departure);
    this.nicks.release(session);
    for (const room of [...session.rooms]) this.#removeFromRoom(session, room, departure);
  }

  /** Removes the session at other hubs and frees its nick there. */
  leaveCluster(session: Session, departure: Departure = {}): void {
    if (session.rooms.size === 0) return; // it was never there
    this.#options.cluster.removeUser(session.id, departure);
    this.#options.cluster.release(session.key, session.id);
  }

  // Joining and leaving rooms.

  /** Makes a room the session's current one, and joins it first if the session is not in it. */
  joinRoom(
    session: Session,
    typed: string,
    done: (joined: ChatResult<{ room: Room; isNew: boolean }>) => void,
  ): void {
    const muted = this.moderation.checkMuted(session);
    const found = this.rooms.findOrMake(session, typed, muted);
    if (!found.ok) return done(found);
    const room = found.value;
    if (session.rooms.has(room)) {
      this.#flushTo(session); // lines so far are formatted for the old current room
      session.room = room;
      this.publishUser(session);
      return done(ok({ room, isNew: false }));
    }
    this.rooms.open(room, this.messages.lastMessageId, (isOpen) => {
      if (!isOpen || session.stage === "gone") return done(fail("cut_off"));
      this.#flushTo(session);
      this.#addToRoom(session, room, { isAnnounced: !muted });
      done(ok({ room, isNew: true }));
    });
  }

  /** Leaves one of the session's rooms, the current one by default. `reason`: as a user types it. */
  leaveRoom(session: Session, typed?: string, reason = ""): ChatResult<Room> {
    const found = this.rooms.findJoined(session, typed);
    if (!found.ok) return found;
    const room = found.value;
    if (session.rooms.size === 1) return fail("last_room", { room: room.name });
    this.#flushTo(session);
    const { moderation } = this;
    const departure = moderation.checkMuted(session)
      ? undefined
      : moderation.explainLeave(session, [room], reason);
    this.#removeFromRoom(session, room, departure);
    this.publishUser(session, departure);
    return ok(room);
  }

  /** Puts a user out of a room, at any hub; out of their only one, they go to the first. `params`: as of LeftFrame. */
  removeFromRoom(user: Session | RemoteUser, room: string, params: Params): void {
    const { cluster, fanout } = this.#options;
    if ("user" in user) {
      return cluster.sendCommand(user.user.hub, { kind: "remove", id: user.id, room, params });
    }
    const { first } = this.rooms;
    const next = user.rooms.size > 1 ? user.room! : first;
    this.rooms.open(next, this.messages.lastMessageId, (isOpen) => {
      const left = this.rooms.get(room);
      if (!isOpen || !left || !user.rooms.has(left)) return;
      this.#flushTo(user);
      if (user.rooms.size === 1) {
        this.#addToRoom(user, first, { isAnnounced: !this.moderation.checkMuted(user) });
      }
      const departure: Departure = { reason: "removed", params };
      this.#removeFromRoom(user, left, departure);
      this.publishUser(user, departure);
      const { by = "", because: reason } = params;
      const told = { by, room, current: user.room!.name, ...defined({ reason }) };
      fanout.toOne(user, codedFrame("notice", "removed", told));
    });
  }

  /** Makes a member of a room moderate it, or no longer, at any hub. */
  setModerator(user: Session | RemoteUser, room: string, kind: "op" | "deop"): void {
    if ("user" in user) {
      const order = { kind, id: user.id, room, params: {} };
      return this.#options.cluster.sendCommand(user.user.hub, order);
    }
    const { members, moderators } = this.rooms.get(room) ?? {};
    if (kind === "deop") moderators?.delete(user);
    else if (members?.has(user)) moderators!.add(user);
    this.publishUser(user);
  }

  // Moving between hubs.

  /** Publishes the session's state to other hubs. `departure`: of the room that it has just left. */
  publishUser(session: Session, departure?: Departure): void {
    const { cluster } = this.#options;
    if (cluster.isAlone || session.rooms.size === 0) return;
    cluster.putUser({ ...userOf(session, cluster.instanceId), ...defined({ departure }) });
  }

  /** Adds a session that moves here from another hub to its rooms, then calls back. `after`: the last id it saw. */
  moveIn(session: Session, user: User, after: number, done: () => void): void {
    const { nick, rooms, moderates, room: current } = user;
    this.remoteUsers.delete(session.id);
    this.nicks.claim(session, nick);
    const opened = new Map<string, Room>();
    for (const [name, joinedAfter] of rooms) {
      this.rooms.openWithRetry(name, Math.max(after, joinedAfter), (room) => {
        opened.set(name, room);
        const isGone = session.stage === "gone"; // moved on to another hub
        if (!isGone) {
          this.rooms.addMember(session, room);
          room.joinedAfter.set(session, joinedAfter);
          if (moderates?.includes(name)) room.moderators.add(session);
        }
        if (opened.size < rooms.length) return;
        if (isGone) return done();
        // Rooms open in any order; the session keeps the order in which it joined them.
        session.rooms.clear();
        for (const [name] of rooms) session.rooms.add(opened.get(name)!);
        session.room = opened.get(current) ?? room;
        this.publishUser(session);
        done();
      });
    }
  }

  /** Removes a session that has moved to another hub from its rooms here, without announcing it. */
  moveOut(session: Session): void {
    this.nicks.release(session);
    for (const room of [...session.rooms]) {
      this.presence.forgetMember(session, room);
      this.rooms.removeMember(session, room);
    }
  }

  // Nicks.

  /** How a user is away; undefined for a user who is here. Nothing that a muted user says is shown. */
  absenceOf(user: Member | RemoteUser): Absence | undefined {
    const isLost = "user" in user ? user.user.isAway : user.stage === "away";
    return isLost ? { nick: user.nick, isLost } : this.#ownAbsence(user);
  }

  /** How a user is away by their own word. */
  #ownAbsence(user: Member | RemoteUser): Absence | undefined {
    const { nick } = user;
    const { awayText: text } = "user" in user ? user.user : user;
    if (text === undefined) return undefined;
    return text === "" || this.moderation.mutedFor(user) > 0 ? { nick } : { nick, text };
  }

  /** The user of a session says that they are away, perhaps with a text, or are back, and its rooms learn it. */
  setAway(session: Session, text: string | undefined): void {
    session.awayText = text;
    this.publishUser(session);
    this.announceAway([...session.rooms], session);
  }

  /**
   * Announces in a member's rooms that they are away by their own word, or are back, once to each user. Their text is
   * not shown where not everybody may write at any time.
   */
  announceAway(rooms: readonly Room[], by: Session | RemoteUser): void {
    const { nick } = by;
    const absence = this.#ownAbsence(by);
    const isAway = absence !== undefined;
    this.messages.broadcastOnce(rooms, ({ name: room, isPaused, slow }) => {
      const text = isPaused || slow > 0 ? undefined : absence?.text;
      return { type: "away", room, nick, isAway, ...defined({ text }) };
    }, by);
  }

  /** Gives the session another nick and announces it. Calls back when it has the nick, or with the error. */
  rename(session: Session, wanted: string, done: (renamed: ChatResult<undefined>) => void): void {
    const checked = this.nicks.check(session, wanted);
    if (!checked.ok) return done(checked);
    const nick = checked.value;
    if (session.nick === nick) return done(ok(undefined));
    this.#claim(session, nick, (outcome) => {
      if (outcome === "offline") return done(fail("cut_off"));
      if (outcome === "taken") return this.rename(session, wanted, done); // is told what is free
      if (session.stage === "gone") {
        this.releaseNick(session, nick);
        return done(ok(undefined));
      }
      const { nick: from, key } = session;
      this.nicks.claim(session, nick);
      this.log("renamed", session, { from });
      if (key !== session.key) this.#options.cluster.release(key, session.id);
      this.announceRename([...session.rooms], { from, nick }, session);
      this.publishUser(session);
      done(ok(undefined));
    });
  }

  /** Announces a member's new nick in its rooms, once to each user. */
  announceRename(
    rooms: readonly Room[],
    names: { from: string; nick: string },
    by: Session | RemoteUser,
  ): void {
    this.messages.broadcastOnce(
      rooms,
      (room) => ({ type: "renamed", room: room.name, ...names }),
      by,
    );
  }

  /** Hides the messages of a user from the session, or shows them again. Users who are gone can only be shown again. */
  setIgnored(session: Session, typed: string, isIgnored: boolean): ChatResult<ReplyData["ignore"]> {
    this.#options.fanout.flushTo(session); // holds for later messages only
    const found = this.nicks.lookUp(session, typed);
    const user = found.ok ? found.value : { id: "", key: nickKey(typed), nick: quote(typed) };
    const { nick } = user;
    if (session.ignoreList.hides(user) === isIgnored) return ok({ nick, isIgnored, already: true });
    if (!isIgnored) session.ignoreList.remove(user);
    else if (!found.ok) return found;
    else if (user === session) return fail("not_oneself");
    else if (session.ignoreList.add(user) === "full") {
      return fail("too_many_ignored", { max: MAX_IGNORED });
    }
    this.publishUser(session);
    return ok({ nick, isIgnored });
  }

  /** Claims a nick in the cluster, unless the session has it already in other letters. */
  #claim(session: Session, nick: string, done: (outcome: ClaimOutcome) => void): void {
    const key = nickKey(nick);
    if (key === session.key) return done("claimed");
    this.#options.cluster.claim(key, session.id, (outcome) => {
      if (outcome === "taken") this.nicks.avoid(key);
      done(outcome);
    });
  }

  /** Call it about every second. */
  sweep(): void {
    this.presence.sweep();
    this.messages.sweep();
    this.moderation.sweep();
    this.nicks.sweep();
    this.rooms.sweep();
  }

  /** Gives the session everything so far, joins and leaves included. */
  #flushTo(session: Session): void {
    this.presence.flushTo(session);
    this.#options.fanout.flushTo(session);
  }

  /** Its first member moderates a room, unless it is the first room or has settings from an earlier time. */
  #addToRoom(
    session: Session,
    room: Room,
    { isAnnounced = true, isHeld }: { isAnnounced?: boolean; isHeld?: boolean | undefined } = {},
  ): void {
    const isNew = room.count === 0 && !room.state && room !== this.rooms.first;
    if (isNew) room.moderators.add(session);
    if (!isAnnounced) this.presence.flush(room); // what is batched counts without it
    this.rooms.addMember(session, room);
    room.joinedAfter.set(session, this.messages.lastMessageId);
    if (room.invited.includes(session.id)) this.rooms.setInvited(session.id, room, false);
    if (isAnnounced) this.presence.joined(session, room, isHeld);
    this.#options.fanout.startFrom(session);
    this.publishUser(session);
  }

  /** Announces it only with a departure. */
  #removeFromRoom(session: Session, room: Room, departure: Departure | undefined): void {
    if (session.hasWelcome && session.stage !== "gone") { // it may have to be replayed on a resume
      session.mailbox.addMissed(
        this.#options.history.after(room.name, room.joinedAfter.get(session)!),
      );
    }
    if (!departure) this.presence.flush(room);
    const isGone = this.rooms.removeMember(session, room);
    if (departure && !isGone) this.presence.left(session, room, departure);
  }
}
