/** What a newcomer reads at a terminal of the usual size. */

import { assert, assertEquals } from "@std/assert";
import { textWidth } from "../../common/cli/width.ts";
import { chat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { TestTerminal } from "../support/terminal.ts";
import { testInPty } from "./people.ts";

const SIZE = { cols: 80, rows: 24 };

testInPty("a hub at a terminal says who can join, and its log does not repeat it", async () => {
  for (
    const [lang, local] of [["en", "from this machine only;"], ["es", "solo desde esta máquina;"]]
  ) {
    const args = ["--lang", lang!, "--metrics", "0"];
    await using hub = TestTerminal.open(chat("server", "127.0.0.1", "0", ...args), SIZE);
    await hub.until(local!);
    await hub.until("/metrics");
    hub.press("ctrl-c");
    assertEquals((await hub.exit()).code, 0);
    assert(!hub.text().includes("level="), hub.text());
  }
});

testInPty("a hub at a terminal logs at the level debug what it prints, too", async () => {
  await using hub = TestTerminal.open(chat("server", "127.0.0.1", "0", "--log", "debug"), SIZE);
  await hub.until("level=debug logger=chat msg=listening");
});

testInPty("a client without an address finds this user's hub at any port", async () => {
  await using folder = await tempDirectory();
  const env = { XDG_STATE_HOME: folder.path };
  await using gone = await startHub([], { env });
  gone.kill("SIGKILL");
  await gone.exit();
  await using hub = await startHub([], { env });
  const command = chat("client", "--plain", "--name", "ana");
  await using ana = TestTerminal.open(command, { ...SIZE, env });
  await ana.until(new RegExp(`chat client 127\\.0\\.0\\.1 ${hub.port}$`, "m"));
  assert(!ana.text().includes(`127.0.0.1 ${gone.port}`), ana.text());
});

testInPty("errors, warnings and help are wrapped at spaces, and commands stay whole", async () => {
  const runs: [args: string[], whole: string[]][] = [
    [["help", "limits"], ["--max-pending-total BYTES"]],
    [["client", "127.0.0.1", "1"], ["chat: cannot connect to 127.0.0.1:1:"]],
    [["server", "127.0.0.1", "--announce"], ["chat server 0.0.0.0 --announce"]],
    [["client", "localhost:1", "127.0.0.1:1"], ["chat: cannot connect to 127.0.0.1:1:"]],
    [["10.0.0.1", "3000", "--name", "ana"], ["chat client 10.0.0.1 3000 --name ana"]],
    [["server", "--db", `/${"nowhere/".repeat(20)}`], ["/nowhere/"]],
  ];
  for (const cols of [60, 80, 200]) {
    for (const [args, whole] of runs) {
      await using terminal = TestTerminal.open(chat(...args), { cols, rows: 24 });
      await terminal.exit();
      const lines = terminal.text({ joinWrapped: true }).split("\n");
      for (const part of whole) assert(lines.some((line) => line.includes(part)), terminal.text());
      for (const line of lines) {
        assert(textWidth(line) <= Math.min(cols, 100) || !line.trim().includes(" "), line);
      }
    }
  }
});
