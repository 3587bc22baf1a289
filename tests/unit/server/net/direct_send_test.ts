import { assert, assertEquals } from "@std/assert";
import { DirectSend } from "../../../../server/net/direct_send.ts";
import { generateCertificate } from "../../../../server/setup/certificate.ts";

const CERTIFICATE = await generateCertificate(Date.now());
const ignore = Deno.build.os === "windows";

/** What a peer has received when its connection has ended. */
async function readAll(peer: Deno.TcpConn): Promise<string> {
  return await new Response(peer.readable).text();
}

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test({
    name: `a peer of ${hostname} reads clear text on a port with TLS, and no other peer does`,
    ignore,
    async fn() {
      using listener = Deno.listenTls({ hostname, port: 0, ...CERTIFICATE });
      const { port } = listener.addr;
      using other = await Deno.connect({ hostname, port });
      using otherAccepted = await listener.accept();
      using peer = await Deno.connect({ hostname, port });
      using accepted = await listener.accept();
      using direct = DirectSend.open();
      assertEquals(direct?.sendInClear(accepted, "hola\n"), true);
      other.closeWrite();
      const bytes = new Uint8Array(16);
      const size = await peer.read(bytes);
      assertEquals(new TextDecoder().decode(bytes.subarray(0, size ?? 0)), "hola\n");
      otherAccepted.close();
      assertEquals(await other.read(bytes).catch(() => null), null);
    },
  });

  Deno.test({
    name: `each of many peers of ${hostname} gets its own bytes, also after others have left`,
    ignore,
    async fn() {
      using listener = Deno.listen({ hostname, port: 0 });
      using direct = DirectSend.open()!;
      const connect = async () => {
        const peer = await Deno.connect({ hostname, port: listener.addr.port });
        const accepted = await listener.accept();
        return { peer, accepted, descriptor: direct.take(accepted)! };
      };
      const check = async ({ peer, accepted, descriptor }: Awaited<ReturnType<typeof connect>>) => {
        const text = `for ${peer.localAddr.port}`;
        assertEquals(direct.send(descriptor, new TextEncoder().encode(text)), text.length);
        direct.release(descriptor);
        accepted.close();
        assertEquals(await readAll(peer), text);
      };
      const open = await Array.fromAsync(Array(99), connect);
      for (const each of open.filter((_, at) => at % 3 === 0)) await check(each);
      const later = await Array.fromAsync(Array(50), connect);
      for (const each of [...open.filter((_, at) => at % 3 !== 0), ...later]) await check(each);
    },
  });
}

Deno.test("a connection that has no descriptor here gets nothing", () => {
  const end = { transport: "tcp", hostname: "192.0.2.1", port: 1 } as const;
  using direct = DirectSend.open();
  assert(!direct?.sendInClear({ localAddr: end, remoteAddr: end }, "x"));
  assertEquals(direct?.take({ localAddr: end, remoteAddr: end }), undefined);
});

Deno.test({
  name: "a full socket takes a part and then nothing, and so does one whose peer is gone",
  ignore,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    using accepted = await listener.accept();
    using direct = DirectSend.open()!;
    const descriptor = direct.take(accepted)!;
    const large = new Uint8Array(64 * 1024 * 1024);
    const taken = direct.send(descriptor, large);
    assert(taken > 0 && taken < large.length, `${taken}`);
    let total = taken;
    for (let more; (more = direct.send(descriptor, large)) > 0;) total += more;
    assert(total < large.length, `${total}`);
    peer.close();
    assertEquals(direct.send(descriptor, large), 0);
  },
});

Deno.test({
  name: "without the permission nothing can be sent",
  permissions: { ffi: false },
  fn() {
    assertEquals(DirectSend.open(), undefined);
  },
});
