import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { Failure } from "../../../../common/cli/failure.ts";
import type { Params } from "../../../../common/protocol/codes.ts";
import {
  certificateFailure,
  generateCertificate,
  HUB_NAME,
  loadCertificate,
  type PemPair,
  warnOfValidity,
} from "../../../../server/setup/certificate.ts";
import { logTo } from "../../../../server/log.ts";
import {
  makeAuthority,
  makeCertificate as issueCertificate,
} from "../../../support/certificates.ts";
import type { TlsFiles } from "../../../../server/setup/options.ts";
import { type TempDirectory, tempDirectory } from "../../../support/temp.ts";

const YEAR = 365 * 24 * 60 * 60 * 1000;
const isWindows = Deno.build.os === "windows";

function keptIn({ path }: TempDirectory): { kept: { folder: string; file: string } } {
  const folder = `${path}/state/chat`;
  return { kept: { folder, file: `${folder}/hub.pem` } };
}

async function write(directory: TempDirectory, contents: string | Uint8Array, mode = 0o600) {
  const path = `${directory.path}/${crypto.randomUUID()}`;
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  await Deno.writeFile(path, bytes);
  if (!isWindows) await Deno.chmod(path, mode);
  return path;
}

async function fault(tls: TlsFiles): Promise<[key: string, params: Params]> {
  const failure = await assertRejects(() => loadCertificate(tls), Failure);
  assertEquals(failure.exitCode, 1);
  return [failure.key, failure.params];
}

/** The failure of listening with these files. */
async function listenFault(tls: TlsFiles): Promise<[key: string, params: Params] | undefined> {
  const { cert, key } = await loadCertificate(tls);
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }).close();
    return undefined;
  } catch (error) {
    const failure = certificateFailure(error, tls);
    assert(failure, String(error));
    return [failure.key, failure.params];
  }
}

/** A certificate with given names and times, made without openssl. */
async function makeCertificate(
  { names = [{ type: "dns", value: "chat.example" }], from = -YEAR, to = YEAR }: {
    names?: { type: "dns" | "ip" | "url"; value: string }[];
    from?: number;
    to?: number;
  } = {},
): Promise<PemPair> {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const algorithm = { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=chat.example",
    notBefore: new Date(Date.now() + from),
    notAfter: new Date(Date.now() + to),
    keys,
    signingAlgorithm: algorithm,
    extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)],
  }, crypto);
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    cert: `${certificate.toString("pem")}\n`,
    key: `${x509.PemConverter.encode(key, "PRIVATE KEY")}\n`,
  };
}

async function given(directory: TempDirectory, { cert, key }: PemPair) {
  return { cert: await write(directory, cert), key: await write(directory, key) };
}

Deno.test("a generated certificate is not an authority, has the hub's fixed name, and lasts for twenty years", async () => {
  const now = Date.UTC(2030, 0, 1);
  const { cert, key } = await generateCertificate(now);
  const read = new X509Certificate(cert);
  assertEquals([read.subjectAltName, read.ca], [`DNS:${HUB_NAME}`, false]);
  assert(HUB_NAME.endsWith(".invalid"));
  assertEquals(Date.parse(read.validFrom), Date.UTC(2026, 0, 1));
  assertEquals(Date.parse(read.validTo), now + 20 * YEAR);
  assert(key.startsWith("-----BEGIN PRIVATE KEY-----\n"));
  const other = new X509Certificate((await generateCertificate(now)).cert);
  assertNotEquals(other.serialNumber, read.serialNumber);
});

Deno.test("a certificate that was generated before the clock was set is valid then, and twenty years from this release on", async () => {
  const unset = Date.UTC(2000, 0, 1);
  const read = new X509Certificate((await generateCertificate(unset)).cert);
  assertEquals(Date.parse(read.validFrom), unset);
  assertEquals(Date.parse(read.validTo), Date.UTC(2026, 0, 1) + 20 * YEAR);
});

Deno.test("the log warns of a certificate from 14 days before its end, and before its beginning", async () => {
  const lines: string[] = [];
  const log = logTo((level, message) => lines.push(`${level} ${message}`));
  await using directory = await tempDirectory();
  const certificate = await loadCertificate(await given(directory, await makeCertificate()));
  const { from, until } = certificate;
  const day = YEAR / 365;
  for (const now of [from, until - 15 * day, until - 14 * day, until - 1, until, from - 1]) {
    warnOfValidity(certificate, now, log);
  }
  assertEquals(lines, [
    "warning the certificate expires soon: renew it",
    "warning the certificate expires soon: renew it",
    "error the certificate has expired: clients refuse the hub",
    "warning the certificate is not valid yet: set this machine's clock",
  ]);
});

