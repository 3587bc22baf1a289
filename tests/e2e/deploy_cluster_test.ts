/** The configuration in deploy/cluster is valid, and permits everything that hubs need. */

import { assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { startNats } from "../support/nats.ts";
import { Program, runChat } from "../support/program.ts";
import { Bot, startHubs, testWithNats } from "./hubs.ts";
import { joinWithNc } from "./people.ts";

const FOLDER = resolve(import.meta.dirname!, "../../deploy/cluster");
const SERVER = Deno.env.get("NATS_SERVER") || "nats-server";
const env = { NATS_NAME: "n1", HUB_PASSWORD: "for-hubs", ADMIN_PASSWORD: "for-admins" };

testWithNats("the NATS servers' configuration is valid", async () => {
  const args = ["-t", "-c", `${FOLDER}/nats.conf`];
  await using server = new Program([SERVER, ...args], { env });
  assertEquals((await server.exit()).code, 0, server.stderr());
  assertMatch(server.stderr(), /is valid/);
});

testWithNats("the permissions are enough for hubs", async () => {
  const accounts = await Deno.readTextFile(`${FOLDER}/accounts.conf`);
  const config = accounts
    .replace("$HUB_PASSWORD", env.HUB_PASSWORD)
    .replace("$ADMIN_PASSWORD", env.ADMIN_PASSWORD);
  await using nats = await startNats({ config });
  const server = `127.0.0.1:${nats.port}`;
  const urls = `nats://hub:${env.HUB_PASSWORD}@${server}`;
  await using cluster = await startHubs(2, urls);
  const [one, two] = cluster.hubs;
  await using ana = await joinWithNc(one!.port, "ana");
  await using bob = await joinWithNc(two!.port, "bob");
  await ana.until("is now bob"); // her hub can deliver private messages to him
  ana.send("hola\n/msg bob solo para ti\n/topic fracciones\n/join dev\n");
  await bob.until("ana: hola");
  await bob.until("[private] ana: solo para ti");
  await bob.until("* ana changed the topic: fracciones");
  bob.send("/name ana\n");
  await bob.until('! the nick "ana" is in use');
  ana.send("/exit\n");
  await bob.until("* ana left (1 here)");

  // Only the server announces accepted messages: even the hubs' password is not enough.
  const stranger = await connect({ servers: server, user: "hub", pass: env.HUB_PASSWORD });
  try {
    const refused = permissionError(stranger);
    stranger.publish("chat-told.chat.room.general", "{}");
    assertMatch(await refused, /permissions violation/i);
  } finally {
    await stranger.close();
  }
  await using eva = await Bot.join(one!.port, "eva");
  await eva.untilAcked(eva.say("sigo"));
  await bob.until("eva: sigo");
  for (const hub of cluster.hubs) {
    assertEquals(hub.stderr().match(/[Pp]ermissions [Vv]iolation/), null, hub.stderr());
  }
  const { code, stderr } = await runChat([
    "server",
    "127.0.0.1",
    "0",
    "--nats",
    `nats://${server}`,
  ]);
  assertEquals(code, 1);
  assertMatch(stderr, /^chat: [^\n]+\n$/);
});

/** The next error that the server reports. */
async function permissionError(connection: NatsConnection): Promise<string> {
  for await (const status of connection.status()) {
    if (status.type === "error") return status.error.message;
  }
  return "none";
}
