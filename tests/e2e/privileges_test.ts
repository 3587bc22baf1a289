/** The permissions that the program gives up once it runs. Tests the source, as it loads a probe into the process. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../support/certificates.ts";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { scrape } from "../support/scrape.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { TlsFront } from "../support/tls_front.ts";
import { joinWithNc, narrow, placed, untilInput } from "./people.ts";

const ignore = Deno.env.get("CHAT_BIN") !== undefined;

/** The program with a probe that tries what is permitted. */
function probed(command: string[]): string[] {
  const prying = new URL("../support/prying.ts", import.meta.url).pathname;
  return command.map((arg) => arg.endsWith("/main.ts") ? prying : arg);
}

/** A hub that listens on all addresses. */
function publicHub(command: string[]): string[] {
  return command.map((arg) => arg === "127.0.0.1" ? "0.0.0.0" : arg);
}

Deno.test({
  name: "the hub can only talk to its peers and write its open files, and does",
  ignore,
  async fn() {
    await using folder = await tempDirectory();
    const files = ["--db", `${folder.path}/chat.db`, "--log-file", `${folder.path}/chat.log`];
    {
      await using hub = await startHub(files, { wrap: probed });
      await hub.untilStderr("possible: []");
      await using ana = await joinWithNc(hub.port, "ana");
      await using eva = await joinWithNc(hub.port, "eva");
      await ana.send("hola\n");
      await eva.until("ana: hola");
      hub.kill("SIGTERM");
      assertEquals((await hub.exit()).code, 0);
      assertEquals(hub.stderr(), "possible: []\n");
    }
    assertMatch(await Deno.readTextFile(`${folder.path}/chat.log`), /stopped/);
    await using again = await startHub(files);
    await using luis = await joinWithNc(again.port, "luis");
    await luis.send("/history\n");
    await luis.until("ana: hola");
  },
});

Deno.test({
  name: "a hub with metrics can do no more, and serves them",
  ignore,
  async fn() {
    await using hub = await startHub(["--metrics", "127.0.0.1:0"], { wrap: probed });
    await hub.untilStderr("possible: []");
    const [, port] = await hub.untilStderr(/msg=metrics address=127\.0\.0\.1 port=(\d+)/);
    await using _ana = await joinWithNc(hub.port, "ana");
    assertEquals((await scrape(Number(port)))["chat_members"], 1);
  },
});

Deno.test({
  name: "an announced hub can also list the machine's networks, and send to them",
  ignore,
  async fn() {
    await using hub = await startHub(["--announce"], {
      wrap: (command) => probed(publicHub(command)),
    });
    await hub.untilStderr("possible: [sys net]");
    await using ana = await joinWithNc(hub.port, "ana");
    hub.kill("SIGTERM");
    await ana.until("* disconnected: the hub is stopping");
    assertEquals((await hub.exit()).code, 0);
    assert(!hub.stderr().includes("NotCapable"), hub.stderr());
  },
});

Deno.test({
  name: "a hub with TLS can do no more",
  ignore,
  async fn() {
    await using state = await tempDirectory();
    const env = { XDG_STATE_HOME: state.path };
    await using hub = await startHub(["--tls"], { wrap: probed, env });
    await hub.untilStderr("possible: []");
    const [, line] = await hub.untilStdout(/^ {2}chat (client .*)$/m);
    const { code, stderr } = await runChat([...line!.split(" "), "--send", "hola"], { env });
    assertEquals([code, stderr], [0, ""]);
  },
});

Deno.test({
  name: "a hub with a certificate that is renewed can also use the network",
  ignore,
  async fn() {
    await using folder = await tempDirectory();
    const [cert, key] = [`${folder.path}/cert.pem`, `${folder.path}/key.pem`];
    const certificate = await makeCertificate();
    await Deno.writeTextFile(cert, certificate.cert);
    await Deno.writeTextFile(key, certificate.key);
    await using hub = await startHub(["--tls-cert", cert, "--tls-key", key], { wrap: probed });
    await hub.untilStderr("possible: [net]");
  },
});

Deno.test({
  name: "the client can only connect and write its open files, over TLS too",
  ignore: ignore || NO_PTY,
  async fn() {
    await using hub = await startHub();
    await using state = await tempDirectory();
    const certificate = await makeCertificate();
    await using front = new TlsFront(hub.port, certificate);
    const args = ["--name", "ana", "--tls", certificate.fingerprint];
    const command = chat("client", "127.0.0.1", String(front.port), ...args);
    await using ana = TestTerminal.open(probed(command), { env: { XDG_STATE_HOME: state.path } });
    await ana.until("possible: [net]");
    ana.press("ctrl-l");
    ana.type("hola\r");
    ana.type("a draft");
    await untilInput(ana, placed("ana", narrow("a draft"), 80), "ana: hola");
    await front.change(certificate); // it reconnects
    await ana.until("* reconnected");
    ana.press("ctrl-c");
    ana.type("adiós\r/exit\r");
    assertEquals((await ana.exit()).code, 0);
    const history = await Deno.readTextFile(`${state.path}/chat/input-history`);
    assertEquals(history, "hola\nadiós\n/exit\n");
  },
});

Deno.test({
  name: "a client without a terminal can only connect",
  ignore,
  async fn() {
    await using hub = await startHub();
    const command = chat("client", "127.0.0.1", String(hub.port), "--name", "bot");
    await using bot = new Program(probed(command));
    await bot.untilStderr("possible: [net]");
    await using ana = await joinWithNc(hub.port, "ana");
    bot.write("hola\n");
    await ana.until("bot: hola");
    bot.endInput();
    assertEquals((await bot.exit()).code, 0);
  },
});

Deno.test({
  name: "hub and client in one terminal can only connect",
  ignore: ignore || NO_PTY,
  async fn() {
    await using state = await tempDirectory();
    const command = chat("server", "127.0.0.1", "0", "--join", "--name", "ana");
    await using ana = TestTerminal.open(probed(command), { env: { XDG_STATE_HOME: state.path } });
    await ana.until("possible: [net]");
    const [, port] = await ana.until(/127\.0\.0\.1:(\d+)/);
    await using eva = await joinWithNc(Number(port), "eva");
    ana.type("hola\r");
    await eva.until("ana: hola");
  },
});
