/** The client's connection over real sockets: aborted attempts, and runs. */

import { assertEquals, assertRejects } from "@std/assert";
import { HubConnection } from "../../client/net/connection.ts";
import { dial } from "../../client/net/dial.ts";
import { Failure } from "../../common/cli/failure.ts";
import { PROTOCOL, type WireFrame } from "../../common/protocol/frame.ts";
import { encodeFrame } from "../../common/protocol/frame_codec.ts";

Deno.test("an aborted attempt to connect ends at once, and closes its socket", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const abort = new AbortController();
  const opening = dial({ hostname: "127.0.0.1", port }, abort.signal);
  abort.abort(new Error("aborted"));
  await assertRejects(() => opening, Error, "aborted");
  using accepted = await listener.accept();
  assertEquals(await accepted.read(new Uint8Array(10)), null);
});

async function connectTo({ addr: { port } }: Deno.TcpListener): Promise<HubConnection> {
  const address = { hostname: "127.0.0.1", port };
  const socket = await dial(address, new AbortController().signal);
  return new HubConnection(socket, address, { protocol: PROTOCOL });
}

Deno.test("an attempt aborted beforehand is not made", async () => {
  const signal = AbortSignal.abort(new Error("aborted"));
  const address = { hostname: "127.0.0.1", port: 1 };
  await assertRejects(() => dial(address, signal), Error, "aborted");
});

Deno.test("the client asks for runs, and unfolds them into messages and acks", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connection = await connectTo(listener);
  const accepted = await listener.accept();
  const buffer = new Uint8Array(1000);
  const size = await accepted.read(buffer);
  const hello = JSON.parse(new TextDecoder().decode(buffer.subarray(0, size!)));
  assertEquals(hello, { type: "hello", protocol: PROTOCOL, runs: true });

  const fields = { room: "general", nick: "eva", ts: 1, kind: "say" } as const;
  const frames: WireFrame[] = [
    { type: "messages", id: 3, texts: ["uno", "dos"], ...fields },
    { type: "acks", id: 5, refs: ["a", "b"], ts: 1 },
    { type: "bye", code: "quit", params: {}, text: "" },
  ];
  const first = { type: "error", code: "password_wanted", params: {}, text: "" } as const;
  const lines = [first, ...frames].map((frame) => encodeFrame(frame) + "\n").join("");
  await accepted.write(new TextEncoder().encode(lines));
  accepted.close();
  const received = [];
  for await (const batch of connection.batches()) received.push(...batch);
  assertEquals(received.slice(1, -1), [
    { type: "message", id: 3, text: "uno", ...fields },
    { type: "message", id: 4, text: "dos", ...fields },
    { type: "ack", id: 5, ref: "a", ts: 1 },
    { type: "ack", id: 6, ref: "b", ts: 1 },
  ]);
});

Deno.test("a hub that does not answer a check in time is lost", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connection = await connectTo(listener);
  using accepted = await listener.accept();
  const first = { type: "error", code: "password_wanted", params: {}, text: "" } as const;
  await accepted.write(new TextEncoder().encode(encodeFrame(first) + "\n"));
  const batches = connection.batches();
  assertEquals((await batches.next()).value, [first]);
  connection.check(1);
  const failure = await assertRejects(() => batches.next(), Failure);
  assertEquals(failure.key, "failure.lost");
});
