/** Counts the open descriptors of the process by the C library, as the files in /proc cannot be read without permissions. */

import { openLibc } from "../../common/cli/libc.ts";
import type { Readings } from "./registry.ts";

/** RLIMIT_NOFILE. */
const LIMIT_NAME = Deno.build.os === "darwin" ? 8 : 7;
/** Most descriptors that are looked at, from 0: more than --max-connections may ask for. About 1 ms. */
const LOOKED_AT = 131_072;
/** The size of a `struct pollfd`: a descriptor, the events waited for, and those that happened. */
const POLLFD = 8;
const POLLNVAL = 0x20;

/** No readings where the system does not let us. Call it while the permission `ffi` is there. */
export function openDescriptorReadings(): { readings: Readings; close: () => void } {
  const libc = openLibc({
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  });
  if (!libc) return { readings: {}, close: () => {} };
  const readLimit = () => {
    const limits = new BigUint64Array(2); // the soft and the hard one
    libc.symbols.getrlimit(LIMIT_NAME, limits);
    return Number(limits[0]);
  };
  const countOpen = () => {
    const size = Math.min(readLimit(), LOOKED_AT);
    const polled = new DataView(new ArrayBuffer(size * POLLFD));
    for (let each = 0; each < size; each++) polled.setInt32(each * POLLFD, each, true);
    libc.symbols.poll(polled.buffer, BigInt(size), 0);
    let open = 0;
    for (let at = 6; at < polled.byteLength; at += POLLFD) {
      if ((polled.getInt16(at, true) & POLLNVAL) === 0) open++;
    }
    return open;
  };
  const readings: Readings = {
    process_max_fds: ["Maximum number of open file descriptors (ulimit -n)", readLimit],
    process_open_fds: [`Open file descriptors, among the first ${LOOKED_AT}`, countOpen],
  };
  return { readings, close: () => libc.close() };
}
