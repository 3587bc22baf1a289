/** Hubs that are announced on a network, and found there by who names none. */

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
const NONE_FOUND =
  "chat: found no hub (many networks block the search). If you know its address: chat client " +
  "HOST PORT; to start a hub: chat server";

function testOnLan(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: CANNOT, fn });
}

/** Whether the executable under test is made with a Deno whose node:dgram has no multicast, such as 2.6. */
async function lacksMulticast(): Promise<boolean> {
  if (Deno.env.get("CHAT_BIN") === undefined) return false;
  const { lan, there } = await Lan.open();
  await using _ = lan;
  await using hub = new Program(there.wrap(chat("server", "0.0.0.0", "0", "--announce")));
  const [, not] = await hub.untilStderr(/msg="?(cannot be )?announced/);
  if (not === undefined) return false;
  const line = "!!! NOT TRIED HERE: finding hubs, as this executable's Deno has no multicast !!!\n";
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  return true;
}

/** A hub that is announced, and its port. */
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

/** Somebody at a terminal who names no hub. */
function seek(machine: Machine, args: string[] = [], options: TerminalOptions = {}): TestTerminal {
  const command = machine.wrap(chat("client", "--lang", "en", ...args));
  return TestTerminal.open(command, { cols: 160, ...options });
}

/** What a script is told that runs to its end. */
async function run(machine: Machine, ...args: string[]): Promise<Outcome> {
  await using program = new Program(machine.wrap(chat(...args)));
  program.endInput();
  const exit = await program.exit();
  return { ...exit, stdout: program.stdout(), stderr: program.stderr() };
}

testOnLan(
  "the only hub is found, over all networks once, and its password is asked for",
  async () => {
    await using folder = await tempDirectory();
    const file = `${folder.path}/password`;
    await Deno.writeTextFile(file, "let me in\n", { mode: 0o600 });
    const { lan, here, there } = await Lan.open({ switches: 2 });
    await using _ = lan;
    await using hub = await announce(there, ["--password-file", file]);
    await hub.untilStdout("\nannounced: on this network, chat client alone finds it\n");
    await using ana = seek(here, ["--name", "ana"], { env: { CHAT_PASSWORD: "let me in" } });
    // Whoever announces a hub must not get a password by it.
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
  "among several hubs one chooses, or none; with --tls unencrypted ones are left out",
  async () => {
    const { lan, here, there } = await Lan.open();
    await using _ = lan;
    await using folder = await tempDirectory();
    const env = { XDG_STATE_HOME: folder.path };
    // In its own network that port is nobody else's.
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

    await using ana = seek(here, ["--name", "ana"]);
    await using eva = seek(here, ["--name", "eva"]);
    await using luz = seek(here, ["--name", "luz", "--tls"]);
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

testOnLan("where multicast is filtered nothing is found, and the line by hand joins", async () => {
  const { lan, here, there } = await Lan.open();
  await using _ = lan;
  await lan.filterMulticast();
  await using hub = await announce(there);
  await using ana = seek(here);
  assertEquals(await ana.exit(), { code: 1, signal: null });
  assertEquals(history(ana).filter((row) => row !== ""), [LOOKING, NONE_FOUND]);
  const [, line] = await hub.untilStdout(/^ {2}chat (client 198\S+ \d+)$/m);
  assertEquals((await run(here, ...line!.split(" "), "--send", "hola")).code, 0);
});

testOnLan(
  "nobody's garbage hides a hub or reaches a terminal, and scripts look for none",
  async () => {
    const { lan, here, there } = await Lan.open();
    await using _ = lan;
    await using hub = await announce(there);
    const noise = new URL("../support/mdns_noise.ts", import.meta.url).pathname;
    const deno = denoArguments("run", ["-A", "--quiet", noise, there.addresses[0]!], STAND_INS);
    await using evil = new Program(there.wrap([Deno.execPath(), ...deno]));
    await evil.untilStdout("ready");

    await using folder = await tempDirectory();
    const looking = recordStty(here.wrap(chat("client", "--lang", "en", "--plain")), folder.path);
    await using ana = TestTerminal.open(looking.command, { cols: 160 });
    await using eva = seek(here);
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
    const { before, after } = await looking.settings();
    assertEquals(after, before);

    hub.kill("SIGTERM");
    assertEquals((await hub.exit()).code, 0);
    await evil.untilStdout(`gone: ${machineName()}`);
  },
);

testOnLan("without any network the hub goes on, and this machine's is joined at once", async () => {
  const { lan, here, there } = await Lan.open({ switches: 0 });
  await using _ = lan;
  const command = chat("server", "0.0.0.0", "3000", "--announce", "--lang", "en");
  await using hub = new Program(there.wrap(command));
  await hub.untilStderr("cannot be announced: there is no network");
  await using ana = seek(there, ["--name", "ana", "--plain"]);
  await ana.until("* welcome, ana (1 here: ana)");
  assertEquals(history(ana).slice(0, 2), [
    "found one hub: this machine",
    "  chat client 127.0.0.1 3000",
  ]);
  assert(!hub.stdout().includes("announced:"), hub.stdout());
  await using eva = seek(here);
  await eva.until("chat: found no hub (many networks block");
});

/** As hubs on this machine are called. */
function machineName(): string {
  return Deno.hostname().split(".")[0]!;
}
