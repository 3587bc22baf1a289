import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Post } from "../../../../../server/cluster/mod.ts";
import {
  readClaim,
  readMessage,
  readOrder,
  readPerson,
  readRule,
  ruleWords,
  writeClaim,
  writeGone,
  writeMessage,
  writeOrder,
  writePerson,
  writeRule,
} from "../../../../../server/cluster/nats/codec.ts";
import { sanitize } from "../../../../../common/protocol/sanitize.ts";
import { someone } from "../../../../support/nats_hubs.ts";
import { testProperty } from "../../../../support/property.ts";
import type { RemoteCommand, Rule, User } from "../../../../../server/types.ts";

const ROOM = { kind: "room", room: "general" } as const;

function post(text: string, ref = "r"): Post {
  return {
    message: { type: "message", id: 0, room: "general", nick: "José", text, ts: 0, kind: "say" },
    author: { id: "id", key: "josé", nick: "José" },
    to: undefined,
    ref,
    accepted() {},
  };
}

/** JSON of which some is what records are made of. */
const json = fc.oneof(
  fc.json(),
  fc.string(),
  fc.record({
    v: fc.constantFrom<unknown>(1, 1, 2, null),
    hub: fc.constantFrom<unknown>("h", 1),
    id: fc.constantFrom<unknown>("id", 1),
    person: fc.constantFrom<unknown>(someone("ana"), { ...someone("ana"), nick: "a\x1bb" }, null),
    rule: fc.constantFrom<unknown>(
      { kind: "ban", key: "x" },
      { kind: "ban", key: "x", ban: 1 },
      [],
    ),
    order: fc.jsonValue(),
    gone: fc.option(fc.constantFrom<unknown>({}, { reason: "kicked" }, { reason: 1 })),
    after: fc.option(fc.constantFrom<unknown>(["general", 1], ["general"], ["*", 1])),
  }, { requiredKeys: [] }).map((value) => JSON.stringify(value)),
);

testProperty(
  "whatever is read as a record is one or has a reason",
  { weight: 3 },
  (check) =>
    check(fc.property(json, (json) => {
      for (
        const read of [
          readMessage(json, ROOM, 1),
          readPerson(json, "x"),
          readRule(json, "ban", "x"),
          readOrder(json),
        ]
      ) if (!read.ok) assert(read.reason !== "");
      readClaim(json);
    })),
);

testProperty(
  "a message comes back as it was said, but safe to show",
  { weight: 3 },
  (check) =>
    check(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, ref) => {
        const read = readMessage(writeMessage(post(text, ref), 12, "h", 3), ROOM, 7);
        assert(read.ok);
        const { said, hub, rev } = read.value;
        assertEquals([said.message.id, said.message.ts, hub, rev], [7, 12, "h", 3]);
        assertEquals(said.message.text, sanitize(text.toWellFormed(), { newlines: true }));
        assertEquals(said.author, { id: "id", key: "josé", nick: "José" });
      }),
      { numRuns: 200 },
    ),
);

Deno.test("a message with a wrong field is none", () => {
  const good = JSON.parse(writeMessage(post("text"), 1, "h", 0));
  assert(readMessage(JSON.stringify(good), ROOM, 1).ok);
  const wrong: Record<string, unknown[]> = {
    v: [2, undefined],
    id: [1, undefined],
    nick: ["", "a b", "a\u202eb", "me", "ana ", undefined],
    kind: ["private", "shout"],
    text: [1, undefined],
    ts: [-1, 1e300, "1"],
    ref: [undefined],
    rev: ["1"],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const read = readMessage(JSON.stringify({ ...good, [name]: value }), ROOM, 1);
      assert(!read.ok, `${name} ${value}`);
    }
  }
  assert(!readMessage(JSON.stringify(good), { kind: "private", to: "x", hub: "h" }, 1).ok);
});

Deno.test("people come back as they were written, whoever wrote them", () => {
  const ana: User = { ...someone("ana"), hub: "h", correspondent: "x", ignored: [] };
  assertEquals(readPerson(writePerson(ana, "g", ["general", 4]), ana.id), {
    ok: true,
    value: { hub: "g", person: ana, after: ["general", 4] },
  });
  const why = { reason: "kicked" as const, params: { by: "eva", because: "x" } };
  assertEquals(readPerson(writeGone(why, "g"), ana.id), {
    ok: true,
    value: { hub: "g", gone: why },
  });
  for (
    const wrong of [
      { nick: "a b" },
      { rooms: [["General", 1]] },
      { rooms: [["general"]] },
      { lang: "fr" },
      { isAway: 1 },
      { ignored: [{ id: "x" }] },
      { id: "another" },
    ]
  ) {
    const read = readPerson(writePerson({ ...ana, ...wrong } as User, "g"), ana.id);
    assert(!read.ok, JSON.stringify(wrong));
  }
});

Deno.test("rules, claims and orders come back as they were written, and safe to show", () => {
  const rules: Rule[] = [
    { kind: "ban", key: "bob", ban: { id: "x", key: "bob", nick: "Bob" } },
    { kind: "ban", key: "bob", ban: undefined },
    { kind: "mute", key: "eva", mute: { id: "y", until: 1 } },
    {
      kind: "room",
      room: "日本",
      state: { topic: "tea", isLocked: false, isPaused: true, slow: 0 },
      news: { type: "topic", room: "日本", nick: "ana", topic: "tea" },
    },
  ];
  for (const rule of rules) {
    const read = readRule(writeRule(rule, "h"), ...ruleWords(rule));
    assertEquals(read, { ok: true, value: { hub: "h", rule } });
  }
  const bell = writeRule(
    { ...rules[3]!, state: { topic: "\x07", isLocked: false, isPaused: false, slow: 0 } } as Rule,
    "h",
  );
  const read = readRule(bell, "room", "日本");
  assert(read.ok && read.value.rule.kind === "room");
  assertEquals(read.value.rule.state?.topic, "\ufffd");
  assert(!readRule(writeRule(rules[0]!, "h"), "ban", "eva").ok);
  assert(!readRule(writeRule(rules[0]!, "h"), "mute", "bob").ok);
  assertEquals(readClaim(writeClaim({ id: "x", hub: "h" })), { id: "x", hub: "h" });
  const order: RemoteCommand = { kind: "notify", id: "x", code: "away", params: { nick: "ana" } };
  assertEquals(readOrder(writeOrder(order)), { ok: true, value: order });
});