Deno.test("a certificate of an authority has the first host that it names, unless that is a wildcard", async () => {
  await using directory = await tempDirectory();
  const hostOf = async (...values: string[]) => {
    const names = values.map((value) => ({ type: "dns" as const, value }));
    const { isIssued, host } = await loadCertificate(
      await given(directory, await issueCertificate({ names, issuer: await makeAuthority() })),
    );
    return [isIssued, host];
  };
  assertEquals(await hostOf("*.example.org", "chat.example.org", "b.org"), [
    true,
    "chat.example.org",
  ]);
  assertEquals(await hostOf("*.example.org"), [true, undefined]);
  const own = await loadCertificate(await given(directory, await makeCertificate()));
  assertEquals([own.isIssued, own.host], [false, undefined]);
});

Deno.test("the hub's certificate is generated once and kept, for its owner only", async () => {
  await using directory = await tempDirectory();
  const tls = keptIn(directory);
  const first = await loadCertificate(tls);
  assertEquals(await loadCertificate(tls), first);
  assertEquals(await Deno.readTextFile(tls.kept.file), first.key + first.cert);
  if (!isWindows) {
    assertEquals((await Deno.stat(tls.kept.folder)).mode! & 0o777, 0o700);
    assertEquals((await Deno.stat(tls.kept.file)).mode! & 0o777, 0o600);
  }
  assertEquals(await listenFault(tls), undefined);
});

Deno.test("hubs that start for the first time at once get the same certificate", async () => {
  await using directory = await tempDirectory();
  const all = await Promise.all(
    Array.from({ length: 8 }, () => loadCertificate(keptIn(directory))),
  );
  assertEquals(new Set(all.map(({ fingerprint }) => fingerprint)).size, 1);
});

Deno.test({
  name: "the permissions of a kept certificate that others could read are corrected",
  ignore: isWindows,
  fn: async () => {
    await using directory = await tempDirectory();
    const tls = keptIn(directory);
    const { fingerprint } = await loadCertificate(tls);
    await Deno.chmod(tls.kept.file, 0o644);
    assertEquals((await loadCertificate(tls)).fingerprint, fingerprint);
    assertEquals((await Deno.stat(tls.kept.file)).mode! & 0o777, 0o600);
  },
});

