/** The doctor over real sockets, with a fault of each kind. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseArguments } from "../../common/cli/command_line.ts";
import { runDoctor } from "../../client/doctor/mod.ts";
import { DOCTOR_COMMAND_LINE, readDoctorOptions } from "../../client/doctor/options.ts";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";
import { CuttingProxy } from "../support/cutting_proxy.ts";
import { LiveHub } from "../support/live_hub.ts";
import { StrangerService } from "../support/strangers.ts";
import { tempDirectory } from "../support/temp.ts";
import { TlsFront } from "../support/tls_front.ts";
import { idlePort } from "../support/ports.ts";

const MOD = "moderators' own";

interface Output {
  code: number;
  rows: string[];
  /** In one line. */
  paragraph: string;
  /** The command to run next. */
  line: string | undefined;
}

/** Runs the doctor on a port of 127.0.0.1, or on another address. */
async function examine(
  where: { port: number } | string[],
  args: string[] = [],
  { env = {}, answer = 10_000 }: { env?: Record<string, string>; answer?: number } = {},
): Promise<Output> {
  const place = Array.isArray(where) ? where : ["127.0.0.1", String(where.port)];
  const environment = (name: string) => env[name];
  const options = readDoctorOptions(
    parseArguments(DOCTOR_COMMAND_LINE, [...place, ...args]),
    environment,
  );
  const lines: string[] = [];
  const code = await runDoctor(options, {
    environment,
    onOpen() {},
    print: (line) => lines.push(line),
    times: { step: answer, answer, all: 30_000 },
  });
  const blank = lines.indexOf("");
  const last = lines.at(-1)!;
  const line = last.startsWith("  ") ? last.trim() : undefined;
  return {
    code,
    rows: lines.slice(0, blank),
    paragraph: lines.slice(blank + 1, line === undefined ? undefined : -1).join(" "),
    line,
  };
}

Deno.test("a healthy hub is described, and its members do not notice", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.framesMember("eva");
  await ana.until("* eva joined (2 here)");
  const { code, rows, paragraph, line } = await examine(hub, ["--name", "José"]);
  assertEquals(code, 0);
  assertMatch(rows[0]!, /^✓ connection {2}127\.0\.0\.1:\d+ in [\d.]+ ms$/);
  assertMatch(
    rows[1]!,
    /^✓ hub {9}chat test, protocol 1, in frames, answers in [\d.]+ ms, 2 people are connected$/,
  );
  assertMatch(paragraph, /^All is well: the hub at 127\.0\.0\.1:\d+ works .* Join it with:$/);
  assertEquals(line, `chat client 127.0.0.1 ${hub.port} --name José`);
  // The next line that ana gets is what eva says now.
  await eva.sendFrame({ type: "say", ref: "1", text: "quiet here" });
  assertEquals(await ana.line(), "eva: quiet here");
  assert(!hub.log.join("").includes("reason="), hub.log.join(""));
});

Deno.test("no latency is shown for a hub that throttles", async () => {
  await using hub = new LiveHub({ rateLimit: { rate: 10, burst: 1 } });
  const { code, rows } = await examine(hub);
  assertEquals([code, rows.at(-1)!.includes("answers in")], [0, false]);
});

Deno.test("a hub with an address that fails is still healthy", async () => {
  await using hub = new LiveHub();
  const { code, rows, paragraph } = await examine(["localhost", String(hub.port)]);
  assertEquals(code, 0);
  assertMatch(rows[0]!, /^✓ name {8}localhost is .*127\.0\.0\.1/);
  const failed = rows.filter((row) => row.startsWith("✗"));
  assertEquals(
    failed.length > 0,
    paragraph.includes("some of its addresses cannot be reached: ::1"),
  );
});

