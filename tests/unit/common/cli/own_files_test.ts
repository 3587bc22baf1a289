import { assertEquals } from "@std/assert";
import { writeAll } from "../../../../common/cli/own_files.ts";

const BYTES = Uint8Array.from({ length: 10 }, (_, index) => index);

Deno.test("all bytes are written, however few are taken at a time", async () => {
  for (const most of [1, 3, 10, 20]) {
    const written: number[] = [];
    const write = (bytes: Uint8Array) => {
      written.push(...bytes.subarray(0, most));
      return Promise.resolve(Math.min(most, bytes.length));
    };
    await writeAll({ write }, BYTES);
    assertEquals(written, [...BYTES]);
  }
});
