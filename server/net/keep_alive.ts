/** TCP keep-alive of peers whose network has died. Deno can turn it on, with the times of the system: two hours by default. */

import { openLibc } from "./libc.ts";

/** Silence before the first probe, and between two, in seconds: a dead peer is gone after 90 s, as with frames. */
const IDLE = 60;
const INTERVAL = 10;
const PROBES = 3;
/** How long what was sent may be unacknowledged, as there are no probes meanwhile (RFC 5482), in seconds. At worst both times pass. */
const UNACKNOWLEDGED = IDLE + PROBES * INTERVAL;
/** The descriptors that may be listening: those of the start. */
const DESCRIPTORS = 1024;

interface System {
  /** Level and name of the option that says whether a socket listens. */
  readonly listening: readonly [level: number, name: number];
  /** Keep-alive, its three numbers, and the time for what is not acknowledged. */
  readonly options: readonly (readonly [level: number, name: number, value: number])[];
}

/** The numbers of socket(7) and tcp(7), and of macOS' sys/socket.h and netinet/tcp.h. */
const SYSTEMS: Partial<Record<typeof Deno.build.os, System>> = {
  linux: {
    listening: [1, 30],
    options: [
      [1, 9, 1],
      [6, 4, IDLE],
      [6, 5, INTERVAL],
      [6, 6, PROBES],
      [6, 18, 1000 * UNACKNOWLEDGED],
    ],
  },
  darwin: {
    listening: [0xffff, 2],
    options: [
      [0xffff, 8, 1],
      [6, 0x10, IDLE],
      [6, 0x101, INTERVAL],
      [6, 0x102, PROBES],
      [6, 0x80, UNACKNOWLEDGED],
    ],
  },
};

/**
 * Sets the times on all sockets that listen; those that they accept inherit them. Returns whether the system lets us: elsewhere,
 * and without the permission `ffi`, the times stay those of the system.
 */
export function shortenKeepAlive(): boolean {
  const system = SYSTEMS[Deno.build.os];
  const libc = openLibc({
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  });
  if (!system || !libc) return false;
  const { getsockopt, setsockopt } = libc.symbols;
  const answer = new Int32Array(1);
  const isListening = (descriptor: number) =>
    getsockopt(descriptor, ...system.listening, answer, Uint32Array.of(4)) === 0 && answer[0] === 1;
  const descriptors = Array.from({ length: DESCRIPTORS }, (_, descriptor) => descriptor);
  const isSet = descriptors.filter(isListening).map((descriptor) =>
    system.options.every(([level, name, value]) =>
      setsockopt(descriptor, level, name, Int32Array.of(value), 4) === 0
    )
  );
  libc.close();
  return isSet.length > 0 && !isSet.includes(false);
}
