/** The doctor as a program: output, exit codes, permissions and broken networks. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";
import { Namespace, noNamespaces } from "../support/namespaces.ts";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { StrangerService } from "../support/strangers.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { TlsFront } from "../support/tls_front.ts";
import { joinWithNc } from "./people.ts";

const IS_COMPILED = Deno.env.get("CHAT_BIN") !== undefined;

/** Examines a port of 127.0.0.1; nothing may be written to standard error. */
async function ask(port: number, args: string[] = [], env: Record<string, string> = {}) {
  const outcome = await runChat(["doctor", "127.0.0.1", String(port), ...args], { env });
  assertEquals(outcome.stderr, "");
  return outcome;
}

Deno.test("a healthy hub is examined without a terminal, over TLS too, and its members do not notice", async () => {
  await using hub = await startHub();
  await using ana = await joinWithNc(hub.port, "ana");
  const authority = await makeAuthority();
  const names = [{ type: "ip", value: "127.0.0.1" } as const];
  await using front = new TlsFront(
    hub.port,
    await makeCertificate({ issuer: authority, names }),
  );
  await using folder = await tempDirectory();
  const ca = `${folder.path}/ca.pem`;
  await Deno.writeTextFile(ca, authority.cert);

  const plain = await ask(hub.port);
  assertEquals(plain.code, 0, plain.stdout);
  assertMatch(
    plain.stdout,
    /^✓ connection {2}127\.0\.0\.1:\d+ in [\d.]+ ms\n✓ hub {9}chat [\d.]+, protocol 1, .* 1 person is connected\n. page {8}\S.*\n\nAll is well: /,
  );
  // The system's authorities are known although no file can be read by then.
  const vouched = await ask(front.port, ["--tls"], { SSL_CERT_FILE: ca, LANG: "es_ES.UTF-8" });
  assertEquals(vouched.code, 0, vouched.stdout);
  assertMatch(vouched.stdout, /lo avala una autoridad en la que confía este sistema/);
  assertMatch(
    vouched.stdout,
    /Todo va bien: .* Únete\scon:\n {2}chat client 127\.0\.0\.1 \d+ --tls\n$/s,
  );

  await using eva = await joinWithNc(hub.port, "eva");
  await eva.send("hola\n");
  await ana.until("eva: hola");
  const received = new TextDecoder().decode(ana.received());
  assertEquals(received.match(/joined/g)?.length, 1, received);
});

Deno.test("the exit code tells a refusal, and a usage error is one line", async (t) => {
  await using folder = await tempDirectory();
  const file = `${folder.path}/password`;
  await Deno.writeTextFile(file, "sésamo\n");
  await using hub = await startHub(["--password-file", file]);
  await t.step("the password from a file and from the environment", async () => {
    const [none, wrong, right] = await Promise.all([
      ask(hub.port),
      ask(hub.port, ["--color", "always"], { CHAT_PASSWORD: "nada" }),
      ask(hub.port, ["--password-file", file]),
    ]);
    assertEquals([none.code, wrong.code, right.code], [3, 3, 0]);
    assertMatch(none.stdout, /^✗ password {4}needed$/m);
    // deno-lint-ignore no-control-regex
    assertMatch(wrong.stdout, /^\x1b\[38;5;196m✗\x1b\[39m .*password.* {2}wrong$/m);
    assertMatch(right.stdout, /^✓ password {4}correct$/m);
  });
  await t.step("a web server", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    await using _ = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => resolve(port) },
      () => new Response("hola"),
    );
    const { code, stdout } = await ask(await promise);
    assertEquals(code, 1);
    assertMatch(stdout, /^✗ hub {9}not a hub, but a web server \(HTTP\): HTTP\/1\.1 400 /m);
  });
  await t.step("wrong usage, and a missing file", async () => {
    const usage = await runChat(["doctor", "127.0.0.1", "30000000"]);
    assertEquals([usage.code, usage.stdout], [2, ""]);
    assertMatch(usage.stderr, /is not a port.*\nchat: Usage: chat help doctor\n$/);
    const missing = await runChat(["doctor", "--password-file", `${file}-not`]);
    assertEquals([missing.code, missing.stdout], [1, ""]);
    assertMatch(missing.stderr, /^chat: cannot read .*the file does not exist; .*\n$/);
  });
});

