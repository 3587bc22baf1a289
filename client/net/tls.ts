/** The encrypted connection to a hub: what the hub shows, and the handshake. Whom to trust is not its business. */

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import { dial, withTimeout } from "./dial.ts";
import { type HubSocket, NodeTlsSocket } from "./tls_socket.ts";

/** Which authorities Deno believes. Unless the person has said otherwise, it is to be those of the system. */
const CA_STORE = "DENO_TLS_CA_STORE";

/** What is told where the other side answers, but not in TLS, on the Deno versions that were tried. */
const NO_TLS = /InvalidContentType|wrong version number/i;

/** What `node:tls` says, told to let anything pass, of a certificate whose owner does not sign with its key. */
const UNPROVED = /CERT|VERIFY/;

/** What a hub shows of itself before anything is proved. */
export interface HubCertificate {
  /** As cli/fingerprint.ts has it. */
  fingerprint: string;
  pem: string;
  /** A name that it is made out to; undefined where it has none. */
  name: string | undefined;
  /** Whether no other has issued it. */
  isSelfIssued: boolean;
}

/** Whom to believe, and what the certificate must be made out to. */
export interface ExpectedIdentity {
  name: string;
  /** Certificates in PEM that are believed besides those of the system. */
  caCerts: readonly string[];
  /** Of the one certificate that is meant; undefined where any is that holds. */
  fingerprint?: string;
}

export type TlsHandshake<Socket> =
  | { kind: "secure"; socket: Socket }
  /** The hub is not what it says, in the words of the system. */
  | { kind: "untrusted"; reason: string }
  /** It has a certificate that holds, and is not the one that is meant: that has the fingerprint `shown`. */
  | { kind: "other"; shown: string };

/** Has the system's authorities believed; to be called before the first handshake. */
export function useSystemCas(): void {
  if (!Deno.env.get(CA_STORE)) Deno.env.set(CA_STORE, "system");
}

/**
 * Connects, and has the hub prove that it has the key of a certificate that is believed, and of the one that is meant.
 *
 * @throws {Failure} when the hub cannot be reached or speaks no TLS.
 * @throws what the signal has as its reason, when it comes first.
 */
export function connectTls(
  address: Address,
  { fingerprint, ...identity }: ExpectedIdentity,
  signal: AbortSignal,
): Promise<TlsHandshake<HubSocket>> {
  return fingerprint === undefined
    ? connectVerified(address, identity, signal)
    : connectPinned(address, { ...identity, fingerprint }, signal);
}

async function connectVerified(
  address: Address,
  { name, caCerts }: ExpectedIdentity,
  signal: AbortSignal,
): Promise<TlsHandshake<HubSocket>> {
  const plain = await dial(address, signal);
  let socket: Deno.TlsConn | undefined;
  try {
    socket = await Deno.startTls(plain, { hostname: name, caCerts: [...caCerts] });
    await withTimeout(socket.handshake(), address, signal);
    return { kind: "secure", socket };
  } catch (error) {
    close(socket ?? plain);
    if (signal.aborted || error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const [, untrusted] = /invalid peer certificate: (.*)/s.exec(reason) ?? [];
    if (untrusted !== undefined) return { kind: "untrusted", reason: untrusted };
    // A host that no certificate can be made out to.
    if (/invalid (dns|server) ?name|hostname/i.test(reason)) return { kind: "untrusted", reason };
    throw tlsFailure(error, address);
  }
}

/**
 * As the other, by `node:tls`, which alone tells whose certificate was proved. Where it did not come to that, it has other
 * words in each version of Deno, or none: the other handshake finds out why.
 */
async function connectPinned(
  address: Address,
  { fingerprint, ...identity }: Required<ExpectedIdentity>,
  signal: AbortSignal,
): Promise<TlsHandshake<HubSocket>> {
  const { name, caCerts } = identity;
  signal.throwIfAborted();
  const { hostname: host, port } = address;
  const handshake = Promise.withResolvers<{ shown: string | undefined; socket: HubSocket }>();
  const socket = connect({
    host,
    port,
    ...(isIP(name) ? {} : { servername: name }),
    // Not given, those of the system are believed.
    ...(caCerts.length === 0 ? {} : { ca: [...caCerts] }),
    // Of the one certificate that is meant the name does not matter.
    checkServerIdentity: () => undefined,
  });
  // It may come also where nothing was proved: then there is no certificate.
  socket.once("secureConnect", () => {
    const shown = readPeerCertificate(socket)?.fingerprint;
    handshake.resolve({ shown, socket: new NodeTlsSocket(socket) });
  });
  socket.on("error", handshake.reject);
  socket.once("close", () => handshake.reject(new Error("closed")));
  let isSecure = false;
  let reason: unknown = "no certificate";
  try {
    const { shown, socket } = await withTimeout(handshake.promise, address, signal);
    isSecure = shown === fingerprint;
    if (isSecure) return { kind: "secure", socket };
    if (shown !== undefined) return { kind: "other", shown };
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    reason = error;
  } finally {
    if (!isSecure) socket.destroy();
  }
  const other = await connectVerified(address, identity, signal);
  if (other.kind !== "secure") return other;
  close(other.socket);
  const { fingerprint: shown } = await fetchCertificate(address, signal);
  if (shown !== fingerprint) return { kind: "other", shown };
  throw tlsFailure(reason, address);
}

/** What is shown besides to who wants to know more than whom to trust. */
export interface CertificateDetails extends HubCertificate {
  /** As TLS names its versions; empty where that is not told. */
  version: string;
  /** Who has issued it. */
  issuer: string;
  /** When it begins and ends to hold, in milliseconds since 1970; NaN where that cannot be read. */
  from: number;
  until: number;
}

/**
 * What the hub shows. Nothing of it is proved: the handshake that follows is for that.
 *
 * @throws {Failure} when the hub cannot be reached or speaks no TLS.
 * @throws what the signal has as its reason, when it comes first.
 */
export async function fetchCertificate(
  address: Address,
  signal: AbortSignal,
): Promise<CertificateDetails> {
  signal.throwIfAborted();
  const { hostname: host, port } = address;
  const shown = Promise.withResolvers<CertificateDetails>();
  const socket = connect({
    host,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) ? {} : { servername: host }),
  });
  socket.once("secureConnect", () => {
    const certificate = readPeerCertificate(socket);
    if (certificate) shown.resolve(certificate);
    else shown.reject(new Error("no certificate"));
  });
  // It may fail again after the first time.
  socket.on("error", shown.reject);
  socket.once("close", () => shown.reject(new Error("closed")));
  try {
    return await withTimeout(shown.promise, address, signal);
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    throw await diagnose(error, address, signal);
  } finally {
    socket.destroy();
  }
}

