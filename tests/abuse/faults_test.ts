/**
 * Trouble around a hub and its clients: signals under traffic, programs that stand still, ports without permission.
 *
 * A port in use and a host that does not resolve are in tests/e2e/command_line_test.ts, a second signal is in ending_test.ts
 * there, and disks that are full or read-only are in history_file_test.ts; clocks that jump are in
 * tests/unit/server/clock_test.ts.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "../e2e/people.ts";
import { withoutStandstills } from "../../server/clock.ts";
import { bare, Besieged, frames, until } from "../support/besieged.ts";
import { without, works } from "../support/confined.ts";
import { OpenHub } from "../support/open_hub.ts";
import { Peer } from "../support/peer.ts";
import { chat, type Hub, Program, startHub } from "../support/program.ts";
import { NO_PTY } from "../support/terminal.ts";

const IS_LINUX = Deno.build.os === "linux";
const utf8 = new TextDecoder();

/** Sends a message after each ack, until the hub says bye. */
async function sendFrames(peer: Peer, accepted: () => void): Promise<void> {
  for (let sent = 0;; sent++) {
    peer.sendFrame({ type: "say", ref: String(sent), text: String(sent) });
    for (;;) {
      const { type } = await peer.frame();
      if (type === "bye") return;
      if (type === "ack") break;
    }
    accepted();
  }
}

/** The same with `nc`, answering one bot's messages. */
async function sendLines(peer: Peer): Promise<void> {
  for (let sent = 0;; sent++) {
    peer.send(`${sent}\n`);
    const line = await peer.until(/^(bot0: |\* disconnected)/);
    if (line.startsWith("* disconnected")) return;
  }
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `a hub that gets ${signal} while a hundred users talk says bye to all, and exits with 0`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using hub = await startHub(["--rate", "0", "--history", "0"]);
      await using stack = new AsyncDisposableStack();
      const bots: Peer[] = [];
      const people: Peer[] = [];
      for (let number = 0; number < 50; number++) {
        bots.push(stack.use(await frames(hub, `bot${number}`)));
        people.push(stack.use(await bare(hub, `nc${number}`)));
      }
      const accepted = Promise.withResolvers<void>();
      let left = 1000;
      const count = () => --left === 0 && accepted.resolve();
      const talking = [...bots.map((peer) => sendFrames(peer, count)), ...people.map(sendLines)];
      await accepted.promise;
      hub.kill(signal);
      await Promise.all(talking);
      for (const peer of [...bots, ...people]) {
        assertEquals(await peer.closed(), "end");
        assertEquals(peer.pending(), [], "nothing follows the bye");
        peer.end();
      }
      for (const peer of people) {
        assertMatch(utf8.decode(peer.received()), /\n\* disconnected: the hub is stopping\n$/);
      }
      assertEquals(await hub.exit(), { code: 0, signal: null });
    },
  });
}

/** Stops a program as Ctrl-Z does, and waits until it has stopped. */
async function freeze(hub: Hub | Program): Promise<void> {
  hub.kill("SIGSTOP");
  await untilStopped(hub.pid);
}

function untilStopped(pid: number): Promise<void> {
  const isStopped = async () => /\) T /.test(await Deno.readTextFile(`/proc/${pid}/stat`));
  return until(isStopped, () => Promise.resolve(`process ${pid} does not stand still`));
}

