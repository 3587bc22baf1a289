import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Counts, Ledger, type Member } from "../../../../tools/load/ledger.ts";
import { testProperty } from "../../../support/property.ts";

/** A ledger with one room of this many members. */
function makeRoom(people: number): { ledger: Ledger; members: Member[] } {
  const ledger = new Ledger();
  return { ledger, members: Array.from({ length: people }, () => ledger.enter("a")) };
}

/** Closes the ledger and gives its faults. */
function faults(ledger: Ledger): Partial<Counts> {
  ledger.close();
  const { sent: _, delivered: __, ...faults } = ledger.counts;
  return Object.fromEntries(Object.entries(faults).filter(([, count]) => count !== 0));
}

/** The faults if one member sends `sent` messages and the other hears these numbers, in this order. */
function heard(sent: number, numbers: number[]): Partial<Counts> {
  const { ledger, members: [ana, luis] } = makeRoom(2);
  for (let count = 0; count < sent; count++) ledger.say(ana!);
  for (const number of numbers) ledger.hear(luis!, ana!.id, number, number);
  return faults(ledger);
}

Deno.test("lost, doubled and reordered messages are found in a stream", () => {
  assertEquals(heard(4, [1, 2, 3, 4]), {});
  for (const numbers of [[2, 3], [1, 3], [1, 2]]) assertEquals(heard(3, numbers), { lost: 1 });
  assertEquals(heard(3, []), { lost: 3 });
  for (const numbers of [[1, 2, 2, 3], [1, 2, 3, 1]]) {
    assertEquals(heard(3, numbers), { doubled: 1 });
  }
  assertEquals(heard(3, [1, 3, 2]), { reordered: 1 });
});

Deno.test("a message accepted twice is doubled, even if each member hears it once", () => {
  const { ledger, members: [ana, luis, eva] } = makeRoom(3);
  ledger.say(ana!);
  ledger.hear(luis!, ana!.id, 1, 7);
  ledger.hear(eva!, ana!.id, 1, 8);
  assertEquals(faults(ledger), { doubled: 1 });
});

Deno.test("a message to its own sender, to another room or from an unknown sender has strayed", () => {
  const { ledger, members: [ana, luis] } = makeRoom(2);
  const eva = ledger.enter("b");
  ledger.say(ana!);
  ledger.hear(ana!, ana!.id, 1, 1);
  ledger.hear(eva, ana!.id, 1, 1);
  ledger.hear(luis!, 99, 1);
  ledger.hear(luis!, ana!.id, 2);
  ledger.hear(luis!, ana!.id, 1, 1);
  assertEquals(faults(ledger), { strayed: 4 });
});

Deno.test("two members that hear two senders in different orders count as reordered", () => {
  const { ledger, members: [ana, luis, frames, text] } = makeRoom(4);
  for (const each of [ana!, luis!]) ledger.say(each);
  // The text peer hears first, without ids; the ids of the frames peer show the order.
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

Deno.test("a member may hear the last messages sent before its join was known, or none", () => {
  for (
    const [numbers, wanted] of [
      [[3], {}],
      [[2, 3], {}],
      [[1, 2, 3], {}],
      [[1, 3], { lost: 1 }],
      [[], { lost: 1 }],
    ] as const
  ) {
    const { ledger, members: [ana] } = makeRoom(1);
    ledger.say(ana!);
    ledger.say(ana!);
    const late = ledger.enter("a");
    ledger.say(ana!);
    for (const number of numbers) ledger.hear(late, ana!.id, number, number);
    assertEquals(faults(ledger), wanted);
  }
});

Deno.test("a member that leaves must hear what was accepted before, and may hear more", () => {
  for (const [numbers, wanted] of [[[1], { lost: 1 }], [[1, 2], {}], [[1, 2, 3], {}]] as const) {
    const { ledger, members: [ana, luis] } = makeRoom(2);
    for (let count = 0; count < 3; count++) ledger.say(ana!);
    ledger.accept(ana!, 2, 2);
    ledger.leave(luis!);
    for (const number of numbers) ledger.hear(luis!, ana!.id, number, number);
    ledger.gone(luis!);
    ledger.gone(ana!);
    assertEquals(faults(ledger), wanted);
  }
});

Deno.test("a message that may have been accepted arrives at most once", () => {
  for (
    const [numbers, wanted] of [
      [[1, 2, 3], {}],
      [[1, 3], {}],
      [[1, 3, 2], { reordered: 1 }],
      [[1, 2, 2, 3], { doubled: 1 }],
      [[1, 2], { lost: 1 }],
    ] as const
  ) {
    const { ledger, members: [ana, luis] } = makeRoom(2);
    for (let count = 0; count < 3; count++) ledger.say(ana!);
    ledger.doubt(ana!, 2);
    for (const number of numbers) ledger.hear(luis!, ana!.id, number, number);
    assertEquals(faults(ledger), wanted);
  }
});

Deno.test("in a new session, a member must hear everything sent from then on", () => {
  const { ledger, members: [ana, luis] } = makeRoom(2);
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

testProperty(
  "in any stream, the ledger finds exactly the injected faults",
  { weight: 10 },
  (check) => {
    const fault = fc.constantFrom("lost", "doubled", "none");
    const posts = fc.array(fc.tuple(fc.nat(3), fc.array(fault, { minLength: 4, maxLength: 4 })), {
      maxLength: 40,
      size: "max",
    });
    check(fc.property(posts, fc.boolean(), (posts, hasText) => {
      const { ledger, members } = makeRoom(4);
      const wanted = { lost: 0, doubled: 0 };
      for (const [index, [speaker, fates]] of posts.entries()) {
        const sender = members[speaker]!;
        const number = ledger.say(sender);
        for (const [at, member] of members.entries()) {
          if (member === sender) continue;
          const hasId = !hasText || at > 0;
          const fate = fates[at]!;
          if (fate !== "none") wanted[fate as "lost" | "doubled"]++;
          for (let times = { lost: 0, none: 1, doubled: 2 }[fate]!; times > 0; times--) {
            ledger.hear(member, sender.id, number, hasId ? index + 1 : undefined);
          }
        }
      }
      const { lost = 0, doubled = 0, ...others } = faults(ledger);
      assertEquals([{ lost, doubled }, others], [wanted, {}]);
    }));
  },
);
