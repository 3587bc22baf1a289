/** The history on disk: after a kill, with unusable files, and on full disks. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { without, works } from "../support/confined.ts";
import { contents, made, USELESS_FILES } from "../support/history_files.ts";
import { chat, type Hub, type HubStart, Program, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { count, joinAsBot, joinWithNc } from "./people.ts";

const IS_UNIX = Deno.build.os !== "windows";

/** The texts and ids that a hub replays. */
async function replay(hub: { port: number }): Promise<{ texts: string[]; ids: number[] }> {
  await using bot = await joinAsBot(hub, "reader", { history: 1000 });
  bot.sendFrame({ type: "ping" });
  const texts: string[] = [];
  const ids: number[] = [];
  for (let frame; (frame = await bot.frame()).type !== "pong";) {
    if (frame.type !== "message") continue;
    texts.push(frame.text);
    ids.push(frame.id);
  }
  return { texts, ids };
}

Deno.test("a killed hub that starts again has everything that was delivered, once, and ids go on growing", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  const args = ["--rate", "0", "--db", path];
  let last = 0;
  const delivered: string[] = [];
  for (let life = 0; life < 3; life++) {
    await using hub = await startHub(args);
    await using ana = await joinAsBot(hub, "ana", { history: 0 });
    await using bob = await joinWithNc(hub.port, "bob");
    const say = (number: number) =>
      JSON.stringify({ type: "say", ref: `${life}.${number}`, text: `${life}.${number}` }) + "\n";
    for (let number = 0; number < 150; number++) {
      ana.send(say(number));
      const { id } = await ana.untilFrame("ack");
      assert(id > last, `${id} > ${last}`);
      last = id;
      delivered.push(`${life}.${number}`);
    }
    // The last ones in a burst, in the middle of which it ends: delivered to bob, perhaps not acked.
    ana.send(Array.from({ length: 150 }, (_, index) => say(150 + index)).join(""));
    await bob.until(`ana: ${life}.170`);
    hub.kill("SIGKILL");
    await hub.exit();
    const seen = Array.from(
      new TextDecoder().decode(bob.received()).matchAll(/^ana: (\S+)$/gm),
      ([, text]) => text!,
    );
    for (const text of seen) if (!delivered.includes(text)) delivered.push(text);
  }
  await using hub = await startHub(args);
  const { texts, ids } = await replay(hub);
  assertEquals(delivered.filter((text) => !texts.includes(text)), []);
  assertEquals(new Set(texts).size, texts.length, "nothing twice");
  assertEquals(ids, [...new Set(ids)].sort((a, b) => a - b));
});

Deno.test("a name that SQLite would take for a database in memory or a URI is a file like any other", async () => {
  await using directory = await tempDirectory();
  for (const path of [":memory:", "file:chat.db?mode=memory", "a b%20c?d#e"]) {
    await using hub = await startHub(["--db", path], { cwd: directory.path });
    hub.kill();
    assertEquals((await hub.exit()).code, 0);
    assert(Deno.statSync(`${directory.path}/${path}`).isFile, path);
  }
});

Deno.test({
  name: "a hub that is stopped leaves one file, readable by its owner only",
  ignore: !IS_UNIX,
  fn: async () => {
    await using directory = await tempDirectory();
    const path = `${directory.path}/chat.db`;
    await using hub = await startHub(["--db", path]);
    await using ana = await joinWithNc(hub.port, "ana");
    ana.send("hola\n/quien\n");
    await ana.until("1 here");
    ana.end();
    hub.kill("SIGTERM");
    assertEquals(await hub.exit(), { code: 0, signal: null });
    const files = await contents(directory.path);
    assertEquals(Object.keys(files), ["chat.db"]);
    assertMatch(files["chat.db"]!, /^100600 /);
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("SELECT nick, text FROM message").all();
    database.close();
    assertEquals(rows.map((row) => ({ ...row })), [{ nick: "ana", text: "hola" }]);
  },
});

