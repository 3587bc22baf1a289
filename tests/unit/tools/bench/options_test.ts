import { assertEquals } from "@std/assert";
import { CASES, readOptions } from "../../../../tools/bench/options.ts";

const OUT = "dist/bench";

Deno.test("without arguments all cases are run, in full", () => {
  assertEquals(readOptions([]), {
    cases: CASES,
    quick: false,
    check: false,
    anywhere: false,
    out: OUT,
  });
});

Deno.test("one case can be named, in both ways to write it", () => {
  const idle = { cases: ["idle"] as const, quick: true, check: false, anywhere: false, out: OUT };
  assertEquals(readOptions(["--quick", "--only", "idle"]), idle);
  assertEquals(readOptions(["--only=idle", "--quick"]), idle);
  assertEquals(readOptions(["--check"]), {
    cases: CASES,
    quick: false,
    check: true,
    anywhere: false,
    out: OUT,
  });
  assertEquals(readOptions(["--check", "--anywhere"])?.anywhere, true);
  assertEquals(readOptions(["--out", "/tmp/x"])?.out, "/tmp/x");
});

Deno.test("what there is not is refused", () => {
  for (
    const args of [["--fast"], ["--only"], ["--only", "all"], ["--out"], ["idle"], ["--anywhere"]]
  ) {
    assertEquals(readOptions(args), undefined, args.join(" "));
  }
});
