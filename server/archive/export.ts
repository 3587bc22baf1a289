/** `chat export`: the messages of a history on standard output, the oldest first. */

import { fstatSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { parseChoice } from "../../common/cli/command_line.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { write } from "../../common/cli/output.ts";
import { type Context, giveUpAll } from "../../common/cli/subcommand.ts";
import { UsageError } from "../../common/cli/usage_error.ts";
import { roomName } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { openShared } from "../history/database.ts";
import { type HistoryRow, toRun } from "../history/row.ts";
import { messageAt } from "../history/run.ts";
import { formats } from "./formats.ts";
import { FORMATS, readMoment } from "./options.ts";
import { Progress } from "./progress.ts";
import { runOnHistory } from "./run.ts";

/** Rows that are read at once, at most 26 MB: no transaction holds up a hub while a slow reader takes the output. */
const PAGE = 200;
/** UTF-16 units that are written at once, at least. */
const CHUNK = 64 * 1024;
/** Rooms that are named to the user who asked for another. */
const MAX_NAMED = 20;

export async function main(args: readonly string[], context: Context): Promise<number> {
  return await runOnHistory("export", args, context, (db, given) => {
    const format = parseChoice("format", given.value("format") ?? "text", FORMATS);
    const now = Date.now();
    const since = readMoment(given, "since", now) ?? -Infinity;
    const until = readMoment(given, "until", now) ?? Infinity;
    if (until <= since) throw new UsageError("usage.until_before_since");
    using database = openShared(db);
    giveUpAll();
    const rooms = chooseRooms(database, db, given.value("room"));
    // A page has one room after the other.
    const parts = format === "html" ? rooms.map((room) => [room]) : [rooms];
    const messages = readMessages(database, parts, [since, until]);
    let text = "";
    for (const line of formats[format](messages, context.lang)) {
      text += `${sanitize(line, { newlines: true })}\n`; // somebody may have changed the file
      if (text.length < CHUNK) continue;
      if (!send(text)) return EXIT.done;
      text = "";
    }
    send(text);
    return EXIT.done;
  });
}

/** The rooms as the file spells them. @throws {Failure} if it does not have the wanted room. */
function chooseRooms(database: DatabaseSync, path: string, room: string | undefined): string[] {
  const rooms = database.prepare("SELECT DISTINCT room FROM run ORDER BY room").all()
    .map(({ room }) => String(room));
  if (room === undefined) return rooms;
  const wanted = roomName(room);
  const found = rooms.filter((each) => roomName(each) === wanted);
  if (found.length > 0) return found;
  const likely = nearest(wanted, rooms) ?? rooms.slice(0, MAX_NAMED).join(", ");
  throw new Failure("failure.no_room_in", { path, room, rooms: likely });
}

/** Writes to standard output, and returns whether anybody still reads it. @throws {Failure} on a full disk. */
function send(text: string): boolean {
  const error = write(Deno.stdout, text);
  if (error === undefined) return true;
  if (error instanceof Deno.errors.BrokenPipe) return false;
  throw new Failure("failure.output", { reason: String(error) });
}

/** The messages of some rooms and then of others, as they are now; some that are removed meanwhile may be missing. */
export function* readMessages(database: DatabaseSync, parts: string[][], between: number[]) {
  const chosen = "FROM run WHERE ts >= ? AND ts < ? AND room IN (SELECT value FROM json_each(?)) " +
    "AND first <= ? AND first > ?";
  const last = Number(database.prepare("SELECT max(first) AS last FROM run").get()!["last"]);
  const choose = (rooms: string[]) => [...between, JSON.stringify(rooms), last];
  const { total } = database.prepare(`SELECT sum(messages) AS total ${chosen}`)
    .get(...choose(parts.flat()), 0)!;
  const page = database.prepare(`SELECT * ${chosen} ORDER BY first LIMIT ${PAGE}`);
  // Unless standard output is a file, the messages may be shown in the same terminal, perhaps by a pager.
  using progress = new Progress({ isAlone: fstatSync(1).isFile() });
  let done = 0;
  for (const rooms of parts) {
    let [first, newest] = [0, 0];
    for (let rows; (rows = page.all(...choose(rooms), first)).length > 0;) {
      for (const row of rows as unknown as HistoryRow[]) {
        const run = toRun(row);
        // If a message was removed from a row that was read, its rest is a row of its own.
        for (let at = Math.max(0, newest + 1 - row.first); at < run.texts.length; at++) {
          yield messageAt(run, at).message;
        }
        first = row.first;
        newest = Math.max(newest, first + row.messages - 1);
        progress.show(done += row.messages, Number(total));
      }
    }
  }
}
