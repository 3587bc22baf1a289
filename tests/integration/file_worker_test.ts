/** The worker that uses files after the program has given them up, with real files. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FileWorker } from "../../server/files/worker.ts";
import { type TempDirectory, tempDirectory } from "../support/temp.ts";

const isWindows = Deno.build.os === "windows";

/** A worker that may read `read` and write `write` in a folder, and the paths of files there. */
function workerIn({ path }: TempDirectory) {
  const at = (name: string) => `${path}/${name}`;
  const files = new FileWorker({ read: [at("read")], write: [at("write")] });
  return { at, files, [Symbol.dispose]: () => files.close() };
}

const utf8 = new TextEncoder();
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("the worker reads and looks at its files alone, and appends to its files alone", async () => {
  await using directory = await tempDirectory();
  using worker = workerIn(directory);
  const { at, files } = worker;
  for (const name of ["read", "other"]) await Deno.writeTextFile(at(name), "ñandú");
  assertEquals(textOf(await files.read(at("read"), 100)), "ñandú");
  assertEquals((await files.read(at("read"), 3)).length, 3);
  assertEquals((await files.look(at("read")))?.size, 7);
  await assertRejects(() => files.read(at("other"), 100), Error, "read access");
  assertEquals(await files.look(at("other")), undefined);
  await assertRejects(() => files.append(at("read"), utf8.encode("x")), Error, "write access");
  await Deno.remove(at("read"));
  await assertRejects(() => files.read(at("read"), 100), Deno.errors.NotFound);
  await Deno.mkdir(at("read"));
  await assertRejects(() => files.read(at("read"), 100), Error, "not a file");
});

Deno.test("the worker appends to what is at the path, in order; a new file is for its owner alone", async () => {
  await using directory = await tempDirectory();
  using worker = workerIn(directory);
  const { at, files } = worker;
  await Deno.writeTextFile(at("write"), "0\n", { mode: 0o640 });
  await Promise.all(["1\n", "2\n"].map((line) => files.append(at("write"), utf8.encode(line))));
  if (!isWindows) assertEquals((await Deno.stat(at("write"))).mode! & 0o777, 0o640);
  await Deno.rename(at("write"), at("write.1"));
  await files.append(at("write"), utf8.encode("3\n"));
  assertEquals(await Deno.readTextFile(at("write.1")), "0\n1\n2\n");
  assertEquals(await Deno.readTextFile(at("write")), "3\n");
  if (!isWindows) assertEquals((await Deno.stat(at("write"))).mode! & 0o777, 0o600);
});

Deno.test({
  name: "the worker follows links that lead elsewhere later, of the file and of its folder",
  ignore: isWindows,
  async fn() {
    await using directory = await tempDirectory();
    const at = (name: string) => `${directory.path}/${name}`;
    for (const name of ["1", "2"]) {
      await Deno.mkdir(at(name));
      await Deno.writeTextFile(at(`${name}/cert.pem`), name);
    }
    await Deno.symlink("1", at("live"));
    await Deno.symlink("live/cert.pem", at("cert.pem"));
    const files = new FileWorker({ read: [at("cert.pem"), at("live/cert.pem")], write: [] });
    try {
      const before = await files.look(at("cert.pem"));
      assertEquals(textOf(await files.read(at("cert.pem"), 10)), "1");
      await Deno.symlink("2", at("next"));
      await Deno.rename(at("next"), at("live"));
      assertEquals(textOf(await files.read(at("cert.pem"), 10)), "2");
      assertEquals(textOf(await files.read(at("live/cert.pem"), 10)), "2");
      assertEquals((await files.look(at("cert.pem")))?.ino === before?.ino, false);
    } finally {
      files.close();
    }
  },
});

Deno.test("if the worker ends by itself, every call fails and it says so", async () => {
  const files = new FileWorker({ read: [], write: [] }, () => {
    addEventListener("message", () => {
      throw new Error("broken");
    });
  });
  await assertRejects(() => files.read("a", 1), Error, "broken");
  assertMatch((await files.failed).message, /broken/);
  await assertRejects(() => files.append("a", new Uint8Array()), Error, "broken");
  await assertRejects(() => files.look("a"), Error, "broken");
  files.close();
});
