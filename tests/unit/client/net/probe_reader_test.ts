import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Heard } from "../../../../client/doctor/findings.ts";
import { Hearing } from "../../../../client/net/probe_reader.ts";
import { translate } from "../../../../i18n/mod.ts";
import { encodeFrame, type HubFrame } from "../../../../protocol/frame.ts";
import { broken, hubFrames } from "../../../support/frames.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const utf8 = new TextEncoder();
const END = { isClosed: true, latency: undefined, isTried: false };

function hear(...said: (string | Uint8Array)[]): Hearing {
  const hearing = new Hearing();
  for (const each of said) hearing.push(typeof each === "string" ? utf8.encode(each) : each);
  return hearing;
}

const lines = (...frames: HubFrame[]) => frames.map((each) => encodeFrame(each) + "\n").join("");

const LOOK = { type: "look", protocol: 1, hub: "chat 1", people: 2 } as const;
const WANTED = { type: "error", code: "password_wanted", params: {}, text: "x" } as const;

Deno.test("a hub that tells what it is is heard, with what it has against one", () => {
  const open = hear(lines(LOOK, { type: "pong" }));
  assertEquals([open.isHub, open.isStrange, open.isOver, open.pongs], [true, false, false, 1]);
  const hub: Heard = { kind: "hub", hub: "chat 1", protocol: 1, people: 2, isTried: false };
  assertEquals(open.heard({ ...END, latency: 3 }), { ...hub, latency: 3 });
  const shut = hear(lines(LOOK, WANTED, { type: "pong" }));
  assertEquals(shut.wantsPassword, true);
  assertEquals(shut.heard(END), { ...hub, refusal: WANTED });
  shut.forgetRefusal();
  shut.push(utf8.encode(lines({ ...LOOK, people: 3 }, { type: "pong" })));
  assertEquals(shut.heard({ ...END, isTried: true }), { ...hub, people: 3, isTried: true });
});

Deno.test("a hub that lets one wait is noticed", () => {
  const notice = { type: "notice", code: "throttled", params: {}, text: "x" } as const;
  assertEquals(hear(lines(LOOK)).isThrottled, false);
  assertEquals(hear(lines(LOOK, notice)).isThrottled, true);
});

Deno.test("a bye is the end, in frames and as it is said to anybody", () => {
  const bye = { type: "bye", code: "banned", params: {}, text: "no" } as const;
  const hearing = hear(lines(bye));
  assertEquals(hearing.isOver, true);
  assertEquals(hearing.heard(END), { kind: "bye", code: "banned", params: {}, text: "no" });
  for (const lang of ["en", "es"] as const) {
    const text = translate(lang, "bye.server_full");
    assertEquals(hear(`* ${text}\n`).heard(END), {
      kind: "bye",
      code: "server_full",
      params: {},
      text,
    });
  }
  assertEquals(hear("* gone fishing\x1b[2J\n").heard(END), {
    kind: "bye",
    code: "",
    params: {},
    text: "gone fishing\ufffd[2J",
  });
});

Deno.test("a hub that has greeted somebody before it was asked answers all the same", () => {
  const hearing = hear("* welcome, guest1 (1 here: guest1)\n* hint\n");
  assertEquals([hearing.isOver, hearing.isStrange], [false, false]);
  hearing.push(utf8.encode(lines(LOOK, { type: "pong" })));
  assertEquals(hearing.heard(END).kind, "hub");
});

Deno.test("who is no hub is waited for until a line is whole", () => {
  const hearing = hear("SSH-2.");
  assertEquals([hearing.isOver, hearing.isStrange], [false, true]);
  hearing.push(utf8.encode("0-x\r\n"));
  assertEquals(hearing.isOver, true);
  assertEquals(hearing.heard(END), { kind: "stranger", service: "ssh", line: "SSH-2.0-x" });
});

Deno.test("silence, a close and TLS are told apart", () => {
  assertEquals(hear().heard({ ...END, isClosed: false }), { kind: "silent" });
  assertEquals(hear().heard(END), { kind: "closed" });
  const alert = hear(new Uint8Array([21, 3, 3, 0, 2, 2, 10]));
  assertEquals([alert.isOver, alert.heard(END)], [true, { kind: "tls" }]);
});

Deno.test("frames that are not known are passed over, and a line of no end is the end", () => {
  const newer = hear('{"type":"mood","good":true}\n', lines(LOOK));
  assertEquals([newer.isOver, newer.heard(END).kind], [false, "hub"]);
  const flood = hear(...Array.from({ length: 10 }, () => "x".repeat(10_000)));
  assertEquals(flood.isOver, true);
});

testProperty(
  "what is heard is the same at any chunking, whatever comes",
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
          const whole = hear(all).heard(END);
          const parts: Uint8Array[] = [];
          let rest = all;
          for (const size of sizes) {
            parts.push(rest.slice(0, size));
            rest = rest.slice(size);
          }
          assertEquals(hear(...parts, rest).heard(END), whole);
        },
      ),
      { numRuns: 500 },
    );
  },
);
