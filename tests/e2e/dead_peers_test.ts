/** The times after which the system ends a connection whose network has died. The system itself is not waited for. */

import { assert } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";

/** Columns of /proc/net/tcp (proc_net_tcp.txt of Linux), whose numbers are hexadecimal. */
const [LOCAL, STATE, TIMER] = [1, 3, 5];
const ESTABLISHED = "01";
const RETRANSMISSION = "01";
const KEEP_ALIVE = "02";
/** The first probe, in hundredths of a second. */
const FIRST_PROBE = 6_000;

/** The timers of the connections of a port of this machine, each as its kind and when it is due. */
async function timers(port: number): Promise<[kind: string, due: number][]> {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = (await Deno.readTextFile("/proc/net/tcp")).trim().split("\n");
  return rows.map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[LOCAL]!.endsWith(end) && columns[STATE] === ESTABLISHED)
    .map((columns) => columns[TIMER]!.split(":"))
    .map(([kind = "", due = ""]) => [kind, parseInt(due, 16)]);
}

for (const line of ["server", "servidor", "server --tls", "server --metrics 127.0.0.1:0"]) {
  Deno.test({
    name: `the system probes a silent peer of chat ${line} after a minute`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const [name = "", ...args] = line.split(" ");
      const wrap = (command: string[]) => command.map((word) => word === "server" ? name : word);
      await using hub = await startHub(args, { wrap });
      await using _peer = await Peer.connect(hub.port);
      for (;;) {
        const [timer] = await timers(hub.port);
        if (!timer || timer[0] === RETRANSMISSION) continue; // the peer's last packet is on its way
        assert(timer[0] === KEEP_ALIVE && timer[1] <= FIRST_PROBE, timer.join(" "));
        break;
      }
    },
  });
}
