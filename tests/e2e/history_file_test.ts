/** The history on disk: what a killed hub leaves, files that cannot serve, and disks that are full. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { without, works } from "../support/confined.ts";
import { contents, made, madeByVersion1, USELESS_FILES } from "../support/history_files.ts";
import { Peer } from "../support/peer.ts";
import { chat, type Hub, type HubStart, Program, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { count, joinBare } from "./people.ts";

const IS_UNIX = Deno.build.os !== "windows";

/** A program that shows the history when it comes in. */
async function joinAsBot({ port }: { port: number }, nick: string, history = 0): Promise<Peer> {
  const bot = await Peer.connect(port);
  bot.sendFrame({ type: "hello", protocol: 1, nick, history });
  await bot.untilFrame("welcome");
  return bot;
}

/** What a hub shows of its history, as texts and ids. */
async function recall(hub: { port: number }): Promise<{ texts: string[]; ids: number[] }> {
  await using bot = await joinAsBot(hub, "reader", 1000);
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

Deno.test("a killed hub that starts again has all that was told, once, and ids go on growing", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  const args = ["--rate", "0", "--db", path];
  let last = 0;
  const told: string[] = [];
  for (let life = 0; life < 3; life++) {
    await using hub = await startHub(args);
    await using ana = await joinAsBot(hub, "ana");
    await using bob = await joinBare(hub.port, "bob");
    const say = (number: number) =>
      JSON.stringify({ type: "say", ref: `${life}.${number}`, text: `${life}.${number}` }) + "\n";
    for (let number = 0; number < 150; number++) {
      ana.send(say(number));
      const { id } = await ana.untilFrame("ack");
      assert(id > last, `${id} > ${last}`);
      last = id;
      told.push(`${life}.${number}`);
    }
    // The last ones in a burst, and it ends in the middle of that: told to bob, perhaps not yet acked.
    ana.send(Array.from({ length: 150 }, (_, index) => say(150 + index)).join(""));
    await bob.until(`ana: ${life}.170`);
    hub.kill("SIGKILL");
    await hub.exit();
    const seen = Array.from(
      new TextDecoder().decode(bob.received()).matchAll(/^ana: (\S+)$/gm),
      ([, text]) => text!,
    );
    for (const text of seen) if (!told.includes(text)) told.push(text);
  }
  await using hub = await startHub(args);
  const { texts, ids } = await recall(hub);
  assertEquals(told.filter((text) => !texts.includes(text)), []);
  assertEquals(new Set(texts).size, texts.length, "nothing twice");
  assertEquals(ids, [...new Set(ids)].sort((a, b) => a - b));
});

Deno.test({
  name: "a hub that is told to stop leaves one file, for its owner alone",
  ignore: !IS_UNIX,
  fn: async () => {
    await using directory = await tempDirectory();
    const path = `${directory.path}/chat.db`;
    await using hub = await startHub(["--db", path]);
    await using ana = await joinBare(hub.port, "ana");
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

/** A hub that cannot keep its history there says so, in one line and before it listens, and changes nothing. */
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

Deno.test("a file that cannot keep a history is said in one line, and stays as it is", async (t) => {
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

Deno.test("a second hub on the same file is refused, and the first one does not notice", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  await using hub = await startHub(["--db", path]);
  await using ana = await joinBare(hub.port, "ana");
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
  assertEquals((await recall(third)).texts, ["una", "dos"]);
});

/** Runs a command as a user whom modes of files bind, which for root means without a privilege. */
function bound(command: string[]): string[] {
  return without("dac_override", command);
}

/** Runs a command in which a directory is what `mount` makes of it; `$DIR` there. */
function mounted(directory: string, mount: string): (command: string[]) => string[] {
  const flags = Deno.uid() === 0 ? "-m" : "-rm";
  const script = `DIR=$1; shift; ${mount} && exec "$@"`;
  return (command) => ["unshare", flags, "sh", "-c", script, "sh", directory, ...command];
}

const READ_ONLY = 'mount --bind "$DIR" "$DIR" && mount -o remount,ro,bind "$DIR"';
const SMALL = 'mount -t tmpfs -o size=1m none "$DIR"';

Deno.test({
  name: "a file or a folder that one may not write to is said in one line, and stays as it is",
  ignore: !works("files without permission", bound(["true"])),
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
        await assertRefused(directory.path, path, complaint, { wrap: bound });
        Deno.chmodSync(directory.path, 0o755);
      });
    }
    await t.step("a new file in a folder that may not be written to", async () => {
      await using directory = await tempDirectory();
      Deno.chmodSync(directory.path, 0o555);
      const path = `${directory.path}/chat.db`;
      const complaint = `cannot keep the history in ${path}: ${NO_ACCESS}`;
      await assertRefused(directory.path, path, complaint, { wrap: bound });
      Deno.chmodSync(directory.path, 0o755);
    });
  },
});