Deno.test("a kept certificate that is incomplete or damaged is reported and left as it is", async () => {
  await using directory = await tempDirectory();
  const tls = keptIn(directory);
  const { cert, key } = await loadCertificate(tls);
  const path = tls.kept.file;
  const whole = key + cert;
  const broken = [
    whole.slice(0, 300),
    whole.slice(0, -20),
    key,
    cert,
    "hola\n",
    " ",
    `${key}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    `${key}-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n`,
    "\n".repeat(100_000) + whole,
  ];
  for (const contents of broken) {
    await Deno.writeTextFile(path, contents);
    assertEquals(await fault(tls), ["failure.kept_damaged", { path }]);
    assertEquals(await Deno.readTextFile(path), contents);
  }
  await Deno.writeTextFile(path, (await makeCertificate()).key + cert);
  assertEquals(await listenFault(tls), ["failure.kept_damaged", { path }]);
  // The way out works.
  await Deno.remove(path);
  assertNotEquals((await loadCertificate(tls)).cert, cert);
});

Deno.test("a kept certificate that has expired is reported with the date", async () => {
  await using directory = await tempDirectory();
  const tls = keptIn(directory);
  await loadCertificate(tls);
  const to = Date.UTC(2001, 0, 2) - Date.now();
  const { cert, key } = await makeCertificate({ from: to - YEAR, to });
  await Deno.writeTextFile(tls.kept.file, key + cert);
  assertEquals(await fault(tls), [
    "failure.kept_expired",
    { path: tls.kept.file, date: "2001-01-02" },
  ]);
});

Deno.test("a certificate that cannot be kept is reported with its path", async () => {
  await using directory = await tempDirectory();
  const file = await write(directory, "a file");
  const folder = `${directory.path}/folder`;
  await Deno.mkdir(folder);
  for (
    const kept of [
      { folder: `${file}/chat`, file: `${file}/chat/hub.pem` },
      { folder: directory.path, file: folder },
    ]
  ) {
    assertEquals(await fault({ kept }), ["failure.certificate_unkept", { path: kept.file }]);
  }
});

Deno.test("a given certificate is used with its issuers, even if the files contain more", async () => {
  await using directory = await tempDirectory();
  const pair = await makeCertificate();
  const { cert: issuer } = await makeCertificate();
  const around = { cert: `Certificate:\n  ñ\n${pair.cert}\n${issuer}`, key: `\n${pair.key}` };
  for (
    const { cert, key } of [
      pair,
      around,
      { cert: pair.cert.replaceAll("\n", "\r\n"), key: pair.key.replaceAll("\n", "\r\n") },
      { cert: pair.key + pair.cert, key: pair.cert + pair.key },
      await makeCertificate({ names: [{ type: "ip", value: "192.0.2.1" }] }),
    ]
  ) {
    const tls = await given(directory, { cert, key });
    const read = await loadCertificate(tls);
    const leaf = new X509Certificate(cert.slice(cert.indexOf("-----BEGIN CERTIFICATE")));
    const shown = leaf.fingerprint256.replaceAll(":", "").toLowerCase();
    assertEquals(read.fingerprint, `sha256:${shown}`);
    assertEquals(await listenFault(tls), undefined);
  }
});

Deno.test("a file without a certificate or key is reported with what it must contain", async () => {
  await using directory = await tempDirectory();
  const pair = await makeCertificate();
  const path = await write(directory, "hola\n");
  const der = await write(directory, new Uint8Array(new X509Certificate(pair.cert).raw));
  const half = await write(directory, pair.cert.slice(0, 200));
  const { cert, key } = await given(directory, pair);
  for (const wrong of [path, der, half, key]) {
    assertEquals(await fault({ cert: wrong, key }), ["failure.no_certificate", { path: wrong }]);
  }
  for (const wrong of [path, cert]) {
    assertEquals(await fault({ cert, key: wrong }), ["failure.no_key", { path: wrong }]);
  }
  const missing = `${directory.path}/missing`;
  assertEquals(await fault({ cert: missing, key }), ["failure.no_such_file", { path: missing }]);
  assertEquals(await fault({ cert, key: missing }), ["failure.no_such_file", { path: missing }]);
});

Deno.test("a key with a passphrase is reported, in PKCS #8 and in the older format", async () => {
  await using directory = await tempDirectory();
  const { cert } = await given(directory, await makeCertificate());
  for (
    const text of [
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
      "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMAAA\n-----END EC PRIVATE KEY-----\n",
    ]
  ) {
    const key = await write(directory, text);
    assertEquals(await fault({ cert, key }), ["failure.encrypted_key", { path: key }]);
  }
});

Deno.test("a key that does not match or cannot be used is reported when the port is opened", async () => {
  await using directory = await tempDirectory();
  const { cert, key } = await given(directory, await makeCertificate());
  const other = (await given(directory, await makeCertificate())).key;
  assertEquals(await listenFault({ cert, key: other }), [
    "failure.other_key",
    { path: other, certificate: cert },
  ]);
  const broken = await write(
    directory,
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  );
  assertEquals(await listenFault({ cert, key: broken }), [
    "failure.unusable_key",
    { path: broken },
  ]);
  assertEquals(await listenFault({ cert, key }), undefined);
});

Deno.test("an error of the port is not blamed on the certificate", () => {
  const tls = { cert: "cert.pem", key: "key.pem" };
  for (
    const error of [
      new Deno.errors.AddrInUse("Address already in use (os error 98)"),
      new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
      new Error("failed to lookup address information: Name or service not known"),
      "?",
    ]
  ) {
    assertEquals(certificateFailure(error, tls), undefined);
  }
});

Deno.test("a certificate that no client would accept is refused: expired, not yet valid, or without a name", async () => {
  await using directory = await tempDirectory();
  const day = (at: number) => new Date(Date.now() + at).toISOString().slice(0, 10);
  const old = await given(directory, await makeCertificate({ to: -YEAR / 2 }));
  const early = await given(directory, await makeCertificate({ from: YEAR / 2 }));
  assertEquals(await fault(old), [
    "failure.certificate_expired",
    { path: old.cert, date: day(-YEAR / 2) },
  ]);
  assertEquals(await fault(early), [
    "failure.certificate_early",
    { path: early.cert, date: day(YEAR / 2) },
  ]);
  for (const names of [[], [{ type: "url", value: "http://chat.example" } as const]]) {
    const nameless = await given(directory, await makeCertificate({ names }));
    assertEquals(await fault(nameless), [
      "failure.nameless_certificate",
      { path: nameless.cert },
    ]);
  }
});
