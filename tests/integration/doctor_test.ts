/** The doctor over real sockets: what it sends, and which hubs it trusts. Each fault is in diagnosis_test.ts. */

import { assert, assertEquals, assertMatch } from "@std/assert";
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

Deno.test("with --alive any answer of a hub is success, and no password is tried", async () => {
  await using folder = await tempDirectory();
  const modPasswordFile = `${folder.path}/mod`;
  await Deno.writeTextFile(modPasswordFile, "mando\n", { mode: 0o600 });
  const codes = async (port: number, args: string[] = [], env = {}) => {
    const [usual, alive] = [
      await examine({ port }, args, { env }),
      await examine({ port }, [...args, "--alive"], { env }),
    ];
    return [usual.code, alive.code];
  };
  await using locked = new LiveHub({ modPasswordFile });
  assertEquals(await codes(locked.port), [0, 0]);
  await using ana = await locked.textMember("ana");
  ana.send("/mod mando\n/lock\n");
  await ana.until("locked");
  assertEquals(await codes(locked.port), [3, 0]);

  await using full = new LiveHub({ limits: { connections: 1 } });
  await using _eva = await full.textMember("eva");
  assertEquals(await codes(full.port), [3, 0]);

  await using closed = new LiveHub({ password: "sésamo" });
  await examine(closed, ["--alive"], { env: { CHAT_PASSWORD: "wrong" } });
  assertEquals(closed.log.join("").match(/wrong password/), null);
  assertEquals(await codes(closed.port), [3, 0]);

  await using encrypted = new LiveHub({ tls: await makeCertificate() });
  assertEquals(await codes(encrypted.port), [1, 0]);
  assertEquals(await codes(encrypted.port, ["--tls"]), [3, 0]);

  await using stranger = new StrangerService({ greeting: "SSH-2.0-x\r\n" });
  assertEquals(await codes(stranger.port), [1, 1]);
  assertEquals(await codes(idlePort()), [1, 1]);
});

Deno.test("a password is sent only to a hub that requires one", async () => {
  await using open = new LiveHub();
  const { code, rows, paragraph } = await examine(open, [], { env: { CHAT_PASSWORD: "sésamo" } });
  assertEquals([code, rows.at(-2)], [0, "✓ password    not needed"]);
  assertMatch(rows.at(-1)!, /^. page {8}/);
  assertMatch(paragraph, /needs no password, so yours was not sent/);
  await using stranger = new StrangerService({ greeting: "SSH-2.0-x\r\n" });
  await examine(stranger, [], { env: { CHAT_PASSWORD: "sésamo" } });
  assert(!stranger.received.includes("sésamo"), stranger.received);
});

Deno.test("a full hub, and one with a single free place", async () => {
  await using free = new LiveHub({ limits: { connections: 1 } });
  {
    const { code, paragraph } = await examine(["localhost", String(free.port)]);
    assertEquals(code, 0, paragraph);
  }
  await using hub = new LiveHub({ limits: { connections: 1 } });
  await using _ = await hub.textMember("ana");
  const { code, rows, paragraph } = await examine(hub);
  assertEquals([code, rows.at(-1)], [3, "✗ hub         says: server full: try again later"]);
  assertMatch(paragraph, /is full: .*--max-connections\.$/);
});

Deno.test("a service that sends nothing is not waited for longer than the time limit", async () => {
  await using silent = new StrangerService();
  const { code, rows, paragraph } = await examine(silent, [], { answer: 300 });
  assertEquals(code, 1);
  assertEquals(rows.at(-1), "✗ hub         accepts the connection and sends nothing");
  assertMatch(paragraph, /sends nothing, which no hub does/);
});

Deno.test("a port on this machine where nothing listens", async () => {
  const port = idlePort();
  const here = await examine({ port });
  assertEquals(here.code, 1);
  assertEquals(here.rows, [`✗ connection  127.0.0.1:${port}: connection refused`]);
  assertMatch(
    here.paragraph,
    /no hub is running on this machine.* chat server 127\.0\.0\.1 \d+\. If/,
  );
});

Deno.test("why TLS fails is said in the user's language", async () => {
  await using closing = new StrangerService({ closes: true });
  const english = await examine(closing, ["--tls", "--lang", "en"]);
  assertEquals(english.rows.at(-1), "✗ encryption  TLS fails: the connection was closed");
  const spanish = await examine(closing, ["--tls", "--lang", "es"]);
  assertEquals([english.code, spanish.code], [1, 1]);
  assertEquals(spanish.rows.at(-1), "✗ cifrado     TLS falla: se ha cerrado la conexión");
  assertMatch(spanish.paragraph, /: se ha cerrado la conexión\./);
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
    assertEquals(plain.code, 3);
    assertMatch(plain.paragraph, /It is the hub that you have joined before: add --tls/);
    const changed = `127.0.0.1:${front.port} sha256:${"ab".repeat(32)}\n`;
    await Deno.writeTextFile(known, changed);
    const { code: refused, paragraph } = await examine(front, ["--tls"], { env });
    assertEquals(refused, 3);
    assertMatch(paragraph, /a different certificate than when you joined it before/);
    assertEquals(await Deno.readTextFile(known), changed, "the file is unchanged");
    await Deno.remove(known);
  });
  await t.step("a hub that was encrypted before and answers without TLS", async () => {
    await using plain = new StrangerService({
      answer: '{"type":"bye","code":"not_tls","params":{},"text":"join it without --tls"}\n',
    });
    await Deno.writeTextFile(known, `127.0.0.1:${plain.port} ${own.fingerprint}\n`);
    const secret = { ...env, CHAT_PASSWORD: "sésamo" };
    for (const args of [[], ["--tls"], ["--tls", own.fingerprint], ["--lang", "es"]]) {
      const { code, paragraph, line } = await examine(plain, args, { env: secret });
      assertEquals([code, line], [3, undefined], paragraph);
      assertMatch(paragraph, /encrypted before.*in between|antes .* cifraba.*en medio/);
      assert(!/without|--tls/.test(paragraph.replace("does not use TLS", "")), paragraph);
    }
    assert(!/sésamo|hello/.test(plain.received), plain.received);
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
  await t.step("an issuer of several parts, with line ends and control characters", async () => {
    const authority = await makeAuthority([
      { C: ["US"] },
      { O: ["Line one\nLine two\x1b[31m"] },
      { OU: ["a"] },
      { OU: ["b=c"] },
      { CN: ["Árbol\u0085"] },
    ]);
    await using issued = new TlsFront(hub.port, await makeCertificate({ issuer: authority }));
    const { code, rows } = await examine(issued, ["--tls"], { env });
    assertEquals(code, 3);
    const issuer = String.raw`C=US, O=Line one\0ALine two\1B[31m, OU=a, OU=b=c, CN=Árbol\C2\85`;
    assertEquals(rows[2]!.trim(), `issued by ${issuer}`);
  });
  await t.step("another certificate at the second connection", async () => {
    await using impostor = new TlsFront(hub.port, await makeCertificate());
    await using between = new CuttingProxy([front.port, front.port, impostor.port]);
    const { code, rows } = await examine(between, ["--tls", own.fingerprint], { env });
    assertEquals(code, 3);
    assert(!rows.join("\n").includes("✓ hub"), rows.join("\n"));
  });
});
