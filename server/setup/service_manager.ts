/** Tells the service manager, such as systemd, how the hub is: sd_notify(3). */

import type { Environment } from "../../common/cli/environment.ts";
import { openLibc } from "../../common/cli/libc.ts";
import type { After } from "../../common/cli/timers.ts";

/** Of Linux: AF_UNIX, SOCK_DGRAM with SOCK_CLOEXEC, MSG_DONTWAIT with MSG_NOSIGNAL, CLOCK_MONOTONIC. */
const UNIX = 1;
const DATAGRAMS = 0x80002;
const AT_ONCE = 0x4040;
const MONOTONIC = 1;
/** Longest path of a socket in bytes (unix(7)). */
const MAX_PATH = 107;

const utf8 = new TextEncoder();

export interface ServiceManager extends Disposable {
  /** The hub can be joined, for the first time or after {@linkcode reloading}. `status` is shown to the operator. */
  ready(status: string): void;
  /** The hub reads its files again, until it is ready. */
  reloading(): void;
  stopping(): void;
}

/**
 * Undefined without a service manager, or where the system does not let us: on Linux alone, and while the permission `ffi` is
 * there. Until it is disposed of, it tells the watchdog twice in its time that the event loop runs.
 */
export function openServiceManager(
  environment: Environment,
  after: After,
): ServiceManager | undefined {
  const address = socketAddress(environment("NOTIFY_SOCKET") ?? "");
  const libc = address && Deno.build.os === "linux" && openLibc({
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
    clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  if (!libc) return undefined;
  const { symbols } = libc;
  const socket = symbols.socket(UNIX, DATAGRAMS, 0);
  if (symbols.connect(socket, address, address.length) !== 0) {
    symbols.close(socket);
    libc.close();
    return undefined;
  }
  const send = (...lines: string[]) => {
    const bytes = utf8.encode(lines.join("\n"));
    symbols.send(socket, bytes, BigInt(bytes.length), AT_ONCE);
  };
  const pause = watchdogPause(environment);
  let stop = () => {};
  const feed = () => {
    send("WATCHDOG=1");
    stop = after(pause!, feed);
  };
  if (pause) feed();
  return {
    ready: (status) => send("READY=1", `STATUS=${status}`),
    reloading() {
      const time = new BigInt64Array(2); // seconds and nanoseconds
      symbols.clock_gettime(MONOTONIC, time);
      send("RELOADING=1", `MONOTONIC_USEC=${time[0]! * 1_000_000n + time[1]! / 1000n}`);
    },
    stopping: () => send("STOPPING=1"),
    [Symbol.dispose]() {
      stop();
      symbols.close(socket);
      libc.close();
    },
  };
}

/** A `sockaddr_un`; a name after `@` is abstract, and begins with NUL. Undefined for anything else. */
function socketAddress(path: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = utf8.encode(path.replace(/^@/, "\0"));
  if (!/^[/@]/.test(path) || bytes.length > MAX_PATH) return undefined;
  const family = new Uint8Array(Uint16Array.of(UNIX).buffer);
  return Uint8Array.of(...family, ...bytes, ...(path.startsWith("/") ? [0] : []));
}

/** Half of the watchdog's time, in milliseconds; undefined if it does not wait for this process. */
function watchdogPause(environment: Environment): number | undefined {
  const process = environment("WATCHDOG_PID") ?? String(Deno.pid);
  const time = Number(environment("WATCHDOG_USEC"));
  return process === String(Deno.pid) && time > 0 ? Math.max(1, time / 2000) : undefined;
}
