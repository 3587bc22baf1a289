/**
 * Files in which a history cannot be kept: how to make each one, and what is said of it. And what a directory holds, to be
 * compared with what it holds later.
 */

import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../server/history/database.ts";

export interface UselessFile {
  name: string;
  /** Makes it, and gives its path. */
  make: (directory: string) => string;
  /** What is wrong with it, behind its path. */
  complaint: string;
}

const DAMAGE_AT = 2 * 4096; // the page of the messages

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
    name: "a text",
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
    name: "a history with a table of somebody else's",
    make: (directory) => changed(directory, "CREATE TABLE cookie (name TEXT)"),
    complaint: "the file is not a history, and was left untouched; choose another file",
  },
  {
    name: "a history of a newer version",
    make: (directory) => changed(directory, "PRAGMA user_version = 4"),
    complaint: "a newer version of chat made it; use that version, or choose another file",
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
    name: "a damaged history, and what a killed hub had not yet moved into it",
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
    name: "a history that is cut short",
    make: (directory) => {
      const path = made(directory);
      Deno.truncateSync(path, DAMAGE_AT + 100);
      return path;
    },
    complaint: "it is damaged; restore a copy, or choose another file",
  },
  {
    name: "a history that nobody may write to",
    make: (directory) => {
      const path = made(directory);
      Deno.chmodSync(path, 0o444);
      return path;
    },
    complaint: "permission denied to read and write it or its folder; allow it, or choose " +
      "another file",
  },
];

/** A history with a message. */
export function made(directory: string): string {
  return changed(
    directory,
    `INSERT INTO run VALUES (1, 1, 1, 'general', 'ana', 'ana', 'say', 'hola'); ` +
      "UPDATE last SET id = 1",
  );
}

/**
 * A history as version 1 of the tables had it, in which a message was a row. It has the messages of those ids, and its last
 * id is one more than the last of them.
 */
export function madeByVersion1(
  directory: string,
  { ids, text = (id) => `m${id}` }: { ids: readonly number[]; text?: (id: number) => string },
): string {
  const tables = `CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  ts INTEGER NOT NULL,
  room TEXT NOT NULL,
  nick TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('say', 'action')),
  text TEXT NOT NULL
) STRICT;
CREATE INDEX message_room ON message (room, id);`;
  return madeEarlier(directory, 1, { tables, lastId: (ids.at(-1) ?? 0) + 1 }, (database) => {
    const insert = database.prepare("INSERT INTO message VALUES (?, ?, ?, 'Ana', 'ana', ?, ?)");
    for (const id of ids) {
      const room = id % 3 === 0 ? "dev" : "general";
      insert.run(id, id, room, id % 5 === 0 ? "action" : "say", text(id));
    }
  });
}

/**
 * A history as version 2 of the tables had it, in which the texts of a row were a list in JSON. It has these texts as one
 * row, and one by itself; its last id is 9.
 */
export function madeByVersion2(directory: string, texts: readonly string[]): string {
  const tables = `CREATE TABLE run (
  first INTEGER PRIMARY KEY,
  messages INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  room TEXT NOT NULL,
  nick TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('say', 'action')),
  texts TEXT NOT NULL
) STRICT;
CREATE INDEX run_room ON run (room, first);
CREATE VIEW message AS
SELECT first + json_each.key AS id, ts, room, nick, kind, json_each.value AS text
FROM run, json_each(texts);`;
  return madeEarlier(directory, 2, { tables, lastId: 9 }, (database) => {
    const insert = database.prepare(
      "INSERT INTO run VALUES (?, ?, 1, 'general', 'Ana', 'ana', 'say', ?)",
    );
    insert.run(1, texts.length, JSON.stringify(texts));
    insert.run(1 + texts.length, 1, '["sola"]');
  });
}

/** A history as an earlier version of the program left it, in words of its own: the program's may change. */
function madeEarlier(
  directory: string,
  version: number,
  { tables, lastId }: { tables: string; lastId: number },
  fill: (database: DatabaseSync) => void,
): string {
  const path = `${directory}/chat.db`;
  Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  using database = new DatabaseSync(path);
  database.exec(`BEGIN;
CREATE TABLE last (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id INTEGER NOT NULL
) STRICT;
${tables}
INSERT INTO last VALUES (1, ${lastId});
PRAGMA application_id = 1667785076;
PRAGMA user_version = ${version};`);
  fill(database);
  database.exec("COMMIT; PRAGMA journal_mode = WAL");
  return path;
}

function changed(directory: string, sql: string): string {
  const path = `${directory}/chat.db`;
  const database = openDatabase(path);
  database.exec(sql);
  database.close();
  return path;
}

function damage(path: string): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(DAMAGE_AT, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(64).fill(0xa5));
}

/** Every file of a directory: its mode and what is in it. */
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
