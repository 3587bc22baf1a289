import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { decodeToken, encodeToken, Names } from "../../../../../server/cluster/nats/subjects.ts";
import { parseNatsServer } from "../../../../../server/cluster/nats/servers.ts";
import { testProperty } from "../../../../support/property.ts";

const text = fc.string({ unit: "grapheme" });

testProperty(
  "every text comes back from its token, which is plain ASCII",
  { weight: 5 },
  (check) =>
    check(fc.property(text, (text) => {
      const token = encodeToken(text);
      assertMatch(token, /^[A-Za-z0-9_=-]+$/);
      assertEquals(decodeToken(token), text);
    })),
);

testProperty(
  "what is no token has no text, and what has one is its token",
  { weight: 5 },
  (check) =>
    check(fc.property(fc.oneof(text, fc.stringMatching(/^[=a-f0-9A-Z.]*$/)), (token) => {
      const text = decodeToken(token);
      if (text !== undefined) assertEquals(encodeToken(text), token);
    })),
);

testProperty(
  "a subject has its place back, and of another chat none",
  { weight: 2 },
  (check) =>
    check(fc.property(text.filter((id) => id !== ""), text.filter((id) => id !== ""), (to, hub) => {
      const names = new Names("chat");
      assertEquals(names.place(names.letters(to, hub)), { kind: "private", to, hub });
      assertEquals(new Names("other").place(names.letters(to, hub)), undefined);
      const key = names.key("state", to, hub);
      assertEquals(names.words("state", key), [to, hub]);
      assertEquals(names.words("nicks", key), undefined);
      for (const subject of [key, names.letters(to, hub)]) {
        assertEquals(names.untold(names.told(subject)), subject);
      }
    })),
);

testProperty(
  "an address of a NATS server is read or is none",
  { weight: 2 },
  (check) =>
    check(fc.property(text, (text) => {
      const server = parseNatsServer(text);
      if (server) assertMatch(server.address, /:\d+$/);
    })),
);

Deno.test("rooms stay readable in subjects, and no name of one reaches beyond its token", () => {
  const names = new Names("chat");
  assertEquals(names.room("general"), "chat.chat.room.general");
  assertEquals(names.room("a.b"), "chat.chat.room.a=2eb");
  assertEquals(names.room("日本"), "chat.chat.room.=e6=97=a5=e6=9c=ac");
  assertEquals(names.place(names.room("日本")), { kind: "room", room: "日本" });
  for (const room of ["*", ">", "", "a b", "General", "\n"]) {
    assertEquals(names.place(names.room(room)), undefined);
  }
  for (
    const subject of [
      "chat.chat.room",
      "chat.chat.room.a.b",
      "chat.chat.private.a",
      "x.chat.room.a",
    ]
  ) {
    assertEquals(names.place(subject), undefined);
  }
});

Deno.test("an address of a NATS server may have a user, a token and a port", () => {
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
