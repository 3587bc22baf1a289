import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isTlsRecord } from "../../../protocol/tls.ts";

Deno.test("a hello and an alert of TLS are known by their first bytes, or by the first one", () => {
  for (const bytes of [[22, 3, 1, 2, 0, 1], [22, 3], [22], [21, 3, 3, 0, 2, 2, 50], [23, 3, 3]]) {
    assertEquals(isTlsRecord(new Uint8Array(bytes)), true, String(bytes));
  }
});

Deno.test("text and frames are not TLS", () => {
  for (const bytes of [[], [22, 4], [24, 3], [19, 3]]) {
    assertEquals(isTlsRecord(new Uint8Array(bytes)), false, String(bytes));
  }
  fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => {
    const bytes = new TextEncoder().encode(text);
    const isMeant = "\x14\x15\x16\x17".includes(text[0]!) && (text[1] ?? "\x03") === "\x03";
    assertEquals(isTlsRecord(bytes), isMeant);
  }));
});
