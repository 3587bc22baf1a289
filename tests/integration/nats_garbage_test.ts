/** Invalid data on every subject that hubs subscribe to is dropped and logged, and the chat goes on. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { testTwoHubs } from "../support/nats_hubs.ts";

const INVALID = [
  "",
  "{",
  "[]",
  "null",
  '{"v":1}',
  '{"v":2,"hub":"x"}',
  "\x00\xff",
  "7".repeat(1000),
];

testTwoHubs(
  "invalid data on any subject is dropped, and messages are still delivered",
  async ({ nats, a, b }) => {
    await Promise.all([a.open("general"), b.open("general")]);
    a.put("ana");
    await b.untilEvent("user ana");
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
    for (const data of INVALID) {
      for (const subject of subjects) stranger.publish(subject, data);
      await stranger.flush();
      await b.say("bob", `after ${data.length}`);
    }
    await stranger.close();
    for (const hub of [a, b]) {
      await hub.until(() => hub.texts.length === INVALID.length, "the messages");
      assertEquals(hub.texts, a.texts);
      assert(hub.log.some(({ message }) => message === "dropped invalid records"));
    }
    assertEquals(await a.claim("eva", "x"), "claimed");
    a.put("ana", { isAway: true });
    await b.untilEvent("away");
    const unexpected = b.events.filter((event) => !/^(open|message|accepted|user) /.test(event));
    assertEquals(unexpected, []);
    assert(b.log.filter(({ message }) => message.startsWith("dropped")).length < 10);
  },
);
