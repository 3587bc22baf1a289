import { assert, assertEquals } from "@std/assert";
import {
  LARGE_BUFFER,
  LargeBufferPool,
  MAX_LENT,
  ReadBuffer,
  SMALL_BUFFER,
} from "../../../../server/net/read_buffer.ts";

/** Reads as much as there is place for until there is no more place. */
function fill(buffer: ReadBuffer): void {
  let length;
  do {
    length = buffer.bytes.length;
    buffer.resize(length);
  } while (buffer.bytes.length > length);
}

Deno.test("nobody gets a large buffer that somebody has, and there is an end to them", () => {
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

Deno.test("a read buffer grows while it is filled, and is small after some small reads", () => {
  const buffer = new ReadBuffer(new LargeBufferPool());
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
  buffer.resize(SMALL_BUFFER - 1);
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
  fill(buffer);
  assertEquals(buffer.bytes.length, LARGE_BUFFER);
  for (let read = 0; read < 7; read++) buffer.resize(1);
  buffer.resize(LARGE_BUFFER / 2); // a flood goes on
  for (let read = 0; read < 7; read++) buffer.resize(1);
  assertEquals(buffer.bytes.length, LARGE_BUFFER);
  buffer.resize(1);
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
});

Deno.test("where no large buffer is left a peer is read in smaller pieces, until somebody is done", () => {
  const large = new LargeBufferPool();
  const others = Array.from({ length: MAX_LENT }, () => new ReadBuffer(large));
  others.forEach(fill);
  const late = new ReadBuffer(large);
  fill(late);
  assert(late.bytes.length > SMALL_BUFFER && late.bytes.length < LARGE_BUFFER);
  others[0]!.shrink();
  fill(late);
  assertEquals(late.bytes.length, LARGE_BUFFER);
});
