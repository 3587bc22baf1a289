/** The history of a running hub in other programs: read and copied during a flood, and pruned. */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { works } from "../support/confined.ts";
import { startHub } from "../support/program.ts";
import { bytesWith } from "../support/sqlite_history.ts";
import { tempDirectory } from "../support/temp.ts";
import { joinAsBot, joinWithNc } from "./people.ts";

/** Counts the messages of a history in another process than the hub. */
function countIn(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  return Number(database.prepare("SELECT count(*) AS n FROM message").get()!["n"]);
}

/** Runs the shell of SQLite on a file. */
function sqlite3(...args: string[]): string {
  const { stdout, stderr } = new Deno.Command("sqlite3", { args }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test({
  name: "during a flood, sqlite3 reads the history and copies it, with all that was acknowledged",
  ignore: !works("sqlite3", ["sqlite3", "--version"]),
  fn: async () => {
    await using directory = await tempDirectory();
    const path = `${directory.path}/chat.db`;
    await using hub = await startHub(["--rate", "0", "--db", path]);
    await using ana = await joinAsBot(hub, "ana", { history: 0 });
    let said = 0;
    const flood = (messages: number) =>
      ana.send(
        Array.from({ length: messages }, () =>
          JSON.stringify({ type: "say", ref: String(said), text: `flood ${said++}` }) + "\n").join(
            "",
          ),
      );
    let acked = 0;
    const ack = async (upTo: number) => {
      for (; acked < upTo; acked++) await ana.untilFrame("ack");
    };
    for (const copy of ["one", "two", "three"]) {
      flood(2000);
      await ack(said - 1500);
      const before = acked;
      assert(Number(sqlite3("-readonly", path, "SELECT count(*) FROM message")) >= before);
      assertEquals(sqlite3(path, `.backup ${directory.path}/${copy}`), "");
      assertEquals(sqlite3(`${directory.path}/${copy}`, "PRAGMA integrity_check"), "ok\n");
      const count = countIn(`${directory.path}/${copy}`);
      assert(count >= before && count <= said, `${before} <= ${count} <= ${said}`);
    }
    await ack(said);
    assertEquals(countIn(path), said);
    assert(!hub.stderr().includes("history"), hub.stderr());
    await using again = await startHub(["--db", `${directory.path}/three`]);
    again.kill("SIGTERM");
    assertEquals((await again.exit()).code, 0);
  },
});

Deno.test("a hub whose history is deleted says so to everybody and in the log", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  await using hub = await startHub(["--db", path]);
  await using ana = await joinWithNc(hub.port, "ana");
  await ana.send("hola\n");
  Deno.removeSync(path);
  await ana.until("* history is not being saved");
  await hub.untilStderr(/msg="history failed" .*moved, deleted or replaced/);
  await ana.send("todavía\n/quien\n");
  await ana.until("1 here");
  hub.kill("SIGTERM");
  assertEquals((await hub.exit()).code, 0);
  assert(/level=error .*not at its place.* path=\S+chat\.db/.test(hub.stderr()), hub.stderr());
});

Deno.test("messages that are too many leave the bytes of the file while the hub runs", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  await using hub = await startHub(["--keep", "2", "--db", path]);
  await using ana = await joinWithNc(hub.port, "ana");
  await ana.send("zqsecreto\ndos\ntres\n/quien\n");
  await ana.until("1 here");
  await hub.untilStderr(/msg="history pruned" .*messages=1/);
  hub.kill("SIGTERM");
  assertEquals((await hub.exit()).code, 0);
  assertEquals(countIn(path), 2);
  await using again = await startHub(["--keep", "2", "--db", path]);
  again.kill("SIGTERM");
  assertEquals((await again.exit()).code, 0);
  assertEquals(bytesWith(path, "zqsecreto"), []);
});
