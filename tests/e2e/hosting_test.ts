/** `chat server --join`: hub and client in one terminal. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasIpv6 } from "../support/ipv6.ts";
import { Peer } from "../support/peer.ts";
import { chat, runChat } from "../support/program.ts";
import { type TempDirectory, tempDirectory } from "../support/temp.ts";
import { NO_PTY, recordStty, type TerminalOptions, TestTerminal } from "../support/terminal.ts";
import { joinWithNc, narrow, placed, testInPty, untilInput } from "./people.ts";

const ASKED = "! leaving stops the hub for 1 other person: press Ctrl-C again to leave";

interface HostOptions extends TerminalOptions {
  hostname?: string;
  args?: string[];
}

/** A terminal in which ana runs a hub and has joined it. */
async function openHost({ hostname = "127.0.0.1", args = [], ...options }: HostOptions = {}) {
  const directory = await tempDirectory();
  const command = chat("server", hostname, "0", "--join", "--name", "ana", ...args);
  const recorder = recordStty(command, directory.path);
  const terminal = TestTerminal.open(recorder.command, options);
  const host = {
    terminal,
    port: 0,
    /** Waits for the exit, and checks that the terminal is restored. */
    async assertDone() {
      assertEquals(await terminal.exit(), { code: 0, signal: null });
      const { before, after } = await recorder.settings();
      assertMatch(before, /(?<!-)icanon/);
      assertEquals(after, before);
    },
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
  try {
    await untilInput(terminal, placed("ana", [], options.cols ?? 80), "/exit leaves");
    host.port = Number(/^ {2}nc \S+ (\d+)$/m.exec(terminal.text())![1]);
    return host;
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

async function writePassword(directory: TempDirectory, name: string, password: string) {
  const path = `${directory.path}/${name}`;
  await Deno.writeTextFile(path, password, { mode: 0o600 });
  return path;
}

testInPty(
  "the host joins its own hub over TLS, and a guest by the printed command",
  async () => {
    await using state = await tempDirectory();
    const env = { XDG_STATE_HOME: state.path };
    const command = chat("server", "127.0.0.1", "0", "--join", "--name", "ana", "--tls");
    await using ana = TestTerminal.open(command, { env, cols: 120 });
    await untilInput(ana, placed("ana", [], 120), "* welcome, ana");
    const [, line] = await ana.until(/^ {2}chat (client .* --tls sha256:\w{64})$/m);
    const guest = [...line!.split(" "), "--name", "bob", "--send", "hola"];
    assertEquals((await runChat(guest)).code, 0);
    await ana.until("bob: hola");
    // The host's own hub is not put into the known hubs.
    assertEquals([...Deno.readDirSync(`${state.path}/chat`)].map(({ name }) => name).sort(), [
      "hub.pem",
      "hubs",
      "input-history",
    ]);
  },
);

testInPty("the host and a guest chat, and the log stays off the screen", async () => {
  await using host = await openHost();
  const { terminal, port } = host;
  const [listening, join] = terminal.text().split("\n");
  assertMatch(listening!, /^chat \S+ listening on 127\.0\.0\.1:\d+$/);
  assertEquals(join, "join with:");
  await using bob = await joinWithNc(port, "bob");
  await terminal.until("* guest1 is now bob");
  terminal.type("hola\r");
  assertEquals(await bob.until("ana: "), "ana: hola");
  terminal.type("draft");
  bob.send("qué tal\n");
  await untilInput(terminal, placed("ana", narrow("draft"), 80), "bob: qué tal");
  bob.send("/exit\n");
  await untilInput(terminal, placed("ana", narrow("draft"), 80), "* bob left (1 here)");
  terminal.press("ctrl-c", "ctrl-c");
  await host.assertDone();
  assert(!terminal.raw().includes("level="));
  assertMatch(terminal.text(), /\* goodbye\nstopping: saying goodbye to everyone.*$/m);
});

for (
  const [name, leave] of [
    ["Ctrl-C on an empty line", (it: TestTerminal) => it.press("ctrl-c")],
    ["/salir", (it: TestTerminal) => it.type("/salir\r")],
  ] as const
) {
  testInPty(
    `${name} asks the host once while others are here, and then stops the hub`,
    async () => {
      await using host = await openHost();
      const { terminal, port } = host;
      await using bob = await joinWithNc(port, "bob");
      await terminal.until("* guest1 is now bob");
      leave(terminal);
      await untilInput(terminal, placed("ana", [], 80), ASKED);
      leave(terminal);
      await host.assertDone();
      assertEquals(await bob.line(), "* ana left (1 here)");
      assertEquals(await bob.line(), "* disconnected: the hub is stopping");
      assertEquals(await bob.closed(), "end");
    },
  );
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  testInPty(`${signal} stops hub and chat without asking`, async () => {
    await using host = await openHost();
    await using bob = await joinWithNc(host.port, "bob");
    await host.terminal.until("* guest1 is now bob");
    host.terminal.signal(signal);
    await host.assertDone();
    await bob.until("* disconnected: the hub is stopping");
    assert(!host.terminal.text().includes("Ctrl-C again to leave"));
  });
}

testInPty("closing the host's window stops the hub, and the others are notified", async () => {
  await using host = await openHost();
  await using bob = await joinWithNc(host.port, "bob");
  host.terminal.hangUp();
  await bob.until("* disconnected: the hub is stopping");
  assertEquals(await bob.closed(), "end");
});

testInPty(
  "the host needs no password, and is a moderator if there are any",
  async () => {
    await using directory = await tempDirectory();
    const args = [
      "--password-file",
      await writePassword(directory, "in", "let me in\n"),
      "--mod-password-file",
      await writePassword(directory, "mod", "obey me\n"),
    ];
    await using host = await openHost({ args });
    const { terminal, port } = host;
    await terminal.until("* you are a moderator now");
    await using bob = await Peer.connect(port);
    await bob.until("! this hub needs a password");
    bob.send("let me in\n");
    await terminal.until("* guest1 joined (2 here)");
    terminal.type("/kick guest1\r");
    await bob.until("* ana has kicked you");
    await terminal.until("* you kicked guest1");
    terminal.press("ctrl-d");
    await host.assertDone();
    for (const secret of ["let me in", "obey me"]) assert(!terminal.raw().includes(secret));
  },
);

testInPty("a Spanish host is a moderator, too", async () => {
  await using directory = await tempDirectory();
  const file = await writePassword(directory, "mod", "obey me\n");
  const command = chat("server", "127.0.0.1", "0", "--join", "--name", "ana", "--lang", "es");
  await using terminal = TestTerminal.open([...command, "--mod-password-file", file]);
  await terminal.until("* ahora eres moderador");
  terminal.press("ctrl-d");
  assertEquals(await terminal.exit(), { code: 0, signal: null });
});

testInPty(
  "a host who is kicked learns that the hub goes on, and Ctrl-C stops it",
  async () => {
    await using directory = await tempDirectory();
    const file = await writePassword(directory, "mod", "obey me\n");
    await using host = await openHost({ args: ["--mod-password-file", file] });
    const { terminal, port } = host;
    await using bob = await joinWithNc(port, "bob");
    bob.send("/mod obey me\n/kick ana\n");
    await terminal.until(
      "* bob has kicked you\nthe hub keeps running without you: Ctrl-C stops it",
    );
    await using _eve = await joinWithNc(port, "eve");
    await bob.until("* guest2 is now eve");
    terminal.press("ctrl-c");
    await bob.until("* disconnected: the hub is stopping");
    await host.assertDone();
  },
);

for (const hostname of ["0.0.0.0", "::"]) {
  Deno.test({
    name: `a hub that listens on ${hostname} is joined over loopback`,
    ignore: NO_PTY || (hostname === "::" && !hasIpv6()),
    fn: async () => {
      await using host = await openHost({ hostname });
      host.terminal.press("ctrl-d");
      await host.assertDone();
    },
  });
}

Deno.test("--join without a terminal is a usage error", async () => {
  const { code, stdout, stderr } = await runChat(["server", "127.0.0.1", "0", "--join"]);
  assertEquals({ code, stdout, stderr }, {
    code: 2,
    stdout: "",
    stderr:
      "chat: --join needs a terminal to chat in: run it in a terminal, or leave out --join\n" +
      "chat: Usage: chat help server\n",
  });
});

testInPty("a host is told that the history was moved away, and that it is back", async () => {
  await using directory = await tempDirectory();
  const [db, moved] = [`${directory.path}/chat.db`, `${directory.path}/november.db`];
  await using host = await openHost({ args: ["--db", db] });
  await Deno.rename(db, moved);
  await untilInput(host.terminal, placed("ana", [], 80), "* history is not being saved");
  await Deno.rename(moved, db);
  await untilInput(host.terminal, placed("ana", [], 80), "* history is being saved again");
  host.terminal.press("ctrl-c");
  await host.assertDone();
});
