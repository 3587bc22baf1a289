import { assert, assertEquals } from "@std/assert";
import {
  LARGE_BUFFER,
  LargeBufferPool,
  MAX_LENT,
  ReadBuffer,
  SMALL_BUFFER,
} from "../../../../server/net/read_buffer.ts";

/** Fills the buffer until it grows no further. */
function fill(buffer: ReadBuffer): void {
  let length;
  do {
    length = buffer.bytes.length;
    buffer.resize(length);
  } while (buffer.bytes.length > length);
}

Deno.test("a large buffer is lent to one connection only, and their number is limited", () => {
  const buffers = new LargeBufferPool();
  const lent = Array.from({ length: MAX_LENT }, () => buffers.borrow());
  assertEquals(new Set(lent).size, MAX_LENT);
  assert(!lent.includes(undefined));
  assertEquals(buffers.borrow(), undefined);
});

Deno.test("a large buffer that was given back is used again", () => {
  const buffers = new LargeBufferPool();
  const first = buffers.borrow()!;
  const second = buffers.borrow()!;
  buffers.giveBack(first);
  assertEquals(buffers.borrow(), first);
  buffers.giveBack(second);
  buffers.giveBack(first);
  assertEquals(new Set([buffers.borrow(), buffers.borrow()]), new Set([first, second]));
});

Deno.test("a read buffer grows while reads fill it, and shrinks after several small reads", () => {
  const buffer = new ReadBuffer(new LargeBufferPool());
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
  buffer.resize(SMALL_BUFFER - 1);
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
  fill(buffer);
  assertEquals(buffer.bytes.length, LARGE_BUFFER);
  for (let read = 0; read < 7; read++) buffer.resize(1);
  buffer.resize(LARGE_BUFFER / 2); // the flood goes on
  for (let read = 0; read < 7; read++) buffer.resize(1);
  assertEquals(buffer.bytes.length, LARGE_BUFFER);
  buffer.resize(1);
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
});

Deno.test("without a free large buffer a peer is read in smaller pieces, until one is given back", () => {
  const large = new LargeBufferPool();
  const others = Array.from({ length: MAX_LENT }, () => new ReadBuffer(large));
  others.forEach(fill);
  const late = new ReadBuffer(large);
  fill(late);
  assert(late.bytes.length > SMALL_BUFFER && late.bytes.length < LARGE_BUFFER);
  others[0]!.release();
  fill(late);
  assertEquals(late.bytes.length, LARGE_BUFFER);
});

Deno.test("small buffers share no bytes while they are in use, and those that were released are used again", () => {
  const pool = new LargeBufferPool();
  const open = () => Array.from({ length: 200 }, () => new ReadBuffer(pool));
  const first = open();
  const places = (buffers: ReadBuffer[]) =>
    new Map(buffers.map(({ bytes }) => [bytes, bytes.length] as const));
  for (const [index, { bytes }] of first.entries()) bytes.fill(index);
  for (const [index, { bytes }] of first.entries()) {
    assert(bytes.every((byte) => byte === index), `buffer ${index} was overwritten`);
  }
  const before = places(first);
  for (const each of first) each.release();
  for (const { bytes } of open()) {
    assertEquals(before.get(bytes), SMALL_BUFFER);
    assert(bytes.every((byte) => byte === 0), "what was read before is gone");
  }
});
