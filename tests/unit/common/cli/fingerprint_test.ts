import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseFingerprint } from "../../../../common/cli/fingerprint.ts";
import { testProperty } from "../../../support/property.ts";

const HEX = "00a1".repeat(16);

Deno.test("parseFingerprint reads the formats of this and other programs", () => {
  const colons = HEX.toUpperCase().match(/../g)!.join(":");
  for (const text of [`sha256:${HEX}`, `SHA256:${HEX.toUpperCase()}`, `sha-256:${colons}`]) {
    assertEquals(parseFingerprint(text), `sha256:${HEX}`, text);
  }
});

Deno.test("parseFingerprint rejects anything else", () => {
  for (
    const text of ["", HEX, "sha256:", `sha256:${HEX}0`, `sha256:${HEX.slice(1)}g`, `sha1:${HEX}`]
  ) {
    assertEquals(parseFingerprint(text), undefined, text);
  }
});

testProperty("a fingerprint is read back unchanged", { weight: 10 }, (check) => {
  check(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (hash) => {
    const text = `sha256:${hash.toHex()}`;
    assertEquals(parseFingerprint(text), text);
  }));
});

testProperty("parseFingerprint never throws", { weight: 10 }, (check) => {
  check(fc.property(fc.string({ unit: "binary" }), (text) => {
    parseFingerprint(text);
    parseFingerprint(`sha256:${text}`);
  }));
});
