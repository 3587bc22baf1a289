/** How others are invited to the page: the first lines of a hub, /invite, and the QR code of both. */

import { assertEquals } from "@std/assert";
import { isLoopback } from "../../common/protocol/ip.ts";
import { chat, Program } from "../support/program.ts";
import { type QrOptions, readQr } from "../support/qr.ts";
import { type TerminalOptions, TestTerminal } from "../support/terminal.ts";
import { NO_PTY } from "../support/terminal.ts";

/** An address of this machine that others could reach. */
const address = Deno.networkInterfaces()
  .find(({ family, address }) => family === "IPv4" && !isLoopback(address))?.address ?? "";

/** Not on a machine that is alone. */
function testOnNetwork(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: NO_PTY || address === "", fn });
}

const DARK: QrOptions = { background: "black" };
const LIGHT: QrOptions = { background: "white" };

async function untilQr(terminal: TestTerminal, url: string): Promise<void> {
  await terminal.until((it) => readQr(it, DARK) === url, `the QR code of ${url}`);
  assertEquals(readQr(terminal, LIGHT), url);
}

testOnNetwork("a hub at a terminal prints the address of its page and its QR code", async () => {
  await using hub = TestTerminal.open(chat("server", address, "0"));
  const [, url] = await hub.until(/^ {2}(http:\/\/\S+\/)$/m);
  await untilQr(hub, url!);
  assertEquals(new URL(url!).hostname, address);
});

testOnNetwork(
  "whoever joined at a terminal, as host too, gets the QR code by /invite",
  async () => {
    await using host = TestTerminal.open(chat("server", address, "0", "--join"));
    const [, url] = await host.until(/^ {2}(http:\/\/\S+\/)$/m);
    await host.until("/exit leaves");
    host.type("/clear\r");
    await host.until((it) => readQr(it, DARK) === undefined);
    host.type("/invite\r");
    await untilQr(host, url!);
    const { port } = new URL(url!);
    const client = chat("client", address, port, "--room", "dev", "--lang", "es");
    await using guest = TestTerminal.open(client);
    await guest.until("/salir");
    guest.type("/invitar\r");
    await guest.until(`* también en un navegador: ${url}#room=dev`);
    await untilQr(guest, `${url}#room=dev`);
  },
);

testOnNetwork(
  "without a page for others, colours or room for it, a hub shows no QR code",
  async () => {
    const cases: [hostname: string, args: string[], size?: TerminalOptions, variable?: string][] = [
      ["127.0.0.1", []],
      [address, ["--qr", "never"]],
      [address, ["--tls"]],
      [address, [], { cols: 30 }],
      [address, [], { rows: 16 }],
      [address, [], {}, "TERM=vt100"],
      [address, [], {}, "NO_COLOR=1"],
    ];
    for (const [hostname, args, size, variable = "LANG=C"] of cases) {
      await using hub = TestTerminal.open([
        "env",
        variable,
        ...chat("server", hostname, "0", ...args),
      ], size);
      await hub.until(/msg=|this machine|encryption|--password-file/);
      hub.type("\x03");
      assertEquals((await hub.exit()).code, 0);
      assertEquals(/▄/.test(hub.raw()), false, JSON.stringify({ args, size, variable }));
    }
    await using piped = new Program(chat("server", address, "0"));
    await piped.untilStdout(/http:\/\/\S+\/\n/);
    piped.kill("SIGTERM");
    await piped.exit();
    assertEquals(/▄/.test(piped.stdout()), false);
  },
);