/** Asserts that a hub refuses a file in one line, before it listens, and changes nothing. */
async function assertRefused(
  directory: string,
  path: string,
  complaint: string,
  { wrap = (command) => command, ...options }: HubStart = {},
): Promise<void> {
  const before = await contents(directory);
  await using hub = new Program(wrap(chat("server", "127.0.0.1", "0", "--db", path)), options);
  assertEquals(await hub.exit(), { code: 1, signal: null });
  assertEquals({ stdout: hub.stdout(), stderr: hub.stderr() }, {
    stdout: "",
    stderr: `chat: ${complaint}\n`,
  });
  assertEquals(await contents(directory), before);
}

const NO_ACCESS = "permission denied to read and write it or its folder; allow it, or choose " +
  "another file";

Deno.test("a file that cannot be a history is reported in one line, and stays as it is", async (t) => {
  for (const { name, make, complaint } of USELESS_FILES) {
    await t.step(name, async () => {
      await using directory = await tempDirectory();
      const path = make(directory.path);
      await assertRefused(
        directory.path,
        path,
        `cannot keep the history in ${path}: ${complaint}`,
      );
    });
  }
  await t.step("in Spanish", async () => {
    await using directory = await tempDirectory();
    await assertRefused(
      directory.path,
      directory.path,
      `no se puede guardar el historial en ${directory.path}: no es un archivo; elige otro`,
      { env: { LANG: "es_ES.UTF-8" } },
    );
  });
});

Deno.test("a second hub on the same file is refused, and the first does not notice", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  await using hub = await startHub(["--db", path]);
  await using ana = await joinWithNc(hub.port, "ana");
  ana.send("una\n/quien\n");
  await ana.until("1 here");
  await assertRefused(
    directory.path,
    path,
    `cannot keep the history in ${path}: another hub or program is using it; stop that, or ` +
      "choose another file",
  );
  ana.send("dos\n/quien\n");
  await ana.until("1 here");
  assert(!hub.stderr().includes("history"), hub.stderr());
  hub.kill("SIGKILL");
  await hub.exit();
  await using third = await startHub(["--db", path]);
  assertEquals((await replay(third)).texts, ["una", "dos"]);
});

/** Runs a command so that file modes bind it, which for root means without a privilege. */
function unprivileged(command: string[]): string[] {
  return without("dac_override", command);
}

/** Runs a command that sees a directory, `$DIR`, as `mount` changes it. */
function mounted(directory: string, mount: string): (command: string[]) => string[] {
  const flags = Deno.uid() === 0 ? "-m" : "-rm";
  const script = `DIR=$1; shift; ${mount} && exec "$@"`;
  return (command) => ["unshare", flags, "sh", "-c", script, "sh", directory, ...command];
}

const READ_ONLY = 'mount --bind "$DIR" "$DIR" && mount -o remount,ro,bind "$DIR"';
const SMALL = 'mount -t tmpfs -o size=1m none "$DIR"';

Deno.test({
  name: "a file or folder without write permission is reported in one line, and stays as it is",
  ignore: !works("files without permission", unprivileged(["true"])),
  fn: async (t) => {
    for (
      const [name, fileMode, folderMode] of [
        ["a file that may only be read", 0o444, 0o755],
        ["a file that may not be read", 0o200, 0o755],
        ["a file in a folder that may not be written to", 0o644, 0o555],
      ] as const
    ) {
      await t.step(name, async () => {
        await using directory = await tempDirectory();
        const path = made(directory.path);
        Deno.chmodSync(path, fileMode);
        Deno.chmodSync(directory.path, folderMode);
        const complaint = `cannot keep the history in ${path}: ${NO_ACCESS}`;
        await assertRefused(directory.path, path, complaint, { wrap: unprivileged });
        Deno.chmodSync(directory.path, 0o755);
      });
    }
    await t.step("a new file in a folder without write permission", async () => {
      await using directory = await tempDirectory();
      Deno.chmodSync(directory.path, 0o555);
      const path = `${directory.path}/chat.db`;
      const complaint = `cannot keep the history in ${path}: ${NO_ACCESS}`;
      await assertRefused(directory.path, path, complaint, { wrap: unprivileged });
      Deno.chmodSync(directory.path, 0o755);
    });
  },
});

