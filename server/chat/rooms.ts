/** The rooms of this hub, their members, and what is known of rooms at other hubs. */

import type { RoomSummary } from "../../common/protocol/codes.ts";
import { joinWords, parseRoom } from "../../common/protocol/names.ts";
import { ok } from "../../common/result.ts";
import { type ChatResult, fail, quote } from "../model/errors.ts";
import type { RemoteUsers } from "../model/remote_users.ts";
import { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { RoomState } from "../types.ts";

/** The room that everyone joins first. It always exists. */
const FIRST_ROOM = "general";
/** Rooms of a hub. */
export const MAX_ROOMS = 1000;
/** Rooms that the users of one address may have opened, so that nobody can take all. */
export const MAX_ROOMS_OF_ADDRESS = 100;
/** The most rooms that a session may be in. */
export const MAX_ROOMS_OF_SESSION = 20;

export class Rooms {
  readonly #remoteUsers: RemoteUsers;
  /** The rooms with members at this hub, and the first room. */
  readonly #rooms: Map<string, Room> = new Map();
  /** Rooms here by the network of the user who opened them; never 0. */
  readonly #opened: Map<string, number> = new Map();
  /** The settings of rooms that have members only at other hubs. */
  readonly #states: Map<string, RoomState> = new Map();

  constructor(remoteUsers: RemoteUsers) {
    this.#remoteUsers = remoteUsers;
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

  /** The room of a valid name, made if it does not exist here. */
  make(name: string): Room {
    return this.#rooms.get(name) ?? this.#make(name);
  }

  /** Another hub has changed a room's settings; undefined resets them. */
  setState(name: string, state: RoomState | undefined): void {
    const room = this.#rooms.get(name);
    if (room) room.state = state;
    else if (state) this.#states.set(name, state);
    else this.#states.delete(name);
  }

  /** The room of a name as a user types it, made if it does not exist; an error if the session may not be in it. */
  findOrMake(session: Session, typed: string): ChatResult<Room> {
    const suggestion = joinWords(typed, "-", parseRoom);
    if (suggestion) return fail("spaced_room", { room: quote(typed), suggestion });
    const parsed = parseRoom(typed);
    if (!parsed.ok) return fail("bad_room", { room: quote(typed), fault: parsed.error });
    const name = parsed.value;
    const room = this.#rooms.get(name);
    if (room && session.rooms.has(room)) return ok(room);
    if (session.rooms.size >= MAX_ROOMS_OF_SESSION) {
      return fail("too_many_rooms", { max: MAX_ROOMS_OF_SESSION });
    }
    if (room) return ok(room);
    if (this.#rooms.size >= MAX_ROOMS) return fail("no_more_rooms", { max: MAX_ROOMS });
    const { network } = session.peer;
    if (network !== undefined && (this.#opened.get(network) ?? 0) >= MAX_ROOMS_OF_ADDRESS) {
      return fail("too_many_rooms_opened", { max: MAX_ROOMS_OF_ADDRESS });
    }
    return ok(this.#make(name, network));
  }

  /** The room of a name as a user types it, if the session is in it; its current one by default. */
  findJoined(session: Session, typed?: string): ChatResult<Room> {
    if (typed === undefined) return ok(session.room!);
    const room = this.#find(typed);
    if (room && session.rooms.has(room)) return ok(room);
    return fail("no_such_room", { room: quote(typed) });
  }

  /** The room of a name as a user types it, if there is one here that the session may join; its current one by default. */
  findOpen(session: Session, typed: string): ChatResult<Room> {
    if (typed === "") return ok(session.room!);
    const room = this.#find(typed);
    const isOpen = room && (!room.isLocked || session.isModerator || session.rooms.has(room));
    return isOpen ? ok(room) : fail("unknown_room", { room: quote(typed) });
  }

  /** Adds the session to a room, which becomes its current one. */
  addMember(session: Session, room: Room): void {
    room.members.add(session);
    if (session.stage !== "away") room.readers.add(session);
    session.rooms.add(room);
    session.room = room;
  }

  /** Removes the session from a room. If that was its current room, the room that it joined last becomes current. */
  removeMember(session: Session, room: Room): void {
    room.members.delete(session);
    room.readers.delete(session);
    session.rooms.delete(room);
    if (session.room === room) session.room = [...session.rooms].at(-1);
  }

  /** Drops a room without members here, unless a user is about to join it or it is the first one. Returns whether it is gone. */
  dropIfEmpty(room: Room): boolean {
    if (room.members.size > 0 || room.onOpened.length > 0) return false;
    if (room.name === FIRST_ROOM) return false;
    if (room.count > 0 && room.state) this.#states.set(room.name, room.state);
    this.#countOpened(room.openedBy, -1);
    return this.#rooms.delete(room.name);
  }

  /** The largest rooms, at most `max`; of equals, the older first. */
  list(max: number): RoomSummary[] {
    return [...this.#rooms.keys(), ...this.#namesElsewhere()]
      .map((name) => this.#summary(name))
      .sort((a, b) => b.count - a.count)
      .slice(0, max);
  }

  #find(typed: string): Room | undefined {
    const parsed = parseRoom(typed);
    return parsed.ok ? this.#rooms.get(parsed.value) : undefined;
  }

  #make(name: string, openedBy?: string): Room {
    const room = new Room(name, this.#remoteUsers, openedBy);
    this.#countOpened(openedBy, 1);
    room.state = this.#states.get(name);
    this.#states.delete(name);
    this.#rooms.set(name, room);
    return room;
  }

  #countOpened(network: string | undefined, change: 1 | -1): void {
    if (network === undefined) return;
    const count = (this.#opened.get(network) ?? 0) + change;
    if (count === 0) this.#opened.delete(network);
    else this.#opened.set(network, count);
  }

  /** The rooms with members only at other hubs. */
  #namesElsewhere(): string[] {
    return [...this.#remoteUsers.rooms()].filter((name) => !this.#rooms.has(name));
  }

  #summary(name: string): RoomSummary {
    const room = this.#rooms.get(name);
    if (room) return room.summary();
    const topic = this.#states.get(name)?.topic ?? "";
    return { room: name, count: this.#remoteUsers.in(name).size, topic };
  }
}
