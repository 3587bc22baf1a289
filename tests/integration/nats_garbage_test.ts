/** What is no word of a hub, at every subject that hubs listen to: it is dropped and logged, and all goes on. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { NatsHub } from "../support/nats_hubs.ts";

const ignore = NATS_MISSING;

const GARBAGE = [
  "",
  "{",
  "[]",
  "null",
  '{"v":1}',
  '{"v":2,"hub":"x"}',
  "\x00\xff",
  "7".repeat(1000),
];

Deno.test(
  { name: "garbage at any subject is dropped, and what is said goes on", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    await Promise.all([a.open("general"), b.open("general")]);
    a.put("ana");
    await b.untilEvent("met ana");
    const stranger = await connect({ servers: nats.url });
    const subjects = [
      "chat.chat.room.general",
      "chat.chat.room.=ff",
      "chat.chat.what",
      `chat.chat.private.x.${b.id}`,
      "chat-told.chat.room.general",
      "$KV.chat-chat-state.person.id-of-ana2",
      "$KV.chat-chat-state.room.general",
      "$KV.chat-chat-state.ban.x",
      "$KV.chat-chat-state.what.x",
      "$KV.chat-chat-state.x",
      "$KV.chat-chat-hubs.x.y",
      "$KV.chat-chat-nicks.eva",
      "chat-kv.chat-chat-state.person.x",
      `chat-hub.chat.${b.id}`,
    ];
    for (const data of GARBAGE) {
      for (const subject of subjects) stranger.publish(subject, data);
      await stranger.flush();
      await b.say("bob", `after ${data.length}`);
    }
    await stranger.close();
    for (const hub of [a, b]) {
      await hub.until(() => hub.said.length === GARBAGE.length, "what was said");
      assertEquals(hub.said, a.said);
      assert(hub.log.some(({ message }) => message === "dropped what no hub says"));
    }
    assertEquals(await a.claim("eva", "x"), "claimed");
    a.put("ana", { isAway: true });
    await b.untilEvent("away");
    const told = b.events.filter((event) => !/^(open|heard|accepted|met) /.test(event));
    assertEquals(told, []);
    assert(b.log.filter(({ message }) => message.startsWith("dropped")).length < 10);
  },
);
