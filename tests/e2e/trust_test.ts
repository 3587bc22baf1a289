/** Joining over TLS without a terminal: which hubs are trusted, and what is refused. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { forge, makeAuthority, makeCertificate } from "../support/certificates.ts";
import { CuttingProxy } from "../support/cutting_proxy.ts";
import { works } from "../support/confined.ts";
import { Program, runChat, startHub } from "../support/program.ts";
import { StrangerService } from "../support/strangers.ts";
import { tempDirectory } from "../support/temp.ts";
import { TlsFront } from "../support/tls_front.ts";
import { joinWithNc } from "./people.ts";

/** Posts one message without a terminal, with an empty state folder. */
async function post(front: { port: number }, ...args: string[]) {
  await using state = await tempDirectory();
  return await runChat(
    ["client", "127.0.0.1", String(front.port), "--name", "bot", "--lang", "en", ...args],
    { stdin: "hello\n", env: { XDG_STATE_HOME: state.path } },
  );
}

Deno.test("without a terminal a hub is joined by its fingerprint or by an authority, or else refused", async (t) => {
  await using hub = await startHub();
  await using witness = await joinWithNc(hub.port, "witness");
  const own = await makeCertificate();
  const authority = await makeAuthority();
  const names = [{ type: "ip", value: "127.0.0.1" } as const];
  const issued = await makeCertificate({ issuer: authority, names });
  await using front = new TlsFront(hub.port, own);
  await using certified = new TlsFront(hub.port, issued);
  await using folder = await tempDirectory();
  const ca = `${folder.path}/ca.pem`;
  await Deno.writeTextFile(ca, authority.cert);

  const joins = async (outcome: Promise<{ code: number; stderr: string }>) => {
    const { code, stderr } = await outcome;
    assertEquals([code, stderr], [0, ""]);
    await witness.until("bot: hello");
  };
  await t.step("its own certificate, by the fingerprint", async () => {
    await joins(post(front, "--tls", own.fingerprint));
    await joins(post(front, `--tls=${own.fingerprint.toUpperCase()}`));
  });
  await t.step("an issued certificate, by a CA file or by the system", async () => {
    await joins(post(certified, "--tls-ca", ca));
    await joins(post(certified, "--tls", issued.fingerprint, "--tls-ca", ca));
    await joins(
      runChat(["client", "127.0.0.1", String(certified.port), "--tls", "--name", "bot"], {
        stdin: "hello\n",
        env: { SSL_CERT_FILE: ca },
      }),
    );
  });

  const refused = async (
    front: { port: number },
    args: string[],
    reason: RegExp,
    expected = 3,
  ) => {
    const { code, stdout, stderr } = await post(front, ...args);
    assertEquals([code, stdout], [expected, ""], stderr);
    assertMatch(stderr, reason);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  };
  await t.step("an unknown certificate", async () => {
    const way = new RegExp(`is not trusted: .* join with --tls ${own.fingerprint}`);
    await refused(front, ["--tls"], way);
    await refused(certified, ["--tls"], /is not trusted: /);
    await refused(front, ["--tls-ca", ca], /name its certificate with --tls-ca/);
    await refused(certified, ["--tls", issued.fingerprint], /name its certificate with --tls-ca/);
  });
  await t.step("another fingerprint", async () => {
    await refused(
      front,
      ["--tls", issued.fingerprint],
      /does not have the fingerprint that you gave/,
    );
  });
  await t.step("a certificate that has expired", async () => {
    const old = await makeCertificate({ days: -1 });
    await using expired = new TlsFront(hub.port, old);
    await refused(expired, ["--tls", old.fingerprint], /not valid today/);
  });
  await t.step("TLS to a plain hub, and plain to a TLS hub", async () => {
    await refused(hub, ["--tls"], /does not use TLS: .* join without --tls/, 1);
    await refused(hub, ["--tls", own.fingerprint], /does not use TLS, but .* encrypted before/);
    await refused(front, [], /uses TLS: join with --tls/, 1);
  });
  await t.step("no hub", async () => {
    const nowhere = { port: 1 };
    await refused(nowhere, ["--tls"], /connection refused/, 1);
    await refused(nowhere, ["--tls", own.fingerprint], /connection refused/, 1);
  });
  await t.step("unusable CA files", async () => {
    const empty = `${folder.path}/empty`;
    await Deno.writeTextFile(empty, "");
    await refused(front, ["--tls-ca", empty], /has no certificates/, 1);
    await refused(front, ["--tls-ca", `${empty}-not`], /the file does not exist/, 1);
  });
  // Nothing that was refused reached the hub.
  await joins(post(front, "--tls", own.fingerprint));
  const output = new TextDecoder().decode(witness.received());
  assertEquals(output.match(/bot: hello/g)?.length, 6);
});

