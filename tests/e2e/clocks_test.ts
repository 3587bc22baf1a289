/** A client whose clock differs from the hub's. */

import { assert } from "@std/assert";
import { works } from "../support/confined.ts";
import { startHub } from "../support/program.ts";
import { NO_PTY } from "../support/terminal.ts";
import { join, joinWithNc } from "./people.ts";

const FAKED = ["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f"];
const hasFaketime = works("clients whose clocks differ, which need faketime", [
  ...FAKED,
  "+7m",
  "true",
]);

for (const difference of ["+7m", "-23h"]) {
  Deno.test({
    name: `with a clock that differs by ${difference} no line goes back in time`,
    ignore: NO_PTY || !hasFaketime,
    fn: async () => {
      await using hub = await startHub();
      await using early = await joinWithNc(hub.port, "early");
      early.send("before\n/who\n");
      await early.until("* 1 here: early");
      await using ana = await join(hub, "ana", {
        wrap: (command) => [...FAKED, difference, ...command],
      });
      await using bob = await joinWithNc(hub.port, "bob");
      bob.send("one\n/me waves\n");
      await ana.until("* bob waves");
      ana.type("mine\r");
      await bob.until("ana: mine");
      ana.type("/who\r");
      await ana.until("* 3 here: ");
      bob.send("two\n/exit\n");
      await ana.until("* bob left");
      const rows = ana.text().split("\n");
      const times = rows.flatMap((row) => /^\d\d:\d\d /.exec(row)?.[0] ?? []);
      assert(times.length >= 7, rows.join("\n"));
      // At midnight a day begins.
      const days = rows.filter((row) => row.startsWith("--- ")).length;
      const stepsBack = times.slice(1).filter((time, index) => time < times[index]!).length;
      assert(stepsBack <= days && days <= 1, rows.join("\n"));
    },
  });
}
