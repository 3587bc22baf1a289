import { assertEquals, assertThrows } from "@std/assert";
import { nameIn, splitCertificates } from "../../../../client/net/tls.ts";
import { makeAuthority, makeCertificate } from "../../../support/certificates.ts";

Deno.test("the name of a certificate is its first one, a joker made a name of", () => {
  assertEquals(nameIn("DNS:hub.chat.invalid"), "hub.chat.invalid");
  assertEquals(nameIn("IP Address:192.0.2.1, DNS:b.example.org, DNS:a.example.org"), "192.0.2.1");
  assertEquals(nameIn("email:x@example.org, DNS:*.example.org"), "any.example.org");
  assertEquals(nameIn("IP Address:2001:DB8:0:0:0:0:0:1"), "2001:DB8:0:0:0:0:0:1");
  assertEquals(nameIn("IP Address:C0000201"), "192.0.2.1");
  assertEquals(
    nameIn(`IP Address:20010DB8${"0".repeat(23)}1`),
    "2001:0DB8:0000:0000:0000:0000:0000:0001",
  );
  assertEquals(nameIn("email:x@example.org"), undefined);
  assertEquals(nameIn(""), undefined);
});

Deno.test("a file of certificates is taken apart, whatever stands between them", async () => {
  const [a, b] = [await makeAuthority(), await makeCertificate()];
  const split = splitCertificates(`about\n${a.cert}\r\n${b.cert}${b.key}`);
  assertEquals(split.map((pem) => pem.trim()), [a.cert.trim(), b.cert.trim()]);
  assertEquals(splitCertificates(b.key), []);
});

Deno.test("what only looks like a certificate is none", () => {
  assertThrows(() =>
    splitCertificates("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")
  );
});
