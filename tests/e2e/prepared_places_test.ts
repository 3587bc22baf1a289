/** Files in places that others prepared: hub and client say so, and nothing hangs. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { generateCertificate } from "../../server/setup/certificate.ts";
import { chat, runChat, startHub } from "../support/program.ts";
import { makeFifo, tempDirectory } from "../support/temp.ts";
import { TestTerminal } from "../support/terminal.ts";
import { clientArgs, history, testInPty } from "./people.ts";

const ignore = Deno.build.os === "windows"; // no modes, no FIFOs

Deno.test(
  "the hub warns of links, and of files and folders that others may write to",
  { ignore },
  async () => {
    await using directory = await tempDirectory();
    const path = (name: string) => `${directory.path}/${name}`;
    await Deno.writeTextFile(path("target"), "", { mode: 0o600 });
    await Deno.symlink(path("target"), path("log"));
    await Deno.mkdir(path("state/chat"), { recursive: true, mode: 0o700 });
    /** The paths of the warnings. */
    const run = async (...args: string[]) => {
      await using hub = await startHub(["--tls", ...args], {
        env: { XDG_STATE_HOME: path("state") },
      });
      hub.kill("SIGTERM");
      assertEquals((await hub.exit()).code, 0);
      const log = `${hub.stderr()}${await Deno.readTextFile(path("target"))}`;
      await Deno.truncate(path("target"));
      return log.split("\n").filter((line) => line.includes("level=warning"))
        .map((line) => / path=(\S+)/.exec(line)?.[1]?.replace(directory.path, ""));
    };
    const db = ["--db", path("db")];
    assertEquals(await run(...db), []);
    await Deno.chmod(path("state/chat"), 0o777);
    await Deno.chmod(path("db"), 0o666);
    await Deno.writeTextFile(path("db-wal"), "");
    await Deno.chmod(path("db-wal"), 0o620);
    await Deno.symlink(path("db"), path("link"));
    const log = ["--log-file", path("log")];
    assertEquals(await run(...log, ...db), ["/log", "/db", "/db-wal", "/state/chat"]);
    await Deno.chmod(path("db"), 0o600);
    assertEquals(await run(...log, "--db", path("link")), ["/log", "/link", "/state/chat"]);
  },
);

Deno.test(
  "a FIFO in place of a file hangs neither hub nor client, and is named",
  { ignore },
  async (t) => {
    await using directory = await tempDirectory();
    const state = `${directory.path}/chat`;
    const fifo = `${directory.path}/fifo`;
    await makeFifo(fifo);
    const { cert, key } = await generateCertificate(Date.now());
    const pem = `${directory.path}/hub.pem`;
    await Deno.writeTextFile(pem, cert + key);
    await Deno.mkdir(state, { mode: 0o700 });
    const fails = async (path: string, ...args: string[]) => {
      await t.step(args.join(" "), async () => {
        const { code, stdout, stderr } = await runChat([...args, "--lang", "en"], {
          env: { XDG_STATE_HOME: directory.path },
        });
        assertEquals([code, stdout], [1, ""], stderr);
        assertMatch(stderr, /^chat: [^\n]+\n$/);
        assert(stderr.includes(path), stderr);
      });
    };
    const hub = ["server", "127.0.0.1", "0"];
    for (const option of ["password-file", "mod-password-file", "motd-file", "log-file", "db"]) {
      await fails(fifo, ...hub, `--${option}`, fifo);
      await fails(directory.path, ...hub, `--${option}`, directory.path);
    }
    await fails(fifo, ...hub, "--tls-cert", fifo, "--tls-key", pem);
    await fails(fifo, ...hub, "--tls-cert", pem, "--tls-key", fifo);
    await fails("/dev/zero", ...hub, "--password-file", "/dev/zero");
    for (const side of ["wal", "shm", "journal"]) {
      const path = `${directory.path}/db-${side}`;
      await makeFifo(path);
      await fails(path, ...hub, "--db", `${directory.path}/db`);
      await Deno.remove(path);
    }
    for (const command of ["client", "doctor"]) {
      const here = [command, "127.0.0.1", "1"];
      await fails(fifo, ...here, "--password-file", fifo);
      await fails(fifo, ...here, "--tls-ca", fifo);
    }
    await makeFifo(`${state}/hub.pem`);
    await fails(`${state}/hub.pem`, ...hub, "--tls");
    await makeFifo(`${state}/known-hubs`);
    for (const command of ["client", "doctor"]) {
      const here = [command, "127.0.0.1", "1"];
      await fails(`${state}/known-hubs`, ...here);
      await fails(`${state}/known-hubs`, ...here, "--tls");
    }
  },
);

Deno.test(
  "the client warns of a state folder that others may write to, and goes on",
  { ignore },
  async () => {
    await using hub = await startHub();
    await using directory = await tempDirectory();
    const state = `${directory.path}/chat`;
    await Deno.mkdir(state);
    for (const mode of [0o777, 0o700]) {
      await Deno.chmod(state, mode);
      const { code, stderr } = await runChat(
        ["client", "127.0.0.1", String(hub.port), "--send", "hi", "--lang", "en"],
        { env: { XDG_STATE_HOME: directory.path } },
      );
      const warning = `* others can write to ${state}, and so replace the hubs that you know: ` +
        `chmod go-w ${state} prevents that\n`;
      assertEquals([code, stderr], [0, mode === 0o777 ? warning : ""]);
    }
  },
);

testInPty("with a FIFO in place of the input history the chat goes on", async () => {
  await using hub = await startHub();
  await using directory = await tempDirectory();
  await Deno.mkdir(`${directory.path}/chat`, { mode: 0o700 });
  const path = `${directory.path}/chat/input-history`;
  await makeFifo(path);
  await using ana = TestTerminal.open(chat(...clientArgs(hub, "--lang", "en")), {
    env: { XDG_STATE_HOME: directory.path },
    cols: 200,
  });
  await ana.until("will not be kept for the next time");
  assert(history(ana).some((row) => row.includes(path)), ana.text());
  ana.type("hola\r");
  await ana.until("ana: hola");
});
