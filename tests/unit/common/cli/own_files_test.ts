import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Failure } from "../../../../common/cli/failure.ts";
import { openLogFile, readPassword, readPem, readText } from "../../../../common/cli/files.ts";
import { exposureOf, openFolder, openToRead } from "../../../../common/cli/own_files.ts";
import { writeAll } from "../../../../common/cli/write_all.ts";
import { makeFifo, tempDirectory } from "../../../support/temp.ts";

const IS_WINDOWS = Deno.build.os === "windows";

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

Deno.test(
  "opening something that is not a file fails at once",
  { ignore: IS_WINDOWS },
  async () => {
    await using directory = await tempDirectory();
    const path = `${directory.path}/fifo`;
    await makeFifo(path);
    for (const each of [path, directory.path, "/dev/zero"]) {
      await assertRejects(() => openToRead(each), Error, "not a file");
    }
    for (const read of [readPassword, readPem, (path: string) => readText(path, 10)]) {
      const failure = await assertRejects(() => read(path), Failure);
      assertEquals([failure.key, failure.params["path"]], ["failure.unreadable_file", path]);
    }
    assertThrows(() => openLogFile(path), Failure, path);
    using log = openLogFile("/dev/null");
    assert(log);
  },
);

Deno.test(
  "a file is exposed if it is a link or others may write to it",
  { ignore: IS_WINDOWS },
  async () => {
    await using directory = await tempDirectory();
    const path = `${directory.path}/file`;
    assertEquals(exposureOf(path), undefined);
    await Deno.writeTextFile(path, "");
    for (
      const [mode, exposure] of [
        [0o600, undefined],
        [0o644, undefined],
        [0o620, "open"],
        [0o602, "open"],
        [0o666, "open"],
      ] as const
    ) {
      await Deno.chmod(path, mode);
      assertEquals(exposureOf(path), exposure, mode.toString(8));
    }
    await Deno.chmod(path, 0o600);
    for (const target of [path, `${path}-missing`]) {
      const link = `${target}-link`;
      await Deno.symlink(target, link);
      assertEquals(exposureOf(link), "link");
    }
    assertEquals(exposureOf("/dev/null"), undefined);
  },
);

Deno.test(
  "a state folder is open if others may write to it, or replace it",
  { ignore: IS_WINDOWS },
  async () => {
    await using directory = await tempDirectory();
    const { path: base } = directory;
    const folder = `${base}/chat`;
    assertEquals(openFolder(folder), undefined);
    await Deno.mkdir(folder);
    for (
      const [mode, baseMode, found] of [
        [0o700, 0o700, undefined],
        [0o755, 0o755, undefined],
        [0o777, 0o700, folder],
        [0o770, 0o700, folder],
        [0o1777, 0o700, folder],
        [0o700, 0o777, base],
        [0o700, 0o1777, undefined],
      ] as const
    ) {
      await Deno.chmod(folder, mode);
      await Deno.chmod(base, baseMode);
      assertEquals(openFolder(folder), found, `${mode.toString(8)} ${baseMode.toString(8)}`);
    }
  },
);
