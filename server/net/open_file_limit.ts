/** How many more files and sockets the process may open (`ulimit -n`): found by trying, which works on every system. */

import { attempt } from "../../common/result.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";

/** Descriptors kept for everything but connections; for rejected ones too. */
const RESERVED_DESCRIPTORS = 64;
/** Fewer places are worth a warning even if nobody asked for more, and then an error. */
const [FEW, HARDLY_ANY] = [1000, 10];

/** Opens files until `wanted` are open or the system refuses, closes them, and returns their number. 13 µs each. */
export function countFreeDescriptors(wanted: number): number {
  if (Deno.build.os === "windows") return wanted; // Windows has no such limit
  const opened: Deno.FsFile[] = [];
  attempt(() => {
    while (opened.length < wanted) opened.push(Deno.openSync("/dev/null"));
  });
  for (const file of opened) file.close();
  return opened.length;
}

/** Lowers the limit of connections to the number of free descriptors. */
export function limitConnections(
  { limits, hasConnectionLimit }: { limits: Limits; hasConnectionLimit: boolean },
  freeDescriptors: (wanted: number) => number,
  log: Log,
): Limits {
  const wanted = limits.connections;
  const free = freeDescriptors(wanted + RESERVED_DESCRIPTORS);
  const connections = Math.min(wanted, Math.max(1, free - RESERVED_DESCRIPTORS));
  if (connections < wanted && (hasConnectionLimit || connections < FEW)) {
    log[connections < HARDLY_ANY ? "error" : "warning"](
      "the system allows too few open files: raise ulimit -n, or LimitNOFILE= of the service",
      { wanted, connections },
    );
  }
  return { ...limits, connections };
}
