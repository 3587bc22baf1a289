/** Tells a service manager, such as systemd, how the hub is: sd_notify(3). */

import type { Environment } from "../../common/cli/environment.ts";
import { openLibc } from "../../common/cli/libc.ts";
import type { Log } from "../log.ts";

/** Of Linux: AF_UNIX, SOCK_DGRAM, MSG_DONTWAIT, CLOCK_MONOTONIC, and the longest socket name (unix(7)), in bytes. */
const [UNIX, DATAGRAMS, AT_ONCE, MONOTONIC, MAX_NAME] = [1, 2, 0x40, 1, 107];

/** Feeds the watchdog twice in its time, from now on. Undefined without a manager, Linux or the permission `ffi`. */
export function openServiceManager(environment: Environment, log: Log) {
  const path = environment("NOTIFY_SOCKET");
  if (!path) return undefined;
  const name = new TextEncoder().encode(path.replace(/^@/, "\0")); // an abstract name
  const isUsable = Deno.build.os === "linux" && /^[/@]/.test(path) && name.length <= MAX_NAME;
  const libc = isUsable && openLibc({
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
    clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  });
  if (!libc) {
    log.warning("the service manager cannot be told how the hub is", { socket: path });
    return undefined;
  }
  const { symbols } = libc;
  const socket = symbols.socket(UNIX, DATAGRAMS, 0);
  const address = Uint8Array.of(UNIX, 0, ...name); // a sockaddr_un
  const send = (state: string) => {
    const bytes = new TextEncoder().encode(state);
    symbols.sendto(socket, bytes, BigInt(bytes.length), AT_ONCE, address, address.length);
  };
  const time = Number(environment("WATCHDOG_USEC"));
  const isWatched = (environment("WATCHDOG_PID") ?? String(Deno.pid)) === String(Deno.pid);
  if (isWatched && time > 0) setInterval(() => send("WATCHDOG=1"), time / 2000);
  return {
    /** The hub can be joined, for the first time or after reloading. `status` is for the operator. */
    ready: (status: string) => send(`READY=1\nSTATUS=${status}`),
    /** The hub reads its files again, until it is ready. */
    reloading() {
      const now = new BigInt64Array(2); // seconds and nanoseconds
      symbols.clock_gettime(MONOTONIC, now);
      send(`RELOADING=1\nMONOTONIC_USEC=${now[0]! * 1_000_000n + now[1]! / 1000n}`);
    },
    stopping: () => send("STOPPING=1"),
  };
}
