/** A hub with a low limit of open files, from the start or suddenly. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_REJECTED } from "../../server/net/listener.ts";
import { Peer } from "../support/peer.ts";
import { type Hub, startHub } from "../support/program.ts";
import { joinWithNc } from "./people.ts";

/** Whether the test can limit the open files of a hub. */
const CAN_LIMIT = Deno.build.os === "linux" && isInstalled("prlimit");

function isInstalled(file: string): boolean {
  try {
    return new Deno.Command(file, { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Limits the open files of a running hub; those that are open stay. */
function limitFiles({ pid }: Hub, files: number): void {
  const args = ["--pid", String(pid), `--nofile=${files}:`];
  assert(new Deno.Command("prlimit", { args }).outputSync().success, `prlimit ${args.join(" ")}`);
}

/** Asserts that a message from the first member reaches the second. */
async function assertDelivers(one: Peer, other: Peer): Promise<void> {
  const text = crypto.randomUUID();
  one.send(`${text}\n`);
  await other.until(text);
}

const FAILED = /^.*msg="accept failed".*$/gm;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !CAN_LIMIT, fn });
}

test("a hub without free descriptors goes on for its members, and accepts waiting peers when it can", async () => {
  await using hub = await startHub();
  await using ana = await joinWithNc(hub.port, "ana");
  await using eva = await joinWithNc(hub.port, "eva");
  const began = performance.now();
  limitFiles(hub, 3);
  await using late = await Peer.connect(hub.port);
  late.send("/name late\n");
  await hub.untilStderr(/(accept failed[^]*){3}/);
  await assertDelivers(ana, eva);

  const lines = hub.stderr().match(FAILED) ?? [];
  const seconds = (performance.now() - began) / 1000;
  assert(lines.length <= 1 + seconds, `${lines.length} lines in ${seconds} s`);
  for (const line of lines) {
    assertMatch(line, /error="[^"]*Too many open files[^"]*"/);
    // It does not spin: the pauses double up to a second.
    const [, failures] = /failures=(\d+)/.exec(line) ?? [];
    assert(Number(failures) <= 10, line);
  }

  limitFiles(hub, 1024);
  await late.until("* you are now late");
  await assertDelivers(late, ana);
});

test("a hub lowers its limit of connections to its descriptors, logs it, and reserves some", async () => {
  await using hub = await startHub(["--max-connections", "5000", "--drain", "1"], {
    wrap: (command) => ["prlimit", "--nofile=300", ...command],
    env: { CHAT_PASSWORD: "sesame" }, // no joins are announced
  });
  const [, wanted, possible] = await hub.untilStderr(
    /level=warning .*too few open files.*wanted=(\d+) connections=(\d+)/,
  );
  const connections = Number(possible);
  assertEquals(wanted, "5000");
  assert(connections > 100 && connections <= 300 - 64, possible);

  const peers: Peer[] = [];
  try {
    const [ana, eva] = [await Peer.connect(hub.port), await Peer.connect(hub.port)];
    for (const [peer, nick] of [[ana, "ana"], [eva, "eva"]] as const) {
      peers.push(peer);
      peer.send(`sesame\n/name ${nick}\n`);
      await peer.until(`* you are now ${nick}`);
    }
    while (peers.length < connections) peers.push(await Peer.connect(hub.port));
    const more: Peer[] = [];
    for (let number = 0; number < MAX_REJECTED + 50; number++) {
      const peer = await Peer.connect(hub.port);
      peers.push(peer);
      more.push(peer);
    }
    // No peer closes its side: the hub closes each connection.
    await Promise.all(more.map((peer) => peer.closed()));
    const rejected = more.filter((peer) =>
      new TextDecoder().decode(peer.received()) === "* server full: try again later\n"
    );
    assert(rejected.length >= MAX_REJECTED, `${rejected.length} were rejected`);
    await assertDelivers(ana, eva);
    assertEquals(hub.stderr().match(FAILED), null);
  } finally {
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  }
});