Deno.test({
  name: "a hub that is stopped and continued under traffic loses nothing",
  ignore: !IS_LINUX,
  fn: async (t) => {
    await using siege = await Besieged.start(t);
    const talkers = 20;
    const texts = (from: number) => Array.from({ length: 50 }, (_, at) => String(from + at));
    await siege.case(
      "messages sent meanwhile are delivered once, in order, to all",
      async (hub) => {
        await using stack = new AsyncDisposableStack();
        const nc = stack.use(await bare(hub, "observer"));
        const bot = stack.use(await frames(hub, "watcher"));
        const peers: Peer[] = [];
        for (let number = 0; number < talkers; number++) {
          const nick = `talker${number}`;
          peers.push(stack.use(await (number % 2 === 0 ? bare : frames)(hub, nick)));
        }
        const say = (all: string[]) => {
          for (const text of all) {
            for (const [number, peer] of peers.entries()) {
              if (number % 2 === 0) peer.send(`${text}\n`);
              else peer.sendFrame({ type: "say", ref: text, text });
            }
          }
        };
        say(texts(0));
        await freeze(hub);
        say(texts(50));
        await using late = await Peer.connect(hub.port); // the system accepts it meanwhile
        late.send("/name late\n");
        hub.kill("SIGCONT");
        say(texts(100));
        await late.until("* you are now late");

        const received = { nc: new Map<string, string[]>(), bot: new Map<string, string[]>() };
        const wanted = talkers * 150;
        for (let count = 0; count < wanted; count++) {
          const { nick, text } = await bot.untilFrame("message");
          received.bot.set(nick, [...received.bot.get(nick) ?? [], text]);
          const [, name = "", sent = ""] = /^(\S+): (.*)$/.exec(await nc.until(/^talker/)) ?? [];
          received.nc.set(name, [...received.nc.get(name) ?? [], sent]);
        }
        for (const byNick of Object.values(received)) {
          assertEquals(byNick.size, talkers);
          for (const all of byNick.values()) assertEquals(all, [0, 50, 100].flatMap(texts));
        }
      },
    );
  },
});

Deno.test("a hub that stood still for an hour drops nobody for it", async () => {
  let stoodStill = 0;
  await using hub = new OpenHub({ now: withoutStandstills(() => performance.now() + stoodStill) });
  await using silent = await frames(hub, "silent");
  await using bot = await frames(hub, "bot");
  await using stuck = await bare(hub, "stuck");
  stuck.pause();
  for (let sent = 0; hub.total.pendingBytes === 0; sent++) {
    bot.sendFrame({ type: "say", ref: String(sent), text: PADDING });
    await bot.untilFrame("ack");
    await new Promise((resolve) => setTimeout(resolve, 0)); // pending input is read in the next turn
  }
  stoodStill = 60 * 60 * 1000;
  await hub.untilSwept(2);
  assertEquals(hub.dropped, []);
  silent.sendFrame({ type: "ping" });
  await silent.untilFrame("pong");
});

const PADDING = "x".repeat(60_000);

/** Sends large messages until the log says that a peer was dropped, and returns their number. */
async function sendUntilDropped(hub: Hub, bot: Peer, nick: string): Promise<number> {
  const isDropped = () => new RegExp(`nick=${nick} reason=slow_consumer`).test(hub.stderr());
  let sent = 0;
  for (; !isDropped(); sent++) {
    bot.sendFrame({ type: "say", ref: `${nick}${sent}`, text: `${sent} ${PADDING}` });
    await bot.untilFrame("ack");
  }
  return sent;
}

Deno.test({
  name: "a client that stands still hurts nobody, and reconnects when it goes on",
  ignore: NO_PTY || !IS_LINUX,
  fn: async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using bot = await frames(hub, "bot");
    await using nc = await bare(hub, "nc");
    await using ana = await join(hub, "ana", { cols: 100 });
    ana.signal("SIGSTOP");
    await untilStopped(ana.pid);
    const sent = await sendUntilDropped(hub, bot, "ana");
    for (let number = 0; number < sent; number++) await nc.until(`bot: ${number} x`);
    bot.sendFrame({ type: "say", ref: "last", text: "the last word" });
    ana.signal("SIGCONT");
    await ana.until(/\* reconnected: \d+ messages meanwhile/);
    await ana.until(/^\d\d:\d\d bot: the last word$/m);
    ana.type("here I am\r");
    await nc.until("ana: here I am");
    const received = utf8.decode(nc.received());
    assert(!received.includes("* ana left"), "nobody has seen her go");
  },
});

/** The first port without a privilege, if the system has privileged ports. */
const FIRST_FREE_PORT = IS_LINUX
  ? Number(Deno.readTextFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start"))
  : 0;

Deno.test({
  name: "a port without permission is reported in one line",
  ignore: FIRST_FREE_PORT <= 1 ||
    !works("a port without permission", without("net_bind_service", ["true"])),
  fn: async () => {
    const command = without("net_bind_service", chat("server", "127.0.0.1", "1"));
    await using hub = new Program(command);
    assertEquals(await hub.exit(), { code: 1, signal: null });
    assertEquals({ stdout: hub.stdout(), stderr: hub.stderr() }, {
      stdout: "",
      stderr:
        "chat: cannot use 127.0.0.1:1: permission denied; ports below 1024 need privileges, " +
        "so use a higher one\n",
    });
  },
});
