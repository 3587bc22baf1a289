import { assertEquals } from "@std/assert";
import { HashedSecret } from "../../../../server/setup/hashed_secret.ts";

Deno.test("a secret matches itself and nothing else", () => {
  const secret = new HashedSecret("correcto caballo");
  assertEquals(secret.matches("correcto caballo"), true);
  for (
    const given of ["", "correcto", "correcto  caballo", "Correcto caballo", "x".repeat(10_000)]
  ) {
    assertEquals(secret.matches(given), false, given.slice(0, 20));
  }
});

Deno.test("how letters are composed and blanks at the ends do not matter", () => {
  assertEquals(new HashedSecret("contraseña").matches("contrasen\u0303a"), true);
  assertEquals(new HashedSecret("e\u0301").matches(" \u00e9\r"), true);
  assertEquals(new HashedSecret("contraseña").matches("contrasena"), false);
});

Deno.test("half a surrogate pair is no fault", () => {
  assertEquals(new HashedSecret("x").matches("\ud800"), false);
});

Deno.test("the plain text is not kept", () => {
  const secret = new HashedSecret("tiza");
  assertEquals(Deno.inspect(secret, { showHidden: true, depth: 9 }).includes("tiza"), false);
});