Deno.test("a password is required, wrong, right or not needed, and is sent only to a hub that requires one", async () => {
  await using guarded = new LiveHub({ password: "sésamo" });
  await using folder = await tempDirectory();
  const file = `${folder.path}/the password`;
  await Deno.writeTextFile(file, "sésamo\n");
  {
    const { code, rows, paragraph } = await examine(guarded);
    assertEquals([code, rows.at(-1)], [3, "✗ password    needed"]);
    assert(!rows.join().includes("people"), "the number of members is secret");
    assertMatch(paragraph, /needs a password: .* for --password-file, or in CHAT_PASSWORD/);
  }
  {
    const { code, rows, paragraph } = await examine(guarded, [], {
      env: { CHAT_PASSWORD: "nada" },
    });
    assertEquals([code, rows.at(-1)], [3, "✗ password    wrong"]);
    assertMatch(paragraph, /the password is wrong: .* counts this as one wrong try; .* has 3\.$/);
  }
  {
    const { code, rows, paragraph, line } = await examine(guarded, ["--password-file", file]);
    assertEquals([code, rows.at(-1)], [0, "✓ password    correct"]);
    assertMatch(paragraph, /The password is correct\./);
    assertEquals(line, `chat client 127.0.0.1 ${guarded.port} --password-file '${file}'`);
  }
  await using open = new LiveHub();
  const { code, rows, paragraph } = await examine(open, [], { env: { CHAT_PASSWORD: "sésamo" } });
  assertEquals([code, rows.at(-1)], [0, "✓ password    not needed"]);
  assertMatch(paragraph, /needs no password, so yours was not sent/);
  await using stranger = new StrangerService({ greeting: "SSH-2.0-x\r\n" });
  await examine(stranger, [], { env: { CHAT_PASSWORD: "sésamo" } });
  assert(!stranger.received.includes("sésamo"), stranger.received);
});

Deno.test("a refusal is explained, with the exit code of the client", async (t) => {
  await t.step("a full hub, and one with a single free place", async () => {
    await using hub = new LiveHub({ limits: { connections: 1 } });
    {
      const { code, paragraph } = await examine(["localhost", String(hub.port)]);
      assertEquals(code, 0, paragraph);
    }
    await hub.untilLogged(/msg=disconnected/);
    await using _ = await hub.textMember("ana");
    const { code, rows, paragraph } = await examine(hub);
    assertEquals([code, rows.at(-1)], [3, "✗ hub         says: server full: try again later"]);
    assertMatch(paragraph, /is full: .*--max-connections\.$/);
  });
  await t.step("a locked hub, and a banned nick", async () => {
    await using folder = await tempDirectory();
    const modPasswordFile = `${folder.path}/mod`;
    await Deno.writeTextFile(modPasswordFile, MOD);
    await using hub = new LiveHub({ modPasswordFile });
    await using mod = await hub.textMember("mod");
    await using rude = await hub.textMember("rude");
    await mod.send(`/mod ${MOD}\n/ban rude\n/lock\n`);
    await rude.until("* you are banned from this hub");
    await mod.until(/is locked: only moderators/);
    const locked = await examine(hub, ["--lang", "es"]);
    assertEquals(locked.code, 3);
    assertMatch(locked.paragraph, /bloqueado/);
    const banned = await examine(hub, ["--name", "rude"]);
    assertEquals(banned.code, 3);
    assertMatch(banned.paragraph, /a moderator has banned you or .*\/unban\.$/);
  });
});

Deno.test("a hub of another version is recognised, and one that does not know look lets nobody in", async (t) => {
  const params = { protocol: 0, supported: 1 };
  const bye = { type: "bye", code: "unsupported_protocol", params, text: "x" };
  const look = '{"type":"look","protocol":2,"hub":"chat 9","mood":"good"}\n{"type":"pong"}\n';
  for (
    const [name, answer, expected, words] of [
      ["older", JSON.stringify(bye) + "\n", 0, /as far as can be checked all is well/],
      ["newer", look, 3, /is a newer version: it speaks protocol 2/],
    ] as const
  ) {
    await t.step(name, async () => {
      await using hub = new StrangerService({ answer });
      const { code, paragraph } = await examine(hub);
      assertMatch(paragraph, words);
      assertEquals(code, expected);
      const [hello] = hub.received.split("\n");
      assertEquals(JSON.parse(hello!), { type: "hello", protocol: 0, look: true });
    });
  }
});

Deno.test("another service is named and quoted, without control characters", async (t) => {
  for (
    const [options, shown, article] of [
      [{ greeting: "SSH-2.0-OpenSSH_9.7\r\n" }, "an SSH server: SSH-2.0-OpenSSH_9.7", "an SSH"],
      [
        { answer: "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", closes: true },
        "a web server (HTTP): HTTP/1.1 400 Bad Request",
        "a web server",
      ],
      [{ greeting: new Uint8Array([255, 253, 24]) }, "a telnet server", "a telnet server"],
      // In the form of a hub's own lines.
      [{ greeting: "* OK IMAP4rev1 ready\r\n" }, "a mail server (IMAP)", "a mail server"],
      [
        { greeting: "\x1b[2J\x1b]0;x\x07hola\u202e\r\n" },
        "an unknown service: ",
        "an unknown service",
      ],
    ] as const
  ) {
    await t.step(article, async () => {
      await using stranger = new StrangerService(options);
      const { code, rows, paragraph } = await examine(stranger);
      assertEquals(code, 1);
      assertStringIncludes(rows.at(-1)!, `not a hub, but ${shown}`);
      assertMatch(paragraph, new RegExp(`there is ${article}.*, not a hub of this chat`));
      assert(!/\p{Cc}|\u202e/u.test(rows.join("") + paragraph));
    });
  }
});

