/** Finding out whether a hub is there without anybody in it noticing. */

import { assertEquals } from "@std/assert";
import { knock } from "../../client/discover/knock.ts";
import { makeCertificate } from "../support/certificates.ts";
import { LiveHub } from "../support/live_hub.ts";
import { Peer } from "../support/peer.ts";

const NEVER = new AbortController().signal;

const at = (port: number) => ({ hostname: "127.0.0.1", port });

Deno.test("a hub answers who knocks, and nobody in it is told", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 20 } });
  await using ana = await Peer.connect(hub.port);
  await ana.until("* welcome, guest1 (1 here: guest1)");
  assertEquals(await knock(at(hub.port), NEVER), { isEncrypted: false });
  await using _eva = await Peer.connect(hub.port);
  await ana.until("/exit leaves");
  assertEquals(await ana.line(), "* guest2 joined (2 here)");
  assertEquals(hub.log.filter((line) => /level=(warning|error)/.test(line)), []);
});

Deno.test("a hub answers who knocks also when it wants a password, or is full", async () => {
  await using closed = new LiveHub({ password: "let me in" });
  assertEquals(await knock(at(closed.port), NEVER), { isEncrypted: false });
  await using full = new LiveHub({ limits: { connections: 1 } });
  await using ana = await Peer.connect(full.port);
  await ana.until("* welcome");
  assertEquals(await knock(at(full.port), NEVER), { isEncrypted: false });
});

Deno.test("a hub that speaks TLS is known by that", async () => {
  await using hub = new LiveHub({ tls: await makeCertificate() });
  assertEquals(await knock(at(hub.port), NEVER), { isEncrypted: true });
});

Deno.test("what is no hub, or nothing, does not answer as one", async () => {
  await using web = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  assertEquals(await knock(at(web.addr.port), NEVER), undefined);
  await web.shutdown();
  assertEquals(await knock(at(web.addr.port), NEVER), undefined);
});

Deno.test("who does not answer is waited for until the signal comes", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const knocking = knock(at((silent.addr as Deno.NetAddr).port), stop.signal);
  using socket = await silent.accept();
  await socket.read(new Uint8Array(100));
  stop.abort();
  assertEquals(await knocking, undefined);
});
