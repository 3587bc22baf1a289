import { assert, assertEquals } from "@std/assert";
import { DirectSend } from "../../../../server/net/direct_send.ts";
import { HubTcpSocket } from "../../../../server/net/tcp_socket.ts";

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "a closed socket sends nothing, not even to the next one with its descriptor",
  ignore,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using direct = DirectSend.open()!;
    const connect = async () => {
      const peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
      return { peer, socket: new HubTcpSocket(await listener.accept(), direct) };
    };
    const bytes = new TextEncoder().encode("hola");
    const first = await connect();
    assertEquals(first.socket.tryWrite(bytes), bytes.length);
    first.peer.close();
    first.socket.close();
    const others = await Array.fromAsync(Array(20), connect);
    assertEquals(first.socket.tryWrite(bytes), 0);
    for (const { peer, socket } of others) {
      socket.close();
      assertEquals(await new Response(peer.readable).text(), "");
    }
  },
});

Deno.test({
  name: "what the system does not take at once is written afterwards, and all arrives in order",
  ignore,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using direct = DirectSend.open()!;
    const peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    const socket = new HubTcpSocket(await listener.accept(), direct);
    const sent = Uint32Array.from({ length: 4 * 1024 * 1024 }, (_, at) => at);
    let bytes = new Uint8Array(sent.buffer);
    const received = new Response(peer.readable).bytes();
    let tries = 0;
    for (; bytes.length > 0; tries++) {
      const taken = socket.tryWrite(bytes) || await socket.write(bytes.subarray(0, 1000));
      bytes = bytes.subarray(taken);
    }
    assert(tries > 1);
    socket.close();
    assertEquals(new Uint32Array((await received).buffer), sent);
  },
});

Deno.test("without direct sends everything is left to the write", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using _peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const socket = new HubTcpSocket(await listener.accept());
  assertEquals(socket.tryWrite(new Uint8Array(1)), 0);
  assertEquals(await socket.write(new Uint8Array(1)), 1);
  socket.close();
});
