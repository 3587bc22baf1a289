import { assertEquals } from "@std/assert";
import { ALONE, formatSummary, planRuns, readCounts, readFailures } from "../../../tools/test.ts";

const FILES = ["tests/unit/a_test.ts", "tests/e2e/b_test.ts"];
const plan = (...args: string[]) => planRuns(args, FILES);

Deno.test("files that run alone are left out of the parallel run, and follow it", () => {
  assertEquals(plan("--filter", "x"), [
    ["--parallel", `--ignore=${FILES}`, "--filter", "x"],
    ["--filter", "x", ...FILES],
  ]);
  assertEquals(plan("tests/unit", "./tests/e2e/c_test.ts"), [
    ["--parallel", `--ignore=${FILES[0]}`, "tests/unit", "./tests/e2e/c_test.ts"],
    [FILES[0]!],
  ]);
});

Deno.test("paths of one kind are one run", () => {
  assertEquals(plan("tests/unit/client"), [["--parallel", "tests/unit/client"]]);
  assertEquals(plan("./tests/e2e/b_test.ts"), [["tests/e2e/b_test.ts"]]);
  assertEquals(plan("--watch", "tests/"), [["--watch", "tests/"]]);
});

Deno.test("every file that runs alone exists", () => {
  for (const file of Object.keys(ALONE)) {
    Deno.statSync(new URL(`../../../${file}`, import.meta.url));
  }
});

Deno.test("the summary counts the tests of both runs", () => {
  const first = readCounts(
    "...\n\x1b[0mFAILED\x1b[0m | 12 passed (3 steps) | 1 failed | 2 ignored (4s)\n\n",
  )!;
  const second = readCounts("ok | 5 passed | 0 failed | 7 filtered out (200ms)")!;
  assertEquals(
    formatSummary([first, second], false, 64.2),
    "FAILED | 17 passed (3 steps) | 1 failed | 2 ignored | 7 filtered out (1m4s)",
  );
  assertEquals(formatSummary([second], true, 4), "ok | 5 passed | 0 failed | 7 filtered out (4s)");
  assertEquals(readCounts("error: Type checking failed."), undefined);
});

Deno.test("failed tests of both runs are named at the end", () => {
  const output = [
    " ERRORS ",
    "",
    "a => ./a_test.ts:1:6",
    "error: Error: it broke",
    "",
    " FAILURES ",
    "",
    "a => ./a_test.ts:1:6",
    "",
    "FAILED | 0 passed | 1 failed (2ms)",
  ].join("\n");
  assertEquals(readFailures(output), ["a => ./a_test.ts:1:6"]);
  assertEquals(readFailures("ok | 1 passed | 0 failed (2ms)"), []);
});
