/** Room lifecycle: access, opening and closing rooms in the cluster, and resetting the settings of deserted ones. */

import { err, ok } from "../../common/result.ts";
import type { Cluster } from "../cluster/mod.ts";
import type { History } from "../history/mod.ts";
import { type ChatError, type ChatResult, fail } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Posted } from "../types.ts";
import type { Presence } from "./presence.ts";
import type { Rooms } from "./rooms.ts";

export interface RoomLifecycleOptions {
  rooms: Rooms;
  presence: Presence;
  history: History;
  cluster: Cluster;
  /** Takes what was posted in a room before it was opened here. */
  addHistory: (past: readonly Posted[]) => void;
}

export class RoomLifecycle {
  readonly #options: RoomLifecycleOptions;
  /** Rooms that could not be opened and are tried again. */
  #unopened: (() => void)[] = [];

  constructor(options: RoomLifecycleOptions) {
    this.#options = options;
  }

  /** The room of a name as a user types it, made if needed unless `muted`; an error if the session may not join it. */
  requireRoom(session: Session, typed: string, muted: ChatError | undefined): ChatResult<Room> {
    const { rooms } = this.#options;
    const found = rooms.findOrMake(session, typed);
    if (!found.ok) return found;
    const room = found.value;
    this.#resetIfDeserted(room);
    const isLocked = room.isLocked && !session.rooms.has(room) && !session.isModerator;
    const isMuted = muted && room.count === 0 && room !== rooms.first; // all can read its name
    if (!isLocked && !isMuted) return ok(room);
    rooms.dropIfEmpty(room);
    return isLocked ? fail("room_locked", { room: room.name }) : err(muted!);
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
    const room = this.#options.rooms.make(name);
    this.open(room, after, (isOpen) => {
      if (isOpen) done(room);
      else this.#unopened.push(() => this.openWithRetry(name, after, done));
    });
  }

  /** Removes the session from a room without announcing it. Returns whether the room is gone. */
  leave(session: Session, room: Room): boolean {
    session.joinedAfter.delete(room);
    this.#options.rooms.removeMember(session, room);
    return room.members.size === 0 && this.#close(room);
  }

  /** The last member here has left. Returns whether the room is gone. */
  #close(room: Room): boolean {
    const isGone = this.#options.rooms.dropIfEmpty(room);
    this.#resetIfDeserted(room);
    if (isGone) this.#options.presence.forget(room);
    // The first room of a single hub stays open, and keeps its history.
    if (!isGone && this.#options.cluster.isAlone) return false;
    room.isOpen = false;
    this.#options.cluster.closeRoom(room.name);
    this.#options.history.forget(room.name);
    return isGone;
  }

  /** A room without members loses its settings, also if its last members went down with their hub; the first keeps its topic. */
  #resetIfDeserted(room: Room): void {
    if (room.count > 0 || !room.state) return;
    room.state = room === this.#options.rooms.first ? { topic: room.topic } : undefined;
    this.#options.cluster.putRule({ kind: "room", room: room.name, state: room.state });
  }

  /** Tries again to open what could not be opened. Call it about every second. */
  sweep(): void {
    const { cluster, rooms: { first } } = this.#options;
    if (cluster.isOffline) return;
    // If it stayed locked, nobody who could unlock it could join.
    if (first.isLocked) this.#resetIfDeserted(first);
    for (const retry of this.#unopened.splice(0)) retry();
  }
}
