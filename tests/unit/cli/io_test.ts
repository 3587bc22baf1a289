import { assertEquals } from "@std/assert";
import { readBytes, writeAll } from "../../../cli/io.ts";

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

Deno.test("bytes are read up to the end or the maximum, however few come at a time", async () => {
  for (const most of [1, 3, 20]) {
    for (const max of [0, 4, 10, 20]) {
      let rest = BYTES;
      const read = (buffer: Uint8Array) => {
        const part = rest.subarray(0, Math.min(most, buffer.length));
        rest = rest.subarray(part.length);
        buffer.set(part);
        return Promise.resolve(part.length === 0 ? null : part.length);
      };
      assertEquals(await readBytes({ read }, max), BYTES.subarray(0, max));
    }
  }
});
