/** The history on disk: after a kill, with unusable files, and on full disks. */

import { assert, assertEquals } from "@std/assert";
import { without, works } from "../support/confined.ts";
import { contents, made } from "../support/history_files.ts";
import { chat, type Hub, type HubStart, Program, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { count, joinAsBot, joinWithNc } from "./people.ts";

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

/** Asserts that a hub refuses a file in one line, before it listens, and changes nothing. */
async function assertRefused(
  directory: string,
  path: string,
  complaint: string,
  { wrap = (command) => command, seen = contents, ...options }:
    & HubStart
    & { seen?: (directory: string) => unknown } = {},
): Promise<void> {
  const before = await seen(directory);
  await using hub = new Program(wrap(chat("server", "127.0.0.1", "0", "--db", path)), options);
  assertEquals(await hub.exit(), { code: 1, signal: null });
  assertEquals({ stdout: hub.stdout(), stderr: hub.stderr() }, {
    stdout: "",
    stderr: `chat: ${complaint}\n`,
  });
  assertEquals(await seen(directory), before);
}

const NO_ACCESS = "permission denied to read and write it or its folder; allow it, or choose " +
  "another file";

Deno.test("a file that cannot be a history is reported in one line, in the user's language, and stays as it is", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  await Deno.writeTextFile(path, "some notes\n");
  await assertRefused(
    directory.path,
    path,
    `cannot use the history in ${path}: the file is not a history, and was left untouched; ` +
      "choose another file",
  );
  await assertRefused(
    directory.path,
    directory.path,
    `no se puede usar el historial en ${directory.path}: no es un archivo; elige otro`,
    { env: { LANG: "es_ES.UTF-8" } },
  );
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
    `cannot use the history in ${path}: another hub or program is using it; stop that, or ` +
      "choose another file",
    { seen: (folder) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort() },
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

Deno.test({
  name: "a file or folder without write permission is reported in one line, and stays as it is",
  ignore: !works("files without permission", unprivileged(["true"])),
  fn: async (t) => {
    for (
      const [name, fileMode, folderMode] of [
        ["a file that may only be read", 0o444, 0o755],
        ["a file that may not be read", 0o200, 0o755],
        ["a file in a folder that may not be written to", 0o644, 0o555],
        ["a new file in such a folder", undefined, 0o555],
      ] as const
    ) {
      await t.step(name, async () => {
        await using directory = await tempDirectory();
        const path = `${directory.path}/chat.db`;
        if (fileMode !== undefined) Deno.chmodSync(made(directory.path), fileMode);
        Deno.chmodSync(directory.path, folderMode);
        const complaint = `cannot use the history in ${path}: ${NO_ACCESS}`;
        await assertRefused(directory.path, path, complaint, { wrap: unprivileged });
        Deno.chmodSync(directory.path, 0o755);
      });
    }
  },
});

/** Runs a command that cannot write to a directory, as if on a read-only disk. */
function readOnly(directory: string): (command: string[]) => string[] {
  const flags = Deno.uid() === 0 ? "-m" : "-rm";
  const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"';
  return (
    command,
  ) => ["unshare", flags, "sh", "-c", `${mount} && exec "$@"`, directory, ...command];
}

Deno.test({
  name: "a read-only disk is reported in one line, and stays as it is",
  ignore: !works("a read-only disk", readOnly("/tmp")(["true"])),
  fn: async () => {
    await using directory = await tempDirectory();
    for (const path of [made(directory.path), `${directory.path}/new.db`]) {
      const complaint = `cannot use the history in ${path}: ${NO_ACCESS}`;
      await assertRefused(directory.path, path, complaint, { wrap: readOnly(directory.path) });
    }
  },
});

Deno.test({
  name: "a disk without room does not stop the chat, and nothing is lost once there is room again",
  ignore: !works("files that may not grow", ["prlimit", "--version"]),
  fn: async () => {
    await using directory = await tempDirectory();
    // SIGXFSZ would end the hub.
    const wrap = (command: string[]) => ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", ...command];
    const args = ["--rate", "0", "--db", `${directory.path}/chat.db`];
    await using hub = await startHub(args, { wrap });
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
    const shown = () => new TextDecoder().decode(bob.received());
    await say("before");
    limitFiles(hub, "4096");
    // Space that the file already has may still be written.
    while (!shown().includes("is not being saved")) await say("into the last room");
    for (let number = 0; number < 20; number++) await say("while it is full");
    await hub.untilStderr(/msg="history failed" .*error="?Error: .+/);
    limitFiles(hub, "unlimited");
    await bob.until("* history is being saved again");
    await hub.untilStderr('msg="history saved again"');
    await say("after");
    assertEquals(count(shown(), "* history is not being saved\n"), 1);
    assertEquals(count(shown(), "* history is being saved again\n"), 1);
    assertEquals(count(hub.stderr(), "history failed"), 1);

    await using copy = await tempDirectory();
    hub.kill("SIGSTOP"); // the files are as if it had been killed now
    for (const { name } of Deno.readDirSync(directory.path)) {
      Deno.copyFileSync(`${directory.path}/${name}`, `${copy.path}/${name}`);
    }
    await using again = await startHub(["--db", `${copy.path}/chat.db`]);
    assertEquals((await replay(again)).texts, posted);
  },
});

/** Limits the size to which a hub's files may grow, in bytes. */
function limitFiles({ pid }: Hub, bytes: string): void {
  const args = ["--pid", String(pid), `--fsize=${bytes}:`];
  assert(new Deno.Command("prlimit", { args }).outputSync().success, `prlimit ${args.join(" ")}`);
}
