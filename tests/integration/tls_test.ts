/** A hub with TLS on real sockets: it works as without, and nobody can block it before the handshake. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { generateCertificate } from "../../server/setup/certificate.ts";
import { LiveHub, type LiveHubOptions } from "../support/live_hub.ts";
import { maskedFrame, SOCKET_REQUEST } from "../support/page.ts";
import { Peer } from "../support/peer.ts";

const CERTIFICATE = await generateCertificate(Date.now());

const HELLO_BEGIN = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3);

function tlsHub(options: LiveHubOptions = {}): LiveHub {
  return new LiveHub({ tls: CERTIFICATE, ...options });
}

/** A TCP connection to the hub's port, without a handshake. */
function bare(hub: LiveHub): Promise<Peer> {
  return Peer.connect(hub.port);
}

/** Deno's TLS client, which trusts the hub's certificate, after its handshake. */
async function denoClient(hub: LiveHub): Promise<Deno.TlsConn> {
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port: hub.port });
  const tls = await Deno.startTls(tcp, {
    hostname: "hub.chat.invalid",
    caCerts: [CERTIFICATE.cert],
  });
  await tls.handshake();
  return tls;
}

async function assertFull(hub: LiveHub): Promise<void> {
  await using peer = await hub.connect();
  assertEquals(await peer.line(), "* server full: try again later");
  await peer.closed();
}

/** Waits until a peer can join: only that shows that an earlier connection has freed its place. */
async function untilAccepted(hub: LiveHub): Promise<void> {
  for (;;) {
    await using peer = await hub.connect();
    if (!(await peer.line()).includes("server full")) return;
  }
}

/** Asserts that the hub works, and that no earlier peer was announced. */
async function assertUnnoticed(hub: LiveHub): Promise<void> {
  await using ana = await hub.textMember("ana");
  await ana.send("/quien\n");
  assertEquals(await ana.until("here:"), "* 1 here: ana");
  await hub.assertAlive();
}

Deno.test("text and frames work over TLS as they do without", async () => {
  await using hub = tlsHub();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.framesMember("eva");
  await ana.until("eva joined");
  await ana.send("¿Qué tal? 日本語\n");
  assertEquals((await eva.untilFrame("message")).text, "¿Qué tal? 日本語");
  const long = `${"ñ".repeat(30_000)}.`;
  await eva.sendFrame({ type: "say", ref: "1", text: long });
  assertEquals(await ana.until("eva: "), `eva: ${long}`);
  await ana.send("/exit\n");
  await ana.until("* goodbye");
  assertEquals(await ana.closed(), "end");
});

Deno.test("Deno's own client verifies the certificate by the name in it", async () => {
  await using hub = tlsHub();
  using tls = await denoClient(hub);
  await tls.write(new TextEncoder().encode("/name ana\n"));
  const buffer = new Uint8Array(4096);
  let text = "";
  while (!text.includes("you are now ana")) {
    const size = await tls.read(buffer);
    assert(size !== null, text);
    text += new TextDecoder().decode(buffer.subarray(0, size));
  }
});

Deno.test("a peer that closes its side over TLS still gets its replies", async () => {
  await using hub = tlsHub();
  await using ana = await hub.textMember("ana");
  await using luis = await hub.connect();
  await luis.send("/name luis\nhola\n/quien\n");
  luis.end();
  await luis.until("* 2 here: ana, luis");
  assertEquals(await luis.closed(), "end");
  await ana.until("luis: hola");
  await ana.until("luis left");
});

Deno.test("a peer that disconnects over TLS without a close is gone, and the hub goes on", async () => {
  await using hub = tlsHub();
  await using ana = await hub.textMember("ana");
  const luis = await hub.textMember("luis");
  await luis[Symbol.asyncDispose]();
  await ana.until("luis left");
  const eva = await hub.textMember("eva");
  eva.reset();
  await ana.until("eva left");
  await hub.assertAlive();
});

Deno.test("a reader over TLS that never reads is dropped, the others lose nothing, and its place becomes free", async () => {
  await using hub = tlsHub({ limits: { connections: 3, drain: 50 }, times: { linger: 50 } });
  // It reads during the handshake, and then nothing.
  const stuck = await denoClient(hub);
  await stuck.write(new TextEncoder().encode("/name stuck\n"));
  await using ana = await hub.framesMember("ana");
  await using eva = await hub.framesMember("eva");
  const text = "x".repeat(32 * 1024);
  const messages = 600;
  const reading = (async () => {
    for (let number = 0; number < messages; number++) {
      assertEquals((await eva.untilFrame("message")).text.startsWith(`${number} `), true);
    }
  })();
  for (let number = 0; number < messages; number++) {
    ana.sendFrame({ type: "say", ref: `${number}`, text: `${number} ${text}` });
    await ana.untilFrame("ack");
  }
  await reading;
  await hub.untilLogged(/reason=slow_consumer queued=\d{6,}/);
  await hub.untilLogged(/msg=disconnected/);
  await assertFull(hub);
  stuck.close();
  await untilAccepted(hub);
});

