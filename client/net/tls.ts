/** TLS to a hub: fetches its certificate, and makes the handshake. */

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import type { KeyAfter } from "../../common/i18n/mod.ts";
import { attempt, err, ok, type Result } from "../../common/result.ts";
import { dial, withTimeout } from "./dial.ts";
import { type HubSocket, NodeTlsSocket } from "./tls_socket.ts";

/** The environment variable that selects which certificate authorities Deno trusts. */
const CA_STORE = "DENO_TLS_CA_STORE";

/** The errors of the tested Deno versions when the peer does not speak TLS. */
const NO_TLS = /InvalidContentType|wrong version number/i;

/** What the TLS libraries say, and the reason in a word that i18n/ has a sentence for: `tls.<name>`. */
const REASONS: readonly (readonly [RegExp, KeyAfter<"tls.">])[] = [
  [/unexpected end of file|handshake eof|connection reset|broken pipe|^closed$/i, "closed"],
  [/HandshakeFailure|ProtocolVersion|peer is incompatible/, "incompatible"],
  [/corrupt message/, "malformed"],
  [/no certificate/, "no_certificate"],
  [/not ?valid ?for ?(any ?)?name|invalid (dns|server) ?name/i, "other_name"],
  [/CaUsedAsEndEntity/, "authority"],
];

/** Error codes of `node:tls`, even with `rejectUnauthorized: false`, if the peer lacks the certificate's key. */
const UNPROVED = /CERT|VERIFY/;

const utf8 = new TextEncoder();

/** A certificate that a hub presents, before it has proved that it has the key, with what a diagnosis needs. */
export type CertificateDetails = NonNullable<ReturnType<typeof readPeerCertificate>>;
export type ShownCertificate = Omit<CertificateDetails, "version" | "issuer" | "from" | "until">;

/** What the hub has to prove in the handshake. */
export interface ExpectedIdentity {
  /** The name that the certificate must be issued to. */
  name: string;
  /** Certificates in PEM that are trusted in addition to the system's. */
  caCerts: readonly string[];
  /** The pinned certificate; undefined if any valid certificate will do. */
  fingerprint?: string;
}

/** Why a handshake did not prove the expected identity. */
export type HandshakeError =
  /** The certificate is not valid; `reason` comes from the TLS library. */
  | { kind: "untrusted"; reason: string }
  /** The certificate is valid, but is not the pinned certificate. */
  | { kind: "other"; fingerprint: string };

/** Trusts the system's certificate authorities, unless the user chose others. Call it before the first handshake. */
export function useSystemCas(): void {
  if (!Deno.env.get(CA_STORE)) Deno.env.set(CA_STORE, "system");
}

/**
 * Connects, and makes the hub prove that it has the key of a trusted certificate: of the pinned certificate, if a
 * fingerprint is given. That takes `node:tls`, since only it tells which certificate was proved; its errors differ
 * between versions of Deno, so after a failure the other handshake finds out why.
 * @throws {Failure} if the hub cannot be reached or does not speak TLS.
 * @throws the reason of the signal, if it aborts first.
 */
export async function connectTls(
  address: Address,
  identity: ExpectedIdentity,
  signal: AbortSignal,
): Promise<Result<HubSocket, HandshakeError>> {
  const { name, caCerts, fingerprint } = identity;
  if (fingerprint === undefined) return await connectVerified(address, identity, signal);
  let reason: unknown;
  try {
    const { certificate, socket } = await makeHandshake(address, name, signal, {
      // Without `ca`, the system's certificates are trusted.
      ...(caCerts.length === 0 ? {} : { ca: [...caCerts] }),
      // The pinned certificate may have any name.
      checkServerIdentity: () => undefined,
    });
    if (certificate.fingerprint === fingerprint) return ok(new NodeTlsSocket(socket));
    socket.destroy();
    return err({ kind: "other", fingerprint: certificate.fingerprint });
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    reason = error;
  }
  const verified = await connectVerified(address, identity, signal);
  if (!verified.ok) return verified;
  verified.value.close();
  const certificate = await fetchCertificate(address, signal);
  if (certificate.fingerprint !== fingerprint) {
    return err({ kind: "other", fingerprint: certificate.fingerprint });
  }
  throw tlsFailure(reason, address);
}

