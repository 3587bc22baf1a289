/**
 * The certificate by which a hub speaks TLS, and its key: those that its owner gives, or one of its own, which is made the
 * first time and kept, so that the fingerprint that people were told stays the same. Who trusts it, the clients know.
 */

import { X509Certificate } from "node:crypto";
import { Failure } from "../../common/cli/failure.ts";
import { readPem } from "../../common/cli/files.ts";
import { formatFingerprint } from "../../common/cli/fingerprint.ts";
import { openOwnFile, readBytes, writeAll } from "../../common/cli/own_files.ts";
import type { StateFile } from "../../common/cli/state_folder.ts";
import type { TlsFiles } from "./options.ts";

/** Both in PEM (RFC 7468). */
export interface PemPair {
  /** The hub's own certificate, and behind it those that it was issued by, if any. */
  cert: string;
  key: string;
}

export interface HubCertificate extends PemPair {
  /** Of the hub's own certificate (cli/fingerprint.ts). */
  fingerprint: string;
  /** Whether others than its owner can read the file with the key. */
  isOpenToOthers: boolean;
}

/**
 * The name in each certificate that is made here, under which a client verifies one whose fingerprint it knows, wherever the
 * hub is. No public authority issues a certificate for a name in `.invalid` (RFC 2606, section 2), so that nobody else's
 * can pass for it.
 */
export const HUB_NAME = "hub.chat.invalid";

const DAY = 24 * 60 * 60 * 1000;
/** The clocks of the clients may be slow by so much. */
const BACKDATED = DAY;
/** Who pins a fingerprint gains nothing from an early end. */
const VALID_FOR = 20 * 365 * DAY;
/** With the one before them, as many as RFC 5280, section 4.1.2.2, allows at most. */
const RANDOM_SERIAL_BYTES = 19;
/** Extended key usage `id-kp-serverAuth` (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const SIGNATURE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** No file that was made here is larger, in bytes. */
const MAX_KEPT = 16 * 1024;

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;

/**
 * Reads the certificate that the options name, or makes the one that is kept.
 *
 * @throws {Failure} when a file cannot be read or kept, or holds what no client could verify.
 */
export function loadCertificate(tls: TlsFiles): Promise<HubCertificate> {
  return "kept" in tls ? readKept(tls.kept) : readGiven(tls);
}

/**
 * Why a port cannot be listened on with that certificate, where it is the certificate's fault: whether a key can be used and
 * is the certificate's, the system says only then.
 */
export function certificateFailure(cause: unknown, tls: TlsFiles): Failure | undefined {
  const message = cause instanceof Error ? cause.message : "";
  if (!/certificate|key/i.test(message)) return undefined;
  if ("kept" in tls) return new Failure("failure.kept_damaged", { path: tls.kept.file }, { cause });
  if (/KeyMismatch/.test(message)) {
    return new Failure("failure.other_key", { path: tls.key, certificate: tls.cert }, { cause });
  }
  return /certificate/i.test(message)
    ? new Failure("failure.no_certificate", { path: tls.cert }, { cause })
    : new Failure("failure.unusable_key", { path: tls.key }, { cause });
}

/** A certificate of the hub's own, signed by itself, and its key. */
export async function generateCertificate(now: number): Promise<PemPair> {
  // Loaded only here and where a certificate is looked at, as it takes a while.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(SIGNATURE, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // It has to be positive, and not to begin with a zero.
    serialNumber: `01${crypto.getRandomValues(new Uint8Array(RANDOM_SERIAL_BYTES)).toHex()}`,
    name: `CN=${HUB_NAME}`,
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now + VALID_FOR),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      // Of an authority, a client would not take it for the hub's own.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: HUB_NAME }]),
    ],
  }, crypto);
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    key: `${x509.PemConverter.encode(key, "PRIVATE KEY")}\n`,
    cert: `${certificate.toString("pem")}\n`,
  };
}

