import { assertEquals } from "@std/assert";
import { writeAll } from "../../../../common/cli/own_files.ts";

const BYTES = Uint8Array.from({ length: 10 }, (_, index) => index);

Deno.test("writeAll writes all bytes, however short each write is", async () => {
  for (const max of [1, 3, 10, 20]) {
    const written: number[] = [];
    const write = (bytes: Uint8Array) => {
      written.push(...bytes.subarray(0, max));
      return Promise.resolve(Math.min(max, bytes.length));
    };
    await writeAll({ write }, BYTES);
    assertEquals(written, [...BYTES]);
  }
});