Deno.test({
  name: "an impostor with the hub's certificate but not its key is refused",
  ignore: !works("an impostor with a copied certificate", ["openssl", "version"]),
  async fn() {
    const own = await makeCertificate();
    const copied = forge(own);
    await using folder = await tempDirectory();
    const files = { cert: `${folder.path}/cert.pem`, key: `${folder.path}/key.pem` };
    await Deno.writeTextFile(files.cert, copied.cert);
    await Deno.writeTextFile(files.key, copied.key);
    await using impostor = new Program([
      ...["openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "20"],
      ...["-cert", files.cert, "-key", files.key],
    ]);
    const [, port] = await impostor.untilStdout(/ACCEPT 127\.0\.0\.1:(\d+)/);
    const { code, stdout, stderr } = await post({ port: Number(port) }, "--tls", own.fingerprint);
    assertEquals([code, stdout], [3, ""]);
    assertMatch(
      stderr,
      /without having its key: somebody is intercepting the connection; do not join\n$/,
    );
    // Even right after the hub itself has shown it.
    await using hub = await startHub();
    await using front = new TlsFront(hub.port, own);
    await using between = new CuttingProxy([front.port, Number(port), Number(port), Number(port)]);
    const again = await post({ port: between.port }, "--tls", own.fingerprint);
    assertEquals([again.code, again.stdout], [3, ""], again.stderr);
    assert(!impostor.stdout().includes("hello"));
  },
});

Deno.test("an impostor that takes over after the hub has shown its certificate is refused", async (t) => {
  await using hub = await startHub();
  const authority = await makeAuthority();
  const own = await makeCertificate();
  const other = await makeCertificate({ issuer: authority });
  await using front = new TlsFront(hub.port, own);
  await using impostor = new TlsFront(hub.port, other);
  await using folder = await tempDirectory();
  const ca = `${folder.path}/ca.pem`;
  await Deno.writeTextFile(ca, authority.cert);
  const join = async (ports: number[], args: string[], env: Record<string, string> = {}) => {
    await using between = new CuttingProxy(ports);
    await using state = await tempDirectory();
    return await runChat(
      ["client", "127.0.0.1", String(between.port), "--name", "bot", "--lang", "en", ...args],
      { stdin: "hello\n", env: { XDG_STATE_HOME: state.path, ...env } },
    );
  };
  const ports = [front.port, impostor.port, impostor.port, impostor.port];
  const pinned = ["--tls", own.fingerprint];

  for (
    const [name, args, env] of [
      ["an authority of the system", pinned, { SSL_CERT_FILE: ca }],
      ["an authority of a CA file", [...pinned, "--tls-ca", ca], {}],
      ["no authority", pinned, {}],
    ] as const
  ) {
    await t.step(name, async () => {
      const { code, stdout, stderr } = await join(ports, [...args], env);
      assertEquals([code, stdout], [3, ""], stderr);
    });
  }
  await t.step("another certificate of the same authority and name", async () => {
    const issued = await makeCertificate({ issuer: authority });
    await using real = new TlsFront(hub.port, issued);
    const args = ["--tls", issued.fingerprint];
    for (const caArgs of [["--tls-ca", ca], []]) {
      const env = { SSL_CERT_FILE: ca };
      const joined = await join([real.port], [...args, ...caArgs], env);
      assertEquals([joined.code, joined.stderr], [0, ""]);
      const { code, stderr } = await join([real.port, impostor.port], [...args, ...caArgs], env);
      assertEquals(code, 3, stderr);
      assert(stderr.includes(`the fingerprint that you gave, but `), stderr);
    }
  });
});

Deno.test("a hub that is known as encrypted is not joined without TLS, and nothing is sent", async (t) => {
  await using state = await tempDirectory();
  await using plain = new StrangerService({
    answer: "! this hub does not use TLS\n",
    closes: true,
  });
  const known = `${state.path}/chat/known-hubs`;
  await Deno.mkdir(`${state.path}/chat`, { mode: 0o700 });
  await Deno.writeTextFile(known, `LOCALHOST.:${plain.port} sha256:${"ab".repeat(32)}\n`);
  const run = (...args: string[]) =>
    runChat(["client", ...args], {
      stdin: "hello\n",
      env: { XDG_STATE_HOME: state.path, CHAT_PASSWORD: "sesame" },
    });
  const place = ["localhost", String(plain.port)];
  const way = new RegExp(
    `^chat: localhost:${plain.port} was encrypted before, .* join with --tls; .*` +
      `remove the line localhost:${plain.port} from ${known}\n$`,
  );
  for (const args of [[], ["--plain"], ["--json"], ["--send", "hi"], ["--retry", "60"]]) {
    await t.step(`without --tls ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await run(...place, ...args);
      assertEquals([code, stdout], [3, ""], stderr);
      assertMatch(stderr, way);
    });
  }
  await t.step("in Spanish", async () => {
    const { code, stderr } = await run(...place, "--lang", "es");
    assertEquals(code, 3);
    assertMatch(stderr, /cifraba antes, .* únete con --tls; .* borra la línea localhost:\d+ de /);
  });
  assertEquals(plain.received, "");
  for (const args of [["--tls"], ["--tls", "--lang", "es"]]) {
    await t.step(`with ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await run(...place, ...args);
      assertEquals([code, stdout], [3, ""], stderr);
      assertMatch(stderr, /encrypted before, so somebody may be|antes .* cifraba, .* en medio/);
      assert(!/--tls|sin TLS|without/.test(stderr), stderr);
    });
  }
  assert(!plain.received.includes("sesame"));
  await t.step("the next of several hubs is joined", async () => {
    await using hub = await startHub();
    const { code, stderr } = await run(place.join(":"), `localhost:${hub.port}`, "--send", "hi");
    assertEquals([code, stderr], [0, ""]);
  });
});
