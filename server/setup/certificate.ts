/** The certificate and key of a hub that encrypts: given by its owner, or generated at the first start and kept. */

import { X509Certificate } from "node:crypto";
import { Failure } from "../../common/cli/failure.ts";
import { type ReadFile, readPem } from "../../common/cli/files.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import { changeOwnFile, exists } from "../../common/cli/own_files.ts";
import type { StateFile } from "../../common/cli/state_folder.ts";
import { endsSoon, formatDate } from "../../common/protocol/tls.ts";
import { attempt } from "../../common/result.ts";
import type { Log } from "../log.ts";
import type { TlsFiles } from "./options.ts";

export interface HubCertificate {
  /** The hub's certificate, followed by those of its issuers, if any, and its key, both in PEM (RFC 7468). */
  cert: string;
  key: string;
  /** Of the certificate. */
  path: string;
  /** When it is valid, in milliseconds since 1970. */
  from: number;
  until: number;
  isIssued: boolean;
  /** The first host that it is issued to. */
  host?: string | undefined;
  /** Of the hub's certificate, without its issuers (common/cli/fingerprint.ts). */
  fingerprint: string;
}

export type PemPair = Pick<HubCertificate, "cert" | "key">;

/** The name in generated certificates, for clients with the fingerprint. No authority issues `.invalid` (RFC 2606). */
export const HUB_NAME = "hub.chat.invalid";

const DAY = 24 * 60 * 60 * 1000;
/** If a clock is behind this, in milliseconds since 1970, it has not been set yet. */
const RELEASED = Date.UTC(2026, 0, 1);
/** An early end would not protect clients that pin the fingerprint. */
const VALID_FOR = 20 * 365 * DAY;
/** With the byte before them, the 20 that RFC 5280, section 4.1.2.2, allows. */
const RANDOM_SERIAL_BYTES = 19;
/** Extended key usage `id-kp-serverAuth` (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const SIGNATURE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Limit for the file with the generated certificate, in bytes. */
const MAX_OWN_FILE = 16 * 1024;

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;

/** Loads the given certificate, or the hub's own, generated the first time. @throws {Failure} if it cannot be used. */
export async function loadCertificate(tls: TlsFiles): Promise<HubCertificate> {
  return "kept" in tls ? readOwn(await openOwn(tls.kept), tls.kept.file) : await loadGiven(tls);
}

/** Logs a certificate that has expired, expires within 14 days, or is not valid yet. `now`: milliseconds since 1970. */
export function warnOfValidity({ path, from, until }: HubCertificate, now: number, log: Log): void {
  const dates = { path, from: formatDate(from), until: formatDate(until) };
  if (until <= now) log.error("the certificate has expired: clients refuse the hub", dates);
  else if (endsSoon(until, now)) log.warning("the certificate expires soon: renew it", dates);
  if (from > now) log.warning("the certificate is not valid yet: set this machine's clock", dates);
}

/** As {@linkcode loadCertificate}, but generates nothing, and opens a port for a moment to compare it with its key. */
export async function checkCertificate(tls: TlsFiles, read?: ReadFile) {
  if ("kept" in tls && !exists(tls.kept.file)) return undefined;
  const certificate = "kept" in tls
    ? readOwn(await readPem(tls.kept.file), tls.kept.file)
    : await loadGiven(tls, read);
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }).close();
  } catch (error) {
    const failure = certificateFailure(error, tls);
    if (failure) throw failure;
  }
  return certificate;
}

/** Why `Deno.listenTls` failed, if because of the certificate or its key: only then does the system compare them. */
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

