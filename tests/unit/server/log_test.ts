import { assertEquals } from "@std/assert";
import { closeLog, type LogFormat, openLog } from "../../../server/log.ts";

Deno.test("each level has its priority in the journal, and texts cannot begin a line of their own", async () => {
  const linesIn = async (format: LogFormat) => {
    const lines: string[] = [];
    const log = await openLog({ level: "debug", format }, (line) => lines.push(line));
    for (const level of ["debug", "info", "warning", "error"] as const) {
      log[level]("said", { text: `a\n<0>"b"` });
    }
    await closeLog();
    return lines;
  };
  const priorities = (await linesIn("journal")).map((line) =>
    /^(<\d>)time=[^\n]*\n$/.exec(line)?.[1]
  );
  assertEquals(priorities, ["<7>", "<6>", "<4>", "<3>"]);
  for (const line of await linesIn("json")) {
    assertEquals(JSON.parse(line).text, `a\n<0>"b"`);
    assertEquals(line.indexOf("\n"), line.length - 1);
  }
});
