/** TCP keep-alive of peers whose network has died. Deno only turns it on, with the times of the system: two hours. */

import { openLibc } from "../../common/cli/libc.ts";

/** Silence before the first probe, and between two, in seconds: a dead peer is gone after 90 s, as with frames. */
const IDLE = 60;
const INTERVAL = 10;
const PROBES = 3;
/** How long what was sent may be unacknowledged, during which nothing is probed (RFC 5482), in seconds. */
const TIMEOUT = IDLE + PROBES * INTERVAL;
/** The descriptors that may be open: those of the start. */
const DESCRIPTORS = 1024;

/** Level, name and value of each option, as in socket(7) and tcp(7), and macOS' sys/socket.h and netinet/tcp.h. */
const OPTIONS: Partial<Record<typeof Deno.build.os, readonly (readonly number[])[]>> = {
  linux: [[1, 9, 1], [6, 4, IDLE], [6, 5, INTERVAL], [6, 6, PROBES], [6, 18, 1000 * TIMEOUT]],
  darwin: [
    [0xffff, 8, 1],
    [6, 0x10, IDLE],
    [6, 0x101, INTERVAL],
    [6, 0x102, PROBES],
    [6, 0x80, TIMEOUT],
  ],
};

/** Sets the times on all TCP sockets, also those accepted later. Returns whether system and permissions let us. */
export function shortenKeepAlive(): boolean {
  const options = OPTIONS[Deno.build.os];
  const libc = openLibc({
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  });
  if (!options || !libc) return false;
  // The system refuses it for what is not a socket of TCP.
  const isSet = (descriptor: number) =>
    options.every(([level = 0, name = 0, value = 0]) =>
      libc.symbols.setsockopt(descriptor, level, name, Int32Array.of(value), 4) === 0
    );
  const sockets = Array.from({ length: DESCRIPTORS }, (_, at) => at).filter(isSet);
  libc.close();
  return sockets.length > 0;
}
