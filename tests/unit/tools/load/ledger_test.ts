import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Counts, Ledger, type Member } from "../../../../tools/load/ledger.ts";
import { testProperty } from "../../../support/property.ts";

/** A room with these many people, and a ledger. */
function room(people: number): { ledger: Ledger; members: Member[] } {
  const ledger = new Ledger();
  return { ledger, members: Array.from({ length: people }, () => ledger.enter("a")) };
}

/** What is wrong by the books, when nothing more comes. */
function faults(ledger: Ledger): Partial<Counts> {
  ledger.close();
  const { sent: _, delivered: __, ...faults } = ledger.counts;
  return Object.fromEntries(Object.entries(faults).filter(([, count]) => count !== 0));
}

/** A recorded stream: one says so many, and the other hears them in this order, each with its number for its id. */
function heard(sent: number, numbers: number[]): Partial<Counts> {
  const { ledger, members: [ana, luis] } = room(2);
  for (let count = 0; count < sent; count++) ledger.say(ana!);
  for (const number of numbers) ledger.hear(luis!, ana!.id, number, number);
  return faults(ledger);
}

Deno.test("a stream in which everything comes once and in order is fine", () => {
  assertEquals(heard(0, []), {});
  assertEquals(heard(4, [1, 2, 3, 4]), {});
});

Deno.test("a lost message is found, at the beginning, in the middle and at the end", () => {
  assertEquals(heard(3, [2, 3]), { lost: 1 });
  assertEquals(heard(3, [1, 3]), { lost: 1 });
  assertEquals(heard(3, [1, 2]), { lost: 1 });
  assertEquals(heard(3, []), { lost: 3 });
});

Deno.test("a doubled message is found", () => {
  assertEquals(heard(3, [1, 2, 2, 3]), { doubled: 1 });
  assertEquals(heard(3, [1, 2, 3, 1]), { doubled: 1 });
});

Deno.test("a message that comes behind a later one is reordered, and not lost", () => {
  assertEquals(heard(3, [1, 3, 2]), { reordered: 1 });
});

Deno.test("a message that was accepted twice is doubled, also where each hears it once", () => {
  const { ledger, members: [ana, luis, eva] } = room(3);
  ledger.say(ana!);
  ledger.hear(luis!, ana!.id, 1, 7);
  ledger.hear(eva!, ana!.id, 1, 8);
  assertEquals(faults(ledger), { doubled: 1 });
});

Deno.test("what comes to who said it, into another room or from nobody has strayed", () => {
  const { ledger, members: [ana, luis] } = room(2);
  const eva = ledger.enter("b");
  ledger.say(ana!);
  ledger.hear(ana!, ana!.id, 1, 1);
  ledger.hear(eva, ana!.id, 1, 1);
  ledger.hear(luis!, 99, 1);
  ledger.hear(luis!, ana!.id, 2);
  ledger.hear(luis!, ana!.id, 1, 1);
  assertEquals(faults(ledger), { strayed: 4 });
});

Deno.test("two who hear two others in another order do not hear one order", () => {
  const { ledger, members: [ana, luis, frames, text] } = room(4);
  for (const each of [ana!, luis!]) ledger.say(each);
  // The text peer is not told the ids, and heard first; they become known by the other.
  ledger.hear(text!, luis!.id, 1);
  ledger.hear(text!, ana!.id, 1);
  ledger.hear(frames!, ana!.id, 1, 1);
  ledger.hear(frames!, luis!.id, 1, 2);
  ledger.say(ana!);
  ledger.hear(frames!, ana!.id, 2, 3);
  ledger.hear(text!, ana!.id, 2);
  ledger.hear(luis!, ana!.id, 1, 1);
  ledger.hear(luis!, ana!.id, 2, 3);
  ledger.hear(ana!, luis!.id, 1, 2);
  assertEquals(faults(ledger), { reordered: 1 });
});

Deno.test("of what was said before one was known to be in, one may hear nothing or the end", () => {
  for (
    const [numbers, wanted] of [
      [[3], {}],
      [[2, 3], {}],
      [[1, 2, 3], {}],
      [[1, 3], { lost: 1 }],
      [[], { lost: 1 }],
    ] as const
  ) {
    const { ledger, members: [ana] } = room(1);
    ledger.say(ana!);
    ledger.say(ana!);
    const late = ledger.enter("a");
    ledger.say(ana!);
    for (const number of numbers) ledger.hear(late, ana!.id, number, number);
    assertEquals(faults(ledger), wanted);
  }
});

