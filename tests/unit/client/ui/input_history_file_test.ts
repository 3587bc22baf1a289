import { assertEquals } from "@std/assert";
import { InputHistoryFile } from "../../../../client/ui/input_history_file.ts";
import { MAX_BYTES } from "../../../../client/ui/input_history.ts";
import { tempDirectory } from "../../../support/temp.ts";

/** Opens the history of one state folder, as several clients do, and reads its file. */
async function folder() {
  const directory = await tempDirectory();
  const place = { folder: `${directory.path}/state/chat`, file: `${directory.path}/state/chat/x` };
  const files: InputHistoryFile[] = [];
  return {
    ...place,
    async open(): Promise<InputHistoryFile & { lines: string[] }> {
      const file = new InputHistoryFile(place);
      files.push(file);
      return Object.assign(file, { lines: await file.open() });
    },
    text: () => Deno.readTextFileSync(place.file),
    async [Symbol.asyncDispose]() {
      for (const file of files) await file.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

Deno.test("the next session reads the lines, the latest first", async () => {
  await using state = await folder();
  const first = await state.open();
  assertEquals(first.lines, []);
  first.add("uno");
  first.add("/mod secret");
  first.add("dos");
  await first.flush();
  assertEquals(state.text(), "uno\ndos\n");
  assertEquals((await state.open()).lines, ["dos", "uno"]);
});

Deno.test("a repeated line is kept once", async () => {
  await using state = await folder();
  const file = await state.open();
  for (const line of ["uno", "dos", "tres", "uno", "uno"]) file.add(line);
  await file.flush();
  assertEquals(state.text(), "dos\ntres\nuno\n");
});

Deno.test("the lines of several clients are all kept, though each trims the file", async () => {
  await using state = await folder();
  await Deno.mkdir(state.folder, { recursive: true });
  const old = Array.from({ length: 500 }, (_, number) => `old ${number}`);
  await Deno.writeTextFile(state.file, old.join("\n") + "\n");
  const files = await Promise.all(Array.from({ length: 5 }, () => state.open()));
  await Promise.all(files.map(async (file, index) => {
    for (let number = 0; number < 20; number++) file.add(`${index}: ${number}`);
    await file.flush();
  }));
  const lines = state.text().trimEnd().split("\n");
  assertEquals(lines.slice(0, 400), old.slice(100));
  for (const index of files.keys()) {
    const own = lines.filter((line) => line.startsWith(`${index}:`));
    assertEquals(own, Array.from({ length: 20 }, (_, number) => `${index}: ${number}`));
  }
});

Deno.test("a file is read without its last line end, with invalid bytes, and beyond the limit", async () => {
  await using state = await folder();
  await Deno.mkdir(state.folder, { recursive: true });
  await Deno.writeTextFile(state.file, "uno\ndos");
  const file = await state.open();
  assertEquals(file.lines, ["dos", "uno"]);
  file.add("tres");
  await file.flush();
  assertEquals(state.text(), "uno\ndos\ntres\n");
  await Deno.writeFile(state.file, Uint8Array.of(0xff, 0x0a, 0x61, 0x0a));
  assertEquals((await state.open()).lines, ["a", "\ufffd"]);
  await Deno.writeTextFile(state.file, "a long line\n".repeat(100_000) + "last\n");
  assertEquals((await state.open()).lines, ["last", "a long line"]);
  assertEquals(state.text(), "a long line\nlast\n");
  await Deno.writeTextFile(state.file, "x".repeat(2 * MAX_BYTES));
  assertEquals((await state.open()).lines, []);
});

Deno.test({
  name: "only the owner can read the folder and the file",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using state = await folder();
    const mode = (path: string) => Deno.statSync(path).mode! & 0o777;
    await state.open();
    assertEquals([mode(state.folder), mode(state.file)], [0o700, 0o600]);
    await Deno.chmod(state.file, 0o666);
    await state.open();
    assertEquals(mode(state.file), 0o600);
  },
});

Deno.test("a file that cannot be used is reported, and not tried again", async () => {
  await using state = await folder();
  await Deno.mkdir(state.file, { recursive: true }); // a folder in its place
  const file = await state.open();
  assertEquals(file.lines, []);
  await file.failed;
  await Deno.remove(state.file);
  file.add("uno");
  await file.flush();
  assertEquals([...Deno.readDirSync(state.folder)], []);
});

Deno.test("a file deleted meanwhile is no failure, and is created again by the next session", async () => {
  await using state = await folder();
  const file = await state.open();
  await Deno.remove(state.folder, { recursive: true });
  file.add("uno");
  await file.flush();
  const next = await state.open();
  next.add("dos");
  await next.flush();
  assertEquals(state.text(), "dos\n");
});
