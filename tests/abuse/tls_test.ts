/**
 * A hub with TLS gets plain text and failing handshakes. Members notice nothing of it.
 */

import { assertEquals } from "@std/assert";
import { bare, Besieged } from "../support/besieged.ts";
import { makeCertificate } from "../support/certificates.ts";
import { Peer } from "../support/peer.ts";
import { tempDirectory } from "../support/temp.ts";

/** Peers at once. */
const MANY = 100;

/** The first record of a TLS client. */
const HELLO = await firstRecord();

async function firstRecord(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using accepted = await listener.accept();
  using client = await Deno.startTls(plain, { hostname: "hub.chat.invalid" });
  const shaking = client.handshake().catch(() => {}); // nobody answers it
  const bytes = new Uint8Array(16_384);
  const size = await accepted.read(bytes);
  accepted.close();
  await shaking;
  return bytes.slice(0, size ?? 0);
}

/** Input for the TLS port that is not a handshake. */
const STRANGERS: Record<string, string | Uint8Array> = {
  "a line of text": "hola\n",
  "a line without its end": "hola",
  "a hello of frames": '{"type":"hello","protocol":1,"nick":"eva"}\n',
  "HTTP": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
  "garbage": crypto.getRandomValues(new Uint8Array(4096)).fill(0xff, 0, 1),
  "an endless line": "x".repeat(200_000),
  "a TLS record that is not a hello": Uint8Array.of(0x17, 3, 3, 0, 4, 1, 2, 3, 4),
  "an alert": Uint8Array.of(0x15, 3, 3, 0, 2, 2, 50),
  "a record that is too long": Uint8Array.of(0x16, 3, 1, 0xff, 0xff, ...new Uint8Array(70_000)),
};

/** Those that people send. They are told what to do, where the system lets the hub do so. */
const CLEAR = new Set(
  Deno.build.os === "windows" ? [] : ["a line of text", "a line without its end", "HTTP"],
);
const howToJoin = (port: number) => `* this hub is encrypted: chat client 127.0.0.1 ${port} --tls`;

/** The number of joins that a member was shown. */
function joinsSeen(witness: Peer): number {
  return new TextDecoder().decode(witness.received()).match(/^\* \S+ joined/gm)?.length ?? 0;
}

Deno.test("a hub with TLS accepts only a handshake", async (t) => {
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
      if (CLEAR.has(name)) assertEquals(await peer.until("* "), howToJoin(port));
      await peer.closed();
    });
  }
  await besieged.case("half a handshake, then the end or a reset", async ({ port }) => {
    for (const how of ["end", "reset"] as const) {
      for (const size of [1, 3, 5, 6, 100, HELLO.length - 1]) {
        await using peer = await Peer.connect(port);
        await peer.send(HELLO.subarray(0, size));
        peer[how]();
      }
    }
  });
  await besieged.case("a hello without anything after it", async ({ port }) => {
    await using peer = await Peer.connect(port);
    await peer.send(HELLO);
  });
  await besieged.case(`${MANY} silent peers beside a complete handshake`, async (hub) => {
    await using silent = new AsyncDisposableStack();
    for (let count = 0; count < MANY; count++) silent.use(await Peer.connect(hub.port));
    await using _eva = await bare(hub, "eva", { tls: cert });
  });
  await besieged.case("a peer that disconnects over TLS in mid-line", async (hub) => {
    const eva = await bare(hub, "broken", { tls: cert });
    await eva.send("half a li");
    await eva[Symbol.asyncDispose]();
    await witness.until("broken left");
  });

  // Eva, who disconnected, and the two that join after each case.
  assertEquals(joinsSeen(witness), 2 + 2 * besieged.cases);
});
