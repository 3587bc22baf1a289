import { assertEquals, assertThrows } from "@std/assert";
import {
  certificateName,
  oneLineName,
  parseCertificates,
  tlsReason,
} from "../../../../client/net/tls.ts";
import { makeAuthority, makeCertificate } from "../../../support/certificates.ts";

Deno.test("the name of a certificate is its first one, with a wildcard made concrete", () => {
  assertEquals(certificateName("DNS:hub.chat.invalid"), "hub.chat.invalid");
  assertEquals(
    certificateName("IP Address:192.0.2.1, DNS:b.example.org, DNS:a.example.org"),
    "192.0.2.1",
  );
  assertEquals(certificateName("email:x@example.org, DNS:*.example.org"), "any.example.org");
  assertEquals(certificateName("IP Address:2001:DB8:0:0:0:0:0:1"), "2001:DB8:0:0:0:0:0:1");
  assertEquals(certificateName("IP Address:C0000201"), "192.0.2.1");
  assertEquals(
    certificateName(`IP Address:20010DB8${"0".repeat(23)}1`),
    "2001:0DB8:0000:0000:0000:0000:0000:0001",
  );
  assertEquals(certificateName("email:x@example.org"), undefined);
  assertEquals(certificateName(""), undefined);
});

Deno.test("a subject or issuer is one line, even if its values contain line ends", () => {
  assertEquals(
    oneLineName("C=US\nO=Example Org\nCN=Example CA"),
    "C=US, O=Example Org, CN=Example CA",
  );
  assertEquals(oneLineName("CN=alone"), "CN=alone");
  assertEquals(oneLineName(""), "");
  assertEquals(
    oneLineName("2.5.4.5=7\nO=a\r\nb\tc\x7f\nCN=d"),
    String.raw`2.5.4.5=7, O=a\0D\0Ab\09c\7F, CN=d`,
  );
});

Deno.test("what the TLS library says has a sentence where it is known", () => {
  for (
    const [said, reason] of [
      ["unexpected end of file", "closed"],
      ["connection reset", "closed"],
      ["received fatal alert: HandshakeFailure", "incompatible"],
      ["received fatal alert: ProtocolVersion", "incompatible"],
      ["received corrupt message of type HandshakePayloadTooLarge", "malformed"],
      ["NotValidForName", "other_name"],
      ["something else", "something else"],
    ] as const
  ) assertEquals(tlsReason(said), reason);
});

Deno.test("a PEM file is split into its certificates, with any text between them", async () => {
  const [a, b] = [await makeAuthority(), await makeCertificate()];
  const split = parseCertificates(`about\n${a.cert}\r\n${b.cert}${b.key}`);
  assertEquals(split.map((pem) => pem.trim()), [a.cert.trim(), b.cert.trim()]);
  assertEquals(parseCertificates(b.key), []);
});

Deno.test("a malformed certificate is rejected", () => {
  assertThrows(() =>
    parseCertificates("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")
  );
});
