/** The doctor over real sockets: faults of every kind are made, and each is told apart from the others. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseArguments } from "../../cli/command_line.ts";
import { DOCTOR_COMMAND_LINE, readDoctorOptions, runDoctor } from "../../client/mod.ts";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";
import { CuttingProxy } from "../support/cutting_proxy.ts";
import { LiveHub } from "../support/live_hub.ts";
import { StrangerService } from "../support/strangers.ts";
import { tempDirectory } from "../support/temp.ts";
import { TlsFront } from "../support/tls_front.ts";

const MOD = "moderators' own";

interface Told {
  code: number;
  /** The rows of what was found. */
  rows: string[];
  /** The paragraph, in one line. */
  paragraph: string;
  /** What is to be typed then. */
  line: string | undefined;
}

/** What the doctor says of a port of 127.0.0.1, or of what else is named. */
async function ask(
  where: { port: number } | string[],
  args: string[] = [],
  { env = {}, answer = 10_000 }: { env?: Record<string, string>; answer?: number } = {},
): Promise<Told> {
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

/** A port of 127.0.0.1 at which nothing listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("a hub that is well is told with what there is to know of it, and nobody there notices", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.framesMember("eva");
  await ana.until("* eva joined (2 here)");
  const { code, rows, paragraph, line } = await ask(hub, ["--name", "José"]);
  assertEquals(code, 0);
  assertMatch(rows[0]!, /^✓ connection {2}127\.0\.0\.1:\d+ in [\d.]+ ms$/);
  assertMatch(
    rows[1]!,
    /^✓ hub {9}chat test, protocol 1, in frames, answers in [\d.]+ ms, 2 people are connected$/,
  );
  assertMatch(paragraph, /^All is well: the hub at 127\.0\.0\.1:\d+ works .* Join it with:$/);
  assertEquals(line, `chat client 127.0.0.1 ${hub.port} --name José`);
  // What comes next at ana's is what eva says now, and nothing of the visit.
  await eva.sendFrame({ type: "say", ref: "1", text: "quiet here" });
  assertEquals(await ana.line(), "eva: quiet here");
  assert(!hub.log.join("").includes("reason="), hub.log.join(""));
});

Deno.test("a hub that lets lines wait is well too, and is not blamed for a slow way", async () => {
  await using hub = new LiveHub({ rateLimit: { rate: 10, burst: 1 } });
  const { code, rows } = await ask(hub);
  assertEquals([code, rows.at(-1)!.includes("answers in")], [0, false]);
});

Deno.test("a name with a way that fails is told as such, and the hub as well all the same", async () => {
  await using hub = new LiveHub();
  const { code, rows, paragraph } = await ask(["localhost", String(hub.port)]);
  assertEquals(code, 0);
  assertMatch(rows[0]!, /^✓ name {8}localhost is .*127\.0\.0\.1/);
  const failed = rows.filter((row) => row.startsWith("✗"));
  assertEquals(
    failed.length > 0,
    paragraph.includes("some of its addresses cannot be reached: ::1"),
  );
});

Deno.test("a password is told as wanted, wrong, right or not wanted, and only a hub that wants one hears it", async () => {
  await using guarded = new LiveHub({ password: "sésamo" });
  await using folder = await tempDirectory();
  const file = `${folder.path}/the password`;
  await Deno.writeTextFile(file, "sésamo\n");
  {
    const { code, rows, paragraph } = await ask(guarded);
    assertEquals([code, rows.at(-1)], [3, "✗ password    needed"]);
    assert(!rows.join().includes("people"), "who may not come in does not learn who is there");
    assertMatch(paragraph, /needs a password: .* for --password-file, or in CHAT_PASSWORD/);
  }
  {
    const { code, rows, paragraph } = await ask(guarded, [], { env: { CHAT_PASSWORD: "nada" } });
    assertEquals([code, rows.at(-1)], [3, "✗ password    wrong"]);
    assertMatch(paragraph, /the password is wrong: .* counts this as one wrong try; .* has 3\.$/);
  }
  {
    const { code, rows, paragraph, line } = await ask(guarded, ["--password-file", file]);
    assertEquals([code, rows.at(-1)], [0, "✓ password    correct"]);
    assertMatch(paragraph, /The password is correct\./);
    assertEquals(line, `chat client 127.0.0.1 ${guarded.port} --password-file '${file}'`);
  }
  await using open = new LiveHub();
  const { code, rows, paragraph } = await ask(open, [], { env: { CHAT_PASSWORD: "sésamo" } });
  assertEquals([code, rows.at(-1)], [0, "✓ password    not needed"]);
  assertMatch(paragraph, /needs no password, so yours was not sent/);
  await using stranger = new StrangerService({ greeting: "SSH-2.0-x\r\n" });
  await ask(stranger, [], { env: { CHAT_PASSWORD: "sésamo" } });
  assert(!stranger.received.includes("sésamo"), stranger.received);
});

Deno.test("who may not come in is told why, and the code is that of the client", async (t) => {
  await t.step("the hub is full, or has just a place for who looks", async () => {
    await using hub = new LiveHub({ limits: { connections: 1 } });
    {
      const { code, paragraph } = await ask(["localhost", String(hub.port)]);
      assertEquals(code, 0, paragraph);
    }
    await hub.untilLogged(/msg=disconnected/);
    await using _ = await hub.textMember("ana");
    const { code, rows, paragraph } = await ask(hub);
    assertEquals([code, rows.at(-1)], [3, "✗ hub         says: server full: try again later"]);
    assertMatch(paragraph, /is full: .*--max-connections\.$/);
  });
  await t.step("a moderator has locked it, or banned one", async () => {
    await using folder = await tempDirectory();
    const modPasswordFile = `${folder.path}/mod`;
    await Deno.writeTextFile(modPasswordFile, MOD);
    await using hub = new LiveHub({ modPasswordFile });
    await using mod = await hub.textMember("mod");
    await using rude = await hub.textMember("rude");
    await mod.send(`/mod ${MOD}\n/ban rude\n/lock\n`);
    await rude.until("* you are banned from this hub");
    await mod.until(/is locked: only moderators/);
    const locked = await ask(hub, ["--lang", "es"]);
    assertEquals(locked.code, 3);
    assertMatch(locked.paragraph, /un moderador lo ha bloqueado/);
    const banned = await ask(hub, ["--name", "rude"]);
    assertEquals(banned.code, 3);
    assertMatch(banned.paragraph, /a moderator has banned you or .*\/unban\.$/);
  });
});

Deno.test("hubs of other versions are told apart, and those that know no looking let nobody in", async (t) => {
  const bye = (supported: number) =>
    JSON.stringify({
      type: "bye",
      code: "unsupported_protocol",
      params: { protocol: 0, supported },
      text: "x",
    }) + "\n";
  const look = '{"type":"look","protocol":2,"hub":"chat 9","mood":"good"}\n{"type":"pong"}\n';
  for (
    const [name, answer, expected, words] of [
      ["older, with the same protocol", bye(1), 0, /as far as can be checked all is well/],
      ["older", bye(0), 3, /is an older version: it speaks protocol 0, and this program speaks 1/],
      ["newer, without a look", bye(2), 3, /is a newer version: it speaks protocol 2/],
      ["newer", look, 3, /is a newer version: it speaks protocol 2/],
    ] as const
  ) {
    await t.step(name, async () => {
      await using hub = new StrangerService({ answer });
      const { code, paragraph } = await ask(hub);
      assertMatch(paragraph, words);
      assertEquals(code, expected);
      const [hello] = hub.received.split("\n");
      assertEquals(JSON.parse(hello!), { type: "hello", protocol: 0, look: true });
    });
  }
});

Deno.test("what is no hub is named by what it says, which cannot do anything to the terminal", async (t) => {
  const mysql = new Uint8Array([0x4a, 0, 0, 0, 10, ...new TextEncoder().encode("8.0.36\0abc")]);
  for (
    const [options, shown, article] of [
      [{ greeting: "SSH-2.0-OpenSSH_9.7\r\n" }, "an SSH server: SSH-2.0-OpenSSH_9.7", "an SSH"],
      [
        { answer: "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", closes: true },
        "a web server (HTTP): HTTP/1.1 400 Bad Request",
        "a web server",
      ],
      [
        { greeting: "220 mx.example.org ESMTP Postfix\r\n" },
        "a mail server (SMTP): 220 mx.example.org ESMTP Postfix",
        "a mail server",
      ],
      [
        { greeting: ":irc.example.org NOTICE * :*** Looking up your hostname\r\n" },
        "an IRC server: :irc.example.org NOTICE * :*** Looking up your hostname",
        "an IRC server",
      ],
      [{ greeting: new Uint8Array([255, 253, 24]) }, "a telnet server", "a telnet server"],
      [{ greeting: mysql }, "a MySQL or MariaDB server: 8.0.36", "a MySQL or MariaDB server"],
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
      const { code, rows, paragraph } = await ask(stranger);
      assertEquals(code, 1);
      assertStringIncludes(rows.at(-1)!, `not a hub, but ${shown}`);
      assertMatch(paragraph, new RegExp(`there is ${article}.*, not a hub of this chat`));
      assert(!/\p{Cc}|\u202e/u.test(rows.join("") + paragraph));
    });
  }
});

Deno.test("who accepts the connection and sends nothing, or closes it, is told so", async () => {
  await using silent = new StrangerService();
  const waits = await ask(silent, [], { answer: 300 });
  assertEquals(waits.code, 1);
  assertEquals(waits.rows.at(-1), "✗ hub         accepts the connection and sends nothing");
  assertMatch(waits.paragraph, /sends nothing, which no hub does/);
  await using closing = new StrangerService({ closes: true });
  const closed = await ask(closing);
  assertEquals(closed.code, 1);
  assertMatch(closed.paragraph, /closes it at once without a word.*ssh -L, Docker/);
});

Deno.test("a port at which nothing listens is told by where that is, and by what is elsewhere", async () => {
  const port = closedPort();
  const here = await ask({ port });
  assertEquals(here.code, 1);
  assertEquals(here.rows, [`✗ connection  127.0.0.1:${port}: connection refused`]);
  assertMatch(
    here.paragraph,
    /no hub running on this machine.* chat server 127\.0\.0\.1 \d+\. If/,
  );
  const spanish = await ask({ port }, ["--lang", "es"]);
  assertMatch(spanish.paragraph, /en esta máquina no hay ningún servidor en marcha/);
});

Deno.test("who does not answer at all is given up, and told as behind a firewall", async () => {
  // Of a listener that accepts nobody the system lets so many wait, and leaves what comes then unanswered.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const waiting: Deno.Conn[] = [];
  try {
    for (;;) waiting.push(await Deno.connect({ port, signal: AbortSignal.timeout(150) }));
  } catch {
    // there is no more room
  }
  try {
    const { code, rows, paragraph } = await ask({ port }, [], { answer: 300 });
    assertEquals([code, rows], [1, [`✗ connection  127.0.0.1:${port}: no answer in 0 s`]]);
    assertMatch(paragraph, /does not answer at all\. The usual reason is a firewall/);
  } finally {
    for (const conn of waiting) conn.close();
  }
});

Deno.test("a name that there is not is told, and one of no address too", async () => {
  const { code, rows, paragraph } = await ask(["chat.invalid", "3000"]);
  assertEquals(code, 1);
  // Where no name server is reached, nobody can know that there is none.
  if (rows[0]!.includes("no name server")) {
    return assertMatch(paragraph, /cannot be found, because/);
  }
  assertEquals(rows, ["✗ name        chat.invalid does not exist"]);
  assertMatch(paragraph, /^There is no host called chat\.invalid: check the spelling/);
});

Deno.test("a hub that encrypts is met by the rules of the client, and each doubt is told", async (t) => {
  await using hub = new LiveHub();
  const own = await makeCertificate();
  await using front = new TlsFront(hub.port, own);
  await using state = await tempDirectory();
  const env = { XDG_STATE_HOME: state.path };
  const known = `${state.path}/chat/known-hubs`;
  await Deno.mkdir(`${state.path}/chat`);
  const join = `chat client 127.0.0.1 ${front.port} --tls ${own.fingerprint}`;

  await t.step("asked without --tls", async () => {
    const { code, rows, paragraph, line } = await ask(front, [], { env });
    assertEquals([code, line], [1, join]);
    assertEquals(rows[1], "✗ hub         uses TLS");
    assertMatch(paragraph, /you did not use --tls\. The fingerprint of its certificate is/);
  });
  await t.step("nobody vouches for it", async () => {
    const { code, rows, paragraph, line } = await ask(front, ["--tls"], { env });
    assertEquals([code, line], [3, join]);
    assertMatch(
      rows[1]!,
      /^✗ encryption {2}TLSv1\.\d, certificate of hub\.chat\.invalid, from/,
    );
    assertEquals(rows[3]!.trim(), `fingerprint ${own.fingerprint}`);
    assertMatch(paragraph, /no authority that this system trusts vouches for its certificate/);
  });
  await t.step("by its fingerprint it is well", async () => {
    const { code, rows, line } = await ask(front, ["--tls", own.fingerprint], { env });
    assertEquals([code, line], [0, join]);
    assertMatch(rows.join("\n"), /trusted: it has the fingerprint that you gave\n✓ hub/);
  });
  await t.step("another fingerprint", async () => {
    const other = `sha256:${"ab".repeat(32)}`;
    const { code, paragraph, line } = await ask(front, ["--tls", other], { env });
    assertEquals([code, line], [3, undefined]);
    assertMatch(paragraph, /does not have the fingerprint that you gave/);
  });
  await t.step("remembered, and changed since", async () => {
    await Deno.writeTextFile(known, `127.0.0.1:${front.port} ${own.fingerprint}\n`);
    const { code, rows } = await ask(front, ["--tls"], { env });
    assertEquals(code, 0);
    assertMatch(rows.join("\n"), /trusted: it is the same as when you joined before/);
    const plain = await ask(front, [], { env });
    assertMatch(plain.paragraph, /It is the hub that you have joined before: add --tls/);
    const changed = `127.0.0.1:${front.port} sha256:${"ab".repeat(32)}\n`;
    await Deno.writeTextFile(known, changed);
    const { code: refused, paragraph } = await ask(front, ["--tls"], { env });
    assertEquals(refused, 3);
    assertMatch(paragraph, /a different certificate than when you joined it before/);
    assertEquals(await Deno.readTextFile(known), changed, "nothing is written");
    await Deno.remove(known);
  });
  await t.step("an authority, and another name", async () => {
    const authority = await makeAuthority();
    const ca = `${state.path}/ca.pem`;
    await Deno.writeTextFile(ca, authority.cert);
    const names = [{ type: "ip", value: "127.0.0.1" } as const];
    await using vouched = new TlsFront(
      hub.port,
      await makeCertificate({ issuer: authority, names }),
    );
    await using misnamed = new TlsFront(hub.port, await makeCertificate({ issuer: authority }));
    const { code, rows, line } = await ask(vouched, ["--tls-ca", ca], { env });
    assertEquals(code, 0, rows.join("\n"));
    assertEquals(line, `chat client 127.0.0.1 ${vouched.port} --tls --tls-ca ${ca}`);
    assertMatch(rows.join("\n"), /issued by .*authority of a test[^]*--tls-ca vouches for it/);
    const other = await ask(misnamed, ["--tls-ca", ca], { env });
    assertEquals(other.code, 3);
    assertMatch(other.paragraph, /is for hub\.chat\.invalid, not for 127\.0\.0\.1/);
    const self = await ask(vouched, ["--tls-ca", ca, "--tls", own.fingerprint], { env });
    assertEquals(self.code, 3);
  });
  await t.step("not valid any more", async () => {
    const old = await makeCertificate({ days: -1 });
    await using expired = new TlsFront(hub.port, old);
    for (const args of [["--tls"], ["--tls", old.fingerprint]]) {
      const { code, paragraph } = await ask(expired, args, { env });
      assertEquals(code, 3);
      assertMatch(paragraph, /expired on \d{4}-\d\d-\d\d/);
    }
  });
  await t.step("no encryption where it is asked for", async () => {
    const { code, rows, paragraph, line } = await ask(hub, ["--tls"], { env });
    assertEquals([code, line], [1, `chat client 127.0.0.1 ${hub.port}`]);
    assertEquals(rows[1], "✗ encryption  does not use TLS");
    assertMatch(paragraph, /does not use TLS, and you used --tls/);
    await using ssh = new StrangerService({ greeting: "SSH-2.0-x\r\n" });
    assertMatch((await ask(ssh, ["--tls"], { env })).paragraph, /there is an SSH server/);
    await using silent = new StrangerService();
    const waits = await ask(silent, ["--tls"], { env, answer: 300 });
    assertEquals([waits.code, waits.rows.at(-1)], [1, "✗ encryption  no answer to TLS"]);
    await using closing = new StrangerService({ closes: true });
    const closed = await ask(closing, ["--tls"], { env });
    assertEquals(closed.code, 1);
    assertMatch(closed.rows.at(-1)!, /^✗ encryption {2}TLS fails: \S/);
    assertMatch(
      closed.paragraph,
      /An encrypted connection to .* cannot be made: .*[^.]\. The server/,
    );
  });
  await t.step("a hub that is let show itself, and then another in its place", async () => {
    await using impostor = new TlsFront(hub.port, await makeCertificate());
    await using between = new CuttingProxy([front.port, front.port, impostor.port]);
    const { code, rows } = await ask(between, ["--tls", own.fingerprint], { env });
    assertEquals(code, 3);
    assert(!rows.join("\n").includes("✓ hub"), rows.join("\n"));
  });
});