/** Key and certificate are in one file, so that neither is ever there without the other. */
async function readKept(place: StateFile): Promise<HubCertificate> {
  const text = await openKept(place);
  const path = place.file;
  const { cert, key } = parsePem(text);
  const leaf = cert && parseCertificate(cert);
  if (!leaf || !key || isEncrypted(key)) throw new Failure("failure.kept_damaged", { path });
  if (leaf.validTo.getTime() <= Date.now()) {
    throw new Failure("failure.kept_expired", { path, date: formatDate(leaf.validTo) });
  }
  return { cert, key, fingerprint: await fingerprintOf(leaf.der), isOpenToOthers: false };
}

/** What is in the file, which is made where it is not there. Two hubs that start at once have the same. */
async function openKept(place: StateFile): Promise<string> {
  try {
    using file = await openOwnFile(place);
    await file.lock(true); // until it is closed
    const text = new TextDecoder().decode(await readBytes(file, MAX_KEPT));
    if (text !== "") return text;
    const { key, cert } = await generateCertificate(Date.now());
    await writeAll(file, new TextEncoder().encode(key + cert));
    await file.sync();
    return key + cert;
  } catch (cause) {
    throw new Failure("failure.certificate_unkept", { path: place.file }, { cause });
  }
}

async function readGiven({ cert: path, key: keyPath }: Exclude<TlsFiles, { kept: unknown }>) {
  const { cert } = parsePem((await readPem(path)).text);
  const { text, isOpenToOthers } = await readPem(keyPath);
  const { key } = parsePem(text);
  const leaf = cert && parseCertificate(cert);
  if (!leaf) throw new Failure("failure.no_certificate", { path });
  if (!key) throw new Failure("failure.no_key", { path: keyPath });
  if (isEncrypted(key)) throw new Failure("failure.encrypted_key", { path: keyPath });
  if (leaf.validTo.getTime() <= Date.now()) {
    throw new Failure("failure.certificate_expired", { path, date: formatDate(leaf.validTo) });
  }
  if (leaf.validFrom.getTime() > Date.now()) {
    throw new Failure("failure.certificate_early", { path, date: formatDate(leaf.validFrom) });
  }
  if (!await hasName(leaf.der)) throw new Failure("failure.nameless_certificate", { path });
  return { cert, key, fingerprint: await fingerprintOf(leaf.der), isOpenToOthers };
}

/** All certificates in a text, and the first private key. */
function parsePem(text: string): { cert: string | undefined; key: string | undefined } {
  const blocks = Array.from(
    text.matchAll(PEM_BLOCK),
    ([block, label]) => ({ block: `${block}\n`, label }),
  );
  const certs = blocks.filter(({ label }) => label === "CERTIFICATE");
  return {
    cert: certs.length === 0 ? undefined : certs.map(({ block }) => block).join(""),
    key: blocks.find(({ label }) => label?.endsWith("PRIVATE KEY"))?.block,
  };
}

/** Whether a passphrase is needed: in PKCS #8 (RFC 7468, section 11) and in the older form (RFC 1421). */
function isEncrypted(key: string): boolean {
  return /BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key);
}

/** What has to be known of the first of some certificates, or undefined where it is none. */
function parseCertificate(cert: string) {
  try {
    const [, , base64 = ""] = [...cert.matchAll(PEM_BLOCK)][0] ?? [];
    const der = Uint8Array.fromBase64(base64);
    const { validFrom, validTo } = new X509Certificate(der);
    return { der, validFrom: new Date(validFrom), validTo: new Date(validTo) };
  } catch {
    return undefined;
  }
}

/** Whether a certificate says of which host or address it is: without that, no client takes it (RFC 9525, section 6.3). */
async function hasName(der: Uint8Array<ArrayBuffer>): Promise<boolean> {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const names = new x509.X509Certificate(der).getExtension(x509.SubjectAlternativeNameExtension);
  return names?.names.items.some(({ type }) => type === "dns" || type === "ip") ?? false;
}

async function fingerprintOf(der: Uint8Array<ArrayBuffer>): Promise<string> {
  return formatFingerprint(new Uint8Array(await crypto.subtle.digest("SHA-256", der)));
}

function formatDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}
