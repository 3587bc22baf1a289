/** `chat backup`, `chat export` and `chat forget`, beside a hub that is flooded and without one. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { contents, made } from "../support/history_files.ts";
import { Peer } from "../support/peer.ts";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { rowsOf } from "../support/sqlite_history.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { joinAsBot, joinWithNc } from "./people.ts";

/** Messages in a burst. */
const BURST = 50;

/** A bot that says bursts of numbered messages, each after the acks of the one before, until it is stopped. */
class Flood {
  /** Messages that were sent, and those that were acked. */
  said = 0;
  acked = 0;
  readonly #bot: Peer;
  readonly #ended: Promise<void>;
  #isStopped = false;
  #reached = Promise.withResolvers<void>();
  #wanted = Infinity;

  constructor(bot: Peer) {
    this.#bot = bot;
    this.#ended = this.#run();
    this.#ended.catch(() => {}); // `stop` rejects
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const lines = Array.from({ length: BURST }, (_, index) => {
        const number = this.said + index;
        return JSON.stringify({ type: "say", ref: `${number}`, text: `message ${number}` }) + "\n";
      });
      this.said += BURST;
      this.#bot.send(lines.join(""));
      while (this.acked < this.said) {
        await this.#bot.untilFrame("ack");
        if (++this.acked >= this.#wanted) this.#reached.resolve();
      }
    }
  }

  /** Waits until this many messages are acked. */
  async until(acked: number): Promise<void> {
    this.#wanted = acked;
    if (this.acked < acked) await this.#reached.promise;
    this.#reached = Promise.withResolvers();
  }

