/** A hub with TLS, as its owner and a peer with `openssl` see it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { generateCertificate } from "../../server/setup/certificate.ts";
import { Peer } from "../support/peer.ts";
import { works } from "../support/confined.ts";
import { chat, type Hub, Program, runChat, startHub } from "../support/program.ts";
import { type TempDirectory, tempDirectory } from "../support/temp.ts";

const OPENSSL = works("openssl as a member", ["openssl", "version"]);

/** A hub that keeps its certificate in a directory. */
function startTlsHub({ path }: TempDirectory, ...args: string[]): Promise<Hub> {
  return startHub(["--tls", ...args], { env: { XDG_STATE_HOME: path } });
}

function fingerprintOf(hub: Hub): string {
  const [, fingerprint] = /^fingerprint (sha256:[\da-f]{64})$/m.exec(hub.stdout()) ?? [];
  assert(fingerprint, hub.stdout());
  return fingerprint;
}

async function keptCertificate({ path }: TempDirectory): Promise<string> {
  const pem = await Deno.readTextFile(`${path}/chat/hub.pem`);
  return pem.slice(pem.indexOf("-----BEGIN CERTIFICATE"));
}

Deno.test("a hub with --tls keeps its certificate, and prints its fingerprint in the command to join", async () => {
  await using directory = await tempDirectory();
  let before: string;
  {
    await using hub = await startTlsHub(directory);
    before = fingerprintOf(hub);
    await hub.untilStdout(/^from this machine only.*\n/m);
    assertEquals(hub.stdout().trimEnd().split("\n").slice(1), [
      `fingerprint ${before}`,
      "join with:",
      `  chat client 127.0.0.1 ${hub.port} --tls ${before}`,
      `  openssl s_client -quiet -connect 127.0.0.1:${hub.port}`,
      `from this machine only; for the whole network: chat server 0.0.0.0 ${hub.port} --tls`,
    ]);
    hub.kill("SIGTERM");
    assertEquals((await hub.exit()).code, 0);
  }
  await using again = await startTlsHub(directory);
  assertEquals(fingerprintOf(again), before);
  await using ana = await Peer.connect(again.port, { tls: await keptCertificate(directory) });
  await ana.until("* welcome, guest1");
});

Deno.test("the command that a hub prints joins it, also where nothing is known of the hub", async () => {
  await using directory = await tempDirectory();
  await using hub = await startTlsHub(directory, "--rate", "0");
  const [, line] = await hub.untilStdout(/^ {2}chat (client .*)$/m);
  await using elsewhere = await tempDirectory();
  const env = { XDG_STATE_HOME: elsewhere.path };
  await using eva = new Program(chat(...line!.split(" "), "--name", "eva"), { env });
  await eva.untilStdout("* welcome, eva");
  const long = `${"ñ".repeat(20_000)}.`; // several TLS records
  const outcome = await runChat([...line!.split(" "), "--name", "bot"], {
    env,
    stdin: `hola\n${long}\n`.repeat(20) + "end\n",
  });
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  await eva.untilStdout("bot: end\n");
  eva.endInput();
  assertEquals((await eva.exit()).code, 0);
  const received = eva.stdout().split("\n").filter((line) => line.startsWith("bot: "));
  assertEquals(received, [...Array(20).fill([`bot: hola`, `bot: ${long}`]).flat(), "bot: end"]);
});

Deno.test({
  name: "a peer with openssl s_client is a member as with nc",
  ignore: !OPENSSL,
  fn: async () => {
    await using directory = await tempDirectory();
    await using hub = await startTlsHub(directory);
    await using luis = await Peer.connect(hub.port, { tls: await keptCertificate(directory) });
    await luis.send("/name luis\n");
    await luis.until("you are now luis");
    await using ana = new Program(
      ["openssl", "s_client", "-quiet", "-connect", `127.0.0.1:${hub.port}`],
    );
    await ana.untilStdout("* welcome, guest");
    ana.write("/name ana\n");
    await ana.untilStdout("* you are now ana\n");
    ana.write("¿qué tal?\n");
    await luis.until("ana: ¿qué tal?");
    await luis.send("bien\n");
    await ana.untilStdout("luis: bien\n");
    ana.write("/exit\n");
    await ana.untilStdout("* goodbye\n");
    await luis.until("ana left");
    await ana.exit();
  },
});

Deno.test("a hub uses a given certificate, and warns of a key that others can read", async () => {
  await using directory = await tempDirectory();
  const { cert, key } = await generateCertificate(Date.now());
  const files = { cert: `${directory.path}/cert.pem`, key: `${directory.path}/key.pem` };
  await Deno.writeTextFile(files.cert, cert);
  await Deno.writeTextFile(files.key, key);
  if (Deno.build.os !== "windows") await Deno.chmod(files.key, 0o644);
  // It keeps no certificate and needs no folder.
  const env = { HOME: "", XDG_STATE_HOME: "", LOCALAPPDATA: "" };
  await using hub = await startHub(["--tls-cert", files.cert, "--tls-key", files.key], { env });
  fingerprintOf(hub);
  await using ana = await Peer.connect(hub.port, { tls: cert });
  await ana.until("* welcome, guest1");
  if (Deno.build.os !== "windows") {
    await hub.untilStderr(/level=warning .*msg="others can read a key: .*" path=\S*key\.pem\n/);
  }
});

Deno.test("a certificate that cannot be used is reported in one line, with exit code 1", async () => {
  await using directory = await tempDirectory();
  const [one, other] = await Promise.all([1, 2].map(() => generateCertificate(Date.now())));
  const path = (name: string) => `${directory.path}/${name}`;
  await Deno.writeTextFile(path("cert.pem"), one!.cert);
  await Deno.writeTextFile(path("other.pem"), other!.key);
  const { code, stdout, stderr } = await runChat([
    ...["server", "127.0.0.1", "0", "--tls-cert", path("cert.pem"), "--tls-key", path("other.pem")],
  ]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^chat: [^\n]*other\.pem: it does not belong to the certificate in [^\n]+\n$/,
  );
});

Deno.test("a hub that other machines can reach says in its banner what is missing", async () => {
  await using hub = new Program(chat("server", "0.0.0.0", "0"), { env: { LANG: "es_ES.UTF-8" } });
  await hub.untilStdout(/^sin contraseña ni cifrado: .*usa --password-file y --tls\n/m);
  await using directory = await tempDirectory();
  await using safe = new Program(chat("server", "0.0.0.0", "0", "--tls"), {
    env: { CHAT_PASSWORD: "sésamo", XDG_STATE_HOME: directory.path },
  });
  await safe.untilStderr("msg=listening");
  assertEquals(/password|encryption/.test(safe.stdout()), false, safe.stdout());
});
