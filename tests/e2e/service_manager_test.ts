/** What a service manager is told, over a socket of datagrams as systemd has one. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { logTo } from "../../server/log.ts";
import { openServiceManager } from "../../server/setup/service_manager.ts";
import { works } from "../support/confined.ts";
import { Program, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const ignore = Deno.build.os !== "linux" ||
  !works("what a service manager is told", ["python3", "--version"]);

/** Prints each datagram on a line, its own lines separated by `|`. */
const RECEIVER = `import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1].replace("@", "\\0"))
print("bound", flush=True)
while True: print(receiver.recv(4096).decode().replace("\\n", "|"), flush=True)`;

async function receive(path: string): Promise<Program> {
  const receiver = new Program(["python3", "-c", RECEIVER, path]);
  await receiver.untilStdout("bound\n");
  return receiver;
}

Deno.test({
  name: "the hub tells when it can be joined and when it stops, and feeds the watchdog meanwhile",
  ignore,
  async fn() {
    await using folder = await tempDirectory();
    for (const path of [`${folder.path}/notify`, `@chat-test-${crypto.randomUUID()}`]) {
      await using manager = await receive(path);
      const env = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "2000" };
      await using hub = await startHub([], { env });
      await manager.untilStdout(`READY=1|STATUS=listening on 127.0.0.1:${hub.port}\n`);
      await manager.untilStdout(/READY=1[^]*(WATCHDOG=1\n){3}/);
      hub.kill("SIGTERM");
      assertEquals((await hub.exit()).code, 0, hub.stderr());
      await manager.untilStdout("STOPPING=1\n");
      assertEquals(hub.stderr().match(/service manager/), null);
    }
  },
});

Deno.test({
  name: "a hub that cannot tell a service manager anything says so, and runs",
  ignore,
  async fn() {
    for (const NOTIFY_SOCKET of ["notify", "vsock:2:1", `/${"x".repeat(108)}`]) {
      await using hub = await startHub([], { env: { NOTIFY_SOCKET } });
      await hub.untilStderr(/level=warning .*the service manager cannot be told/);
    }
  },
});

Deno.test({
  name: "a reload has the time of the monotonic clock, and another process's watchdog is not fed",
  ignore,
  sanitizeResources: false, // it lives as long as the program
  async fn() {
    await using folder = await tempDirectory();
    const path = `${folder.path}/notify`;
    await using receiver = await receive(path);
    const variables: Record<string, string> = {
      NOTIFY_SOCKET: path,
      WATCHDOG_USEC: "1000",
      WATCHDOG_PID: "1",
    };
    const manager = openServiceManager((name) => variables[name], logTo(() => {}));
    assert(manager);
    manager.reloading();
    manager.ready("listening");
    const [told, time] = await receiver.untilStdout(
      /bound\nRELOADING=1\|MONOTONIC_USEC=(\d+)\nREADY=1\|STATUS=listening\n/,
    );
    assertMatch(told, /^bound/);
    const [uptime = ""] = (await Deno.readTextFile("/proc/uptime")).split(" ");
    assert(Number(time) <= 1e6 * Number(uptime) + 1e6, `${time} after ${uptime} s`);
  },
});
