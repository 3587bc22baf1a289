import { assertEquals } from "@std/assert";
import type { ConversationEvent } from "../../../client/session/conversation.ts";
import type { MessageFrame } from "../../../common/protocol/frame.ts";
import { countNews, NO_NEWS, titleOf } from "../../../web/news.ts";

function message(text: string, fields: Partial<MessageFrame> = {}): ConversationEvent {
  const kind = "say" as const;
  const frame = { type: "message" as const, id: 1, room: "dev", nick: "luis", ts: 0, kind, text };
  return { type: "frame", frame: { ...frame, ...fields } };
}

const title = (...events: ConversationEvent[]) => titleOf("dev", countNews(NO_NEWS, events, "Ana"));

Deno.test("the title counts mentions and private messages, and marks that there are others", () => {
  assertEquals(title(), "chat #dev");
  assertEquals(title(message("hi")), "• chat #dev");
  assertEquals(title(message("hi"), message("ana: hi")), "(1) chat #dev");
  assertEquals(title(message("hi @ana", { kind: "private" }), message("ana?")), "(2) chat #dev");
});

Deno.test("the user's own messages and replayed ones are no news", () => {
  assertEquals(title(message("ana?", { replay: true }), { type: "lost" }), "chat #dev");
  assertEquals(title(message("ana?", { nick: "ANA" })), "chat #dev");
});