  /** Waits until everything that was said is acked. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }
}

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runChat(args);
  assertEquals({ code, stderr }, { code: 0, stderr: "" }, args.join(" "));
  return stdout;
}

/** The numbers of the messages in an export as text, which must be those of a flood from its beginning. */
function assertFlood(text: string): number {
  const lines = text.split("\n").slice(0, -1);
  for (const [number, line] of lines.entries()) {
    assertMatch(line, /^\d{4}-\d\d-\d\d \d\d:\d\d #general bot: message \d+$/);
    assert(line.endsWith(` ${number}`), `${line} is not message ${number}`);
  }
  return lines.length;
}

Deno.test("backups and exports of a flooded hub have all that was acked before, and nothing twice", async () => {
  await using folder = await tempDirectory();
  const [db, copy] = [`${folder.path}/chat.db`, `${folder.path}/copy.db`];
  let acked = 0;
  {
    await using hub = await startHub(["--rate", "0", "--db", db]);
    await using bot = await joinAsBot(hub, "bot", { history: 0 });
    const flood = new Flood(bot);
    for (let round = 1; round <= 3; round++) {
      await flood.until(round * 4 * BURST);
      const before = flood.acked;
      const output = await done("backup", "--db", db, copy);
      const [, count] = /^copied (\d+) messages to \S+copy\.db\n$/.exec(output)!;
      assert(before <= Number(count) && Number(count) <= flood.said, `${before} ${output}`);
      assertEquals(Deno.statSync(copy).mode! & 0o777, 0o600);
      assertEquals(assertFlood(await done("export", "--db", copy)), Number(count));
      await using again = await startHub(["--db", copy]);
      again.kill();
      assertEquals((await again.exit()).code, 0);
      Deno.removeSync(copy);
      const exported = assertFlood(await done("export", "--db", db));
      assert(before <= exported && exported <= flood.said, `${before} ${exported}`);
    }
    await flood.stop();
    assertEquals(flood.acked, flood.said);
    acked = flood.acked;
    hub.kill("SIGKILL"); // what it has not moved into the file is in chat.db-wal
    await hub.exit();
  }
  const state = async () => ({ ...await contents(folder.path), "chat.db-shm": "locks" });
  const before = await state();
  assertEquals(assertFlood(await done("export", "--db", db)), acked);
  assertEquals(await state(), before);
  assertEquals(await done("backup", "--db", db, copy), `copied ${acked} messages to ${copy}\n`);
  assertEquals(rowsOf(copy).length, acked);
});

Deno.test("an export has the rooms and times that were asked for, in each format", async () => {
  await using folder = await tempDirectory();
  const db = `${folder.path}/chat.db`;
  {
    await using hub = await startHub(["--db", db, "--rate", "0"]);
    await using ana = await joinWithNc(hub.port, "ana");
    await ana.send("hola\n/me saluda\n/join otra\n<b>aquí</b>\n/join general\nadiós\n/quien\n");
    await ana.until(/^\* 1 here/);
  }
  const texts = (output: string) =>
    output.split("\n").map((line) => line.slice("2026-11-29 14:03 ".length));
  const all = [
    "#general ana: hola",
    "#general * ana saluda",
    "#otra ana: <b>aquí</b>",
    "#general ana: adiós",
    "",
  ];
  assertEquals(texts(await done("export", "--db", db)), all);
  assertEquals(texts(await done("exportar", "--db", db, "--room", "#OTRA")), [all[2]!, ""]);
  assertEquals(
    texts(await done("export", "--db", db, "--since", "1d", "--until", "2999-01-01")),
    all,
  );
  assertEquals(await done("export", "--db", db, "--until", "1d"), "");
  const json = (await done("export", "--db", db, "--format", "json")).trim().split("\n");
  assertEquals(
    json.map((line) => JSON.parse(line)),
    rowsOf(db).map((row) => ({ type: "message", ...row })),
  );
  const page = await done("export", "--db", db, "--format", "html");
  const order = [
    "<h1>#general</h1>",
    "hola",
    "adiós",
    "<h1>#otra</h1>",
    "&#60;b&#62;aquí&#60;/b&#62;",
    "</html>",
  ];
  assertEquals(
    order.map((part) => page.indexOf(part)).sort((a, b) => a - b),
    order.map((part) => page.indexOf(part)),
  );
  assert(order.every((part) => page.includes(part)), page);
});

Deno.test("nothing that somebody wrote into the file controls the terminal", async () => {
  await using folder = await tempDirectory();
  const db = made(folder.path);
  new Deno.Command("sqlite3", {
    args: [
      db,
      "UPDATE run SET nick = 'a' || char(27) || '[2J', texts = char(155, 27) || ']0;x' || char(7)",
    ],
  }).outputSync();
  for (const format of ["text", "json", "html"]) {
    const output = await done("export", "--db", db, "--format", format);
    assert(!/[^\P{Cc}\n]/u.test(output), JSON.stringify(output));
  }
});

Deno.test("forgetting a nick beside a hub leaves no byte of its messages, and all of the others'", async () => {
  await using folder = await tempDirectory();
  const db = `${folder.path}/chat.db`;
  await using hub = await startHub(["--db", db, "--rate", "0"]);
  await using ana = await joinWithNc(hub.port, "ana");
  await using eva = await joinAsBot(hub, "Eva", { history: 0 });
  for (let number = 0; number < 250; number++) {
    eva.sendFrame({ type: "say", ref: `${number}`, text: `secreto${number}` });
  }
  eva.sendFrame({ type: "command", ref: "me", line: "/me se va con secretos" });
  await ana.until("se va con secretos");
  await ana.send("ana se queda\n/quien\n");
  await ana.until(/^\* 2 here/);
  assertEquals(
    await done("forget", "--db", db, "--nick", "EVA"),
    `removed 251 messages by EVA from ${db}\n`,
  );
  assertMatch(await done("export", "--db", db), /^\S+ \S+ #general ana: ana se queda\n$/);
  const bytes = [db, `${db}-wal`].map((file) =>
    new TextDecoder("latin1").decode(Deno.readFileSync(file))
  );
  assert(!bytes.join("").includes("secreto"));
  assertEquals(await runChat(["forget", "--db", db, "--nick", "eva"]), {
    ...{ code: 1, signal: null, stdout: "" },
    stderr: `chat: the history in ${db} has no message by "eva": check the nick\n`,
  });
});

Deno.test("an export ends quietly where only its first lines are read, and a full disk leaves nothing half done", async () => {
  await using folder = await tempDirectory();
  const db = `${folder.path}/chat.db`;
  made(folder.path);
  const fill =
    "INSERT INTO run SELECT value, 1, 1, 'general', 'ana', 'ana', 'say', hex(randomblob(200)) FROM generate_series(2, 5000)";
  assert(new Deno.Command("sqlite3", { args: [db, fill] }).outputSync().success);
  const shell = async (line: string, command = chat("export", "--db", db)) => {
    await using program = new Program(["bash", "-c", line, "bash", ...command]);
    return { ...await program.exit(), stdout: program.stdout(), stderr: program.stderr() };
  };
  const head = await shell('"$@" | head -1; exit ${PIPESTATUS[0]}');
  assertEquals({ ...head, stdout: "" }, { code: 0, signal: null, stdout: "", stderr: "" });
  assertMatch(head.stdout, /^1970-01-01 \d\d:\d\d #general ana: hola\n$/);
  const full = await shell('"$@" >/dev/full');
  assertEquals(full.code, 1);
  assertMatch(full.stderr, /^chat: cannot write to standard output: .*space.*\n$/);
  const before = await contents(folder.path);
  const large = await shell(
    'trap "" XFSZ; ulimit -f 100; "$@"',
    chat("backup", "--db", db, `${db}.copy`),
  );
  assertEquals(large.code, 1);
  assertMatch(large.stderr, /^chat: cannot .* in \S+\.copy: .*\n$/);
  assertEquals(await contents(folder.path), before);
});

Deno.test({
  name: "at a terminal, progress is shown only while nothing else is",
  ignore: NO_PTY,
}, async () => {
  await using folder = await tempDirectory();
  const fill = "INSERT INTO run SELECT value, 1, 1, 'general', nick, nick, 'say', 'no' FROM " +
    "(SELECT value, iif(value < 5002, 'eva', 'ana') AS nick FROM generate_series(2, 40001))";
  assert(new Deno.Command("sqlite3", { args: [made(folder.path), fill] }).outputSync().success);
  const shownBy = async (...args: string[]) => {
    await using terminal = TestTerminal.open(chat(...args), { cwd: folder.path });
    assertEquals((await terminal.exit()).code, 0);
    return terminal.text().split("\n").filter((row) => row !== "");
  };
  for (const row of await shownBy("export", "--db", "chat.db")) {
    assertMatch(row, /^\d{4}-\d\d-\d\d \d\d:\d\d #general (ana|eva): \w+$/);
  }
  const removed = await shownBy("forget", "--db", "chat.db", "--nick", "eva");
  assertEquals(removed, ["removed 5000 messages by eva from chat.db"]);
});

Deno.test("an interrupted backup leaves no copy", async () => {
  await using folder = await tempDirectory();
  const [db, copy] = [`${folder.path}/chat.db`, `${folder.path}/copy.db`];
  made(folder.path);
  const fill =
    "INSERT INTO run SELECT value, 1, 1, 'general', 'ana', 'ana', 'say', hex(randomblob(4000)) FROM generate_series(2, 10000)";
  assert(new Deno.Command("sqlite3", { args: [db, fill] }).outputSync().success);
  const watcher = Deno.watchFs(folder.path);
  await using program = new Program(chat("backup", "--db", db, copy));
  for await (const { kind, paths } of watcher) {
    if (kind === "create" && paths[0]!.endsWith("copy.db")) break; // which closes the watcher
  }
  program.kill("SIGINT");
  const { code } = await program.exit();
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  // It may have been done before the signal came.
  assertEquals(names.filter((name) => /^copy/.test(name)), code === 130 ? [] : ["copy.db"]);
  if (code !== 130) assertEquals(rowsOf(copy).length, 10_000);
});

Deno.test({
  name: "reading and removing give up every permission, and copying all but files",
  ignore: Deno.env.get("CHAT_BIN") !== undefined,
}, async () => {
  await using folder = await tempDirectory();
  const db = made(folder.path);
  const remaining = new URL("../support/remaining.ts", import.meta.url).pathname;
  for (
    const [args, left] of [
      [["backup", "--db", db, `${db}.copy`], "read write"],
      [["export", "--db", db], ""],
      [["forget", "--db", db, "--nick", "ana"], ""],
    ] as const
  ) {
    const command = chat(...args).map((arg) => arg.endsWith("/main.ts") ? remaining : arg);
    await using program = new Program(command);
    assertEquals((await program.exit()).code, 0);
    assertEquals(program.stderr(), `remaining: [${left}]\n`);
  }
});
