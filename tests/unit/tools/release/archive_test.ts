/** Archives: they hold what was packed, and are the same wherever they are made. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { resolve } from "node:path";
import { type File, tarGz, unpack, zip } from "../../../../tools/release/archive.ts";
import { denoArguments, useStandIns } from "../../../../tools/deno.ts";
import { testProperty } from "../../../support/property.ts";

const ROOT = resolve(import.meta.dirname!, "../../../..");
const ARCHIVE = "../../../../tools/release/archive.ts";

const MODIFIED = Date.UTC(2026, 10, 23, 8, 30, 20) / 1000;

const files: File[] = [
  { path: "chat-1.0.0/chat", content: new Uint8Array(100_000).fill(7), isExecutable: true },
  { path: "chat-1.0.0/completions/_chat", content: new TextEncoder().encode("#compdef chat\n") },
  { path: "chat-1.0.0/README.md", content: new TextEncoder().encode("# chat\n") },
];

const anyFiles = fc.uniqueArray(
  fc.record({
    path: fc.stringMatching(/^[a-z]{1,8}(\/[a-zA-Z0-9._-]{1,20}){0,3}x$/),
    content: fc.uint8Array({ maxLength: 2000 }),
    isExecutable: fc.boolean(),
  }),
  { selector: ({ path }) => path, maxLength: 8, minLength: 1 },
);

testProperty("archives are unpacked as they were packed", { weight: 0.6 }, (check) => {
  check(fc.asyncProperty(anyFiles, async (some) => {
    const packed = some.toSorted((a, b) => a.path < b.path ? -1 : 1);
    const bytes = (files: readonly File[]) =>
      files.map((file) => ({ ...file, content: [...file.content] }));
    assertEquals(bytes(await unpack(await tarGz(some, { modified: MODIFIED }))), bytes(packed));
    // A zip is read without its modes.
    assertEquals(
      bytes(await unpack(zip(some, { modified: MODIFIED }))),
      bytes(packed.map(({ path, content }) => ({ path, content }))),
    );
  }));
});

Deno.test("the same files give the same archive, in any order and time zone", async () => {
  const options = { modified: MODIFIED };
  const few = files.slice(1);
  const made = [await tarGz(few, options), zip(few, options)].map((bytes) => bytes.toBase64());
  // In a process of its own, as tests that run at the same time share their time zone.
  const script = `
    const { tarGz, zip } = await import(${JSON.stringify(import.meta.resolve(ARCHIVE))});
    const files = ${JSON.stringify(few)}.toReversed()
      .map((file) => ({ ...file, content: Uint8Array.from(Object.values(file.content)) }));
    const options = ${JSON.stringify(options)};
    const made = [await tarGz(files, options), zip(files, options)];
    console.log(JSON.stringify(made.map((bytes) => bytes.toBase64())));
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: denoArguments("eval", [`--config=${ROOT}/deno.json`, script], await useStandIns()),
    env: { TZ: "Asia/Tokyo" },
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), made);
});

Deno.test("a zip has times in UTC and modes of Unix", () => {
  const view = new DataView(zip(files, { modified: MODIFIED }).buffer);
  const start = view.getUint32(view.byteLength - 6, true); // of the central directory
  const [time, date] = [view.getUint16(start + 12, true), view.getUint16(start + 14, true)];
  assertEquals([time >> 11, (time >> 5) & 63, 2 * (time & 31)], [8, 30, 20]);
  assertEquals([1980 + (date >> 9), (date >> 5) & 15, date & 31], [2026, 11, 23]);
  assertEquals(view.getUint8(start + 5), 3); // made on Unix
  assertEquals(view.getUint32(start + 38, true) >>> 16, 0o100644); // README.md is the first
});

Deno.test("a time before 1980 is the first one of a zip", () => {
  const view = new DataView(zip(files, { modified: 0 }).buffer);
  const start = view.getUint32(view.byteLength - 6, true);
  assertEquals(view.getUint32(start + 12, true), (1 << 21 | 1 << 16) >>> 0);
});