/**
 * Why there is nothing to be seen of a hub, for which `node:tls` has other words in each version of Deno: the handshake that
 * believes nobody finds out, up to where it meets the certificate.
 */
async function diagnose(error: unknown, address: Address, signal: AbortSignal): Promise<Failure> {
  try {
    const handshake = await connectTls(address, { name: address.hostname, caCerts: [] }, signal);
    if (handshake.kind === "secure") handshake.socket.close();
  } catch (reason) {
    if (reason instanceof Failure) return reason;
    throw reason;
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!UNPROVED.test(code)) return tlsFailure(error, address);
  return new Failure("failure.tls_impostor", {
    address: formatAddress(address),
  });
}

/**
 * The certificates of a text in PEM, each by itself.
 *
 * @throws {Error} when one is none; a text without any gives none.
 */
export function parseCertificates(pem: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ??
    [];
  for (const each of certificates) new X509Certificate(each);
  return certificates;
}

/** The first name or address in a list of them as `node:tls` writes it (RFC 5280, section 4.2.1.6). */
export function certificateName(subjectAltName: string): string | undefined {
  const [, name, address] = /\bDNS:([\w*.-]+)|\bIP Address:([\da-f.:]+)/i.exec(subjectAltName) ??
    [];
  return name?.replace(/^\*\./, "any.") ?? (address && formatIp(address));
}

/** An address as it is usually written; Deno before 2.9 writes its bytes as hexadecimal digits. */
function formatIp(address: string): string {
  if (/^[\da-f]{8}$/i.test(address)) {
    return address.match(/../g)!.map((byte) => parseInt(byte, 16)).join(".");
  }
  return /^[\da-f]{32}$/i.test(address) ? address.match(/..../g)!.join(":") : address;
}

function readPeerCertificate(socket: TLSSocket): CertificateDetails | undefined {
  const { fingerprint256, raw, subjectaltname = "" } = socket.getPeerCertificate() ?? {};
  const fingerprint = parseFingerprint(`sha256:${fingerprint256}`);
  if (fingerprint === undefined) return undefined;
  const { issuer, subject, validFrom, validTo } = new X509Certificate(raw);
  return {
    fingerprint,
    pem: toPem(raw),
    name: certificateName(subjectaltname),
    isSelfIssued: issuer === subject,
    version: versionOf(socket),
    issuer,
    from: Date.parse(validFrom),
    until: Date.parse(validTo),
  };
}

/** Some versions of Deno do not tell it. */
function versionOf(socket: TLSSocket): string {
  try {
    return socket.getProtocol() ?? "";
  } catch {
    return "";
  }
}

function toPem(der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function tlsFailure(error: unknown, { hostname, port }: Address): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  const address = formatAddress({ hostname, port });
  const key = NO_TLS.test(reason) ? "failure.no_tls" : "failure.tls_failed";
  return new Failure(key, { address, reason }, { cause: error });
}

function close(socket: HubSocket): void {
  try {
    socket.close();
  } catch {
    // it was taken over, or closed already
  }
}
