import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Post } from "../../../../../server/cluster/mod.ts";
import {
  decodeClaim,
  decodeCommand,
  decodeMessage,
  decodeRule,
  decodeUser,
  encodeMessage,
  encodeRecord,
  ruleKey,
} from "../../../../../server/cluster/nats/codec.ts";
import { sanitize } from "../../../../../common/protocol/sanitize.ts";
import { userNamed } from "../../../../support/nats_hubs.ts";
import { testProperty } from "../../../../support/property.ts";
import type { RemoteCommand, Rule, User } from "../../../../../server/types.ts";

const ROOM = { kind: "room", room: "general" } as const;

function post(text: string, ref = "r"): Post {
  return {
    message: { type: "message", id: 0, room: "general", nick: "José", text, ts: 0, kind: "say" },
    author: { id: "id", key: "josé", nick: "José" },
    to: undefined,
    ref,
    onAccepted() {},
  };
}

/** JSON that resembles records. */
const json = fc.oneof(
  fc.json(),
  fc.string(),
  fc.record({
    v: fc.constantFrom<unknown>(1, 1, 2, null),
    hub: fc.constantFrom<unknown>("h", 1),
    id: fc.constantFrom<unknown>("id", 1),
    person: fc.constantFrom<unknown>(
      userNamed("ana"),
      { ...userNamed("ana"), nick: "a\x1bb" },
      null,
    ),
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

Deno.test("records keep their names on the wire", () => {
  assertEquals(
    encodeMessage(post("a\nb"), 12, "h", 3),
    '{"v":1,"id":"id","key":"josé","nick":"José","kind":"say","text":"a\\nb","ts":12,"ref":"r","hub":"h","rev":3}',
  );
  assertEquals(
    encodeRecord({ hub: "h", person: userNamed("ana"), after: ["general", 4] }),
    '{"v":1,"hub":"h","person":{"id":"id-of-ana","key":"ana","nick":"ana","hub":"","host":"192.0.2.1",' +
      '"rooms":[["general",0]],"room":"general","lang":"en","canResume":true,"isAway":false,' +
      '"isModerator":false,"ignored":[],"answers":[]},"after":["general",4]}',
  );
  assertEquals(
    encodeRecord({ hub: "h", gone: { reason: "kicked" } }),
    '{"v":1,"hub":"h","gone":{"reason":"kicked"}}',
  );
  assertEquals(
    encodeRecord({ hub: "h", rule: { kind: "mute", key: "eva", mute: { id: "y", until: 1 } } }),
    '{"v":1,"hub":"h","rule":{"kind":"mute","key":"eva","mute":{"id":"y","until":1}}}',
  );
  assertEquals(encodeRecord({ id: "x", hub: "h" }), '{"v":1,"id":"x","hub":"h"}');
  assertEquals(
    encodeRecord({ order: { kind: "notify", id: "x", code: "away", params: { nick: "ana" } } }),
    '{"v":1,"order":{"kind":"notify","id":"x","code":"away","params":{"nick":"ana"}}}',
  );
});

testProperty(
  "decoding any JSON gives a record or a reason",
  { weight: 3 },
  (check) =>
    check(fc.property(json, (json) => {
      for (
        const decoded of [
          decodeMessage(json, ROOM, 1),
          decodeUser(json, "x"),
          decodeRule(json, "ban", "x"),
          decodeCommand(json),
        ]
      ) if (!decoded.ok) assert(decoded.error !== "");
      decodeClaim(json);
    })),
);

testProperty(
  "a message is decoded as it was encoded, with its text sanitized",
  { weight: 3 },
  (check) =>
    check(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, ref) => {
        const decoded = decodeMessage(encodeMessage(post(text, ref), 12, "h", 3), ROOM, 7);
        assert(decoded.ok);
        const { posted, hub, rev } = decoded.value;
        assertEquals([posted.message.id, posted.message.ts, hub, rev], [7, 12, "h", 3]);
        assertEquals(posted.message.text, sanitize(text.toWellFormed(), { newlines: true }));
        assertEquals(posted.author, { id: "id", key: "josé", nick: "José" });
      }),
      { numRuns: 200 },
    ),
);

Deno.test("a message with an invalid field is rejected", () => {
  const good = JSON.parse(encodeMessage(post("text"), 1, "h", 0));
  assert(decodeMessage(JSON.stringify(good), ROOM, 1).ok);
  const wrong: Record<string, unknown[]> = {
    v: [2, undefined],
    id: [1, undefined],
    nick: ["", "a b", "a\u202eb", "me", "ana ", undefined],
    kind: ["private", "shout"],
    text: [1, undefined],
    ts: [-1, 1e300, "1"],
    ref: [undefined],
    rev: ["1"],
    as: ["private"],
    tags: [{}, { msgid: "7" }, { "+a": "\n" }, { "+a": "x".repeat(5000) }],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const decoded = decodeMessage(JSON.stringify({ ...good, [name]: value }), ROOM, 1);
      assert(!decoded.ok, `${name} ${value}`);
    }
  }
  assert(!decodeMessage(JSON.stringify(good), { kind: "private", to: "x", hub: "h" }, 1).ok);
});

