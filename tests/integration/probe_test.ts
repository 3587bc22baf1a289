/** Finding a hub at an address without being noticed by its members. */

import { assertEquals } from "@std/assert";
import { findHub } from "../../client/net/probe.ts";
import { makeCertificate } from "../support/certificates.ts";
import { LiveHub } from "../support/live_hub.ts";
import { Peer } from "../support/peer.ts";
import { StrangerService } from "../support/strangers.ts";

const NEVER = new AbortController().signal;

const at = (port: number) => ({ hostname: "127.0.0.1", port });

Deno.test("a hub is found, and its members do not notice", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 1000 } });
  await using ana = await Peer.connect(hub.port);
  await ana.until("* welcome, guest1 (1 here: guest1)");
  assertEquals(await findHub(at(hub.port), NEVER), { isEncrypted: false });
  await using _eva = await Peer.connect(hub.port);
  await ana.until("/exit leaves");
  assertEquals(await ana.line(), "* guest2 joined (2 here)");
  assertEquals(hub.log.filter((line) => /level=(warning|error)/.test(line)), []);
});

Deno.test("a hub that requires a password, is full or has an older version is found", async () => {
  await using closed = new LiveHub({ password: "let me in" });
  assertEquals(await findHub(at(closed.port), NEVER), { isEncrypted: false });
  await using full = new LiveHub({ limits: { connections: 1 } });
  await using ana = await Peer.connect(full.port);
  await ana.until("* welcome");
  assertEquals(await findHub(at(full.port), NEVER), { isEncrypted: false });
  const bye = { type: "bye", code: "unsupported_protocol", params: { supported: 1 }, text: "x" };
  await using older = new StrangerService({ answer: JSON.stringify(bye) + "\n" });
  assertEquals(await findHub(at(older.port), NEVER), { isEncrypted: false });
});

Deno.test("a hub with TLS is found as encrypted", async () => {
  await using hub = new LiveHub({ tls: await makeCertificate() });
  assertEquals(await findHub(at(hub.port), NEVER), { isEncrypted: true });
});

Deno.test("another service, or a closed port, is not a hub", async () => {
  await using web = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  assertEquals(await findHub(at(web.addr.port), NEVER), undefined);
  await web.shutdown();
  assertEquals(await findHub(at(web.addr.port), NEVER), undefined);
});

Deno.test("a service that does not answer is waited for until the signal", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const probing = findHub(at((silent.addr as Deno.NetAddr).port), stop.signal);
  using socket = await silent.accept();
  await socket.read(new Uint8Array(100));
  stop.abort();
  assertEquals(await probing, undefined);
});
