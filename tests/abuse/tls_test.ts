/**
 * A hub behind TLS, and one without, beaten with what the other one speaks and with handshakes that come to nothing. Of who
 * makes none nobody else hears.
 */

import { assertEquals } from "@std/assert";
import { bare, Besieged } from "../support/besieged.ts";
import { makeCertificate } from "../support/certificates.ts";
import { Peer } from "../support/peer.ts";
import type { Hub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

/** So many come at once. */
const MANY = 100;

/** A whole hello of a TLS client, as its first record. */
const HELLO = await firstRecord();

async function firstRecord(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using accepted = await listener.accept();
  using client = await Deno.startTls(plain, { hostname: "hub.chat.invalid" });
  const shaking = client.handshake().catch(() => {}); // it is answered by nobody
  const bytes = new Uint8Array(16_384);
  const size = await accepted.read(bytes);
  accepted.close();
  await shaking;
  return bytes.slice(0, size ?? 0);
}

/** What comes to the TLS port and is no handshake. */
const STRANGERS: Record<string, string | Uint8Array> = {
  "a line of text": "hola\n",
  "a line without its end": "hola",
  "a hello of frames": '{"type":"hello","protocol":1,"nick":"eva"}\n',
  "HTTP": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
  "garbage": crypto.getRandomValues(new Uint8Array(4096)).fill(0xff, 0, 1),
  "an endless line": "x".repeat(200_000),
  "a record of TLS that is no hello": Uint8Array.of(0x17, 3, 3, 0, 4, 1, 2, 3, 4),
  "an alert": Uint8Array.of(0x15, 3, 3, 0, 2, 2, 50),
  "a record that is too long": Uint8Array.of(0x16, 3, 1, 0xff, 0xff, ...new Uint8Array(70_000)),
};

/** How many somebody has seen come in. */
function comings(witness: Peer): number {
  return new TextDecoder().decode(witness.received()).match(/^\* \S+ joined/gm)?.length ?? 0;
}

Deno.test("a hub behind TLS takes nothing but a handshake", async (t) => {
  await using folder = await tempDirectory();
  const { cert, key } = await makeCertificate();
  const files = { cert: `${folder.path}/cert.pem`, key: `${folder.path}/key.pem` };
  await Deno.writeTextFile(files.cert, cert);
  await Deno.writeTextFile(files.key, key, { mode: 0o600 });
  const args = ["--tls-cert", files.cert, "--tls-key", files.key];
  await using besieged = await Besieged.start(t, args, { tls: cert });
  await using witness = await bare(besieged.hub, "witness", { tls: cert });

  for (const [name, sent] of Object.entries(STRANGERS)) {
    await besieged.case(`${name} is cut off`, async ({ port }) => {
      await using peer = await Peer.connect(port);
      peer.send(sent);
      await peer.closed();
    });
  }
  await besieged.case("half a handshake, and then the end or a reset", async ({ port }) => {
    for (const how of ["end", "reset"] as const) {
      for (const size of [1, 3, 5, 6, 100, HELLO.length - 1]) {
        await using peer = await Peer.connect(port);
        await peer.send(HELLO.subarray(0, size));
        peer[how]();
      }
    }
  });
  await besieged.case("a hello whose sender does not go on", async ({ port }) => {
    await using peer = await Peer.connect(port);
    await peer.send(HELLO);
  });
  await besieged.case(`${MANY} that say nothing, beside a handshake that is made`, async (hub) => {
    await using silent = new AsyncDisposableStack();
    for (let count = 0; count < MANY; count++) silent.use(await Peer.connect(hub.port));
    await using _eva = await bare(hub, "eva", { tls: cert });
  });
  await besieged.case("who breaks off over TLS in mid-line", async (hub) => {
    const eva = await bare(hub, "broken", { tls: cert });
    await eva.send("half a li");
    await eva[Symbol.asyncDispose]();
    await witness.until("broken left");
  });

  // Eva, who broke off, and the two who come after each case.
  assertEquals(comings(witness), 2 + 2 * besieged.cases);
});

Deno.test("a hub without TLS turns away who speaks it, unseen", async (t) => {
  await using besieged = await Besieged.start(t);
  await using witness = await bare(besieged.hub, "witness");
  const assertTurnedAway = async (peer: Peer, hub: Hub) => {
    assertEquals(
      await peer.line(),
      "* this hub does not use TLS on this port: join it without --tls",
    );
    await peer.closed();
    await hub.untilStderr("reason=not_tls");
  };
  await besieged.case("a hello at once", async (hub) => {
    await using peer = await Peer.connect(hub.port);
    peer.send(HELLO);
    await assertTurnedAway(peer, hub);
  });
  await besieged.case("a hello byte by byte", async (hub) => {
    await using peer = await Peer.connect(hub.port);
    for (const byte of HELLO.subarray(0, 10)) await peer.send(Uint8Array.of(byte));
    await assertTurnedAway(peer, hub);
  });
  await besieged.case(`${MANY} hellos at once`, async (hub) => {
    await using peers = new AsyncDisposableStack();
    for (let count = 0; count < MANY; count++) {
      const peer = peers.use(await Peer.connect(hub.port));
      peer.send(HELLO);
    }
  });
  assertEquals(comings(witness), 2 * besieged.cases);
});
