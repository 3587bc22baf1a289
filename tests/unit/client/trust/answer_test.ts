import { assertEquals } from "@std/assert";
import { readAnswer } from "../../../../client/trust/mod.ts";

const [SHOWN, OTHER] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

Deno.test("the answer about a hub's fingerprint is yes, no or unclear, in either language", () => {
  for (const yes of ["y", "yes", "YES", "s", "si", "sí", "si\u0301", SHOWN]) {
    assertEquals(readAnswer(yes, SHOWN), true, yes);
  }
  for (const no of ["n", "no", "No", OTHER]) assertEquals(readAnswer(no, SHOWN), false, no);
  for (const unclear of ["", "que?", "ye", "nope", "sha256:", "yes yes"]) {
    assertEquals(readAnswer(unclear, SHOWN), undefined, unclear);
  }
});
