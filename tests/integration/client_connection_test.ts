/** The client's connection over real sockets: what it does with what comes, and how it ends before it has begun. */

import { assertEquals, assertRejects } from "@std/assert";
import { HubConnection } from "../../client/net/connection.ts";
import { encodeFrame, PROTOCOL, type WireFrame } from "../../common/protocol/frame.ts";

Deno.test("an attempt to connect that is not wanted any more ends at once, and closes what it got", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const abort = new AbortController();
  const opening = HubConnection.open(
    { hostname: "127.0.0.1", port },
    { protocol: PROTOCOL },
    abort.signal,
  );
  abort.abort(new Error("not wanted"));
  await assertRejects(() => opening, Error, "not wanted");
  using accepted = await listener.accept();
  assertEquals(await accepted.read(new Uint8Array(10)), null);
});

Deno.test("an attempt that was not wanted from the beginning is not made", async () => {
  const signal = AbortSignal.abort(new Error("not wanted"));
  const address = { hostname: "127.0.0.1", port: 1 };
  await assertRejects(
    () => HubConnection.open(address, { protocol: PROTOCOL }, signal),
    Error,
    "not wanted",
  );
});

Deno.test("the client asks for runs, and gives each message and ack of one by itself", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { signal } = new AbortController();
  const connection = await HubConnection.open(
    { hostname: "127.0.0.1", port },
    { protocol: PROTOCOL },
    signal,
  );
  const accepted = await listener.accept();
  const received = new Uint8Array(1000);
  const size = await accepted.read(received);
  const hello = JSON.parse(new TextDecoder().decode(received.subarray(0, size!)));
  assertEquals(hello, { type: "hello", protocol: PROTOCOL, runs: true });

  const said = { room: "general", nick: "eva", ts: 1, kind: "say" } as const;
  const frames: WireFrame[] = [
    { type: "messages", id: 3, texts: ["uno", "dos"], ...said },
    { type: "acks", id: 5, refs: ["a", "b"], ts: 1 },
    { type: "bye", code: "quit", params: {}, text: "" },
  ];
  const first = { type: "error", code: "password_wanted", params: {}, text: "" } as const;
  const lines = [first, ...frames].map((frame) => encodeFrame(frame) + "\n").join("");
  await accepted.write(new TextEncoder().encode(lines));
  accepted.close();
  const given = [];
  for await (const batch of connection.batches()) given.push(...batch);
  assertEquals(given.slice(1, -1), [
    { type: "message", id: 3, text: "uno", ...said },
    { type: "message", id: 4, text: "dos", ...said },
    { type: "ack", id: 5, ref: "a", ts: 1 },
    { type: "ack", id: 6, ref: "b", ts: 1 },
  ]);
});
