/** Random frames of both sides, each field up to its limit, and lines that are almost frames. */

import fc from "fast-check";
import { BYE_CODES, ERROR_CODES, NOTICE_CODES, REPLY_SHAPES } from "../../common/protocol/codes.ts";
import type { ClientFrame, HubFrame } from "../../common/protocol/frame.ts";
import { hostileText } from "./hostile.ts";

/** A text of at most `max` UTF-16 units, often hostile, and often as long as possible. */
function text(max: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: hostileText({ maxPieces: 10 }).map((each) => each.slice(0, max)) },
    { weight: 1, arbitrary: fc.constantFrom("", "x".repeat(max), "ñ".repeat(max)) },
  ).map((each) => each.toWellFormed());
}

const name = text(256);
const ref = text(64);
const long = text(2000);
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER));
const ts = fc.oneof(fc.nat(), fc.constantFrom(0, 8_640_000_000_000_000));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((each) => each + 0); // JSON has no negative zero
/** Names of params and of fields in the data of replies. */
const KEYS = [
  ..."argument by commands count current fault isIgnored isLocked lang max members minutes missing"
    .split(" "),
  ..."name nick nicks reason room rooms seconds suggestion text to topic total __proto__".split(
    " ",
  ),
];
const key = fc.oneof(fc.constantFrom(...KEYS), text(20));
const entry = fc.dictionary(key, fc.oneof(text(20), number, fc.array(text(20), { maxLength: 3 })), {
  maxKeys: 4,
  noNullPrototype: true,
});
const value = fc.oneof(
  text(20),
  number,
  fc.array(text(20), { maxLength: 3 }),
  fc.array(entry, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const code = fc.oneof(
  { weight: 1, arbitrary: text(64) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...ERROR_CODES,
      ...NOTICE_CODES,
      ...BYE_CODES,
      ...Object.keys(REPLY_SHAPES),
    ),
  },
);
const params = fc.dictionary(key, fc.oneof(text(200), number), {
  maxKeys: 5,
  noNullPrototype: true,
});
const data = fc.dictionary(key, value, {
  maxKeys: 4,
  noNullPrototype: true,
})
  .map((each) => JSON.parse(JSON.stringify(each)) as Record<string, unknown>);
const coded = { code, params, text: long };

/** A frame with these fields. Optional fields may be missing. */
function frame<T extends string>(
  type: T,
  fields: Record<string, fc.Arbitrary<unknown>>,
  optional: string[] = [],
): fc.Arbitrary<{ type: T } & Record<string, unknown>> {
  const requiredKeys = Object.keys(fields).filter((each) => !optional.includes(each));
  return fc.record(fields, { requiredKeys, noNullPrototype: true })
    .map((each) => ({ type, ...each }));
}

export const clientFrames = fc.oneof(
  frame("hello", {
    protocol: count,
    nick: name,
    room: name,
    lang: text(64),
    password: text(1024),
    history: count,
    runs: fc.constant(true),
    resume: fc.record({ token: text(128), after: count }, { noNullPrototype: true }),
    look: fc.constant(true),
  }, ["nick", "room", "lang", "password", "history", "runs", "resume", "look"]),
  frame("say", { ref, text: long, room: name, to: name }, ["room", "to"]),
  frame("command", { ref, line: long }),
  frame("ping", {}),
) as fc.Arbitrary<ClientFrame>;

const someNicks = fc.record({ count, nicks: fc.array(name, { maxLength: 8 }) }, {
  noNullPrototype: true,
});

export const hubFrames = fc.oneof(
  frame("welcome", {
    protocol: count,
    hub: name,
    epoch: text(128),
    token: text(128),
    nick: name,
    room: name,
    members: fc.array(name, { maxLength: 5 }),
    count,
    topic: text(1024),
    motd: long,
    limits: fc.record({ line: count.map((each) => Math.max(1, each)) }, { noNullPrototype: true }),
  }, ["topic", "motd"]),
  frame("look", { protocol: count, hub: name, people: count }, ["people"]),
  frame("message", {
    id: count,
    room: name,
    nick: name,
    text: long,
    ts,
    kind: fc.constantFrom("say", "action", "notice", "private"),
    replay: fc.constant(true),
  }, ["replay"]),
  frame("ack", { ref, id: count, ts }),
  frame("joined", { room: name, nick: name, count }),
  frame("left", { room: name, nick: name, count, reason: text(64), params }, ["reason", "params"]),
  frame("presence", { room: name, joined: someNicks, left: someNicks, count }),
  frame("renamed", { room: name, from: name, nick: name }),
  frame("topic", { room: name, nick: name, topic: text(1024) }),
  frame("reply", { ref, code, data, text: long }),
  frame("error", { ref, ...coded }, ["ref"]),
  frame("notice", coded),
  frame("bye", coded),
  frame("pong", {}),
) as fc.Arbitrary<HubFrame>;

/** Values to put in place of another. */
const OTHERS = fc.oneof(
  fc.constantFrom("1", "-1", "1.5", "1e999", "-0", '""', "null", "true", "[]", "{}", '"x"', "[[]]"),
  fc.constantFrom('{"__proto__":1}', '{"toString":1}', "9007199254740992", '"\\ud800"'),
  fc.json({ maxDepth: 2 }),
);

/** A line of JSON with wrong values, and with parts removed or inserted. */
export function broken(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cut = fc.tuple(
    fc.nat(),
    fc.nat(12),
    fc.oneof(fc.constant(""), hostileText({ maxPieces: 3 })),
  );
  const spoil = fc.tuple(fc.nat(), OTHERS);
  return fc.tuple(
    line,
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: spoil.map((each) => ({ do: "spoil" as const, each })) },
        { weight: 1, arbitrary: cut.map((each) => ({ do: "cut" as const, each })) },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  ).map(([line, changes]) =>
    changes.reduce((text, change) => {
      const at = change.each[0] % (text.length + 1);
      if (change.do === "cut") {
        return text.slice(0, at) + change.each[2] + text.slice(at + change.each[1]);
      }
      // Replaces the value after the next colon.
      const colon = text.indexOf('":', at);
      const rest = text.slice(colon + 2).replace(/^("(?:[^"\\]|\\.)*"|[^,}\]]*)/, () =>
        change.each[1]);
      return colon === -1 ? text : text.slice(0, colon + 2) + rest;
    }, line)
  );
}
