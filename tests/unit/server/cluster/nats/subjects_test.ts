import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { decodeToken, encodeToken, Subjects } from "../../../../../server/cluster/nats/subjects.ts";
import { parseNatsServer } from "../../../../../server/cluster/nats/servers.ts";
import { testProperty } from "../../../../support/property.ts";

const text = fc.string({ unit: "grapheme" });

testProperty(
  "every text is decoded from its token, which is plain ASCII",
  { weight: 5 },
  (check) =>
    check(fc.property(text, (text) => {
      const token = encodeToken(text);
      assertMatch(token, /^[A-Za-z0-9_=-]+$/);
      assertEquals(decodeToken(token), text);
    })),
);

testProperty(
  "only the token of a text decodes to it",
  { weight: 5 },
  (check) =>
    check(fc.property(fc.oneof(text, fc.stringMatching(/^[=a-f0-9A-Z.]*$/)), (token) => {
      const text = decodeToken(token);
      if (text !== undefined) assertEquals(encodeToken(text), token);
    })),
);

testProperty(
  "a subject is parsed by its own chat only",
  { weight: 2 },
  (check) =>
    check(fc.property(text.filter((id) => id !== ""), text.filter((id) => id !== ""), (to, hub) => {
      const subjects = new Subjects("chat");
      assertEquals(subjects.parse(subjects.privateTo(to, hub)), { kind: "private", to, hub });
      assertEquals(new Subjects("other").parse(subjects.privateTo(to, hub)), undefined);
      const key = subjects.key("state", to, hub);
      assertEquals(subjects.keyParts("state", key), [to, hub]);
      assertEquals(subjects.keyParts("nicks", key), undefined);
      for (const subject of [key, subjects.privateTo(to, hub)]) {
        assertEquals(subjects.original(subjects.republished(subject)), subject);
      }
    })),
);

testProperty(
  "any text is parsed as a server address or rejected",
  { weight: 2 },
  (check) =>
    check(fc.property(text, (text) => {
      const server = parseNatsServer(text);
      if (server) assertMatch(server.address, /:\d+$/);
    })),
);

Deno.test("room subjects stay readable in subjects, and cannot reach beyond their token", () => {
  const subjects = new Subjects("chat");
  assertEquals(subjects.room("general"), "chat.chat.room.general");
  assertEquals(subjects.room("a.b"), "chat.chat.room.a=2eb");
  assertEquals(subjects.room("日本"), "chat.chat.room.=e6=97=a5=e6=9c=ac");
  assertEquals(subjects.parse(subjects.room("日本")), { kind: "room", room: "日本" });
  for (const room of ["*", ">", "", "a b", "General", "\n"]) {
    assertEquals(subjects.parse(subjects.room(room)), undefined);
  }
  for (
    const subject of [
      "chat.chat.room",
      "chat.chat.room.a.b",
      "chat.chat.private.a",
      "x.chat.room.a",
    ]
  ) {
    assertEquals(subjects.parse(subject), undefined);
  }
});

Deno.test("streams, buckets and subjects keep their names on the wire", () => {
  const subjects = new Subjects("team");
  assertEquals(subjects.stream, "chat-team");
  assertEquals(subjects.messages, "chat.team.>");
  assertEquals(subjects.privateMessages, "chat.team.private.>");
  assertEquals(subjects.privateTo("x"), "chat.team.private.x.*");
  assertEquals(subjects.privateTo("x", "h"), "chat.team.private.x.h");
  assertEquals(subjects.privateFrom("h"), "chat.team.private.*.h");
  assertEquals(subjects.commands("h"), "chat-hub.team.h");
  assertEquals(subjects.bucketStream("state"), "KV_chat-team-state");
  assertEquals(subjects.key("nicks", "josé"), "$KV.chat-team-nicks.jos=c3=a9");
  assertEquals(subjects.republished("chat.team.room.a"), "chat-told.team.room.a");
  assertEquals(subjects.republished(subjects.allKeys("hubs")), "chat-kv.chat-team-hubs.>");
});

Deno.test("a server address may have a user, a token and a port", () => {
  const parse = parseNatsServer;
  assertEquals(parse("nats://a"), { address: "a:4222", isEncrypted: false });
  assertEquals(parse("tls://[::1]:1/"), { address: "[::1]:1", isEncrypted: true });
  assertEquals(parse("nats://ana:a%40b:c@h"), {
    address: "h:4222",
    isEncrypted: false,
    user: "ana",
    password: "a@b:c",
  });
  assertEquals(parse("nats://to%2Cken@h")?.password, "to,ken");
});
