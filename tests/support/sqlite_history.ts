/** A history in a file of a temporary directory, and messages for it. */

import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import type { SqliteOptions } from "../../server/history/mod.ts";
import { openHistory, type SqliteHistory } from "../../server/history/sqlite.ts";
import type { Log } from "../../server/log.ts";
import type { Posted } from "../../server/types.ts";
import { tempDirectory } from "./temp.ts";

export const DAY = 24 * 60 * 60 * 1000;

/** The fields of a message that a test chooses. */
interface Details {
  room?: string;
  text?: string;
  ts?: number;
  nick?: string;
  kind?: "say" | "action" | "notice";
}

/** A message with this id, by Ana in #general unless the details say otherwise. */
export function posted(
  id: number,
  { room = "general", text = `m${id}`, ts = id, nick = "Ana", kind = "say" }: Details = {},
): Posted {
  return {
    message: { type: "message", id, room, nick, text, ts, kind },
    author: { id: "secret", key: nick.toLowerCase(), nick },
  };
}

/** A history file, the lines of the log, and a clock that the test sets. */
export async function openFixture() {
  const directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  const logged: string[] = [];
  const write = (message: string, fields?: unknown) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warning: write, error: write };
  const fixture = {
    path,
    directory: directory.path,
    logged,
    now: 1_000 * DAY,
    /** By how much the clock was set. */
    jumped: 0,
    options(
      options: Partial<SqliteOptions> = {},
    ): SqliteOptions {
      let readings = 0;
      const [now, elapsed] = [
        () => fixture.now + fixture.jumped,
        () => fixture.now + ++readings, // 1 ms later each time
      ];
      return { path, keep: { messages: 1_000_000 }, log, now, elapsed, ...options };
    },
    open: (options: Partial<SqliteOptions> = {}) => openHistory(fixture.options(options)),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
  return fixture;
}

/** Adds messages up to an id, and commits them. */
export function fill(history: SqliteHistory, lastId: number, details: Details = {}): void {
  for (let id = 1; id <= lastId; id++) history.add(posted(id, details));
  history.commit(lastId);
}

/** The ids of their messages. */
export const ids = (all: Posted[]) => all.map(({ message }) => message.id);

/** Their messages, without the authors. */
export const messages = (all: Posted[]) => all.map(({ message }) => message);

/** Random messages, of which some continue a run and some do not. */
export const details: fc.Arbitrary<Details> = fc.record({
  room: fc.constantFrom("a", "a", "b", "c"),
  ts: fc.constantFrom(1, 1, 1, 2),
  nick: fc.constantFrom("Ana", "Ana", "Eva"),
  kind: fc.constantFrom("say", "say", "action", "notice"),
});

/** The messages of a file, as people see them in another program. */
export function rowsOf(path: string): Record<string, unknown>[] {
  using database = new DatabaseSync(path);
  return database.prepare("SELECT * FROM message").all().map((row) => ({ ...row }));
}

/** A message as {@linkcode rowsOf} returns it. */
export const toRow = ({ message: { id, ts, room, nick, kind, text } }: Posted) => ({
  id,
  ts,
  room,
  nick,
  kind,
  text,
});

/** Makes the database full, like a full disk, or not full again. */
export function setFull(database: DatabaseSync, isFull: boolean): void {
  database.exec(`PRAGMA max_page_count = ${isFull ? 1 : 1_000_000}`);
}

/** More than fits into the existing pages. */
export const LARGE = "x".repeat(20_000);

/** Whether a directory has a file of this name. */
export function contains(directory: string, name: string): boolean {
  return [...Deno.readDirSync(directory)].some((each) => each.name === name);
}

/** The names of the files beside a history, itself included, that have a text in their bytes. */
export function bytesWith(path: string, text: string): string[] {
  const folder = path.replace(/\/[^/]*$/, "");
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) =>
      new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`)).includes(text)
    );
}
