import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  type ClientFrame,
  decodeClientFrame,
  decodeHubFrame,
  encodeFrame,
  type HubFrame,
  MAX_FRAME,
} from "../../../protocol/frame.ts";
import { testProperty } from "../../support/property.ts";

const CLIENT_FRAMES: ClientFrame[] = [
  { type: "hello", protocol: 1 },
  {
    type: "hello",
    protocol: 1,
    nick: "José",
    room: "general",
    lang: "es",
    password: "x",
    history: 50,
    resume: { token: "t", after: 7 },
  },
  { type: "say", ref: "1", text: "una\ndos" },
  { type: "say", ref: "1", text: "", room: "general", to: "ana" },
  { type: "command", ref: "2", line: "/quien" },
  { type: "ping" },
];

const HUB_FRAMES: HubFrame[] = [
  {
    type: "welcome",
    protocol: 1,
    hub: "chat 1",
    epoch: "e",
    token: "t",
    nick: "ana",
    room: "general",
    members: ["ana"],
    count: 1,
    motd: "hola",
    limits: { line: 65536 },
  },
  { type: "message", id: 1, room: "general", nick: "ana", text: "hola", ts: 1, kind: "say" },
  {
    type: "message",
    id: 2,
    room: "general",
    nick: "ana",
    text: "x",
    ts: 1,
    kind: "action",
    replay: true,
  },
  { type: "ack", ref: "1", id: 1, ts: 1 },
  { type: "joined", room: "general", nick: "ana", count: 2 },
  { type: "left", room: "general", nick: "ana", count: 1 },
  { type: "left", room: "general", nick: "ana", count: 1, reason: "timeout" },
  { type: "renamed", room: "general", from: "ana", nick: "eva" },
  { type: "reply", ref: "1", code: "who", data: { members: [] }, text: "" },
  { type: "error", code: "bad_frame", params: { reason: "x" }, text: "x" },
  { type: "error", ref: "1", code: "bad_frame", params: {}, text: "x" },
  { type: "notice", code: "throttled", params: {}, text: "x" },
  { type: "bye", code: "quit", params: { max: 1 }, text: "x" },
  { type: "pong" },
];

Deno.test("every frame survives encoding and decoding", () => {
  for (const frame of CLIENT_FRAMES) {
    assertEquals(decodeClientFrame(encodeFrame(frame)), { kind: "frame", frame });
  }
  for (const frame of HUB_FRAMES) {
    assertEquals(decodeHubFrame(encodeFrame(frame)), { kind: "frame", frame });
  }
});

Deno.test("an encoded frame is one line, whatever it holds", () => {
  const line = encodeFrame({ type: "say", ref: "1", text: "a\nb\r\u2028\u0000" });
  assertEquals(/[\n\r]/.test(line), false);
});

Deno.test("frames and fields that are not known are ignored", () => {
  assertEquals(decodeClientFrame('{"type":"dance"}'), { kind: "unknown", type: "dance" });
  assertEquals(decodeClientFrame('{"type":"ping","when":1}'), {
    kind: "frame",
    frame: { type: "ping" },
  });
});

Deno.test("names of the prototype are no frames and no fields", () => {
  assertEquals(decodeClientFrame('{"type":"constructor"}').kind, "unknown");
  assertEquals(decodeClientFrame('{"type":"toString"}').kind, "unknown");
  assertEquals(decodeClientFrame('{"__proto__":{"type":"ping"}}').kind, "invalid");
});

Deno.test("a bad field is named, with the ref of its frame", () => {
  const bad = {
    '{"type":"say","ref":"7","text":1}': /say: "text" must be a string/,
    '{"type":"say","text":"x"}': /say: "ref" must be a string/,
    '{"type":"hello","protocol":"1"}': /hello: "protocol" must be an integer/,
    '{"type":"hello","protocol":1,"resume":{"token":1,"after":0}}': /"resume" must be an object/,
    '{"type":"hello","protocol":1,"history":-1}': /"history" must be an integer/,
    '{"type":"hello","protocol":1,"history":1.5}': /"history" must be an integer/,
    '{"type":1}': /"type" must be a string/,
    "[]": /not a JSON object/,
    "null": /not a JSON object/,
    "hola": /not JSON/,
    "": /not JSON/,
  };
  for (const [line, reason] of Object.entries(bad)) {
    const decoded = decodeClientFrame(line);
    assert(decoded.kind === "invalid", line);
    assertMatch(decoded.reason, reason);
  }
  assertEquals(decodeClientFrame('{"type":"say","ref":"7","text":1}'), {
    kind: "invalid",
    reason: `say: "text" must be a string of at most ${MAX_FRAME} characters`,
    type: "say",
    ref: "7",
  });
});

Deno.test("a ref that is too long is no ref", () => {
  const decoded = decodeClientFrame(
    JSON.stringify({ type: "say", ref: "r".repeat(65), text: "x" }),
  );
  assert(decoded.kind === "invalid");
  assertEquals("ref" in decoded, false);
});

testProperty("decoding never throws, whatever comes", { weight: 100 }, (check) => {
  const types = [...CLIENT_FRAMES, ...HUB_FRAMES].map((frame) => frame.type);
  const names = [
    "type",
    "ref",
    "text",
    "protocol",
    "resume",
    "nick",
    "limits",
    "members",
    "params",
    "__proto__",
  ];
  const almost = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }))
    .chain((fields) =>
      fc.constantFrom(...types).map((type) => JSON.stringify({ ...fields, type }))
    );
  check(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), almost), (line) => {
      for (const decode of [decodeClientFrame, decodeHubFrame]) {
        const decoded = decode(line);
        if (decoded.kind !== "frame") continue;
        assertEquals(decode(encodeFrame(decoded.frame)), decoded);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a frame of a client is given a ref where it has none, if there is one to give", () => {
  const say = { type: "say", text: "hola" };
  const line = JSON.stringify(say);
  assertEquals(decodeClientFrame(line).kind, "invalid");
  assertEquals(decodeClientFrame(line, { ref: "7" }), {
    kind: "frame",
    frame: { ...say, type: "say", ref: "7" },
  });
  const own = JSON.stringify({ ...say, ref: "a" });
  assertEquals(decodeClientFrame(own, { ref: "7" }), decodeClientFrame(own));
  assertEquals(
    decodeClientFrame('{"type":"ping"}', { ref: "7" }),
    decodeClientFrame('{"type":"ping"}'),
  );
});
