import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ProbeReader, type ProbeResult } from "../../../../client/net/probe_reader.ts";
import { translate } from "../../../../common/i18n/mod.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../../common/protocol/frame_codec.ts";
import { broken, hubFrames } from "../../../support/frames.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const utf8 = new TextEncoder();
const END = { isClosed: true, latency: undefined, isTried: false };

function read(...chunks: (string | Uint8Array)[]): ProbeReader {
  const reader = new ProbeReader();
  for (const each of chunks) reader.push(typeof each === "string" ? utf8.encode(each) : each);
  return reader;
}

const lines = (...frames: HubFrame[]) => frames.map((each) => encodeFrame(each) + "\n").join("");

const LOOK = { type: "look", protocol: 1, hub: "chat 1", people: 2 } as const;
const WANTED = { type: "error", code: "password_wanted", params: {}, text: "x" } as const;

Deno.test("a hub's description is read, with its refusal", () => {
  const open = read(lines(LOOK, { type: "pong" }));
  assertEquals([open.isHub, open.mayBeStranger, open.isDone, open.pongs], [true, false, false, 1]);
  const hub: ProbeResult = { kind: "hub", hub: "chat 1", protocol: 1, people: 2, isTried: false };
  assertEquals(open.result({ ...END, latency: 3 }), { ...hub, latency: 3 });
  const shut = read(lines(LOOK, WANTED, { type: "pong" }));
  assertEquals(shut.requiresPassword, true);
  assertEquals(shut.result(END), { ...hub, refusal: WANTED });
  shut.clearRefusal();
  shut.push(utf8.encode(lines({ ...LOOK, people: 3 }, { type: "pong" })));
  assertEquals(shut.result({ ...END, isTried: true }), { ...hub, people: 3, isTried: true });
});

Deno.test("throttling is noticed", () => {
  const notice = { type: "notice", code: "throttled", params: {}, text: "x" } as const;
  assertEquals(read(lines(LOOK)).isThrottled, false);
  assertEquals(read(lines(LOOK, notice)).isThrottled, true);
});

Deno.test("a bye ends the probe, as a frame or as text", () => {
  const bye = { type: "bye", code: "banned", params: {}, text: "no" } as const;
  const reader = read(lines(bye));
  assertEquals(reader.isDone, true);
  assertEquals(reader.result(END), { kind: "bye", code: "banned", params: {}, text: "no" });
  for (const lang of ["en", "es"] as const) {
    const text = translate(lang, "bye.server_full");
    assertEquals(read(`* ${text}\n`).result(END), {
      kind: "bye",
      code: "server_full",
      params: {},
      text,
    });
  }
  assertEquals(read("* gone fishing\x1b[2J\n").result(END), {
    kind: "bye",
    code: "",
    params: {},
    text: "gone fishing\ufffd[2J",
  });
});

Deno.test("a hub may greet a text user before it answers", () => {
  const reader = read("* welcome, guest1 (1 here: guest1)\n* hint\n");
  assertEquals([reader.isDone, reader.mayBeStranger], [false, false]);
  reader.push(utf8.encode(lines(LOOK, { type: "pong" })));
  assertEquals(reader.result(END).kind, "hub");
});

Deno.test("another service is recognised by its whole first line", () => {
  const reader = read("SSH-2.");
  assertEquals([reader.isDone, reader.mayBeStranger], [false, true]);
  reader.push(utf8.encode("0-x\r\n"));
  assertEquals(reader.isDone, true);
  assertEquals(reader.result(END), { kind: "stranger", service: "ssh", line: "SSH-2.0-x" });
});

Deno.test("silence, a closed connection and TLS are distinguished", () => {
  assertEquals(read().result({ ...END, isClosed: false }), { kind: "silent" });
  assertEquals(read().result(END), { kind: "closed" });
  const alert = read(new Uint8Array([21, 3, 3, 0, 2, 2, 10]));
  assertEquals([alert.isDone, alert.result(END)], [true, { kind: "tls" }]);
});

Deno.test("unknown frames are skipped, and an endless line ends the probe", () => {
  const newer = read('{"type":"mood","good":true}\n', lines(LOOK));
  assertEquals([newer.isDone, newer.result(END).kind], [false, "hub"]);
  const flood = read(...Array.from({ length: 10 }, () => "x".repeat(10_000)));
  assertEquals(flood.isDone, true);
});

testProperty(
  "the result does not depend on how the bytes are split",
  { weight: 50 },
  (check) => {
    const line = fc.oneof(
      hubFrames.map(encodeFrame),
      broken(hubFrames.map(encodeFrame)),
      hostileText(),
      fc.constantFrom(encodeFrame(LOOK), encodeFrame(WANTED), "* hola", "SSH-2.0-x"),
    );
    check(
      fc.property(
        fc.array(line, { maxLength: 5 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        (lines, sizes) => {
          const all = utf8.encode(lines.map((each) => each + "\n").join(""));
          const whole = read(all).result(END);
          const parts: Uint8Array[] = [];
          let rest = all;
          for (const size of sizes) {
            parts.push(rest.slice(0, size));
            rest = rest.slice(size);
          }
          assertEquals(read(...parts, rest).result(END), whole);
        },
      ),
      { numRuns: 500 },
    );
  },
);
