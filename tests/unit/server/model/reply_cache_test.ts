import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Answer, MAX_ANSWERS, ReplyCache } from "../../../../server/model/reply_cache.ts";
import { testProperty } from "../../../support/property.ts";

testProperty(
  "the latest answers are found by their refs, however alike these are",
  { weight: 20 },
  (check) => {
    const ref = fc.oneof(
      fc.nat(400),
      fc.nat(400).map(String),
      fc.nat(400).map((number) => `${number}-same`),
      fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" }).map((text) => text.slice(0, 64)),
    );
    check(fc.property(fc.array(ref, { maxLength: 400 }), (refs) => {
      const answers = new ReplyCache();
      const given: Answer[] = [];
      for (const [index, ref] of refs.entries()) {
        const answer = { type: "ack", ref, id: index, ts: 1 } as const;
        answers.add(answer);
        if (ref !== "") given.push(answer);
      }
      const kept = given.slice(-MAX_ANSWERS);
      for (const ref of refs) {
        assertEquals(answers.find(ref), kept.findLast((each) => each.ref === ref));
      }
    }));
  },
);

Deno.test("fewer long answers are kept, and their size is known", () => {
  const answers = new ReplyCache();
  const long = (ref: string): Answer => (
    { type: "reply", ref, code: "private", data: {}, text: "x".repeat(100_000) }
  );
  for (const ref of ["a", "b", "c", "d"]) answers.add(long(ref));
  assertEquals(["a", "b", "c", "d"].map((ref) => answers.find(ref) !== undefined), [
    false,
    false,
    true,
    true,
  ]);
  assertEquals(answers.bytes > 400_000 && answers.bytes < 500_000, true);
});
