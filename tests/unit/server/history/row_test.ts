import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SEPARATOR, toRow, toRun } from "../../../../server/history/row.ts";
import type { Run } from "../../../../server/history/run.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { testProperty } from "../../../support/property.ts";
import type { Posted } from "../../../../server/types.ts";

/** Messages by "ana" with consecutive ids. The file does not know her session. */
function run(texts: readonly string[], { id = 5, by = "" } = {}): Run {
  const first: Posted = {
    message: { type: "message", id, room: "a", nick: "ana", text: texts[0]!, ts: 1, kind: "say" },
    author: { id: by, key: "ana", nick: "ana" },
  };
  return { first, texts };
}

testProperty("a run comes out of its row unchanged", { weight: 20 }, (check) => {
  const text = fc.string({ unit: "binary" }).map((text) => sanitize(text, { newlines: true }));
  check(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
      assertEquals(toRun(toRow(run(texts, { by: "secret" }))), run(texts));
    }),
  );
});

Deno.test("no message contains the separator of texts", () => {
  assertEquals(sanitize(`a${SEPARATOR}b`, { newlines: true }).includes(SEPARATOR), false);
});

Deno.test("a row whose texts do not match its number of messages is damaged", () => {
  const row = toRow(run(["uno", "dos"]));
  for (const texts of ["uno", "", `uno${SEPARATOR}dos${SEPARATOR}`]) {
    assertThrows(() => toRun({ ...row, texts }), Error, "from 5 on are damaged", texts);
  }
});
