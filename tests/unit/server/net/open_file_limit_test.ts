import { assertEquals } from "@std/assert";
import { parseArguments } from "../../../../common/cli/command_line.ts";
import { type LogLevel, logTo } from "../../../../server/log.ts";
import { limitConnections } from "../../../../server/net/open_file_limit.ts";
import { readServerOptions, SERVER_COMMAND_LINE } from "../../../../server/setup/options.ts";

/** Limits the connections to a number of free descriptors, and returns the limit and the log. */
function limit(free: number, ...args: string[]): [number, ...LogLevel[]] {
  const options = readServerOptions(parseArguments(SERVER_COMMAND_LINE, args), () => undefined);
  const levels: LogLevel[] = [];
  const log = logTo((level) => levels.push(level));
  const { connections } = limitConnections(options, (wanted) => Math.min(free, wanted), log);
  return [connections, ...levels];
}

Deno.test("fewer places than asked for, or than a thousand, are a warning, and hardly any an error", () => {
  assertEquals(limit(20_000), [10_000]);
  assertEquals(limit(1064), [1000]);
  assertEquals(limit(1008), [944, "warning"]); // ulimit -n 1024
  assertEquals(limit(1064, "--max-connections", "1001"), [1000, "warning"]);
  assertEquals(limit(300, "--max-connections", "200"), [200]);
  assertEquals(limit(73), [9, "error"]);
  assertEquals(limit(10), [1, "error"]);
});
