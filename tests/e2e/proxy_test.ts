/** haproxy in front of the program, with PROXY headers of both versions. */

import { assert, assertEquals } from "@std/assert";
import { works } from "../support/confined.ts";
import { idlePort } from "../support/ports.ts";
import { Program, runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const hasHaproxy = works("a real proxy (haproxy)", ["sh", "-c", "haproxy -v && command -v nc"]);

/** Starts haproxy in front of a hub; it listens when this returns. `using` stops it. */
async function startHaproxy(directory: string, hub: number, option: string) {
  const port = idlePort();
  const [file, pidFile] = [`${directory}/haproxy.cfg`, `${directory}/pid`];
  await Deno.writeTextFile(
    file,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen chat
  bind 127.0.0.1:${port}
  server hub 127.0.0.1:${hub} ${option}
`,
  );
  const args = ["-D", "-p", pidFile, "-f", file];
  const { success } = await new Deno.Command("haproxy", { args, stdout: "null" }).output();
  assert(success);
  const pid = Number(await Deno.readTextFile(pidFile));
  return { port, [Symbol.dispose]: () => Deno.kill(pid) };
}

for (const option of ["send-proxy", "send-proxy-v2"]) {
  Deno.test({
    name: `behind haproxy with ${option} users join with their own addresses`,
    ignore: !hasHaproxy,
    async fn() {
      await using directory = await tempDirectory();
      await using hub = await startHub(["--proxy-protocol", "127.0.0.1", "--log", "debug"]);
      using haproxy = await startHaproxy(directory.path, hub.port, option);
      const where = ["127.0.0.1", String(haproxy.port)];
      await using ana = new Program(["nc", "-s", "127.0.0.2", ...where]);
      await hub.untilStderr(/msg=connected peer=127\.0\.0\.2:\d+/);
      ana.write("/name ana\n");
      await ana.untilStdout("* you are now ana");
      const said = await runChat(["client", ...where, "--name", "eva", "--send", "hola"]);
      assertEquals([said.code, said.stderr], [0, ""]);
      await ana.untilStdout("eva: hola");
      const direct = await runChat(["client", "127.0.0.1", String(hub.port), "--retry", "0"], {
        stdin: "hola\n",
      });
      assertEquals(direct.code, 1);
      await hub.untilStderr(/msg=dropped peer=\S+ reason=bad_proxy_header/);
      hub.kill();
      assertEquals((await hub.exit()).code, 0);
      assert(!hub.stderr().includes("fault"));
    },
  });
}
