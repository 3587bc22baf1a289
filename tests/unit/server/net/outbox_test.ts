import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Outbox, OutboxBudget } from "../../../../server/net/outbox.ts";
import { testProperty } from "../../../support/property.ts";

const KB = 1024;
/** A limit that the test does not reach. */
const PLENTY = 1024 * KB;
/** Bytes that a connection may have pending when the budget is used up. */
const FAIR_SHARE = 64 * KB;

const bytes = (length: number, value = 0) => new Uint8Array(length).fill(value);

/** Sends everything, and returns it. */
function drain(outbox: Outbox): Uint8Array[] {
  const taken: Uint8Array[] = [];
  for (let chunk; (chunk = outbox.next());) {
    taken.push(chunk);
    outbox.markSent(chunk.length);
  }
  return taken;
}

Deno.test("a single chunk is returned without a copy", () => {
  const outbox = new Outbox(new OutboxBudget(PLENTY), PLENTY);
  const chunk = bytes(100);
  outbox.push(chunk);
  assert(outbox.next() === chunk);
  const large = bytes(200 * KB);
  outbox.push(large);
  outbox.push(bytes(1));
  assert(outbox.next() === large);
});

Deno.test("chunks are joined up to 64 KiB and no further", () => {
  const outbox = new Outbox(new OutboxBudget(PLENTY), PLENTY);
  for (let turn = 0; turn < 5; turn++) outbox.push(bytes(30 * KB));
  assertEquals(drain(outbox).map((chunk) => chunk.length / KB), [60, 60, 30]);
});

Deno.test("an outbox accepts chunks up to its limit, and nothing of a chunk above it", () => {
  const total = new OutboxBudget(PLENTY);
  const outbox = new Outbox(total, 100);
  assertEquals(outbox.push(bytes(60, 1)), "queued");
  assertEquals(outbox.push(bytes(40, 2)), "queued");
  assertEquals(outbox.push(bytes(1, 3)), "full");
  assertEquals([outbox.pending, total.pendingBytes], [100, 100]);
  assertEquals(outbox.next()!.includes(3), false);
  assertEquals(outbox.push(bytes(1)), "full"); // written, but not sent
  outbox.markSent(1);
  assertEquals(outbox.push(bytes(1)), "queued");
});

Deno.test("while nothing is pending, a chunk of any size is accepted", () => {
  const total = new OutboxBudget(100);
  const outbox = new Outbox(total, 100);
  assertEquals(outbox.push(bytes(200 * KB)), "queued");
  assertEquals(outbox.push(bytes(1)), "full");
  drain(outbox);
  assertEquals(outbox.push(bytes(200 * KB)), "queued");
});

Deno.test("when the budget is used up, a connection below its fair share is still served", () => {
  const total = new OutboxBudget(400 * KB);
  const slow = new Outbox(total, PLENTY);
  slow.push(bytes(390 * KB));
  const keeping = new Outbox(total, PLENTY);
  assertEquals(keeping.push(bytes(FAIR_SHARE - 1)), "queued"); // far over the budget
  assertEquals(keeping.push(bytes(1)), "queued");
  assertEquals(keeping.push(bytes(1)), "full");
  assertEquals(slow.push(bytes(1)), "full");
  drain(slow);
  assertEquals(keeping.push(bytes(1)), "queued");
});

Deno.test("dropQueued drops what is not being written, and the count of the rest stays right", () => {
  const total = new OutboxBudget(PLENTY);
  const outbox = new Outbox(total, PLENTY);
  outbox.push(bytes(70 * KB));
  outbox.push(bytes(30));
  outbox.next();
  outbox.dropQueued();
  assertEquals([outbox.pending, total.pendingBytes], [70 * KB, 70 * KB]);
  assertEquals(outbox.next(), undefined);
  outbox.markSent(70 * KB);
  assertEquals([outbox.pending, total.pendingBytes], [0, 0]);
});

Deno.test("dropAll drops everything, and only its own part of the budget", () => {
  const total = new OutboxBudget(PLENTY);
  const [gone, stays] = [new Outbox(total, PLENTY), new Outbox(total, PLENTY)];
  stays.push(bytes(5));
  gone.push(bytes(10));
  gone.next();
  gone.markSent(3);
  gone.push(bytes(20));
  gone.dropAll();
  assertEquals([gone.pending, stays.pending, total.pendingBytes], [0, 5, 5]);
  assertEquals(gone.next(), undefined);
  gone.dropAll();
  assertEquals(total.pendingBytes, 5);
});

testProperty(
  "all that is pushed comes out in order, and the counts are always right",
  { weight: 10 },
  (check) => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("push" as const), size: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ do: fc.constant("send" as const), size: fc.integer({ min: 1, max: 400 }) }),
    );
    const index = fc.integer({ min: 0, max: 2 });
    check(fc.property(fc.array(fc.tuple(index, step)), (steps) => {
      const total = new OutboxBudget(1500);
      const peers = Array.from({ length: 3 }, () => ({
        outbox: new Outbox(total, 1000),
        in: [] as number[],
        out: [] as number[],
        writing: new Uint8Array() as Uint8Array,
      }));
      let next = 0;
      for (const [index, { do: action, size }] of steps) {
        const peer = peers[index]!;
        if (action === "push") {
          const chunk = Uint8Array.from({ length: size }, () => next++ % 251);
          if (peer.outbox.push(chunk) === "queued") peer.in.push(...chunk);
          else assert(peer.outbox.pending > 0);
        } else {
          if (peer.writing.length === 0) peer.writing = peer.outbox.next() ?? new Uint8Array();
          const written = peer.writing.subarray(0, size); // a short write
          peer.writing = peer.writing.subarray(written.length);
          peer.out.push(...written);
          peer.outbox.markSent(written.length);
        }
        assertEquals(peer.outbox.pending, peer.in.length - peer.out.length);
        assertEquals(
          total.pendingBytes,
          peers.reduce((sum, { outbox }) => sum + outbox.pending, 0),
        );
      }
      for (const { outbox, writing, ...peer } of peers) {
        peer.out.push(...writing);
        outbox.markSent(writing.length);
        for (const chunk of drain(outbox)) peer.out.push(...chunk);
        assertEquals(peer.out, peer.in);
      }
      assertEquals(total.pendingBytes, 0);
    }));
  },
);

Deno.test("a write that ends after dropAll is not counted twice", () => {
  const total = new OutboxBudget(PLENTY);
  const outbox = new Outbox(total, PLENTY);
  outbox.push(new Uint8Array(10));
  const taken = outbox.next()!;
  outbox.dropAll();
  outbox.markSent(taken.length);
  assertEquals([outbox.pending, total.pendingBytes], [0, 0]);
});