/** A new self-signed certificate and its key. `now`, in milliseconds since 1970, may be of a clock not yet set. */
export async function generateCertificate(now: number): Promise<PemPair> {
  // Imported where they are needed, as it takes time.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(SIGNATURE, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // Must be positive, without leading zeros.
    serialNumber: `01${crypto.getRandomValues(new Uint8Array(RANDOM_SERIAL_BYTES)).toHex()}`,
    name: `CN=${HUB_NAME}`,
    notBefore: new Date(Math.min(now, RELEASED)),
    notAfter: new Date(Math.max(now, RELEASED) + VALID_FOR),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      // Clients do not accept a certificate of an authority as the hub's own.
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

/** Key and certificate are in one file, so that neither exists without the other. */
function readOwn(text: string, path: string): HubCertificate {
  const { cert, leaf, key } = parsePem(text);
  if (!leaf || !key || isEncrypted(key)) throw new Failure("failure.kept_damaged", { path });
  if (leaf.until <= Date.now()) {
    throw new Failure("failure.kept_expired", { path, date: formatDate(leaf.until) });
  }
  return { ...leaf, cert, key, path };
}

/** Reads the file, or generates it. Two hubs that start at once get the same certificate. */
async function openOwn(place: StateFile): Promise<string> {
  try {
    return await changeOwnFile(place, MAX_OWN_FILE, async (text) => {
      if (text !== "") return text;
      const { key, cert } = await generateCertificate(Date.now());
      return key + cert;
    });
  } catch (cause) {
    const key = cause instanceof TypeError ? "failure.kept_damaged" : "failure.certificate_unkept";
    throw new Failure(key, { path: place.file }, { cause });
  }
}

async function loadGiven(
  { cert: path, key: keyPath }: Exclude<TlsFiles, { kept: unknown }>,
  read?: ReadFile,
) {
  const { cert, leaf } = parsePem(await readPem(path, read));
  const { key } = parsePem(await readPem(keyPath, read));
  if (!leaf) throw new Failure("failure.no_certificate", { path });
  if (!key) throw new Failure("failure.no_key", { path: keyPath });
  if (isEncrypted(key)) throw new Failure("failure.encrypted_key", { path: keyPath });
  if (leaf.until <= Date.now()) {
    throw new Failure("failure.certificate_expired", { path, date: formatDate(leaf.until) });
  }
  if (leaf.from > Date.now()) {
    throw new Failure("failure.certificate_early", { path, date: formatDate(leaf.from) });
  }
  const names = await namesOf(leaf.der);
  if (names.length === 0) throw new Failure("failure.nameless_certificate", { path });
  const isUsable = ({ type, value }: { type: string; value: string }) =>
    leaf.isIssued && type === "dns" && !value.includes("*");
  const host = names.find(isUsable)?.value;
  return { ...leaf, cert, key, path, host };
}

/** All certificates in a text, the first of them read, and the first private key. */
function parsePem(text: string) {
  const blocks = [...text.matchAll(PEM_BLOCK)];
  const certs = blocks.filter(([, label]) => label === "CERTIFICATE");
  const [key] = blocks.find(([, label]) => label?.endsWith("PRIVATE KEY")) ?? [];
  return {
    cert: certs.map(([block]) => `${block}\n`).join(""),
    leaf: parseCertificate(certs[0]?.[2] ?? ""),
    key: key && `${key}\n`,
  };
}

/** Whether a key needs a passphrase: in PKCS #8 (RFC 7468, section 11) or in the older format (RFC 1421). */
function isEncrypted(key: string): boolean {
  return /BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key);
}

/** A certificate in base64; undefined if it is not one. */
function parseCertificate(base64: string) {
  return attempt(() => {
    const der = Uint8Array.fromBase64(base64);
    const { validFrom, validTo, issuer, subject, fingerprint256 } = new X509Certificate(der);
    const [from, until] = [Date.parse(validFrom), Date.parse(validTo)];
    const fingerprint = parseFingerprint(`sha256:${fingerprint256}`)!;
    return { der, from, until, isIssued: issuer !== subject, fingerprint };
  });
}

/** The hosts and addresses that a certificate names; without any, no client accepts it (RFC 9525, section 6.3). */
async function namesOf(der: Uint8Array<ArrayBuffer>) {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const names = new x509.X509Certificate(der).getExtension(x509.SubjectAlternativeNameExtension);
  return names?.names.items.filter(({ type }) => type === "dns" || type === "ip") ?? [];
}