async function connectVerified(
  address: Address,
  { name, caCerts }: ExpectedIdentity,
  signal: AbortSignal,
): Promise<Result<HubSocket, HandshakeError>> {
  const plain = await dial(address, signal);
  let socket: Deno.TlsConn | undefined;
  try {
    socket = await Deno.startTls(plain, { hostname: name, caCerts: [...caCerts] });
    await withTimeout(socket.handshake(), address, signal);
    return ok(socket);
  } catch (error) {
    attempt(() => (socket ?? plain).close()); // it may be upgraded to TLS, or closed already
    if (signal.aborted || error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    // A host name that no certificate can have is refused in other words.
    const [, untrusted] = /invalid peer certificate: (.*)/s.exec(reason) ??
      /(.*(?:invalid (?:dns|server) ?name|hostname).*)/is.exec(reason) ?? [];
    if (untrusted === undefined) throw tlsFailure(error, address);
    return err({ kind: "untrusted", reason: untrusted });
  }
}

/** The certificate that the hub shows; {@linkcode connectTls} proves it, and throws the same. */
export async function fetchCertificate(address: Address, signal: AbortSignal) {
  try {
    const { certificate, socket } = await makeHandshake(address, address.hostname, signal, {
      rejectUnauthorized: false,
    });
    socket.destroy();
    return certificate;
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    throw await diagnose(error, address, signal);
  }
}

/** Makes the handshake by `node:tls`. Rejects if the peer has no certificate: nothing was proved then. */
async function makeHandshake(
  { hostname: host, port }: Address,
  name: string,
  signal: AbortSignal,
  options: ConnectionOptions,
): Promise<{ certificate: CertificateDetails; socket: TLSSocket }> {
  signal.throwIfAborted();
  const socket = connect({ host, port, ...(isIP(name) ? {} : { servername: name }), ...options });
  const { promise, resolve, reject } = Promise.withResolvers<CertificateDetails | undefined>();
  socket.once("secureConnect", () => resolve(readPeerCertificate(socket)));
  // Stays subscribed: a second error must not be unhandled.
  socket.on("error", reject);
  socket.once("close", () => reject(new Error("closed")));
  try {
    const certificate = await withTimeout(promise, { hostname: host, port }, signal);
    if (!certificate) throw new Error("no certificate");
    return { certificate, socket };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Finds out why no certificate could be fetched, by a handshake: the errors of `node:tls` differ between versions. */
async function diagnose(error: unknown, address: Address, signal: AbortSignal): Promise<Failure> {
  const verified = await connectVerified(address, { name: address.hostname, caCerts: [] }, signal);
  if (verified.ok) verified.value.close();
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!UNPROVED.test(code)) return tlsFailure(error, address);
  return new Failure("failure.tls_impostor", { address: formatAddress(address) });
}

/** Splits a PEM text into its certificates; there may be none. @throws {Error} if one of them is malformed. */
export function parseCertificates(pem: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ??
    [];
  for (const certificate of certificates) new X509Certificate(certificate);
  return certificates;
}

/** Why TLS failed, in a word that i18n/ has a sentence for, or else as the TLS library says it. */
export function tlsReason(reason: string): string {
  return REASONS.find(([words]) => words.test(reason))?.[1] ?? reason;
}

/** The subject or issuer of a certificate in one line, where Deno has several; controls as in RFC 4514, section 2.4. */
export function oneLineName(name: string): string {
  const hex = (byte: number) => `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return name.replaceAll(/\n(?=[\w.-]+=)/g, ", ")
    .replaceAll(/\p{Cc}/gu, (control) => Array.from(utf8.encode(control), hex).join(""));
}

/** The first name or IP address of a subjectAltName (RFC 5280, section 4.2.1.6), as `node:tls` writes it. */
export function certificateName(subjectAltName: string): string | undefined {
  const [, name, address] = /\bDNS:([\w*.-]+)|\bIP Address:([\da-f.:]+)/i.exec(subjectAltName) ??
    [];
  return name?.replace(/^\*\./, "any.") ?? (address && formatIp(address));
}

/** Formats an IP address. Deno before 2.9 writes its bytes as hexadecimal digits. */
function formatIp(address: string): string {
  if (/^[\da-f]{8}$/i.test(address)) {
    return address.match(/../g)!.map((byte) => parseInt(byte, 16)).join(".");
  }
  return /^[\da-f]{32}$/i.test(address) ? address.match(/..../g)!.join(":") : address;
}

/** Undefined if the peer has none. */
function readPeerCertificate(socket: TLSSocket) {
  const { fingerprint256, raw, subjectaltname = "" } = socket.getPeerCertificate() ?? {};
  const fingerprint = parseFingerprint(`sha256:${fingerprint256}`);
  if (fingerprint === undefined) return undefined;
  const { issuer, subject, validFrom, validTo } = new X509Certificate(raw);
  return {
    /** In the form of common/cli/fingerprint.ts. */
    fingerprint,
    pem: toPem(raw),
    /** The first name that it is issued to, if any. */
    name: certificateName(subjectaltname),
    isSelfIssued: issuer === subject,
    /** The TLS version; empty in versions of Deno that do not tell. */
    version: attempt(() => socket.getProtocol()) ?? "",
    issuer: oneLineName(issuer),
    /** When it is valid, in milliseconds since 1970; NaN if unreadable. */
    from: Date.parse(validFrom),
    until: Date.parse(validTo),
  };
}

function toPem(der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function tlsFailure(cause: unknown, hub: Address): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const key = NO_TLS.test(reason) ? "failure.no_tls" : "failure.tls_failed";
  return new Failure(key, { address: formatAddress(hub), reason: tlsReason(reason) }, { cause });
}
