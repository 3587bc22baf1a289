/** Notices what other programs do with the file of a history: they move, delete or replace it, or remove messages. */

import type { HistoryFile } from "./file.ts";
import type { MemoryHistory } from "./memory.ts";
import type { History } from "./mod.ts";

/** Rooms that are compared with the file in a call: about 2 ms for each. */
const ROOMS = 2;

export class FileWatch {
  readonly #file: HistoryFile;
  /** Whether the file is not at its path. */
  isAway = false;
  #isLooking = false;
  #version: unknown;
  /** Rooms to compare with the file. */
  readonly #rooms = new Set<string>();

  /** @throws {Error} if the file cannot be read. */
  constructor(file: HistoryFile) {
    this.#file = file;
    this.hasOtherChanges([]);
  }

  /** Looks where the file is, of which {@linkcode isAway} tells later. Never rejects. */
  async look(): Promise<void> {
    const { database: { place }, options: { look, path } } = this.#file;
    if (!look || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const found = await look(path);
      this.isAway = found?.ino !== place?.ino || found?.dev !== place?.dev;
    } catch {
      // what was found last holds
    }
    this.#isLooking = false;
  }

  /** Whether another program has changed the file since the last call: then the rooms are compared. @throws {Error} */
  hasOtherChanges(rooms: Iterable<string>): boolean {
    const before = this.#version;
    this.#version = this.#file.statements.version.get()!["data_version"];
    if (this.#version === before) return false;
    for (const room of rooms) this.#rooms.add(room);
    return true;
  }

  /** What memory has of some rooms, and the file no longer has. @throws {Error} if the file cannot be read. */
  compare(recent: MemoryHistory, isSaved: (id: number) => boolean) {
    return [...this.#rooms].slice(0, ROOMS).flatMap((room): ReturnType<History["takeRemoved"]> => {
      const saved = recent.backwards(room).map(({ message }) => message.id).filter(isSaved);
      const missing = this.#file.statements.missing.all(JSON.stringify([...saved]));
      this.#rooms.delete(room);
      return missing.length > 0 ? [{ room, ids: missing.map(({ id }) => Number(id)) }] : [];
    });
  }
}
