/** How many connections the system allows. */

import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { ServerOptions } from "./options.ts";

/** Descriptors kept for everything but connections; for rejected ones too. */
const RESERVED_DESCRIPTORS = 64;
/** Fewer places than this are worth a warning, even if nobody has asked for more, and fewer than that an error. */
const FEW = 1000;
const HARDLY_ANY = 10;

/** Lowers the limit of connections to the number of free descriptors. */
export function limitConnections(
  { limits, hasConnectionLimit }: ServerOptions,
  freeDescriptors: (wanted: number) => number,
  log: Log,
): Limits {
  const wanted = limits.connections;
  const free = freeDescriptors(wanted + RESERVED_DESCRIPTORS);
  const connections = Math.min(wanted, Math.max(1, free - RESERVED_DESCRIPTORS));
  if (connections < wanted && (hasConnectionLimit || connections < FEW)) {
    const level = connections < HARDLY_ANY ? "error" : "warning";
    log[level](
      "the system allows too few open files: raise ulimit -n, or LimitNOFILE= of the service",
      { wanted, connections },
    );
  }
  return { ...limits, connections };
}
