/** The rooms of this hub: finding, joining, opening and closing them; and what is known of rooms at other hubs. */

import type { RoomSummary } from "../../common/protocol/codes.ts";
import { FIRST_ROOM, joinWords, parseRoom, roomName } from "../../common/protocol/names.ts";
import { err, ok } from "../../common/result.ts";
import type { Cluster } from "../cluster/mod.ts";
import type { History } from "../history/mod.ts";
import { type ChatError, type ChatResult, fail, quote } from "../model/errors.ts";
import type { RemoteUsers } from "../model/remote_users.ts";
import { MAX_INVITED, Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Posted, RoomState } from "../types.ts";
import type { Presence } from "./presence.ts";

/** Rooms of a hub. */
export const MAX_ROOMS = 1000;
/** Rooms that the users of one address may have opened, so that nobody can take all. */
export const MAX_ROOMS_OF_ADDRESS = 100;
/** The most rooms that a session may be in. */
export const MAX_ROOMS_OF_SESSION = 20;

export interface RoomsOptions {
  remoteUsers: RemoteUsers;
  presence: Presence;
  history: History;
  cluster: Cluster;
  /** Takes what was posted in a room before it was opened here. */
  addHistory: (past: readonly Posted[]) => void;
}

export class Rooms {
  readonly #options: RoomsOptions;
  /** The rooms with members at this hub, and the first room. */
  readonly #rooms: Map<string, Room> = new Map();
  /** The settings of rooms that have members only at other hubs, or had some when the hub stopped. */
  readonly #states: Map<string, RoomState> = new Map();
  /** Rooms that could not be opened and are tried again. */
  #unopened: (() => void)[] = [];

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#make(FIRST_ROOM);
  }

  get first(): Room {
    return this.#rooms.get(FIRST_ROOM)!;
  }

  /** The number of rooms at all hubs. */
  get count(): number {
    return this.#rooms.size + this.#namesElsewhere().length;
  }

  /** The room of a name, if it has members at this hub. */
  get(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** Whether there is a room of a name at any hub. */
  exists(name: string): boolean {
    return this.#rooms.has(name) || this.#options.remoteUsers.in(name).size > 0;
  }

  /** Another hub has changed a room's settings; undefined resets them. */
  setState(name: string, state: RoomState | undefined): void {
    const room = this.#rooms.get(name);
    if (room) room.state = state;
    else if (state) this.#states.set(name, state);
    else this.#states.delete(name);
  }

  /** The settings of a room at any hub, if it has any. */
  stateOf(name: string): RoomState | undefined {
    return this.#rooms.get(name)?.state ?? this.#states.get(name);
  }

  /** The room of a name as a user types it, perhaps with its key, if the session may join it. It is made if it is new. */
  findOrMake(session: Session, whole: string, muted: ChatError | undefined): ChatResult<Room> {
    const [, first = "", word = ""] = /^\s*(\S+)\s+(\S+)\s*$/.exec(whole) ?? [];
    const typed = this.stateOf(roomName(first))?.key ? first : whole;
    const suggestion = joinWords(typed, "-", parseRoom);
    if (suggestion) return fail("spaced_room", { room: quote(typed), suggestion });
    const parsed = parseRoom(typed);
    if (!parsed.ok) return fail("bad_room", { room: quote(typed), fault: parsed.error });
    const name = parsed.value;
    let room = this.#rooms.get(name);
    if (room && session.rooms.has(room)) return ok(room);
    if (session.rooms.size >= MAX_ROOMS_OF_SESSION) {
      return fail("too_many_rooms", { max: MAX_ROOMS_OF_SESSION });
    }
    if (!room) {
      if (this.#rooms.size >= MAX_ROOMS) return fail("no_more_rooms", { max: MAX_ROOMS });
      const { network } = session.peer;
      const opened = this.#rooms.values().filter((each) => network && each.openedBy === network);
      if ([...opened].length >= MAX_ROOMS_OF_ADDRESS) {
        return fail("too_many_rooms_opened", { max: MAX_ROOMS_OF_ADDRESS });
      }
      room = this.#make(name, network);
    }
    // Its last members may have gone down with their hub.
    if (!this.#options.cluster.isAlone) this.#resetIfDeserted(room);
    const isMuted = room.count === 0 && room !== this.first; // all can read its name
    const refusal = room.checkMayJoin(session, word) ?? (isMuted ? muted : undefined);
    if (!refusal) return ok(room);
    this.#dropIfEmpty(room);
    return err(refusal);
  }

  /** The room of a name as a user types it, if the session is in it; its current one by default. */
  findJoined(session: Session, typed?: string): ChatResult<Room> {
    if (typed === undefined) return ok(session.room!);
    const room = this.#find(typed);
    if (room && session.rooms.has(room)) return ok(room);
    return fail("no_such_room", { room: quote(typed) });
  }

  /** The room of a name as a user types it, if it is here and the session may join it; its current one by default. */
  findOpen(session: Session, typed: string): ChatResult<Room> {
    if (typed === "") return ok(session.room!);
    const room = this.#find(typed);
    const isClosed = room && (room.isLocked || room.key !== "");
    const isOpen = !isClosed || session.isModerator || session.rooms.has(room);
    return room && isOpen ? ok(room) : fail("unknown_room", { room: quote(typed) });
  }

  /** Opens a room and loads its last messages, then calls back with whether it is open. */
  open(room: Room, after: number, done: (isOpen: boolean) => void): void {
    if (room.isOpen) return done(true);
    room.onOpened.push(done);
    if (room.onOpened.length > 1) return;
    this.#options.cluster.openRoom(room.name, after, (past) => {
      if (past) {
        room.isOpen = true;
        this.#options.addHistory(past);
      }
      for (const call of room.onOpened.splice(0)) call(room.isOpen);
      if (room.members.size === 0) this.#close(room); // nobody joined after all
    });
  }

  /** The same, tried again until the room is open. */
  openWithRetry(name: string, after: number, done: (room: Room) => void): void {
    const room = this.#rooms.get(name) ?? this.#make(name);
    this.open(room, after, (isOpen) => {
      if (isOpen) done(room);
      else this.#unopened.push(() => this.openWithRetry(name, after, done));
    });
  }

  /** Adds the session to a room, which becomes its current one. */
  addMember(session: Session, room: Room): void {
    room.members.add(session);
    if (session.stage !== "away") room.readers.add(session);
    session.rooms.add(room);
    session.room = room;
  }

  /** Removes the session from a room. The current one is then the one it joined last. Returns whether the room is gone. */
  removeMember(session: Session, room: Room): boolean {
    room.joinedAfter.delete(session);
    room.members.delete(session);
    room.readers.delete(session);
    room.moderators.delete(session);
    session.rooms.delete(room);
    if (session.room === room) session.room = [...session.rooms].at(-1);
    return room.members.size === 0 && this.#close(room);
  }

  /** Lets a user join a room once, even if it is locked or full, or has a key; or ends that. At all hubs. */
  setInvited(id: string, room: Room, isInvited: boolean): void {
    const others = room.invited.filter((each) => each !== id);
    room.invited = isInvited ? [...others, id].slice(-MAX_INVITED) : others;
    this.#options.cluster.putRule({ kind: "room", room: room.name, state: room.state });
  }

  /** The largest rooms, at most `max`; of equals, the older first. */
  list(max: number): RoomSummary[] {
    return [...this.#rooms.keys(), ...this.#namesElsewhere()]
      .map((name) => this.#summary(name))
      .sort((a, b) => b.count - a.count)
      .slice(0, max);
  }

  /** Tries again to open what could not be opened. Call it about every second. */
  sweep(): void {
    if (this.#options.cluster.isOffline) return;
    for (const retry of this.#unopened.splice(0)) retry();
  }

  #find(typed: string): Room | undefined {
    return this.#rooms.get(roomName(typed));
  }

  #make(name: string, openedBy?: string): Room {
    const room = new Room(name, this.#options.remoteUsers, openedBy);
    room.state = this.#states.get(name);
    this.#states.delete(name);
    this.#rooms.set(name, room);
    return room;
  }

  /** The last member here has left. Returns whether the room is gone. */
  #close(room: Room): boolean {
    this.#resetIfDeserted(room);
    const isGone = this.#dropIfEmpty(room);
    if (isGone) this.#options.presence.forget(room);
    // The first room of a single hub stays open, and keeps its history.
    if (!isGone && this.#options.cluster.isAlone) return false;
    room.isOpen = false;
    this.#options.cluster.closeRoom(room.name);
    this.#options.history.forget(room.name);
    return isGone;
  }

  /** A room without members loses its settings; only the first keeps them. */
  #resetIfDeserted(room: Room): void {
    if (room.count > 0 || !room.state || room === this.first) return;
    room.state = undefined;
    this.#options.cluster.putRule({ kind: "room", room: room.name, state: undefined });
  }

  /** Drops a room without members here, except the first and those being joined. Returns whether it is gone. */
  #dropIfEmpty(room: Room): boolean {
    if (room.members.size > 0 || room.onOpened.length > 0 || room === this.first) return false;
    if (room.state) this.#states.set(room.name, room.state);
    return this.#rooms.delete(room.name);
  }

  /** The rooms with members only at other hubs. */
  #namesElsewhere(): string[] {
    return [...this.#options.remoteUsers.rooms()].filter((name) => !this.#rooms.has(name));
  }

  #summary(name: string): RoomSummary {
    const room = this.#rooms.get(name);
    if (room) return room.summary();
    const topic = this.#states.get(name)?.topic ?? "";
    return { room: name, count: this.#options.remoteUsers.in(name).size, topic };
  }
}
