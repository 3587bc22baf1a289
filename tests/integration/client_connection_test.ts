/** The client's connection over real sockets, where it ends before it has begun. */

import { assertEquals, assertRejects } from "@std/assert";
import { HubConnection } from "../../client/connection.ts";
import { PROTOCOL } from "../../protocol/frame.ts";

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