Deno.test("tags, and what a private message is besides, are decoded as they were encoded", () => {
  const { message, ...others } = post("");
  const more = { as: "notice", tags: { "+draft/reply": "7" } } as const;
  const json = encodeMessage(
    { ...others, message: { ...message, kind: "private", ...more } },
    1,
    "h",
    0,
  );
  const decoded = decodeMessage(json, { kind: "private", to: "x", hub: "h" }, 1);
  assert(decoded.ok);
  const { as, tags } = decoded.value.posted.message;
  assertEquals({ as, tags }, more);
});

Deno.test("users are decoded as they were encoded, whichever hub wrote them", () => {
  const departure = { params: { because: "lunch" } };
  const ana: User = { ...userNamed("ana"), hub: "h", correspondent: "x", ignored: [], departure };
  assertEquals(decodeUser(encodeRecord({ hub: "g", person: ana, after: ["general", 4] }), ana.id), {
    ok: true,
    value: { hub: "g", user: ana, after: ["general", 4] },
  });
  const why = { reason: "kicked" as const, params: { by: "eva", because: "x" } };
  assertEquals(decodeUser(encodeRecord({ hub: "g", gone: why }), ana.id), {
    ok: true,
    value: { hub: "g", gone: why },
  });
  const removal = { reason: "removed" as const, params: { by: "eva" } };
  const luis: User = { ...userNamed("luis"), moderates: ["tea"], departure: removal };
  assertEquals(decodeUser(encodeRecord({ hub: "g", person: luis }), luis.id), {
    ok: true,
    value: { hub: "g", user: luis },
  });
  for (
    const wrong of [
      { nick: "a b" },
      { rooms: [["General", 1]] },
      { rooms: [["general"]] },
      { lang: "fr" },
      { isAway: 1 },
      { departure: { params: 1 } },
      { ignored: [{ id: "x" }] },
      { id: "another" },
    ]
  ) {
    const decoded = decodeUser(
      encodeRecord({ hub: "g", person: { ...ana, ...wrong } as User }),
      ana.id,
    );
    assert(!decoded.ok, JSON.stringify(wrong));
  }
});

Deno.test("rules, claims and commands are decoded as they were encoded, with text sanitized", () => {
  const rules: Rule[] = [
    { kind: "ban", key: "bob", ban: { id: "x", key: "bob", nick: "Bob" } },
    { kind: "ban", key: "bob", ban: undefined },
    {
      kind: "ban",
      key: "bob",
      ban: { id: "x", key: "bob", nick: "Bob", host: "192.0.2.7", by: "mod", reason: "spam" },
    },
    {
      kind: "ban",
      key: "192.0.2.0/24",
      ban: { id: "192.0.2.0/24", key: "192.0.2.0/24", nick: "192.0.2.0/24", host: "192.0.2.0/24" },
    },
    { kind: "mute", key: "eva", mute: { id: "y", until: 1, nick: "Eva", by: "mod" } },
    { kind: "mute", key: "eva", mute: { id: "y", until: 1 } },
    { kind: "mute", key: "@192.0.2.7", mute: { id: "192.0.2.7", until: 1, nick: "192.0.2.7" } },
    {
      kind: "room",
      room: "日本",
      state: { topic: "tea", isLocked: false, isPaused: true, slow: 0, limit: 5, key: "tiza" },
      news: { type: "topic", room: "日本", nick: "ana", topic: "tea" },
    },
  ];
  for (const rule of rules) {
    const decoded = decodeRule(encodeRecord({ hub: "h", rule }), ...ruleKey(rule));
    assertEquals(decoded, { ok: true, value: { hub: "h", rule } });
  }
  const topicOfBell = { topic: "\x07", isLocked: false, isPaused: false, slow: 0 };
  const bell = encodeRecord({ hub: "h", rule: { ...rules.at(-1)!, state: topicOfBell } as Rule });
  const decoded = decodeRule(bell, "room", "日本");
  assert(decoded.ok && decoded.value.rule.kind === "room");
  assertEquals(decoded.value.rule.state?.topic, "\ufffd");
  assert(!decodeRule(encodeRecord({ hub: "h", rule: rules[0]! }), "ban", "eva").ok);
  assert(!decodeRule(encodeRecord({ hub: "h", rule: rules[0]! }), "mute", "bob").ok);
  assertEquals(decodeClaim(encodeRecord({ id: "x", hub: "h" })), { id: "x", hub: "h" });
  const orders: RemoteCommand[] = [
    { kind: "notify", id: "x", code: "away", params: { nick: "ana" } },
    { kind: "remove", id: "x", room: "dev", params: { by: "ana" } },
    { kind: "deop", id: "x", room: "dev", params: {} },
  ];
  for (const order of orders) {
    assertEquals(decodeCommand(encodeRecord({ order })), { ok: true, value: order });
  }
});
