import { assert, assertEquals } from "@std/assert";
import {
  LARGE_BUFFER,
  LargeBuffers,
  MAX_LENT,
  ReadBuffer,
  SMALL_BUFFER,
} from "../../../../server/net/read_buffer.ts";

/** Reads as much as there is place for until there is no more place. */
function fill(buffer: ReadBuffer): void {
  let length;
  do {
    length = buffer.bytes.length;
    buffer.took(length);
  } while (buffer.bytes.length > length);
}

Deno.test("nobody gets a large buffer that somebody has, and there is an end to them", () => {
  const buffers = new LargeBuffers();
  const lent = Array.from({ length: MAX_LENT }, () => buffers.take());
  assertEquals(new Set(lent).size, MAX_LENT);
  assert(!lent.includes(undefined));
  assertEquals(buffers.take(), undefined);
});

Deno.test("a large buffer that was given back is used again", () => {
  const buffers = new LargeBuffers();
  const first = buffers.take()!;
  const second = buffers.take()!;
  buffers.give(first);
  assertEquals(buffers.take(), first);
  buffers.give(second);
  buffers.give(first);
  assertEquals(new Set([buffers.take(), buffers.take()]), new Set([first, second]));
});

Deno.test("a read buffer grows while it is filled, and is small after some small reads", () => {
  const buffer = new ReadBuffer(new LargeBuffers());
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
  buffer.took(SMALL_BUFFER - 1);
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
  fill(buffer);
  assertEquals(buffer.bytes.length, LARGE_BUFFER);
  for (let read = 0; read < 7; read++) buffer.took(1);
  buffer.took(LARGE_BUFFER / 2); // a flood goes on
  for (let read = 0; read < 7; read++) buffer.took(1);
  assertEquals(buffer.bytes.length, LARGE_BUFFER);
  buffer.took(1);
  assertEquals(buffer.bytes.length, SMALL_BUFFER);
});

Deno.test("where no large buffer is left a peer is read in smaller pieces, until somebody is done", () => {
  const large = new LargeBuffers();
  const others = Array.from({ length: MAX_LENT }, () => new ReadBuffer(large));
  others.forEach(fill);
  const late = new ReadBuffer(large);
  fill(late);
  assert(late.bytes.length > SMALL_BUFFER && late.bytes.length < LARGE_BUFFER);
  others[0]!.release();
  fill(late);
  assertEquals(late.bytes.length, LARGE_BUFFER);
});
