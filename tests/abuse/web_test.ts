/** What a browser, or what looks like one, can do to the real hub: nothing to others, and not much to itself. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { WebSocket } from "ws";
import { Besieged, frames, peakMemory } from "../support/besieged.ts";
import { maskedFrame, SOCKET_REQUEST, unframe } from "../support/page.ts";
import { Peer } from "../support/peer.ts";
import { countLines } from "../support/log_lines.ts";
import type { Hub } from "../support/program.ts";

const MIB = 1024 * 1024;
const text = (peer: Peer) => new TextDecoder().decode(peer.received());
const hello = (nick: string) => maskedFrame(JSON.stringify({ type: "hello", protocol: 1, nick }));

/** A page that has joined. */
async function page({ port }: Hub, nick: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  peer.send(SOCKET_REQUEST);
  peer.send(hello(nick));
  await peer.until('"type":"welcome"');
  return peer;
}

/** The code of the Close frame with which the hub ends the socket. */
async function closeCode(peer: Peer): Promise<number | undefined> {
  assertEquals(await peer.closed(), "end");
  return unframe(peer.received()).close;
}

Deno.test("requests hurt nobody", async (t) => {
  await using siege = await Besieged.start(t, ["--handshake", "1"]);
  const requests: readonly [name: string, request: string, status: number][] = [
    [
      "a body that is not read",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhola\nhola",
      405,
    ],
    [
      "a second request behind the first",
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2),
      200,
    ],
    ["a head that is too long", `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}`, 431],
    ["a line that is too long", `GET /${"x".repeat(20_000)}`, 431],
    ["a foreign name", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421],
    ["two names", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400],
    ["a foreign page", SOCKET_REQUEST.replace("http://localhost", "http://evil.example"), 403],
    ["control characters", "GET / HTTP/1.1\r\nHost: \x1b[2J\x07\r\n\r\n", 400],
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", 400],
  ];
  for (const [name, request, status] of requests) {
    await siege.case(`${name} gets ${status}, and one answer`, async (hub) => {
      await using ana = await frames(hub, `ana${siege.cases}`);
      await using browser = await Peer.connect(hub.port);
      browser.send(request);
      assertEquals(await browser.closed(), "end");
      assertEquals(text(browser).match(/^HTTP\/1\.1 \d+/gm), [`HTTP/1.1 ${status}`]);
      assertEquals(ana.pending(), []);
    });
  }
  await siege.case(
    "100 heads that never end, and pages that never say hello, are dropped",
    async (hub) => {
      await using stack = new AsyncDisposableStack();
      const peers = await Promise.all(Array.from({ length: 100 }, () => Peer.connect(hub.port)));
      for (const [at, peer] of peers.entries()) {
        stack.use(peer);
        peer.send(at % 2 ? SOCKET_REQUEST : "GET / HTTP/1.1\r\nX: y\r\n");
      }
      for (const peer of peers) assertEquals(await peer.closed(), "end");
    },
  );
});

Deno.test("sockets hurt nobody", async (t) => {
  await using siege = await Besieged.start(t, ["--stall", "1", "--max-pending", "256K"]);

  await siege.case("a client of another make talks to the room", async (hub) => {
    await using ana = await frames(hub, "ana");
    const socket = new WebSocket(`ws://localhost:${hub.port}/ws`, {
      origin: `http://localhost:${hub.port}`,
    });
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once("open", resolve));
    assertEquals(socket.extensions, "");
    const ponged = new Promise<string>((resolve) =>
      socket.once("pong", (data: Uint8Array) => resolve(`${data}`))
    );
    socket.ping("x");
    socket.send('{"type":"hello","protocol":1,"nick":"eva"}\n');
    socket.send(JSON.stringify({ type: "say", ref: "1", text: "x".repeat(60_000) }));
    assertEquals((await ana.untilFrame("message")).text.length, 60_000);
    assertEquals(await ponged, "x");
    socket.close(1000);
    assertEquals(await closed, 1000);
  });

  await siege.case("fragments without end take little memory", async (hub) => {
    const before = await peakMemory(hub.pid);
    await using stack = new AsyncDisposableStack();
    for (let number = 0; number < 20; number++) {
      const peer = stack.use(await page(hub, `eve${number}`));
      const fragment = maskedFrame("", { opcode: 0, fin: false });
      const pieces = [maskedFrame("x", { fin: false }), ...Array(2_000).fill(fragment)];
      peer.send(new Uint8Array(pieces.flatMap((piece) => [...piece])));
      assertEquals(await closeCode(peer), 1008);
    }
    assert(await peakMemory(hub.pid) - before < 60 * MIB);
  });

  await siege.case("a flood of pings is answered as far as it is read", async (hub) => {
    await using eve = await page(hub, "eve");
    const pings = new Uint8Array(
      Array.from({ length: 20_000 }, () => [...maskedFrame("", { opcode: 9 })]).flat(),
    );
    await eve.send(pings);
    eve.send(maskedFrame('{"type":"ping"}'));
    await eve.until('"pong"');
  });

  await siege.case("a page that does not read is told so, and closed", async (hub) => {
    await using ana = await frames(hub, "ana");
    await using eve = await page(hub, "eve");
    eve.pause();
    const before = hub.stderr().length;
    for (
      let number = 0;
      countLines(hub.stderr().slice(before).split("\n"), /slow_consumer/) === 0;
    ) {
      ana.sendFrame({ type: "say", ref: `${number++}`, text: "x".repeat(60_000) });
      await ana.untilFrame("ack");
    }
    eve.resume();
    assertEquals(await eve.closed(), "end");
    const { messages, close } = unframe(eve.received());
    assertMatch(messages.at(-1)!, /"type":"bye","code":"slow_consumer"/);
    assertEquals(close, 1001);
  });

  await siege.case("pages that are cut off in a frame are gone", async (hub) => {
    for (const bytes of ["\x81", "\x81\xfe\xff", "\x81\x85abcd"]) {
      await using eve = await page(hub, "eve");
      eve.send(Uint8Array.from(bytes, (each) => each.charCodeAt(0)));
      eve.end();
      assertEquals(await eve.closed(), "end");
    }
  });
});
