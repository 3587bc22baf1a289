/** The client's TLS socket: data in both directions, and its end. */

import { writeAll } from "../../common/cli/write_all.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { connectTls } from "../../client/net/tls.ts";
import type { HubSocket } from "../../client/net/tls_socket.ts";
import { makeCertificate, type TestCertificate } from "../support/certificates.ts";

const SIGNAL = new AbortController().signal;

/** Both ends of a TLS connection with a pinned certificate. `await using` closes them. */
class Pair {
  readonly #listener: Deno.TlsListener;
  readonly client: HubSocket;
  readonly hub: Deno.TlsConn;

  private constructor(listener: Deno.TlsListener, client: HubSocket, hub: Deno.TlsConn) {
    this.#listener = listener;
    this.client = client;
    this.hub = hub;
  }

  static async open({ cert, key, fingerprint }: TestCertificate): Promise<Pair> {
    const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
    const { port } = listener.addr as Deno.NetAddr;
    const accepting = listener.accept();
    const identity = { name: "hub.chat.invalid", caCerts: [cert], fingerprint };
    const handshake = await connectTls({ hostname: "127.0.0.1", port }, identity, SIGNAL);
    assert(handshake.ok, JSON.stringify(handshake));
    return new Pair(listener, handshake.value, await accepting);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.hub.close();
    this.#listener.close();
    await Promise.resolve();
  }
}

/** Bytes that depend on their position. */
function numbered(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

async function readAll(socket: Pick<HubSocket, "read">, length: number, buffer: number) {
  const bytes = new Uint8Array(length);
  for (let size = 0; size < length;) {
    const part = new Uint8Array(Math.min(buffer, length - size));
    const count = await socket.read(part);
    assert(count !== null && count > 0, `ended after ${size} bytes`);
    bytes.set(part.subarray(0, count), size);
    size += count;
  }
  return bytes;
}

Deno.test("data arrives whole and in order, in both directions at once, with buffers of any size", async () => {
  await using pair = await Pair.open(await makeCertificate());
  const bytes = numbered(1_000_000);
  for (const buffer of [997, 65_536]) {
    const [, , down, up] = await Promise.all([
      writeAll(pair.hub, bytes),
      writeAll(pair.client, bytes),
      readAll(pair.client, bytes.length, buffer),
      readAll(pair.hub, bytes.length, 65_536),
    ]);
    assertEquals([Uint8Array.from(down), Uint8Array.from(up)].map(hash), [bytes, bytes].map(hash));
  }
});

Deno.test("a half-closed connection is read to its end, and close ends a pending read", async () => {
  const certificate = await makeCertificate();
  {
    await using pair = await Pair.open(certificate);
    await writeAll(pair.hub, numbered(10));
    await pair.hub.closeWrite();
    assertEquals(await readAll(pair.client, 10, 3), numbered(10));
    assertEquals(await pair.client.read(new Uint8Array(1)), null);
    assertEquals(await pair.client.read(new Uint8Array(1)), null);
  }
  {
    await using pair = await Pair.open(certificate);
    const reading = pair.client.read(new Uint8Array(1));
    pair.client.close();
    assertEquals(await reading, null);
    await assertRejects(() => pair.client.write(new Uint8Array(1)));
    pair.client.close();
  }
});

function hash(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum * 33 + byte) % 4_294_967_291, 5381);
}
