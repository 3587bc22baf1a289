import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  type ClientFrame,
  GREATEST_FRAME,
  type HubFrame,
  MAX_HUB_FRAME,
} from "../../../../common/protocol/frame.ts";
import {
  decodeClientFrame,
  decodeHubFrame,
  encodeFrame,
} from "../../../../common/protocol/frame_codec.ts";
import { decodeLine } from "../../../../common/protocol/line_splitter.ts";
import { broken, clientFrames, hubFrames } from "../../../support/frames.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("unknown frames and fields are ignored", () => {
  assertEquals(decodeClientFrame('{"type":"dance"}'), { kind: "unknown", type: "dance" });
  assertEquals(decodeClientFrame('{"type":"ping","when":1}'), {
    kind: "frame",
    frame: { type: "ping" },
  });
});

Deno.test("a frame with very many brackets in brackets is not parsed, and the brackets of its strings do not count", () => {
  const ping = (extra: string) => decodeClientFrame(`{"type":"ping","z":${extra}}`);
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assertEquals(ping(nested(16_383)).kind, "frame");
  assertEquals(ping(nested(16_385)).kind, "invalid");
  assertEquals(ping('{"":'.repeat(16_385) + "1" + "}".repeat(16_385)).kind, "invalid");
  for (
    const text of [nested(16_385), '\\"' + "[{".repeat(16_385), "\\\\", '[{\\\\\\"'.repeat(16_385)]
  ) {
    assertEquals(ping(`"${text}"`).kind, "frame");
  }
  assertEquals(decodeClientFrame("[".repeat(60_000)).kind, "invalid");
});

Deno.test("names of the prototype are not frames or fields", () => {
  assertEquals(decodeClientFrame('{"type":"constructor"}').kind, "unknown");
  assertEquals(decodeClientFrame('{"type":"toString"}').kind, "unknown");
  assertEquals(decodeClientFrame('{"__proto__":{"type":"ping"}}').kind, "invalid");
});

Deno.test("an invalid field is reported with the ref of its frame", () => {
  const bad = {
    '{"type":"say","ref":"7","text":1}': /say: "text" must be a string/,
    '{"type":"say","text":"x"}': /say: "ref" must be a string/,
    '{"type":"hello","protocol":"1"}': /hello: "protocol" must be an integer/,
    '{"type":"hello","protocol":1,"resume":{"token":1,"after":0}}': /"resume" must be an object/,
    '{"type":"hello","protocol":1,"history":-1}': /"history" must be an integer/,
    '{"type":"hello","protocol":1,"history":1.5}': /"history" must be an integer/,
    '{"type":"hello","protocol":0,"look":1}': /"look" must be true/,
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
    reason: `say: "text" must be a string of at most ${GREATEST_FRAME} characters`,
    type: "say",
    ref: "7",
  });
});

Deno.test("a ref is a string or a safe integer, and keeps its type", () => {
  for (const ref of [0, -1, 7, Number.MAX_SAFE_INTEGER, "7", ""]) {
    const frame = { type: "command", ref, line: "/who" } as const;
    assertEquals(decodeClientFrame(encodeFrame(frame)), { kind: "frame", frame });
  }
  for (const ref of [1.5, Number.MAX_SAFE_INTEGER + 1, true, null, [7]]) {
    const decoded = decodeClientFrame(JSON.stringify({ type: "command", ref, line: "/who" }));
    assert(decoded.kind === "invalid", String(ref));
    assertEquals("ref" in decoded, false);
  }
});

Deno.test("a ref that is too long is not returned", () => {
  const decoded = decodeClientFrame(
    JSON.stringify({ type: "say", ref: "r".repeat(65), text: "x" }),
  );
  assert(decoded.kind === "invalid");
  assertEquals("ref" in decoded, false);
});

/** Decodes a line in both directions: this never throws, and a decoded frame encodes to an equal one. */
function assertRead(line: string): void {
  for (const decode of [decodeClientFrame, decodeHubFrame]) {
    const decoded = decode(line);
    if (decoded.kind === "invalid" && decoded.ref !== undefined) {
      assert(String(decoded.ref).length <= 64);
    }
    if (decoded.kind !== "frame") continue;
    const again = decode(encodeFrame(decoded.frame));
    assert(again.kind === "frame", line);
    assertEquals(encodeFrame(again.frame), encodeFrame(decoded.frame));
  }
}

testProperty(
  "any frame is one line, and survives encoding and decoding",
  { weight: 40 },
  (check) => {
    check(
      fc.property(clientFrames, hubFrames, (fromClient, fromHub) => {
        assertEquals(decodeClientFrame(encodeFrame(fromClient)), {
          kind: "frame",
          frame: fromClient,
        });
        assertEquals(decodeHubFrame(encodeFrame(fromHub)), { kind: "frame", frame: fromHub });
        for (const each of [fromClient, fromHub]) assert(!/[\n\r]/.test(encodeFrame(each)));
      }),
      { numRuns: 500 },
    );
  },
);