Deno.test({
  name: "a read-only disk is reported in one line, and stays as it is",
  ignore: !works("a disk that can only be read", mounted("/tmp", READ_ONLY)(["true"])),
  fn: async () => {
    await using directory = await tempDirectory();
    const path = made(directory.path);
    for (const each of [path, `${directory.path}/new.db`]) {
      await assertRefused(
        directory.path,
        each,
        `cannot keep the history in ${each}: ${NO_ACCESS}`,
        { wrap: mounted(directory.path, READ_ONLY) },
      );
    }
  },
});

/** A disk that the test can fill and free. */
interface Disk {
  wrap: (command: string[]) => string[];
  fill: (hub: Hub) => void;
  free: (hub: Hub) => void;
  /** Copies the hub's files. */
  save: (hub: Hub, target: string) => void;
}

/** Asserts that the chat goes on while the disk is full, users are notified once, and everything is saved in the end. */
async function assertSurvives(directory: string, { wrap, fill, free, save }: Disk): Promise<void> {
  const path = `${directory}/chat.db`;
  await using hub = await startHub(["--rate", "0", "--db", path], { wrap });
  await using ana = await joinAsBot(hub, "ana", { history: 0 });
  await using bob = await joinWithNc(hub.port, "bob");
  const posted: string[] = [];
  const say = async (what: string) => {
    const text = `${what} ${posted.length} ${"x".repeat(5_000)}`;
    posted.push(text);
    ana.sendFrame({ type: "say", ref: String(posted.length), text });
    await ana.untilFrame("ack");
    await bob.until(`ana: ${text}`);
  };
  const isNotified = () => new TextDecoder().decode(bob.received()).includes("is not being saved");
  await say("before");
  fill(hub);
  // Space that the file already has may still be written.
  while (!isNotified()) await say("into the last room");
  for (let number = 0; number < 20; number++) await say("while it is full");
  await hub.untilStderr(/msg="history failed" .*error="?Error: .+/);
  free(hub);
  await bob.until("* history is being saved again");
  await hub.untilStderr('msg="history saved again"');
  await say("after");
  const everything = new TextDecoder().decode(bob.received());
  assertEquals(count(everything, "* history is not being saved\n"), 1);
  assertEquals(count(everything, "* history is being saved again\n"), 1);
  assertEquals(count(hub.stderr(), "history failed"), 1);

  await using copy = await tempDirectory();
  hub.kill("SIGSTOP"); // the files are as if it had been killed now
  save(hub, copy.path);
  await using again = await startHub(["--db", `${copy.path}/chat.db`]);
  assertEquals((await replay(again)).texts, posted);
}

function copyAll(from: string, to: string): void {
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test({
  name: "a full disk does not stop the chat, and nothing is lost once there is room again",
  ignore: !works("a disk that is full", mounted("/tmp", SMALL)(["true"])),
  fn: async () => {
    await using directory = await tempDirectory();
    // The disk is mounted in the hub's namespace only.
    const seen = ({ pid }: Hub) => `/proc/${pid}/root${directory.path}`;
    await assertSurvives(directory.path, {
      wrap: mounted(directory.path, SMALL),
      fill: (hub) => {
        using file = Deno.openSync(`${seen(hub)}/filler`, { createNew: true, write: true });
        const bytes = new Uint8Array(512);
        try {
          for (;;) file.writeSync(bytes);
        } catch (error) {
          assertEquals((error as { code?: string }).code, "ENOSPC");
        }
      },
      free: (hub) => Deno.removeSync(`${seen(hub)}/filler`),
      save: (hub, target) => copyAll(seen(hub), target),
    });
  },
});

Deno.test({
  name: "files that have reached their size limit do not stop the chat either",
  ignore: !works("files that may not grow", ["prlimit", "--version"]),
  fn: async () => {
    await using directory = await tempDirectory();
    const limit = ({ pid }: Hub, bytes: string) => {
      const args = ["--pid", String(pid), `--fsize=${bytes}:`];
      const { success } = new Deno.Command("prlimit", { args }).outputSync();
      assert(success, `prlimit ${args.join(" ")}`);
    };
    await assertSurvives(directory.path, {
      // SIGXFSZ would end the hub.
      wrap: (command) => ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", ...command],
      fill: (hub) => limit(hub, "4096"),
      free: (hub) => limit(hub, "unlimited"),
      save: (_, target) => copyAll(directory.path, target),
    });
  },
});