Deno.test("a host name is looked up without a warning of the runtime, over TLS too", async () => {
  await using hub = await startHub();
  const authority = await makeAuthority();
  const names = [{ type: "dns", value: "localhost" } as const];
  await using front = new TlsFront(hub.port, await makeCertificate({ issuer: authority, names }));
  await using folder = await tempDirectory();
  const ca = `${folder.path}/ca.pem`;
  await Deno.writeTextFile(ca, authority.cert);
  for (const args of [[hub.port], [front.port, "--tls-ca", ca]]) {
    const { code, stdout, stderr } = await runChat(["doctor", "localhost", ...args.map(String)]);
    assertEquals([code, stderr], [0, ""], stdout);
    assertMatch(stdout, /^✓ name {8}localhost is .*127\.0\.0\.1/);
  }
});

Deno.test({
  name: "the paragraph is wrapped to the terminal's width",
  ignore: NO_PTY,
  async fn() {
    await using hub = await startHub();
    await using terminal = TestTerminal.open(chat("doctor", String(hub.port), "--tls"), {
      cols: 50,
      rows: 30,
    });
    assertEquals((await terminal.exit()).code, 1);
    const rows = terminal.text().split("\n").map((row) => row.trimEnd());
    const from = rows.findIndex((row) => row.startsWith("The hub at"));
    assert(from > 0, terminal.text());
    const until = rows.findIndex((row) => row.startsWith("  chat client"));
    assert(rows.slice(from, until).every((row) => row.length > 30 || row.endsWith(".")));
    assertMatch(terminal.text({ joinWrapped: true }), /✗ encryption {2}does not use TLS/);
  },
});

Deno.test({
  name: "the doctor keeps only the network permission, and Ctrl-C ends it",
  ignore: IS_COMPILED, // an executable's permissions cannot be queried
  async fn() {
    await using silent = new StrangerService();
    const prying = new URL("../support/prying.ts", import.meta.url).pathname;
    const command = chat("doctor", "127.0.0.1", String(silent.port));
    await using doctor = new Program(
      command.map((arg) => arg.endsWith("/main.ts") ? prying : arg),
    );
    await doctor.untilStderr("possible: [net]");
    doctor.kill("SIGINT");
    assertEquals((await doctor.exit()).signal, "SIGINT");
    assertEquals(doctor.stdout(), "");
  },
});

Deno.test({
  name: "a firewall, a missing route and a missing name server are distinguished",
  ignore: noNamespaces(),
  async fn() {
    await using network = await Namespace.open();
    // Without ARP no neighbour is found, and packets to them are lost.
    await network.inside("ip", "link", "set", "cut0", "arp", "off");
    const lost = network.outside.replace(/1$/, "77");
    const ask = async (...args: string[]) => {
      await using doctor = new Program(network.wrap(chat("doctor", ...args)));
      const { code } = await doctor.exit();
      return { code, stdout: doctor.stdout() };
    };
    const [filtered, unreachable, nameless] = await Promise.all([
      ask(lost, "3000"),
      ask("192.0.2.1", "3000"), // reserved for documentation (RFC 5737)
      ask("chat.example.org"),
    ]);
    assertEquals([filtered, unreachable, nameless].map(({ code }) => code), [1, 1, 1]);
    assertMatch(filtered.stdout, /^✗ connection {2}[\d.]+:3000: no answer in 5 s\n\n.*firewall/s);
    assertMatch(
      unreachable.stdout,
      /:3000: network unreachable\n\nThis machine has no route/,
    );
    // Older runtimes, which an executable may contain, report a missing name instead.
    const isOld = IS_COMPILED && nameless.stdout.includes("chat.example.org does not exist");
    if (isOld) return;
    assertMatch(nameless.stdout, /^✗ name {8}no name server answers\n\nThe address of chat\.exam/);
  },
});
