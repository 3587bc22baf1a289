/** The formats of the log. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { works } from "../support/confined.ts";
import { chat, Program, startHub } from "../support/program.ts";
import { Peer } from "../support/peer.ts";

Deno.test("with --log json every line of the log is one object, with its fields beside the message", async () => {
  await using hub = await startHub(["--log", "debug,json"]);
  await using peer = await Peer.connect(hub.port);
  peer.send('/name "\n\u001b[31m\n');
  await hub.untilStderr(/"connected"/);
  hub.kill("SIGTERM");
  await hub.exit();
  const lines = hub.stderr().trimEnd().split("\n").map((line) => JSON.parse(line));
  const listening = lines.find(({ message }) => message === "listening");
  assertEquals([listening.level, listening.logger], ["INFO", "chat"]);
  assertEquals([listening.address, listening.port], ["127.0.0.1", hub.port]);
  assert(Number.isFinite(Date.parse(listening["@timestamp"])));
});

/** Starts a program with its standard error as a socket, as the journal is one, and prints the first bytes that it writes. */
const JOURNAL = `import os, socket, subprocess, sys
ours, theirs = socket.socketpair()
stat = os.fstat(theirs.fileno())
named = f"{stat.st_dev}:{stat.st_ino + int(sys.argv[1])}"
hub = subprocess.Popen(sys.argv[2:], stderr=theirs, stdout=subprocess.DEVNULL, env={**os.environ, "JOURNAL_STREAM": named})
theirs.close()
print(ours.makefile().readline(), end="", flush=True)
hub.terminate()`;

Deno.test({
  name: "in the journal a line begins with its priority, and nowhere else",
  ignore: Deno.build.os !== "linux" || !works("the log in the journal", ["python3", "--version"]),
  async fn() {
    const firstLine = async (other: number, ...options: string[]) => {
      const command = chat("server", "127.0.0.1", "0", ...options);
      await using hub = new Program(["python3", "-c", JOURNAL, String(other), ...command]);
      await hub.exit();
      return hub.stdout();
    };
    assertMatch(await firstLine(0), /^<6>time=\S+ level=info .*msg=listening/);
    assertMatch(await firstLine(0, "--log", "json"), /^\{/);
    assertMatch(await firstLine(1), /^time=/); // a terminal that a service started
  },
});
