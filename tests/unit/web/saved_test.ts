/** What the page keeps for its reload. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatSaved, parseSaved } from "../../../web/saved.ts";
import { testProperty } from "../../support/property.ts";
import { join } from "../client/session/test_conversation.ts";

Deno.test("the session and the unanswered lines come back as they were, without passwords", async () => {
  const { conversation } = await join();
  conversation.submit("hola");
  conversation.submit("/mod secret");
  const json = formatSaved(conversation);
  const unanswered = conversation.unanswered();
  assertEquals(json.includes("secret"), false);
  assertEquals(parseSaved(json), {
    nick: "ana",
    room: "general",
    rooms: ["general"],
    session: { token: "t1", epoch: "e1", lastId: 0 },
    unanswered,
  });
  assertEquals(unanswered.length, 1);
});

testProperty(
  "anything else is no session",
  { weight: 1 },
  (check) =>
    check(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assertEquals(parseSaved(text), undefined);
    })),
);