Deno.test("whoever goes has to hear what was known to be accepted before, and no more", () => {
  for (const [numbers, wanted] of [[[1], { lost: 1 }], [[1, 2], {}], [[1, 2, 3], {}]] as const) {
    const { ledger, members: [ana, luis] } = room(2);
    for (let count = 0; count < 3; count++) ledger.say(ana!);
    ledger.accept(ana!, 2, 2);
    ledger.leave(luis!);
    for (const number of numbers) ledger.hear(luis!, ana!.id, number, number);
    ledger.gone(luis!);
    ledger.gone(ana!);
    assertEquals(faults(ledger), wanted);
  }
});

Deno.test("what is under way is outstanding, and nothing is wrong yet", () => {
  const { ledger, members: [ana, luis] } = room(3);
  ledger.say(ana!);
  assertEquals([ledger.outstanding, ledger.counts.lost], [2, 0]);
  ledger.hear(luis!, ana!.id, 1, 1);
  assertEquals([ledger.outstanding, ledger.counts.delivered], [1, 1]);
});

Deno.test("what may have been accepted or not may come or not, and only once", () => {
  for (
    const [numbers, wanted] of [
      [[1, 2, 3], {}],
      [[1, 3], {}],
      [[1, 3, 2], { reordered: 1 }],
      [[1, 2, 2, 3], { doubled: 1 }],
      [[1, 2], { lost: 1 }],
    ] as const
  ) {
    const { ledger, members: [ana, luis] } = room(2);
    for (let count = 0; count < 3; count++) ledger.say(ana!);
    ledger.doubt(ana!, 2);
    for (const number of numbers) ledger.hear(luis!, ana!.id, number, number);
    assertEquals(faults(ledger), wanted);
  }
});

Deno.test("in a new session one has to hear what is said from then on", () => {
  const { ledger, members: [ana, luis] } = room(2);
  ledger.say(ana!);
  ledger.hear(luis!, ana!.id, 1, 1);
  ledger.say(ana!);
  ledger.restart(luis!);
  assertEquals([ledger.outstanding, ledger.expected], [0, 1]);
  ledger.say(ana!);
  assertEquals([ledger.outstanding, ledger.expected], [1, 2]);
  ledger.hear(luis!, ana!.id, 3, 3);
  assertEquals(faults(ledger), {});
});

Deno.test("what there had to be is what has come and what is lost", () => {
  const { ledger, members: [ana, luis, eva] } = room(3);
  for (let count = 0; count < 4; count++) ledger.say(ana!);
  ledger.say(luis!);
  for (const number of [1, 3]) ledger.hear(luis!, ana!.id, number, number);
  for (const number of [1, 2, 3, 4]) ledger.hear(eva!, ana!.id, number, number);
  assertEquals([ledger.expected, ledger.counts.delivered], [10, 6]);
  assertEquals(faults(ledger), { lost: 4 });
});

testProperty(
  "of any recorded streams, the ledger finds each fault that was put in, and no other",
  { weight: 10 },
  (check) => {
    const fault = fc.constantFrom("lost", "doubled", "none");
    const said = fc.array(fc.tuple(fc.nat(3), fc.array(fault, { minLength: 4, maxLength: 4 })), {
      maxLength: 40,
      size: "max",
    });
    check(fc.property(said, fc.boolean(), (said, hasText) => {
      const { ledger, members } = room(4);
      const wanted = { lost: 0, doubled: 0 };
      for (const [index, [speaker, fates]] of said.entries()) {
        const sender = members[speaker]!;
        const number = ledger.say(sender);
        for (const [at, member] of members.entries()) {
          if (member === sender) continue;
          const isTold = !hasText || at > 0;
          const fate = fates[at]!;
          if (fate !== "none") wanted[fate as "lost" | "doubled"]++;
          for (let times = { lost: 0, none: 1, doubled: 2 }[fate]!; times > 0; times--) {
            ledger.hear(member, sender.id, number, isTold ? index + 1 : undefined);
          }
        }
      }
      const { lost = 0, doubled = 0, ...others } = faults(ledger);
      assertEquals([{ lost, doubled }, others], [wanted, {}]);
    }));
  },
);
