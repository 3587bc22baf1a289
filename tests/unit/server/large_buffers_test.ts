import { assert, assertEquals } from "@std/assert";
import { LargeBuffers, MAX_LENT } from "../../../server/large_buffers.ts";

Deno.test("nobody gets a buffer that somebody has, and there is an end to them", () => {
  const buffers = new LargeBuffers();
  const lent = Array.from({ length: MAX_LENT }, () => buffers.take());
  assertEquals(new Set(lent).size, MAX_LENT);
  assert(!lent.includes(undefined));
  assertEquals(buffers.take(), undefined);
});

Deno.test("a buffer that was given back is used again", () => {
  const buffers = new LargeBuffers();
  const first = buffers.take()!;
  const second = buffers.take()!;
  buffers.give(first);
  assertEquals(buffers.take(), first);
  buffers.give(second);
  buffers.give(first);
  assertEquals(new Set([buffers.take(), buffers.take()]), new Set([first, second]));
});
