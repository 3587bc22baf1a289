import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type PendingLine, PendingLines } from "../../../../client/session/pending.ts";
import { testProperty } from "../../../support/property.ts";

const KIB = 1024;

function line(ref: string, bytes = 10): PendingLine {
  return { frame: { type: "say", ref, text: ref }, display: `text ${ref}`, bytes };
}

function start(...lines: PendingLine[]): PendingLines {
  const pending = new PendingLines();
  for (const each of lines) pending.add(each);
  return pending;
}

function takeDue(pending: PendingLines): string[] {
  return pending.takeDue().map(({ frame }) => String(frame.ref));
}

const numbered = (count: number, bytes?: number) =>
  Array.from({ length: count }, (_, index) => line(String(index + 1), bytes));

Deno.test("32 lines are in flight at a time, and each answer releases another", () => {
  const pending = start(...numbered(40));
  assertEquals(takeDue(pending).length, 32);
  pending.takeAnswered("1");
  pending.takeAnswered("32");
  assertEquals(takeDue(pending), ["33", "34"]);
});

Deno.test("128 KiB are in flight at a time, or one larger line", () => {
  const pending = start(line("1", 60 * KIB), line("2", 60 * KIB), line("3", 9 * KIB), line("4", 1));
  assertEquals(takeDue(pending), ["1", "2"]);
  pending.takeAnswered("1");
  assertEquals(takeDue(pending), ["3", "4"]);
  const large = start(line("1", 200 * KIB), line("2", 1));
  assertEquals(takeDue(large), ["1"]);
  large.takeAnswered("1");
  assertEquals(takeDue(large), ["2"]);
});

Deno.test("lines sent before a break can be taken out, and the others stay", () => {
  const pending = start(...numbered(33));
  takeDue(pending);
  pending.takeAnswered("1");
  pending.requeue();
  assertEquals(pending.takeUncertain().length, 31);
  assertEquals(takeDue(pending), ["33"]);
});

Deno.test("a goodbye keeps the lines that were not in flight", () => {
  const pending = start(...numbered(34));
  takeDue(pending);
  pending.takeAnswered("1");
  pending.dropInFlight();
  assertEquals(pending.all().map(({ display }) => display), ["text 33", "text 34"]);
});

Deno.test("answers to unsent or answered lines change nothing", () => {
  const pending = start(line("1"));
  pending.takeAnswered("1"); // not sent yet
  assertEquals(takeDue(pending), ["1"]);
  pending.takeAnswered("2");
  pending.takeAnswered("1");
  pending.takeAnswered("1");
  assertEquals(pending.size, 0);
  pending.add(line("3"));
  assertEquals(takeDue(pending), ["3"]);
});

testProperty(
  "the order is kept, nothing is in flight twice, and the limits hold",
  { weight: 10 },
  (check) => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("add" as const),
        bytes: fc.integer({ min: 1, max: 150 * KIB }),
      }),
      fc.record({ kind: fc.constant("answer" as const), which: fc.nat({ max: 40 }) }),
      fc.constant({ kind: "break" as const }),
    );
    check(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const pending = new PendingLines();
        const entered: PendingLine[] = [];
        let wire: PendingLine[] = [];
        let ref = 0;
        for (const each of steps) {
          if (each.kind === "add") {
            entered.push(line(String(++ref), each.bytes));
            pending.add(entered.at(-1)!);
          } else if (each.kind === "answer") {
            const [answered] = wire.splice(each.which, 1);
            if (answered) {
              pending.takeAnswered(answered.frame.ref);
              entered.splice(entered.indexOf(answered), 1);
            }
          } else {
            pending.requeue();
            wire = [];
          }
          wire.push(...pending.takeDue());
          assertEquals(wire, entered.slice(0, wire.length));
          const bytes = wire.reduce((sum, { bytes }) => sum + bytes, 0);
          assert(wire.length <= 32 && (wire.length <= 1 || bytes <= 128 * KIB));
          assert(wire.length > 0 || entered.length === 0, "something is in flight");
        }
        assertEquals(pending.size, entered.length);
      }),
    );
  },
);