Deno.test("many peers that never finish their handshake delay nobody, and time out", async () => {
  await using hub = tlsHub({ limits: { handshake: 10 } });
  const silent: Peer[] = [];
  for (let number = 0; number < 50; number++) {
    const peer = await bare(hub);
    if (number % 2 === 0) await peer.send(HELLO_BEGIN);
    silent.push(peer);
  }
  await assertUnnoticed(hub);
  await hub.untilLogged(/msg=dropped .*reason=handshake_timeout/, silent.length);
  await hub.untilLogged(/msg=disconnected/, silent.length);
  await hub.assertAlive();
  for (const peer of silent) await peer[Symbol.asyncDispose]();
});

Deno.test("a peer that sends clear text is cut off, and the log says why", async () => {
  await using hub = tlsHub();
  for (const text of ["hola\n", "GET / HTTP/1.1\r\n\r\n", '{"type":"hello","protocol":1}\n']) {
    await using peer = await bare(hub);
    await peer.send(text);
    await peer.closed();
  }
  await hub.untilLogged(/level=info .*msg=dropped .*reason=clear_text/, 3);
});

Deno.test("a peer that makes no handshake takes a place until it goes", async () => {
  await using hub = tlsHub({ limits: { connections: 2, handshake: 10 } });
  await using _ana = await hub.textMember("ana");
  const silent = await bare(hub);
  await hub.untilLogged(/reason=handshake_timeout/);
  await assertFull(hub);
  await silent[Symbol.asyncDispose]();
  await untilAccepted(hub);
});

Deno.test("a hub stops at once while handshakes are in progress", async () => {
  await using hub = tlsHub({ limits: { drain: 3_600_000 }, times: { linger: 3_600_000 } });
  const silent = await bare(hub);
  await using half = await bare(hub);
  await half.send(HELLO_BEGIN);
  await hub.untilLogged(/msg=connected/, 2);
  await hub.stop();
  await silent[Symbol.asyncDispose]();
});

Deno.test("a TLS client on the plain port is turned away without joining, however its hello is split", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 1000 } });
  await using ana = await hub.textMember("ana");
  const hello = new Uint8Array([...HELLO_BEGIN, ...Array(500).fill(7)]);
  for (
    const chunks of [[hello], [hello.subarray(0, 1), hello.subarray(1)], [hello.subarray(0, 2)]]
  ) {
    await using peer = await bare(hub);
    for (const chunk of chunks) {
      await peer.send(chunk);
      // Long enough to greet a silent peer with nc.
      await using guest = await bare(hub);
      await guest.until("welcome");
    }
    assertEquals(
      await peer.line(),
      "* this hub does not use TLS on this port: join it without --tls",
    );
    await peer.closed();
  }
  await hub.untilLogged(/msg=dropped .*reason=not_tls/, 3);
  await ana.send("/quien\n");
  await ana.until("here:");
  const lines = new TextDecoder().decode(ana.received()).match(/joined/g);
  assertEquals(lines?.length, 4, "the guests alone");
  await hub.assertAlive();
});

Deno.test("a first line that only begins like a TLS hello is an ordinary line", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using odd = await bare(hub);
  await odd.send("\x16");
  await odd.send("hola\n");
  assertMatch(await ana.until(/^guest\d:/), /^guest\d: \uFFFDhola$/);
  await using one = await bare(hub);
  await one.send("\x16!");
  one.end();
  await one.until("! your last line was not sent");
});

Deno.test("a hub with TLS serves the page and its WebSocket", async () => {
  await using hub = tlsHub();
  await using browser = await hub.connect();
  browser.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  assertEquals(await browser.line(), "HTTP/1.1 200 OK\r");
  assertEquals(await browser.closed(), "end");
  await using page = await hub.connect();
  page.send(SOCKET_REQUEST.replace("http:", "https:"));
  page.send(maskedFrame('{"type":"hello","protocol":1}'));
  await page.until('"type":"welcome"');
});
