/** How a hub connects to its NATS servers, and what it reports if it cannot. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Failure } from "../../common/cli/failure.ts";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { NatsHub } from "../support/nats_hubs.ts";
import { tempDirectory } from "../support/temp.ts";

const ignore = NATS_MISSING;

async function openFailure(servers: readonly string[], options = {}): Promise<Failure> {
  return await assertRejects(() => NatsHub.open(servers, options), Failure);
}

Deno.test("unreachable servers are named, without passwords", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const failure = await openFailure([
    `nats://ana:secret@127.0.0.1:${port}`,
    `nats://token@[::1]:${port}`,
  ]);
  assertEquals(
    failure.message,
    `cannot reach a NATS server at 127.0.0.1:${port}, [::1]:${port}: start one there, or name others with --nats`,
  );
});

Deno.test("a server that is not a NATS server counts as unreachable", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepting = (async () => {
    for await (const conn of listener) {
      await conn.write(new TextEncoder().encode("* welcome, guest1\n"));
      conn.close();
    }
  })();
  const failure = await openFailure([`nats://127.0.0.1:${port}`]);
  assertEquals(failure.key, "failure.nats_unreachable");
  listener.close();
  await accepting;
});

Deno.test({ name: "a server without JetStream is reported as such", ignore }, async () => {
  await using nats = await startNats({ jetStream: false });
  const failure = await openFailure([nats.url]);
  assertEquals(
    failure.message,
    `the NATS servers at 127.0.0.1:${nats.port} have no JetStream for this hub: start them with -js`,
  );
});

Deno.test({
  name: "wrong credentials are reported, and the right ones are accepted",
  ignore,
}, async () => {
  const config = 'authorization { user: ana, password: "se:cret" }';
  await using nats = await startNats({ config });
  for (const user of ["", "ana:wrong@", "token@"]) {
    const failure = await openFailure([`nats://${user}127.0.0.1:${nats.port}`]);
    assertEquals(failure.key, "failure.nats_unauthorized");
    assert(!failure.message.includes("wrong"));
  }
  await using hub = await NatsHub.open([`nats://ana:se%3Acret@127.0.0.1:${nats.port}`]);
  assertEquals(hub.cluster.isOffline, false);
  assert(!JSON.stringify(hub.log).includes("cret"));
});

Deno.test({ name: "a hub can authenticate with a token", ignore }, async () => {
  await using nats = await startNats({ config: 'authorization { token: "s3cret" }' });
  await using hub = await NatsHub.open([`nats://s3cret@127.0.0.1:${nats.port}`]);
  assertEquals(hub.cluster.isOffline, false);
});

Deno.test({
  name: "a hub uses any of several servers, also one that was down at first",
  ignore,
}, async () => {
  await using first = await startNats();
  await first.kill();
  await using second = await startNats();
  await using hub = await NatsHub.open([first.url, second.url]);
  assertEquals(hub.cluster.isOffline, false);
  await second.kill();
  await hub.untilEvent("offline");
  await first.start();
  await hub.until(
    () => hub.log.some(({ fields }) => String(fields["reason"]).includes("lost the chat")),
    "the hub to notice the other cluster",
  );
  await first.kill();
  await second.start();
  await hub.untilEvent("online");
});

Deno.test("unusable files are named", async () => {
  await using folder = await tempDirectory();
  const path = `${folder.path}/file`;
  await Deno.writeTextFile(path, "nothing");
  for (const options of [{ creds: path }, { ca: path }]) {
    const failure = await openFailure(["nats://127.0.0.1:1"], options);
    assertStringIncludes(failure.message, `cannot use ${path}: it`);
  }
  const missing = await openFailure(["nats://127.0.0.1:1"], { creds: `${path}2` });
  assertEquals(missing.key, "failure.no_such_file");
});

Deno.test(
  { name: "over TLS a hub trusts only the given CA", ignore },
  async () => {
    await using folder = await tempDirectory();
    const path = (name: string) => `${folder.path}/${name}`;
    const issuer = await makeAuthority();
    const names = [{ type: "ip" as const, value: "127.0.0.1" }];
    const { cert, key } = await makeCertificate({ names, issuer });
    await Deno.writeTextFile(path("cert.pem"), cert);
    await Deno.writeTextFile(path("key.pem"), key);
    await Deno.writeTextFile(path("ca.pem"), issuer.cert);
    await Deno.writeTextFile(path("other.pem"), (await makeAuthority()).cert);
    const config = `tls { cert_file: ${JSON.stringify(path("cert.pem"))}, key_file: ${
      JSON.stringify(path("key.pem"))
    } }`;
    await using nats = await startNats({ config });
    const url = `tls://127.0.0.1:${nats.port}`;
    await using hub = await NatsHub.open([url], { ca: path("ca.pem") });
    await hub.open("general");
    await hub.say("ana", "in secret");
    await nats.kill();
    await hub.untilEvent("offline");
    await nats.start();
    await hub.untilEvent("online");
    for (const options of [{}, { ca: path("other.pem") }]) {
      const failure = await openFailure([url], options);
      assertEquals(failure.key, "failure.nats_tls");
    }
  },
);

Deno.test(
  { name: "a hub that requires TLS sends nothing to a server without it", ignore },
  async () => {
    await using nats = await startNats();
    const failure = await openFailure([`tls://ana:secret@127.0.0.1:${nats.port}`]);
    assertEquals(failure.key, "failure.nats_tls");
  },
);
