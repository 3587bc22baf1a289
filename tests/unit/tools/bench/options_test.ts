import { assertEquals } from "@std/assert";
import { CASES, readOptions } from "../../../../tools/bench/options.ts";

Deno.test("without arguments all cases are run, in full", () => {
  assertEquals(readOptions([]), { cases: CASES, quick: false, check: false, anywhere: false });
});

Deno.test("one case can be named, in both ways to write it", () => {
  const idle = { cases: ["idle"] as const, quick: true, check: false, anywhere: false };
  assertEquals(readOptions(["--quick", "--only", "idle"]), idle);
  assertEquals(readOptions(["--only=idle", "--quick"]), idle);
  assertEquals(readOptions(["--check"]), {
    cases: CASES,
    quick: false,
    check: true,
    anywhere: false,
  });
  assertEquals(readOptions(["--check", "--anywhere"])?.anywhere, true);
});

Deno.test("what there is not is refused", () => {
  for (const args of [["--fast"], ["--only"], ["--only", "all"], ["idle"], ["--anywhere"]]) {
    assertEquals(readOptions(args), undefined, args.join(" "));
  }
});
