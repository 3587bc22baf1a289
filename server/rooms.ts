/** Which rooms there are, and who is in them. Who is told of it, its caller knows. */

import { parseRoom } from "../protocol/names.ts";
import type { RoomSummary } from "../protocol/codes.ts";
import { quote, type Refusal } from "./refusal.ts";
import { Room } from "./room.ts";
import type { Session } from "./session.ts";

/** The room into which everyone comes first. It never vanishes. */
export const FIRST_ROOM = "general";
/** Rooms of a hub. */
export const MAX_ROOMS = 1000;
/** Rooms that one session may be in. */
export const MAX_ROOMS_OF_SESSION = 20;

export class Rooms {
  readonly #rooms: Map<string, Room> = new Map([[FIRST_ROOM, new Room(FIRST_ROOM)]]);

  get first(): Room {
    return this.#rooms.get(FIRST_ROOM)!;
  }

  get count(): number {
    return this.#rooms.size;
  }

  /** The room of a name as somebody types it, made if there is none; or why the session cannot be in it. */
  open(session: Session, name: string): Room | Refusal {
    const parsed = parseRoom(name);
    if (!parsed.ok) return { code: "bad_room", params: { room: quote(name), fault: parsed.fault } };
    const room = this.#rooms.get(parsed.room);
    if (room && session.rooms.has(room)) return room;
    if (session.rooms.size >= MAX_ROOMS_OF_SESSION) {
      return { code: "too_many_rooms", params: { max: MAX_ROOMS_OF_SESSION } };
    }
    if (room) return room;
    if (this.#rooms.size >= MAX_ROOMS) return { code: "no_more_rooms", params: { max: MAX_ROOMS } };
    const opened = new Room(parsed.room);
    this.#rooms.set(parsed.room, opened);
    return opened;
  }

  /** The room of a name that the session is in, or why there is none. */
  find(session: Session, name: string): Room | Refusal {
    const parsed = parseRoom(name);
    const room = parsed.ok ? this.#rooms.get(parsed.room) : undefined;
    if (room && session.rooms.has(room)) return room;
    return { code: "no_such_room", params: { room: quote(name) } };
  }

  /** The session comes in; the room is its current one now. */
  enter(session: Session, room: Room): void {
    room.members.add(session);
    session.rooms.add(room);
    session.room = room;
  }

  /** The session goes out; the room that it entered last before is its current one. Gives whether the room is gone. */
  leave(session: Session, room: Room): boolean {
    room.members.delete(session);
    session.rooms.delete(room);
    if (session.room === room) session.room = [...session.rooms].at(-1);
    return this.#vanish(room);
  }

  /** The largest rooms, at most `max`; of equals, the older first. */
  list(max: number): RoomSummary[] {
    return [...this.#rooms.values()]
      .map((room) => room.summary())
      .sort((a, b) => b.count - a.count)
      .slice(0, max);
  }

  #vanish(room: Room): boolean {
    if (room.members.size > 0) return false;
    if (room.name !== FIRST_ROOM) return this.#rooms.delete(room.name);
    room.lift(); // locked, it would be so for good: nobody could come in who may unlock it
    return false;
  }
}