Deno.test({
  name: "a disk that can only be read is said in one line, and stays as it is",
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

Deno.test({
  name: "a file of the first version is taken over, or where the disk is too small stays as it is",
  ignore: !works("a disk that is full", mounted("/tmp", SMALL)(["true"])),
  fn: async () => {
    await using directory = await tempDirectory();
    await using disk = await tempDirectory();
    const ids = Array.from({ length: 3000 }, (_, index) => index + 1);
    const text = (id: number) => `${id} ${"x".repeat(150)}`;
    const path = madeByVersion1(directory.path, { ids, text });
    const before = await contents(directory.path);
    // The file is brought to the small disk, and what is there in the end is brought back.
    const script =
      `cp -p "$1" "$DIR" && rm "$1" && FOLDER=\${1%/*} && shift && { "$@"; CODE=$?; } &&
      cp -p "$DIR"/* "$FOLDER" && exit $CODE`;
    const wrap = (command: string[]) =>
      mounted(disk.path, SMALL)(["sh", "-c", script, "sh", path, ...command]);
    const target = `${disk.path}/chat.db`;
    await using refused = new Program(
      wrap(chat("server", "127.0.0.1", "0", "--db", target)),
      { env: { DIR: disk.path } },
    );
    assertEquals({ ...await refused.exit(), stderr: refused.stderr() }, {
      code: 1,
      signal: null,
      stderr: `chat: cannot keep the history in ${target}: the disk is full; free some space, or ` +
        "choose another file\n",
    });
    assertEquals(await contents(directory.path), before);

    await using hub = await startHub(["--db", path]);
    const { texts, ids: recalled } = await recall(hub);
    assertEquals(recalled.at(-1), 2999, "the last one in this room");
    assertEquals(texts, recalled.map(text));
  },
});

/** A disk that can be made full, and empty again. */
interface Disk {
  wrap: (command: string[]) => string[];
  fill: (hub: Hub) => void;
  free: (hub: Hub) => void;
  /** A copy of what the hub has on it. */
  save: (hub: Hub, target: string) => void;
}

/** The chat goes on while the disk is full, people are told once, and afterwards everything is there. */
async function assertSurvives(directory: string, { wrap, fill, free, save }: Disk): Promise<void> {
  const path = `${directory}/chat.db`;
  await using hub = await startHub(["--rate", "0", "--db", path], { wrap });
  await using ana = await joinAsBot(hub, "ana");
  await using bob = await joinBare(hub.port, "bob");
  const said: string[] = [];
  const say = async (what: string) => {
    const text = `${what} ${said.length} ${"x".repeat(5_000)}`;
    said.push(text);
    ana.sendFrame({ type: "say", ref: String(said.length), text });
    await ana.untilFrame("ack");
    await bob.until(`ana: ${text}`);
  };
  const isTold = () => new TextDecoder().decode(bob.received()).includes("is not being saved");
  await say("before");
  fill(hub);
  // What the file has taken from the disk already may still be written.
  while (!isTold()) await say("into the last room");
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
  hub.kill("SIGSTOP"); // as it is at this moment, as if it had been killed
  save(hub, copy.path);
  await using again = await startHub(["--db", `${copy.path}/chat.db`]);
  assertEquals((await recall(again)).texts, said);
}

function copyAll(from: string, to: string): void {
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test({
  name:
    "a disk that is full does not stop the chat, and nothing of it is lost when there is room again",
  ignore: !works("a disk that is full", mounted("/tmp", SMALL)(["true"])),
  fn: async () => {
    await using directory = await tempDirectory();
    // The disk is in the hub's own view of the files.
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
  name: "files that may not grow any more do not stop the chat either",
  ignore: !works("files that may not grow", ["prlimit", "--version"]),
  fn: async () => {
    await using directory = await tempDirectory();
    const limit = ({ pid }: Hub, bytes: string) => {
      const args = ["--pid", String(pid), `--fsize=${bytes}:`];
      const { success } = new Deno.Command("prlimit", { args }).outputSync();
      assert(success, `prlimit ${args.join(" ")}`);
    };
    await assertSurvives(directory.path, {
      // The signal that would end the hub is not what is meant.
      wrap: (command) => ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", ...command],
      fill: (hub) => limit(hub, "4096"),
      free: (hub) => limit(hub, "unlimited"),
      save: (_, target) => copyAll(directory.path, target),
    });
  },
});
