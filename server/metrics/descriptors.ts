/** Counts the open descriptors by the C library: /proc cannot be read without permissions. */

import { openLibc } from "../../common/cli/libc.ts";
import type { Readings } from "./registry.ts";

/** RLIMIT_NOFILE, and POLLNVAL, by which poll(2) tells that a descriptor is not open. */
const LIMIT = Deno.build.os === "darwin" ? 8 : 7;
const NOT_OPEN = 0x20;
/** Descriptors that are looked at, from 0: more than --max-connections may ask for. In about 1 ms. */
const MOST = 131_072;

/** No readings where the system does not let us. Call it while the permission `ffi` is there. */
export function openDescriptorReadings(): { readings: Readings; close?: () => void } {
  const libc = openLibc({
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  });
  if (!libc) return { readings: {} };
  const limit = () => {
    const limits = new BigUint64Array(2); // the soft and the hard one
    libc.symbols.getrlimit(LIMIT, limits);
    return Number(limits[0]);
  };
  const countOpen = () => {
    // A `struct pollfd` is two words: the descriptor, and what happened to it in the upper half of the second.
    const polled = new Int32Array(2 * Math.min(limit(), MOST));
    for (let at = 0; at < polled.length; at += 2) polled[at] = at / 2;
    libc.symbols.poll(polled, BigInt(polled.length / 2), 0);
    let open = 0;
    for (let at = 1; at < polled.length; at += 2) if (!(polled[at]! >> 16 & NOT_OPEN)) open++;
    return open;
  };
  const readings: Readings = {
    process_max_fds: ["Maximum number of open file descriptors (ulimit -n)", limit],
    process_open_fds: [`Open file descriptors, among the first ${MOST}`, countOpen],
  };
  return { readings, close: () => libc.close() };
}
