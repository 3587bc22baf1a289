import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  MAX_BYTES,
  MAX_LINES,
  shouldKeep,
  trimHistory,
} from "../../../../client/ui/input_history.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("messages and commands are kept", () => {
  for (
    const line of [
      "hola",
      " José ",
      "//mod",
      "/who",
      "/quién",
      "/ENTRAR sala",
      "/clear",
      "/yo ríe",
    ]
  ) {
    assert(shouldKeep(line), line);
  }
});

Deno.test("private messages, passwords and unknown commands are not kept", () => {
  const names = "msg privado r reply responder mod moderar MSG Módérar".split(" ");
  for (const name of names) {
    for (
      const line of [
        `/${name}`,
        `/${name} ana x`,
        ` /${name} ana x`,
        `/${name}\tana`,
        `//${name} x`,
        `／${name} x`,
      ]
    ) {
      assert(!shouldKeep(line), line);
    }
  }
  for (
    const line of [
      "/key x",
      "/join dev tiza",
      "/entrar  #dev  tiza",
      "/clave",
      "",
      "  ",
      "/",
      "/mgs ana x",
      "/ mod x",
      "uno\ndos",
      "x".repeat(5000),
    ]
  ) {
    assert(!shouldKeep(line), line);
  }
});

Deno.test("each line is kept once, at its latest place", () => {
  assertEquals(trimHistory(["a", "b", "a", "", "/mod x", "c", "b"]), ["a", "c", "b"]);
});

Deno.test("the latest lines are kept, within the limits", () => {
  const many = Array.from({ length: MAX_LINES + 7 }, (_, number) => String(number));
  assertEquals(trimHistory(many), many.slice(7));
  const long = Array.from({ length: 100 }, (_, number) => `${number} ${"é".repeat(2000)}`);
  const kept = trimHistory(long);
  assertEquals(kept, long.slice(-kept.length));
  assertEquals(kept.length, 32);
});

testProperty(
  "trimming again changes nothing, fits the limits, and ends with the latest line that may be kept",
  { weight: 10 },
  (check) => {
    const line = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 5 }),
      fc.constantFrom("a", "b", "/msg a b", "/who"),
      fc.nat({ max: 4000 }).map((length) => "ñ".repeat(length)),
    );
    check(fc.property(fc.array(line, { maxLength: 300 }), (lines) => {
      const kept = trimHistory(lines);
      assertEquals(trimHistory(kept), kept);
      assert(kept.every((each) => shouldKeep(each)));
      assertEquals(kept.at(-1), lines.findLast((each) => shouldKeep(each)));
      const bytes = new TextEncoder().encode(kept.join("\n") + "\n").length;
      assert(kept.length <= MAX_LINES && bytes <= MAX_BYTES);
    }));
  },
);
