/**
 * Files that cannot be a history, and the complaint about each. And the contents of a directory, to
 * compare with later.
 */

import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../server/history/database.ts";

export interface UselessFile {
  name: string;
  /** Makes the file and returns its path. */
  make: (directory: string) => string;
  /** The complaint after the path. */
  complaint: string;
}

const DAMAGE_AT = 3 * 4096; // the page of the messages

export const USELESS_FILES: readonly UselessFile[] = [
  {
    name: "a file in a folder that does not exist",
    make: (directory) => `${directory}/none/chat.db`,
    complaint: "the folder does not exist; create it, or choose another file",
  },
  {
    name: "a folder",
    make: (directory) => {
      Deno.mkdirSync(`${directory}/chat.db`);
      return `${directory}/chat.db`;
    },
    complaint: "it is not a file; choose another one",
  },
  {
    name: "a text file",
    make: (directory) => {
      Deno.writeTextFileSync(`${directory}/chat.db`, "some notes\n");
      return `${directory}/chat.db`;
    },
    complaint: "the file is not a history, and was left untouched; choose another file",
  },
  {
    name: "a database of another program",
    make: (directory) => {
      const path = `${directory}/chat.db`;
      const database = new DatabaseSync(path);
      database.exec("PRAGMA journal_mode = WAL; CREATE TABLE cookie (name TEXT)");
      database.close();
      return path;
    },
    complaint: "the file is not a history, and was left untouched; choose another file",
  },
  {
    name: "a history with a foreign table",
    make: (directory) => changed(directory, "CREATE TABLE cookie (name TEXT)"),
    complaint: "the file is not a history, and was left untouched; choose another file",
  },
  {
    name: "a history with a foreign trigger",
    make: (directory) =>
      changed(directory, "CREATE TRIGGER mine AFTER INSERT ON run BEGIN DELETE FROM run; END"),
    complaint: "the file is not a history, and was left untouched; choose another file",
  },
  {
    name: "a history of a newer version",
    make: (directory) => changed(directory, "PRAGMA user_version = 8"),
    complaint: "a newer version of chat made it; use that version, or choose another file",
  },
  {
    name: "a history of an earlier version",
    make: (directory) => changed(directory, "PRAGMA user_version = 2"),
    complaint: "the file is not a history, and was left untouched; choose another file",
  },
  {
    name: "a history without its last id",
    make: (directory) => changed(directory, "DELETE FROM last"),
    complaint: "it is damaged; restore a copy, or choose another file",
  },
  {
    name: "a damaged history",
    make: (directory) => {
      const path = made(directory);
      damage(path);
      return path;
    },
    complaint: "it is damaged; restore a copy, or choose another file",
  },
  {
    name: "a damaged history with the write-ahead log of a killed hub",
    make: (directory) => {
      const path = made(directory);
      const running = openDatabase(path);
      running.exec("UPDATE last SET id = 7");
      const log = Deno.readFileSync(`${path}-wal`);
      running.close();
      Deno.writeFileSync(`${path}-wal`, log);
      damage(path);
      return path;
    },
    complaint: "it is damaged; restore a copy, or choose another file",
  },
  {
    name: "a truncated history",
    make: (directory) => {
      const path = made(directory);
      Deno.truncateSync(path, DAMAGE_AT + 100);
      return path;
    },
    complaint: "it is damaged; restore a copy, or choose another file",
  },
  {
    name: "a read-only history",
    make: (directory) => {
      const path = made(directory);
      Deno.chmodSync(path, 0o444);
      return path;
    },
    complaint: "permission denied to read and write it or its folder; allow it, or choose " +
      "another file",
  },
];

/** Makes a history with one message. */
export function made(directory: string): string {
  return changed(
    directory,
    `INSERT INTO run VALUES (1, 1, 1, 'general', 'ana', 'ana', 'say', 'hola'); ` +
      "UPDATE last SET id = 1",
  );
}

function changed(directory: string, sql: string): string {
  const path = `${directory}/chat.db`;
  const database = openDatabase(path);
  database.exec(sql);
  database.close();
  return path;
}

/** Overwrites a part of the page of the messages. */
export function damage(path: string): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(DAMAGE_AT, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(64).fill(0xa5));
}

/** The mode and contents of every file in a directory. */
export async function contents(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, isFile } of Deno.readDirSync(directory)) {
    const path = `${directory}/${name}`;
    const digest = isFile
      ? new Uint8Array(await crypto.subtle.digest("SHA-256", Deno.readFileSync(path))).toHex()
      : "a folder";
    found[name] = `${Deno.lstatSync(path).mode?.toString(8)} ${digest}`;
  }
  return found;
}
