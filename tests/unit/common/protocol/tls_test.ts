import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { beginsTls } from "../../../../common/protocol/tls.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("a TLS hello is recognised by its first two bytes, in any version", () => {
  for (const minor of [0, 1, 2, 3, 4]) {
    assertEquals(beginsTls(Uint8Array.of(0x16, 3, minor, 2, 0, 1)), true);
  }
  assertEquals(beginsTls(Uint8Array.of(0x16, 3)), true);
});

Deno.test("other TLS records are recognised too", () => {
  for (const type of [0x14, 0x15, 0x17]) {
    assertEquals(beginsTls(Uint8Array.of(type, 3, 3, 0, 2, 2, 50)), true);
  }
});

Deno.test("a first byte that may begin TLS needs a second", () => {
  assertEquals(beginsTls(new Uint8Array()), undefined);
  assertEquals(beginsTls(Uint8Array.of(0x16)), undefined);
});

Deno.test("other bytes are not TLS", () => {
  for (
    const text of ["hola\n", "{", "\n", "\x16\x02", "\x16\n", "\x13\x03", "\x18\x03", "\x03\x16"]
  ) {
    assertEquals(beginsTls(new TextEncoder().encode(text)), false, JSON.stringify(text));
  }
});

testProperty(
  "only the first two bytes matter",
  { weight: 10 },
  (check) => {
    check(fc.property(fc.uint8Array({ minLength: 2 }), (bytes) => {
      assertEquals(beginsTls(bytes), beginsTls(bytes.subarray(0, 2)));
    }));
  },
);