Deno.test("a service that sends nothing, and one that closes at once", async () => {
  await using silent = new StrangerService();
  const waits = await examine(silent, [], { answer: 300 });
  assertEquals(waits.code, 1);
  assertEquals(waits.rows.at(-1), "✗ hub         accepts the connection and sends nothing");
  assertMatch(waits.paragraph, /sends nothing, which no hub does/);
  await using closing = new StrangerService({ closes: true });
  const closed = await examine(closing);
  assertEquals(closed.code, 1);
  assertMatch(closed.paragraph, /closes it at once without a word.*ssh -L, Docker/);
});

Deno.test("a port of this machine on which nothing listens", async () => {
  const port = idlePort();
  const here = await examine({ port });
  assertEquals(here.code, 1);
  assertEquals(here.rows, [`✗ connection  127.0.0.1:${port}: connection refused`]);
  assertMatch(
    here.paragraph,
    /no hub running on this machine.* chat server 127\.0\.0\.1 \d+\. If/,
  );
});

Deno.test("a host that does not answer is probably behind a firewall", async () => {
  // When the backlog of a listener is full, the system ignores further connections.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const waiting: Deno.Conn[] = [];
  try {
    for (;;) waiting.push(await Deno.connect({ port, signal: AbortSignal.timeout(150) }));
  } catch {
    // the backlog is full
  }
  try {
    const { code, rows, paragraph } = await examine({ port }, [], { answer: 300 });
    assertEquals([code, rows], [1, [`✗ connection  127.0.0.1:${port}: no answer in 0 s`]]);
    assertMatch(paragraph, /does not answer at all\. The usual reason is a firewall/);
  } finally {
    for (const conn of waiting) conn.close();
  }
});

Deno.test("a name that does not exist", async () => {
  const { code, rows, paragraph } = await examine(["chat.invalid", "3000"]);
  assertEquals(code, 1);
  // Without a name server nothing is known about the name.
  if (rows[0]!.includes("no name server")) {
    return assertMatch(paragraph, /cannot be found, because/);
  }
  assertEquals(rows, ["✗ name        chat.invalid does not exist"]);
  assertMatch(paragraph, /^There is no host called chat\.invalid: check the spelling/);
});

