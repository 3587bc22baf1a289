/**
 * The doors of rooms: who may come in, when a room is opened at the cluster and closed again, and what becomes then of what
 * was laid down for it. Pure. Who goes through them, chat.ts knows.
 */

import type { Cluster } from "../cluster/mod.ts";
import type { History } from "../history/mod.ts";
import type { Presence } from "./presence.ts";
import type { ChatError } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Rooms } from "./rooms.ts";
import type { Session } from "../model/session.ts";
import type { Posted } from "../types.ts";

export interface RoomLifecycleOptions {
  rooms: Rooms;
  presence: Presence;
  history: History;
  cluster: Cluster;
  /** Takes what was said in a room before it was opened. */
  addHistory: (past: readonly Posted[]) => void;
}

export class RoomLifecycle {
  readonly #options: RoomLifecycleOptions;
  /** What could not be opened, and is tried again. */
  #unopened: (() => void)[] = [];

  constructor(options: RoomLifecycleOptions) {
    this.#options = options;
  }

  /** The room of a name as somebody types it, or why the session may not come in there. */
  requireRoom(session: Session, name: string): Room | ChatError {
    const room = this.#options.rooms.findOrMake(session, name);
    if ("code" in room) return room;
    this.#resetIfDeserted(room);
    if (!room.isLocked || session.rooms.has(room) || session.isModerator) return room;
    const params = { room: room.name };
    this.#options.rooms.dropIfEmpty(room);
    return { code: "room_locked", params };
  }

  /** Opens a room, and all that was said there last is known; calls back with whether it is open. */
  open(room: Room, after: number, done: (isOpen: boolean) => void): void {
    if (room.isOpen) return done(true);
    room.onOpened.push(done);
    if (room.onOpened.length > 1) return;
    this.#options.cluster.openRoom(room.name, after, (past) => {
      if (past) {
        room.isOpen = true;
        this.#options.addHistory(past);
      }
      for (const each of room.onOpened.splice(0)) each(room.isOpen);
      if (room.members.size === 0) this.#close(room); // nobody has come in after all
    });
  }

  /** The same, tried again until it is open. */
  openWithRetry(name: string, after: number, done: (room: Room) => void): void {
    const room = this.#options.rooms.make(name);
    this.open(room, after, (isOpen) => {
      if (isOpen) done(room);
      else this.#unopened.push(() => this.openWithRetry(name, after, done));
    });
  }

  /** The session goes out of a room, without a word. Gives whether the room is gone. */
  leave(session: Session, room: Room): boolean {
    session.joinedAfter.delete(room);
    this.#options.rooms.removeMember(session, room);
    return room.members.size === 0 && this.#close(room);
  }

  /** Nobody of the room is here any more. Gives whether the room is gone. */
  #close(room: Room): boolean {
    const had = room.state;
    const isGone = this.#options.rooms.dropIfEmpty(room);
    if (had && room.count === 0) {
      const state = isGone ? undefined : room.state;
      this.#options.cluster.putRule({ kind: "room", room: room.name, state });
    }
    if (isGone) this.#options.presence.forget(room);
    // Alone, the first room is open for good, and so is what was said there.
    if (!isGone && this.#options.cluster.isAlone) return false;
    room.isOpen = false;
    this.#options.cluster.closeRoom(room.name);
    this.#options.history.forget(room.name);
    return isGone;
  }

  /** What is laid down for a room ends when nobody is in it, also where its last people went with their hub. */
  #resetIfDeserted(room: Room): void {
    if (room.count > 0 || !room.state) return;
    if (room === this.#options.rooms.first) room.resetSettings();
    else room.state = undefined;
    this.#options.cluster.putRule({ kind: "room", room: room.name, state: room.state });
  }

  /** Tries again what could not be opened; to be called every second or so. */
  sweep(): void {
    const { cluster, rooms: { first } } = this.#options;
    if (cluster.isOffline) return;
    // Locked, it would be so for good: nobody could come in who may unlock it.
    if (first.isLocked) this.#resetIfDeserted(first);
    for (const retry of this.#unopened.splice(0)) retry();
  }
}
