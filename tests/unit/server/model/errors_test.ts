import { assert, assertEquals } from "@std/assert";
import { quote } from "../../../../server/model/errors.ts";

Deno.test("a quotation is safe and bounded, and says whether it was cut", () => {
  assertEquals(quote("a\x1bb"), "a\uFFFDb");
  assertEquals(quote("x".repeat(64)), "x".repeat(64));
  assertEquals(quote("x".repeat(65)), "x".repeat(63) + "…");
  assertEquals(quote("\t".repeat(64)), " ".repeat(63) + "…");
  assertEquals(quote("a" + "\u0301".repeat(1000)), "a" + "\u0301".repeat(8) + "…");
  assert(quote("😀".repeat(40).slice(1)).isWellFormed());
});
