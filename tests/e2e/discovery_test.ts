/** Hubs that are announced on a network, and found by a client without an address. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoArguments, useStandIns } from "../../tools/deno.ts";
import { Lan, type Machine, noLan } from "../support/lan.ts";
import { chat, type Outcome, Program } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, recordStty, type TerminalOptions, TestTerminal } from "../support/terminal.ts";
import { history, narrow, placed, untilInput } from "./people.ts";

const STAND_INS = await useStandIns();
const CANNOT = NO_PTY || noLan() || await lacksMulticast();

const LOOKING = "looking for hubs on this network...";
const NONE_FOUND = [
  "chat: found no hub (many networks block the search). If you know its address: chat client HOST PORT;",
  "  to start a hub: chat server",
];

function testOnLan(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: CANNOT, fn });
}

/** Whether the executable under test uses a Deno whose node:dgram has no multicast, such as 2.6. */
async function lacksMulticast(): Promise<boolean> {
  if (Deno.env.get("CHAT_BIN") === undefined) return false;
  const { lan, there } = await Lan.open();
  await using _ = lan;
  await using hub = new Program(there.wrap(chat("server", "0.0.0.0", "0", "--announce")));
  const [, failed] = await hub.untilStderr(/msg="?(cannot be )?announced/);
  if (failed === undefined) return false;
  const line = "!!! NOT TRIED HERE: finding hubs, as this executable's Deno has no multicast !!!\n";
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  return true;
}

/** Starts an announced hub. */
async function announce(machine: Machine, args: string[] = []) {
  const command = chat("server", "0.0.0.0", "0", "--announce", "--lang", "en", ...args);
  const hub = new Program(machine.wrap(command));
  try {
    const [, port] = await hub.untilStdout(/\bchat client\b.* 127\.0\.0\.1 (\d+)/);
    for (const address of machine.addresses) {
      await hub.untilStderr(`msg=announced address=${address} `);
    }
    return Object.assign(hub, { port: Number(port) });
  } catch (error) {
    await hub[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens a terminal with a client without an address. */
function search(
  machine: Machine,
  args: string[] = [],
  options: TerminalOptions = {},
): TestTerminal {
  const command = machine.wrap(chat("client", "--lang", "en", ...args));
  return TestTerminal.open(command, { cols: 160, ...options });
}

/** Runs a command without input to its end. */
async function run(machine: Machine, ...args: string[]): Promise<Outcome> {
  await using program = new Program(machine.wrap(chat(...args)));
  program.endInput();
  const exit = await program.exit();
  return { ...exit, stdout: program.stdout(), stderr: program.stderr() };
}

testOnLan(
  "a single hub is found once over several networks, and its password is asked for",
  async () => {
    await using folder = await tempDirectory();
    const file = `${folder.path}/password`;
    await Deno.writeTextFile(file, "let me in\n", { mode: 0o600 });
    const { lan, here, there } = await Lan.open({ switches: 2 });
    await using _ = lan;
    await using hub = await announce(there, ["--password-file", file]);
    await hub.untilStdout("\nannounced: on this network, chat client alone finds it\n");
    await using ana = search(here, ["--name", "ana"], { env: { CHAT_PASSWORD: "let me in" } });
    // An announced hub may be anybody's: it must not get the password unasked.
    await ana.until("password:");
    const [looking, found, line, keptBack] = history(ana);
    assertEquals([looking, found], [
      LOOKING,
      "found one hub: " + machineName() + " (needs a password)",
    ]);
    assert(
      there.addresses.some((address) => line === `  chat client ${address} ${hub.port}`),
      line,
    );
    assertMatch(keptBack!, /^your password is not sent to a hub that was only found/);
    ana.type("let me in\r");
    await untilInput(ana, placed("ana", [], 160), "* welcome, ana (1 here: ana)");
    const command = chat("client", "127.0.0.1", String(hub.port), "--name", "bob");
    await using bob = new Program(there.wrap([...command, "--password-file", file]));
    bob.write("hola\n");
    ana.type("draft");
    await untilInput(ana, placed("ana", narrow("draft"), 160), "bob: hola");
    ana.type(" sent\r");
    await bob.untilStdout("ana: draft sent");
    ana.press("ctrl-d");
    assertEquals((await ana.exit()).code, 0);
  },
);

testOnLan(
  "the user chooses among several hubs, or none; --tls leaves out unencrypted ones",
  async () => {
    const { lan, here, there } = await Lan.open();
    await using _ = lan;
    await using folder = await tempDirectory();
    const env = { XDG_STATE_HOME: folder.path };
    // The network namespace has this port to itself.
    const local = here.wrap(chat("server", "127.0.0.1", "3000", "--lang", "en"));
    await using own = new Program(local);
    await own.untilStderr("msg=listening");
    await using plain = await announce(there);
    await using safe = new Program(
      there.wrap(chat("server", "0.0.0.0", "0", "--announce", "--lang", "en", "--tls")),
      { env },
    );
    const [, fingerprint] = await safe.untilStdout(/^fingerprint (sha256:\w+)$/m);
    const [, port] = await safe.untilStdout(/127\.0\.0\.1 (\d+)/);
    await safe.untilStderr("msg=announced");

    await using ana = search(here, ["--name", "ana"]);
    await using eva = search(here, ["--name", "eva"]);
    await using luz = search(here, ["--name", "luz", "--tls"]);
    await ana.until("which one? (1 to 3, Enter for none)");
    const rows = history(ana);
    const [address] = there.addresses;
    const name = machineName();
    assertEquals(rows.slice(0, 4), [
      LOOKING,
      "found 3 hubs:",
      "  1  this machine",
      "     chat client 127.0.0.1 3000",
    ]);
    const others = [2, 4].map((index) => [rows[2 + index]!.slice(5), rows[3 + index]!.slice(5)]);
    assertEquals(
      others.sort(),
      [
        [name, `chat client ${address} ${plain.port}`],
        [`${name} (encrypted)`, `chat client ${address} ${port} --tls`],
      ].sort(),
    );
    ana.type("four\r");
    await ana.until('"four" is not one of them');
    // By its number in the list.
    const number = rows.findIndex((row) => row.endsWith(`${plain.port}`)) / 2 - 0.5;
    ana.type(`${number}\r`);
    await untilInput(ana, placed("ana", [], 160), "* welcome, ana (1 here: ana)");

    await eva.until("Enter for none)");
    eva.press("enter");
    assertEquals(await eva.exit(), { code: 0, signal: null });

    await luz.until(`found one hub: ${name} (encrypted)`);
    await luz.until(`skipped, because it is not encrypted: ${name}, ${address}:${plain.port}`);
    await luz.until("skipped, because it is not encrypted: this machine, 127.0.0.1:3000");
    await luz.until(fingerprint!);
    luz.type("yes\r");
    await untilInput(luz, placed("luz", [], 160), "* welcome, luz (1 here: luz)");
  },
);

testOnLan(
  "a hub that is known as encrypted is joined only over TLS, even if it announces otherwise",
  async () => {
    const { lan, here, there } = await Lan.open();
    await using _ = lan;
    await using folder = await tempDirectory();
    const env = { XDG_STATE_HOME: folder.path };
    await using own = new Program(here.wrap(chat("server", "127.0.0.1", "3000")));
    await own.untilStderr("msg=listening");
    await using plain = await announce(there);
    await Deno.mkdir(`${folder.path}/chat`, { mode: 0o700 });
    const places = ["127.0.0.1:3000", `${there.addresses[0]}:${plain.port}`];
    const lines = places.map((place) => `${place} sha256:${"ab".repeat(32)}\n`);
    await Deno.writeTextFile(`${folder.path}/chat/known-hubs`, lines.join(""));
    for (const [index, place] of places.entries()) {
      await using ana = search(here, ["--name", "ana"], { env });
      await ana.until("which one? (1 to 2, Enter for none)");
      for (const each of places) await ana.until(`chat client ${each.replace(":", " ")} --tls`);
      ana.type(`${index + 1}\r`);
      assertEquals((await ana.exit()).code, 3);
      assert(
        ana.text({ joinWrapped: true }).includes(`${place} does not use TLS, but`),
        ana.text(),
      );
    }
  },
);

testOnLan("with filtered multicast nothing is found, and the printed command joins", async () => {
  const { lan, here, there } = await Lan.open();
  await using _ = lan;
  await lan.filterMulticast();
  await using hub = await announce(there);
  await using ana = search(here);
  assertEquals(await ana.exit(), { code: 1, signal: null });
  assertEquals(history(ana).filter((row) => row !== ""), [LOOKING, ...NONE_FOUND]);
  const [, line] = await hub.untilStdout(/^ {2}chat (client 198\S+ \d+)$/m);
  assertEquals((await run(here, ...line!.split(" "), "--send", "hola")).code, 0);
});

testOnLan(
  "garbage on the network neither hides a hub nor reaches a terminal, and scripts do not search",
  async () => {
    const { lan, here, there } = await Lan.open();
    await using _ = lan;
    await using hub = await announce(there);
    const noise = new URL("../support/mdns_noise.ts", import.meta.url).pathname;
    const deno = denoArguments("run", ["-A", "--quiet", noise, there.addresses[0]!], STAND_INS);
    await using evil = new Program(there.wrap([Deno.execPath(), ...deno]));
    await evil.untilStdout("ready");

    await using folder = await tempDirectory();
    const recorder = recordStty(here.wrap(chat("client", "--lang", "en", "--plain")), folder.path);
    await using ana = TestTerminal.open(recorder.command, { cols: 160 });
    await using eva = search(here);
    const script = await run(here, "client", "--lang", "en", "--send", "hola");
    assertEquals([script.code, script.stdout], [1, ""]);
    assertMatch(script.stderr, /^chat: cannot connect to 127\.0\.0\.1:3000: connection refused/);

    await eva.until("which one? (1 to 7, Enter for none)");
    await eva.until(`chat client ${there.addresses[0]} ${hub.port}`);
    await eva.until("\uFFFD[2J\uFFFD]0;evil\uFFFD\uFFFD10\n");
    assert(!eva.raw().includes("\x1b[2J"), eva.raw());
    await ana.until("which one?");
    ana.press("ctrl-c");
    assertEquals((await ana.exit()).code, 130);
    const { before, after } = await recorder.settings();
    assertEquals(after, before);

    hub.kill("SIGTERM");
    assertEquals((await hub.exit()).code, 0);
    await evil.untilStdout(`gone: ${machineName()}`);
  },
);

testOnLan("without a network the hub runs, and is joined on its own machine at once", async () => {
  const { lan, here, there } = await Lan.open({ switches: 0 });
  await using _ = lan;
  const command = chat("server", "0.0.0.0", "3000", "--announce", "--lang", "en");
  await using hub = new Program(there.wrap(command));
  await hub.untilStderr("cannot be announced: this machine is not connected to a network");
  await using ana = search(there, ["--name", "ana", "--plain"]);
  await ana.until("* welcome, ana (1 here: ana)");
  assertEquals(history(ana).slice(0, 2), [
    "found one hub: this machine",
    "  chat client 127.0.0.1 3000",
  ]);
  await hub.untilStdout("cannot be announced on the network: users need the address");
  assert(!hub.stdout().includes("announced:"), hub.stdout());
  await using eva = search(here);
  await eva.until("chat: found no hub (many networks block");
});

/** The name of an announced hub on this machine. */
function machineName(): string {
  return Deno.hostname().split(".")[0]!;
}
