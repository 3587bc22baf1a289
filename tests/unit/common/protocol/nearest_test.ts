import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nearest } from "../../../../common/protocol/nearest.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("nearest finds inserted, missing, wrong and swapped letters", () => {
  const known = ["nombre", "quien", "ayuda", "salir"];
  for (const typo of ["nmobre", "nombr", "nombree", "mombre", "nomber"]) {
    assertEquals(nearest(typo, known), "nombre");
  }
});

Deno.test("nearest suggests only similar words", () => {
  assertEquals(nearest("zzzzzz", ["nombre"]), undefined);
  assertEquals(nearest("xy", ["yo"]), undefined); // every letter would have to change
  assertEquals(nearest("", ["yo"]), undefined);
  assertEquals(nearest("foo", ["log"]), undefined); // 2 of 3 letters
  assertEquals(nearest("tcsh", ["zsh", "bash"]), undefined); // 2 of 4 letters
  assertEquals(nearest("hosts", ["help", "hop"]), undefined); // 3 letters
  assertEquals(nearest("x", []), undefined);
});

Deno.test("nearest suggests for a short word only words that begin with the same letter", () => {
  assertEquals(nearest("ksh", ["zsh", "bash"]), undefined);
  assertEquals(nearest("fsh", ["zsh", "fish"]), "fish");
  assertEquals(nearest("whp", ["who", "pause"]), "who");
  assertEquals(nearest("vash", ["bash"]), "bash"); // one of four letters
});

/** Optimal string alignment distance, as the textbook has it. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, row) => [row]);
  for (let column = 1; column <= b.length; column++) table[0]![column] = column;
  for (let row = 1; row <= a.length; row++) {
    for (let column = 1; column <= b.length; column++) {
      const cost = Number(a[row - 1] !== b[column - 1]);
      const around = [
        table[row - 1]![column]! + 1,
        table[row]![column - 1]! + 1,
        table[row - 1]![column - 1]! + cost,
      ];
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        around.push(table[row - 2]![column - 2]! + 1);
      }
      table[row]![column] = Math.min(...around);
    }
  }
  return table[a.length]![b.length]!;
}

/** The first of the nearest words, without any shortcut. */
function naive(word: string, known: readonly string[]): string | undefined {
  const near = known.map((each) => [each, distance(word, each)] as const)
    .filter(([each, far]) =>
      far <= 2 && far < word.length / 2 && (word.length > 3 || each[0] === word[0])
    );
  const least = Math.min(...near.map(([, far]) => far));
  return near.find(([, far]) => far === least)?.[0];
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "ñ", "😀"), maxLength: 9 });

testProperty("nearest finds what the whole table of distances finds", { weight: 50 }, (check) => {
  check(
    fc.property(word, fc.array(word, { maxLength: 8 }), (typed, known) => {
      assertEquals(nearest(typed, known), naive(typed, known));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("nearest finds a slip anywhere in a long word, also beside much longer and shorter ones", () => {
  const known = ["x", "y".repeat(300), "member-with-long-nick0007", "member-with-long-nick0123"];
  for (const typed of ["member-with-long-nick012", "emmber-with-long-nick0123"]) {
    assertEquals(nearest(typed, known), "member-with-long-nick0123");
  }
});

Deno.test("nearest does not look at the known words for a word that is too long", () => {
  function* known(): Generator<string> {
    yield "x".repeat(1000);
    assert(false, "it looked");
  }
  assertEquals(nearest("x".repeat(1000), known()), undefined);
});
