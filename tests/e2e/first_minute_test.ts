/** What a newcomer reads at a terminal of the usual size. */

import { assert, assertEquals } from "@std/assert";
import { textWidth } from "../../common/cli/width.ts";
import { chat, runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { TestTerminal } from "../support/terminal.ts";
import { join, testInPty } from "./people.ts";

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

testInPty("the goodbye of a hub is wrapped beside the ^C of the terminal", async () => {
  await using hub = TestTerminal.open(chat("server", "127.0.0.1", "0"), { cols: 60, rows: 24 });
  await hub.until("chat server 0.0.0.0");
  hub.press("ctrl-c");
  await hub.exit();
  const end = "^Cstopping: saying goodbye to everyone (Ctrl-C again stops\n  at once)";
  assert(hub.text().trimEnd().endsWith(end), hub.text());
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

testInPty(
  "/invite shows the host the hub's lines, and others the address that they joined",
  async () => {
    const args = ["127.0.0.1", "0", "--join", "--name", "ana", "--lang", "es"];
    await using host = TestTerminal.open(chat("server", ...args), SIZE);
    const [, port] = await host.until(/^ {2}nc 127\.0\.0\.1 (\d+)$/m);
    await host.until("ana>");
    host.type("/limpiar\r/invitar\r");
    await host.until("* para unirse:");
    await host.until(`*   chat client 127.0.0.1 ${port}`);
    await host.until("* solo desde esta máquina;");
    await using bob = await join({ port: Number(port) }, "bob", { args: ["--lang", "en"] });
    bob.type("/invite\r");
    await bob.until(`* to join from this machine: chat client 127.0.0.1 ${port};`);
    bob.type("/help\r");
    await bob.until(/\/invite \[NAME\] \[ROOM\] +shows how others join/);
    await using eva = TestTerminal.open(
      chat("client", "127.0.0.1", port!, "--plain", "--lang", "es"),
      SIZE,
    );
    await eva.until("* te damos la bienvenida");
    eva.type("/invitar\r");
    await eva.until("* para unirse desde esta máquina:");
  },
);

testInPty("a client says that a time zone is unknown, and a script does not", async () => {
  await using hub = await startHub();
  for (
    const [TZ, warns] of [["Nope/Nowhere", true], ["<+0330>-3:30", true], [
      "Etc/UTC",
      false,
    ]] as const
  ) {
    await using ana = await join(hub, "ana", { args: ["--lang", "en"], env: { TZ } });
    assertEquals(
      ana.text({ joinWrapped: true }).includes(`* the time zone "${TZ}" in TZ is unknown`),
      warns,
    );
    ana.type("/exit\r");
    await ana.exit();
    const args = ["client", String(hub.port), "--send", "hola"];
    assertEquals((await runChat(args, { env: { TZ } })).stderr, "");
  }
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
