/** What `chat backup`, `chat export` and `chat forget` say about mistakes. */

import { assertEquals, assertMatch } from "@std/assert";
import { contents, damage, made } from "../support/history_files.ts";
import { runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const DAMAGED =
  "cannot use the history in damaged.db: it is damaged; restore a copy, or choose another file";

const CASES: readonly [args: string[], code: number, complaint: string | RegExp][] = [
  [["backup", "new.db"], 2, "--db is missing"],
  [["backup", "--db", "chat.db"], 2, "TO is missing"],
  [["backup", "--db", "chat.db", "new.db", "more.db"], 2, 'unexpected argument "more.db"'],
  [
    ["backup", "--db", "chat.db", "chat.db"],
    1,
    "cannot make the copy chat.db: the file exists already; choose another name",
  ],
  [
    ["backup", "--db", "chat.db", "none/new.db"],
    1,
    /none\/new\.db: the folder does not exist; create it, or choose another file$/,
  ],
  [
    ["export", "--db", "none.db"],
    1,
    "cannot read none.db: the file does not exist; check its name",
  ],
  [
    ["export", "--db", "notes.txt"],
    1,
    /notes\.txt: the file is not a history, and was left untouched; choose another file$/,
  ],
  [
    ["export", "--db", "newer.db"],
    1,
    /newer\.db: a newer version of chat made it; use that version, or choose another file$/,
  ],
  [["export", "--db", "."], 1, /\.: it is not a file; choose another one$/],
  [
    ["export", "--db", "chat.db", "--room", "generl"],
    1,
    'the history in chat.db has no room "generl"; it has general',
  ],
  [
    ["export", "--db", "chat.db", "--since", "30"],
    2,
    '--since must be a date or an age, as in 2026-11-29, 2026-11-29T14:00 or 30d, not "30"',
  ],
  [
    ["export", "--db", "chat.db", "--since", "1d", "--until", "2d"],
    2,
    "--until is before --since: no message is from between them",
  ],
  [
    ["export", "--db", "chat.db", "--format", "xml"],
    2,
    '--format must be one of text, json, html, not "xml"',
  ],
  [["backup", "--db", "damaged.db", "new.db"], 1, DAMAGED],
  [["export", "--db", "damaged.db"], 1, DAMAGED],
  [["forget", "--db", "damaged.db", "--nick", "ana"], 1, DAMAGED],
  [["forget", "--db", "chat.db"], 2, "--nick is missing"],
  [
    ["forget", "--db", "chat.db", "--nick", "anna"],
    1,
    'the history in chat.db has no message by "anna"; did you mean ana?',
  ],
];

Deno.test("each mistake gets a line that names it, and changes nothing", async () => {
  await using folder = await tempDirectory();
  const newer = made(folder.path);
  Deno.renameSync(newer, `${folder.path}/newer.db`);
  new Deno.Command("sqlite3", { args: [`${folder.path}/newer.db`, "PRAGMA user_version = 99"] })
    .outputSync();
  Deno.renameSync(made(folder.path), `${folder.path}/damaged.db`);
  damage(`${folder.path}/damaged.db`);
  made(folder.path);
  Deno.writeTextFileSync(`${folder.path}/notes.txt`, "some notes\n");
  const before = await contents(folder.path);
  for (const [args, code, complaint] of CASES) {
    const outcome = await runChat(args, { cwd: folder.path });
    assertEquals(
      { code: outcome.code, stdout: outcome.stdout },
      { code, stdout: "" },
      args.join(" "),
    );
    const [first = "", second = ""] = outcome.stderr.split("\n");
    if (typeof complaint === "string") assertEquals(first, `chat: ${complaint}`);
    else assertMatch(first, complaint);
    assertEquals(second, code === 2 ? `chat: Usage: chat help ${args[0]}` : "");
    assertEquals(await contents(folder.path), before, args.join(" "));
  }
});
