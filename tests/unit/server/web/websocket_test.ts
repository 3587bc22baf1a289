import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { Receiver } from "ws";
import { LineSplitter } from "../../../../common/protocol/line_splitter.ts";
import { frameLines, WebSocketDecoder } from "../../../../server/web/websocket.ts";
import { maskedFrame } from "../../../support/page.ts";
import { testProperty } from "../../../support/property.ts";

const LIMITS = { maxLine: 1000, maxUnended: 64 * 1024 };
const [CONTINUE, BINARY, CLOSE, PING] = [0, 2, 8, 9] as const;

/** What a decoder makes of bytes that come in pieces. */
function read(bytes: Uint8Array, size = bytes.length) {
  const pongs: string[] = [];
  const lines: string[] = [];
  const splitter = new LineSplitter(LIMITS);
  const decoder = new WebSocketDecoder(
    LIMITS.maxLine,
    { send: (pong) => void pongs.push(Buffer.from(pong).toString("hex")) },
  );
  const buffer = new Uint8Array(Math.max(1, size)); // reused, as a connection does
  for (let at = 0; at < bytes.length && !decoder.isOver; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    splitter.push(decoder.decode(buffer.subarray(0, piece.length)));
    for (let result; (result = splitter.next());) {
      lines.push(result.kind === "line" ? result.text : result.kind);
    }
  }
  return { lines, pongs, fault: decoder.fault, close: decoder.closeFrame() };
}

Deno.test("a message holds lines, and its end ends one", () => {
  const bytes = Buffer.concat([
    maskedFrame("a\nb\n"),
    maskedFrame("c\r\nd"),
    maskedFrame(""),
    maskedFrame("é\n"),
  ]);
  assertEquals(read(bytes).lines, ["a", "b", "c", "d", "", "é"]);
});

testProperty(
  "messages arrive whole, however they are fragmented and split",
  { weight: 4 },
  (check) =>
    check(fc.property(
      fc.array(
        fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { minLength: 1, maxLength: 4 }),
      ),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (messages, size, hasPings) => {
        const bytes = messages.flatMap((fragments) =>
          fragments.flatMap((text, at) => [
            maskedFrame(text, {
              opcode: at === 0 ? 1 : CONTINUE,
              fin: at === fragments.length - 1,
            }),
            ...(hasPings ? [maskedFrame(`${at}`, { opcode: PING })] : []),
          ])
        );
        const joined = Buffer.concat(bytes);
        const { lines, fault } = read(joined, size);
        const expected = messages.map((fragments) => fragments.join(""))
          .flatMap((text) => (text.endsWith("\n") ? text : `${text}\n`).split("\n").slice(0, -1))
          .map((line) => line.replace(/\r$/, ""));
        if (expected[0]?.startsWith("\ufeff")) expected[0] = expected[0].slice(1);
        assertEquals([lines, fault], [expected, undefined]);
      },
    )),
);

testProperty(
  "what the hub frames, the package reads",
  { weight: 1 },
  (check) =>
    check(fc.property(fc.nat(70_000), (length) => {
      const receiver = new Receiver({ isServer: false });
      const messages: string[] = [];
      receiver.on("message", (message: Buffer) => messages.push(message.toString()));
      receiver._write(Buffer.from(frameLines(Buffer.alloc(length, "x"))), "buffer", () => {});
      assertEquals(messages, ["x".repeat(length)]);
    })),
);

Deno.test("a broken rule ends the socket with its code, after the lines before it", () => {
  const cases: readonly [name: string, bytes: Uint8Array, code: number][] = [
    ["not masked", maskedFrame("x", { mask: false }), 1002],
    ["an extension", maskedFrame("x", { rsv1: true }), 1002],
    ["an unknown opcode", maskedFrame("x", { opcode: 3 }), 1002],
    ["a continuation of nothing", maskedFrame("x", { opcode: CONTINUE }), 1002],
    ["a fragmented ping", maskedFrame("x", { opcode: PING, fin: false }), 1002],
    ["a binary message", maskedFrame("x", { opcode: BINARY }), 1003],
    ["invalid UTF-8", maskedFrame(Uint8Array.of(0xc3, 0x28)), 1007],
    ["too long", maskedFrame("x".repeat(LIMITS.maxLine + 2)), 1009],
    [
      "too long in fragments",
      Buffer.concat([
        maskedFrame("x".repeat(800), { fin: false }),
        maskedFrame("x".repeat(800), { opcode: CONTINUE }),
      ]),
      1009,
    ],
    [
      "too many fragments",
      Buffer.concat([
        maskedFrame("x", { fin: false }),
        ...Array(1024).fill(maskedFrame("", { opcode: CONTINUE, fin: false })),
      ]),
      1008,
    ],
  ];
  for (const [name, bytes, code] of cases) {
    for (const size of [1, 3, bytes.length + 3]) {
      const { lines, fault, close } = read(
        Buffer.concat([maskedFrame("a"), bytes, maskedFrame("b")]),
        size,
      );
      assertEquals(fault, code, name);
      assertEquals(lines, ["a"], name);
      assertEquals(close, Buffer.from([0x88, 2, code >> 8, code & 0xff]), name);
    }
  }
});

Deno.test("the longest line fits with its LF", () => {
  const line = "x".repeat(LIMITS.maxLine);
  assertEquals(read(maskedFrame(line + "\n")).lines, [line]);
});

Deno.test("the last of the pings that came together is answered, and a Close with its code", () => {
  const pings = Buffer.concat([
    maskedFrame("1", { opcode: PING }),
    maskedFrame("2", { opcode: PING }),
  ]);
  assertEquals(read(pings).pongs, ["8a0132"]);
  const close = (payload: Uint8Array) => read(maskedFrame(payload, { opcode: CLOSE })).close;
  assertEquals(close(Uint8Array.of(3, 232)), Buffer.from([0x88, 2, 3, 232]));
  assertEquals(close(new Uint8Array(0)), Buffer.from([0x88, 0]));
  assertEquals(read(new Uint8Array(0)).close, Buffer.from([0x88, 2, 1001 >> 8, 1001 & 0xff]));
});