testProperty("decoding never throws, for any bytes", { weight: 60 }, (check) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    hostileText().map((text) => new TextEncoder().encode(text)),
    clientFrames.map((frame) => new TextEncoder().encode(encodeFrame(frame)))
      .chain((line) =>
        fc.tuple(fc.nat(line.length - 1), fc.nat(255)).map(([at, byte]) => line.with(at, byte))
      ),
  );
  check(
    fc.property(bytes, (each) => {
      const line = decodeLine(each);
      if (line !== undefined) assertRead(line);
    }),
    { numRuns: 500 },
  );
});

testProperty("decoding never throws, for any damaged frame", { weight: 100 }, (check) => {
  const line = fc.oneof(clientFrames, hubFrames).map(encodeFrame);
  check(fc.property(broken(line), assertRead), { numRuns: 1000 });
});

/** The maximum length of each text field, in UTF-16 units. */
const LONGEST = {
  hello: { nick: 256, room: 256, lang: 64, password: 1024 },
  say: { ref: 64, text: GREATEST_FRAME, room: 256, to: 256 },
  command: { ref: 64, line: GREATEST_FRAME },
  welcome: {
    hub: 256,
    epoch: 128,
    token: 128,
    nick: 256,
    room: 256,
    topic: 1024,
    motd: MAX_HUB_FRAME,
  },
  look: { hub: 256 },
  message: { room: 256, nick: 256, text: MAX_HUB_FRAME },
  ack: { ref: 64 },
  joined: { room: 256, nick: 256 },
  left: { room: 256, nick: 256, reason: 64 },
  renamed: { room: 256, from: 256, nick: 256 },
  topic: { room: 256, nick: 256, topic: 1024 },
  reply: { ref: 64, code: 64, text: MAX_HUB_FRAME },
  error: { ref: 64, code: 64, text: MAX_HUB_FRAME },
  notice: { code: 64, text: MAX_HUB_FRAME },
  bye: { code: 64, text: MAX_HUB_FRAME },
} as const;

/** The minimum and maximum of each integer field. */
const INTEGERS = {
  hello: { protocol: [0, Number.MAX_SAFE_INTEGER], history: [0, Number.MAX_SAFE_INTEGER] },
  welcome: { protocol: [0, Number.MAX_SAFE_INTEGER], count: [0, Number.MAX_SAFE_INTEGER] },
  look: { protocol: [0, Number.MAX_SAFE_INTEGER], people: [0, Number.MAX_SAFE_INTEGER] },
  message: { id: [0, Number.MAX_SAFE_INTEGER], ts: [0, 8_640_000_000_000_000] },
  ack: { id: [0, Number.MAX_SAFE_INTEGER], ts: [0, 8_640_000_000_000_000] },
  joined: { count: [0, Number.MAX_SAFE_INTEGER] },
  left: { count: [0, Number.MAX_SAFE_INTEGER] },
} as const;

/** Whether a frame with this value in a field is accepted; otherwise the error must name the field. */
function takes(frame: ClientFrame | HubFrame, field: string, value: unknown): boolean {
  const decode = ["hello", "say", "command", "ping"].includes(frame.type)
    ? decodeClientFrame
    : decodeHubFrame;
  const decoded = decode(JSON.stringify({ ...frame, [field]: value }));
  if (decoded.kind === "frame") return true;
  assert(decoded.kind === "invalid" && decoded.reason.startsWith(`${frame.type}: "${field}" `));
  return false;
}

testProperty(
  "a field over its limit is rejected",
  { weight: 10 },
  (check) => {
    const beyond = fc.constantFrom(true, false);
    check(
      fc.property(fc.oneof(clientFrames, hubFrames), fc.nat(), beyond, (frame, pick, isBeyond) => {
        const fields: Record<string, number> = LONGEST[frame.type as keyof typeof LONGEST] ?? {};
        const [field, longest] = Object.entries(fields)[pick % Object.keys(fields).length] ?? [];
        if (field !== undefined) {
          assertEquals(takes(frame, field, "ñ".repeat(longest! + Number(isBeyond))), !isBeyond);
          assertEquals(takes(frame, field, [field]), false);
        }
        const ranges: Record<string, readonly [number, number]> =
          INTEGERS[frame.type as keyof typeof INTEGERS] ?? {};
        for (const [field, [least, greatest]] of Object.entries(ranges)) {
          assertEquals([least, greatest].map((each) => takes(frame, field, each)), [true, true]);
          for (const wrong of [least - 1, greatest + 1, 0.5, String(least)]) {
            assertEquals(takes(frame, field, wrong), false);
          }
        }
      }),
    );
  },
);

Deno.test("a number too large to represent is rejected", () => {
  const line = '{"type":"notice","code":"x","params":{"a":1e999},"text":"x"}';
  assertEquals(decodeHubFrame(line).kind, "invalid");
});

Deno.test("decodeClientFrame gives a frame without a ref the ref that is offered, if any", () => {
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
