/** Which rooms there are, here and at other hubs, and who is in them. Who is told of it, its caller knows. */

import { parseRoom } from "../../common/protocol/names.ts";
import type { RoomSummary } from "../../common/protocol/codes.ts";
import type { RemoteUsers } from "../model/remote_users.ts";
import { type ChatError, quote } from "../model/errors.ts";
import { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { RoomState } from "../types.ts";

/** The room into which everyone comes first. It never vanishes. */
export const FIRST_ROOM = "general";
/** Rooms of a hub. */
export const MAX_ROOMS = 1000;
/** Rooms that one session may be in. */
export const MAX_ROOMS_OF_SESSION = 20;

export class Rooms {
  readonly #remoteUsers: RemoteUsers;
  /** Those in which somebody is who is here, and the first. */
  readonly #rooms: Map<string, Room> = new Map();
  /** What is laid down for rooms of other hubs. */
  readonly #states: Map<string, RoomState> = new Map();

  /** `people`: those at other hubs. */
  constructor(people: RemoteUsers) {
    this.#remoteUsers = people;
    this.#make(FIRST_ROOM);
  }

  get first(): Room {
    return this.#rooms.get(FIRST_ROOM)!;
  }

  /** Rooms of all hubs. */
  get count(): number {
    return this.#names().size;
  }

  /** The room of a name, where somebody of it is here. */
  get(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** The room of a name that is one, made if there is none here. */
  make(name: string): Room {
    return this.#rooms.get(name) ?? this.#make(name);
  }

  /** What another hub has laid down for a room, or nothing any more. */
  setState(name: string, state: RoomState | undefined): void {
    const room = this.#rooms.get(name);
    if (room) room.state = state;
    else if (state) this.#states.set(name, state);
    else this.#states.delete(name);
  }

  /** The room of a name as somebody types it, made if there is none; or why the session cannot be in it. */
  findOrMake(session: Session, name: string): Room | ChatError {
    const parsed = parseRoom(name);
    if (!parsed.ok) return { code: "bad_room", params: { room: quote(name), fault: parsed.fault } };
    const room = this.#rooms.get(parsed.room);
    if (room && session.rooms.has(room)) return room;
    if (session.rooms.size >= MAX_ROOMS_OF_SESSION) {
      return { code: "too_many_rooms", params: { max: MAX_ROOMS_OF_SESSION } };
    }
    if (room) return room;
    if (this.#rooms.size >= MAX_ROOMS) return { code: "no_more_rooms", params: { max: MAX_ROOMS } };
    return this.#make(parsed.room);
  }

  /** The room of a name that the session is in, or why there is none. */
  findJoined(session: Session, name: string): Room | ChatError {
    const parsed = parseRoom(name);
    const room = parsed.ok ? this.#rooms.get(parsed.room) : undefined;
    if (room && session.rooms.has(room)) return room;
    return { code: "no_such_room", params: { room: quote(name) } };
  }

  /** The session comes in; the room is its current one now. */
  addMember(session: Session, room: Room): void {
    room.members.add(session);
    session.rooms.add(room);
    session.room = room;
  }

  /** The session goes out; the room that it entered last before is its current one. */
  removeMember(session: Session, room: Room): void {
    room.members.delete(session);
    session.rooms.delete(room);
    if (session.room === room) session.room = [...session.rooms].at(-1);
  }

  /** A room of which nobody is here, nor about to come in, is gone, but for the first. Gives whether it is. */
  dropIfEmpty(room: Room): boolean {
    if (room.members.size > 0 || room.onOpened.length > 0) return false;
    if (room.name === FIRST_ROOM) {
      if (room.count === 0) room.resetSettings(); // locked, it would be so for good: nobody could come in who may unlock it
      return false;
    }
    if (room.count > 0 && room.state) this.#states.set(room.name, room.state);
    return this.#rooms.delete(room.name);
  }

  /** The largest rooms, at most `max`; of equals, the older first. */
  list(max: number): RoomSummary[] {
    return [...this.#names()]
      .map((name) => this.#summary(name))
      .sort((a, b) => b.count - a.count)
      .slice(0, max);
  }

  #make(name: string): Room {
    const room = new Room(name, this.#remoteUsers);
    room.state = this.#states.get(name);
    this.#states.delete(name);
    this.#rooms.set(name, room);
    return room;
  }

  #names(): Set<string> {
    return new Set([...this.#rooms.keys(), ...this.#remoteUsers.rooms()]);
  }

  #summary(name: string): RoomSummary {
    const room = this.#rooms.get(name);
    if (room) return room.summary();
    const topic = this.#states.get(name)?.topic ?? "";
    return { room: name, count: this.#remoteUsers.in(name).size, topic };
  }
}