Deno.test("a hub with TLS is trusted by the rules of the client", async (t) => {
  await using hub = new LiveHub();
  const own = await makeCertificate();
  await using front = new TlsFront(hub.port, own);
  await using state = await tempDirectory();
  const env = { XDG_STATE_HOME: state.path };
  const known = `${state.path}/chat/known-hubs`;
  await Deno.mkdir(`${state.path}/chat`);
  const join = `chat client 127.0.0.1 ${front.port} --tls ${own.fingerprint}`;

  await t.step("without --tls", async () => {
    const { code, rows, paragraph, line } = await examine(front, [], { env });
    assertEquals([code, line], [1, join]);
    assertEquals(rows[1], "✗ hub         uses TLS");
    assertMatch(paragraph, /you did not use --tls\. The fingerprint of its certificate is/);
  });
  await t.step("an unknown certificate", async () => {
    const { code, rows, paragraph, line } = await examine(front, ["--tls"], { env });
    assertEquals([code, line], [3, join]);
    assertMatch(
      rows[1]!,
      /^✗ encryption {2}TLSv1\.\d, certificate of hub\.chat\.invalid, from/,
    );
    assertEquals(rows[3]!.trim(), `fingerprint ${own.fingerprint}`);
    assertMatch(paragraph, /no authority that this system trusts vouches for its certificate/);
  });
  await t.step("the right fingerprint", async () => {
    const { code, rows, line } = await examine(front, ["--tls", own.fingerprint], { env });
    assertEquals([code, line], [0, join]);
    assertMatch(rows.join("\n"), /trusted: it has the fingerprint that you gave\n✓ hub/);
  });
  await t.step("a wrong fingerprint", async () => {
    const other = `sha256:${"ab".repeat(32)}`;
    const { code, paragraph, line } = await examine(front, ["--tls", other], { env });
    assertEquals([code, line], [3, undefined]);
    assertMatch(paragraph, /does not have the fingerprint that you gave/);
  });
  await t.step("a stored fingerprint, and a certificate that has changed", async () => {
    await Deno.writeTextFile(known, `127.0.0.1:${front.port} ${own.fingerprint}\n`);
    const { code, rows } = await examine(front, ["--tls"], { env });
    assertEquals(code, 0);
    assertMatch(rows.join("\n"), /trusted: it is the same as when you joined before/);
    const plain = await examine(front, [], { env });
    assertMatch(plain.paragraph, /It is the hub that you have joined before: add --tls/);
    const changed = `127.0.0.1:${front.port} sha256:${"ab".repeat(32)}\n`;
    await Deno.writeTextFile(known, changed);
    const { code: refused, paragraph } = await examine(front, ["--tls"], { env });
    assertEquals(refused, 3);
    assertMatch(paragraph, /a different certificate than when you joined it before/);
    assertEquals(await Deno.readTextFile(known), changed, "the file is unchanged");
    await Deno.remove(known);
  });
  await t.step("an authority, and a certificate for another name", async () => {
    const authority = await makeAuthority();
    const ca = `${state.path}/ca.pem`;
    await Deno.writeTextFile(ca, authority.cert);
    const names = [{ type: "ip", value: "127.0.0.1" } as const];
    await using vouched = new TlsFront(
      hub.port,
      await makeCertificate({ issuer: authority, names }),
    );
    await using misnamed = new TlsFront(hub.port, await makeCertificate({ issuer: authority }));
    const { code, rows, line } = await examine(vouched, ["--tls-ca", ca], { env });
    assertEquals(code, 0, rows.join("\n"));
    assertEquals(line, `chat client 127.0.0.1 ${vouched.port} --tls --tls-ca ${ca}`);
    assertMatch(rows.join("\n"), /issued by .*authority of a test[^]*--tls-ca vouches for it/);
    const other = await examine(misnamed, ["--tls-ca", ca], { env });
    assertEquals(other.code, 3);
    assertMatch(other.paragraph, /is for hub\.chat\.invalid, not for 127\.0\.0\.1/);
    const self = await examine(vouched, ["--tls-ca", ca, "--tls", own.fingerprint], { env });
    assertEquals(self.code, 3);
  });
  await t.step("an expired certificate", async () => {
    const old = await makeCertificate({ days: -1 });
    await using expired = new TlsFront(hub.port, old);
    for (const args of [["--tls"], ["--tls", old.fingerprint]]) {
      const { code, paragraph } = await examine(expired, args, { env });
      assertEquals(code, 3);
      assertMatch(paragraph, /expired on \d{4}-\d\d-\d\d/);
    }
  });
  await t.step("--tls without TLS", async () => {
    const { code, rows, paragraph, line } = await examine(hub, ["--tls"], { env });
    assertEquals([code, line], [1, `chat client 127.0.0.1 ${hub.port}`]);
    assertEquals(rows[1], "✗ encryption  does not use TLS");
    assertMatch(paragraph, /does not use TLS, and you used --tls/);
    await using ssh = new StrangerService({ greeting: "SSH-2.0-x\r\n" });
    assertMatch((await examine(ssh, ["--tls"], { env })).paragraph, /there is an SSH server/);
    await using silent = new StrangerService();
    const waits = await examine(silent, ["--tls"], { env, answer: 300 });
    assertEquals([waits.code, waits.rows.at(-1)], [1, "✗ encryption  no answer to TLS"]);
    await using closing = new StrangerService({ closes: true });
    const closed = await examine(closing, ["--tls"], { env });
    assertEquals(closed.code, 1);
    assertMatch(closed.rows.at(-1)!, /^✗ encryption {2}TLS fails: \S/);
    assertMatch(
      closed.paragraph,
      /An encrypted connection to .* cannot be made: .*[^.]\. The server/,
    );
  });
  await t.step("another certificate at the second connection", async () => {
    await using impostor = new TlsFront(hub.port, await makeCertificate());
    await using between = new CuttingProxy([front.port, front.port, impostor.port]);
    const { code, rows } = await examine(between, ["--tls", own.fingerprint], { env });
    assertEquals(code, 3);
    assert(!rows.join("\n").includes("✓ hub"), rows.join("\n"));
  });
});
