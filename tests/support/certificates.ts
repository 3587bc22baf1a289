/** Certificates for tests, self-signed or issued by an authority of the test. */

import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 86_400_000;

export interface TestCertificate {
  /** Both in PEM. */
  cert: string;
  key: string;
  fingerprint: string;
}

export interface CertificateOptions {
  /** Its subject alternative names. */
  names?: { type: "dns" | "ip"; value: string }[];
  /** Self-signed by default. */
  issuer?: Authority;
  /** Days from now until it expires; 1 by default. */
  days?: number;
}

/** Issues certificates. */
export interface Authority {
  cert: string;
  certificate: x509.X509Certificate;
  keys: CryptoKeyPair;
}

/** `name`: its subject, as text (RFC 4514) or in parts. */
export async function makeAuthority(
  name: string | x509.JsonName = "CN=authority of a test",
): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return { cert: certificate.toString("pem"), certificate, keys };
}

export async function makeCertificate(
  { names = [{ type: "dns", value: "hub.chat.invalid" }], issuer, days = 1 }: CertificateOptions =
    {},
): Promise<TestCertificate> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: crypto.randomUUID().replaceAll("-", ""),
    subject: "CN=hub of a test",
    issuer: issuer?.certificate.subjectName.toJSON() ?? "CN=hub of a test",
    notBefore: new Date(Date.now() - 10 * DAY),
    notAfter: new Date(Date.now() + days * DAY),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const hash = await crypto.subtle.digest("SHA-256", certificate.rawData);
  return {
    cert: certificate.toString("pem"),
    key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    fingerprint: `sha256:${new Uint8Array(hash).toHex()}`,
  };
}

/**
 * An impostor's copy of a certificate, with a key file that claims its public key but has another private key. OpenSSL accepts
 * it, since it compares only the public keys.
 */
export function forge({ cert }: TestCertificate): { cert: string; key: string } {
  const spki = new Uint8Array(new x509.X509Certificate(cert).publicKey.rawData);
  const point = spki.subarray(-65);
  const secret = crypto.getRandomValues(new Uint8Array(32));
  secret[0] = 0x11; // less than the order of the curve
  // ECPrivateKey of RFC 5915, on the curve prime256v1.
  const curve = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
  const der = new Uint8Array([
    ...[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20],
    ...secret,
    ...curve,
    ...[0xa1, 0x44, 0x03, 0x42, 0x00],
    ...point,
  ]);
  return { cert, key: x509.PemConverter.encode(der, "EC PRIVATE KEY") };
}

async function makeKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as CryptoKeyPair;
}
