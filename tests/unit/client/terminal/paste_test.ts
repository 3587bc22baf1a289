import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type InputSegment,
  MAX_PASTE_BYTES,
  PasteSplitter,
} from "../../../../client/terminal/paste.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { keyBytes } from "../../../support/keys.ts";
import { testProperty } from "../../../support/property.ts";

const START = "\x1b[200~";
const END = "\x1b[201~";
const ESC = "\x1b";

const encoder = new TextEncoder();

const bytesOf = (input: string | Uint8Array) =>
  typeof input === "string" ? encoder.encode(input) : input;

/** The segments, with adjacent keys joined. */
type JoinedSegments = (string | { text: string; isCut: boolean })[];

function joinKeys(segments: readonly InputSegment[]): JoinedSegments {
  const joined: JoinedSegments = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (segment.kind === "pasted") joined.push({ text: segment.text, isCut: segment.isCut });
    else if (typeof last === "string") joined.splice(-1, 1, last + segment.keys);
    else joined.push(segment.keys);
  }
  return joined;
}

/** The segments of the bytes in chunks of these sizes, repeated. */
function split(
  input: string | Uint8Array,
  sizes: readonly number[],
  options: { maxBytes?: number } = {},
): JoinedSegments {
  return joinKeys(piecesOf(input, sizes, options));
}

function piecesOf(
  input: string | Uint8Array,
  sizes: readonly number[],
  options: { maxBytes?: number },
): InputSegment[] {
  const bytes = bytesOf(input);
  const splitter = new PasteSplitter(options);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const segments: InputSegment[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    segments.push(...splitter.push(decoder.decode(bytes.slice(at, at + size), { stream: true })));
    at += size;
  }
  segments.push(...splitter.flush());
  return segments;
}

/** Asserts the same segments at every chunk size. */
function assertSplits(
  input: string | Uint8Array,
  expected: JoinedSegments,
  options: { maxBytes?: number } = {},
): void {
  const { length } = bytesOf(input);
  for (let size = 1; size <= length; size++) {
    assertEquals(split(input, [size], options), expected, `in chunks of ${size}`);
  }
}

const whole = (text: string) => ({ text, isCut: false });
const cut = (text: string) => ({ text, isCut: true });

Deno.test("keys that are no marker are unchanged, at every chunk size", () => {
  const keys = [keyBytes("up"), keyBytes("insert"), keyBytes("delete"), keyBytes("alt-b")].join("");
  const near = `${ESC}${ESC}[200${ESC}[20~${ESC}[202~${ESC}[2`;
  assertSplits(keys + near + "\x03\r\t", [keys + near + "\x03\r\t"]);
});

Deno.test("keys are returned at once, except the beginning of a possible marker", () => {
  const splitter = new PasteSplitter();
  assertEquals(joinKeys(splitter.push(`a${keyBytes("up")}`)), [`a${keyBytes("up")}`]);
  assertEquals(splitter.pending, "nothing");
  assertEquals(joinKeys(splitter.push(`b${ESC}[2`)), ["b"]);
  assertEquals(splitter.pending, "key");
  assertEquals(joinKeys(splitter.push("~")), [`${ESC}[2~`]);
  assertEquals(splitter.pending, "nothing");
});

Deno.test("the Escape key waits only until flush", () => {
  const splitter = new PasteSplitter();
  assertEquals(splitter.push(ESC), []);
  assertEquals(splitter.pending, "key");
  assertEquals(joinKeys(splitter.flush()), [ESC]);
  assertEquals(splitter.pending, "nothing");
  assertEquals(splitter.flush(), []);
  assertEquals(joinKeys(splitter.push("x")), ["x"]);
});

Deno.test("a paste of newlines takes linear time", () => {
  const text = "\n".repeat(MAX_PASTE_BYTES - 1) + "x";
  assertEquals(split(START + text + END, [4096]), [whole(text)]);
});

Deno.test("invalid UTF-8 in a paste is replaced", () => {
  const bytes = Uint8Array.of(...bytesOf(START), 0x61, 0xff, 0x62, 0xe2, 0x82, ...bytesOf(END));
  assertSplits(bytes, [whole("a\uFFFDb\uFFFD")]);
});

Deno.test("a start marker inside a paste is text, and the first end marker ends it", () => {
  assertSplits(`${START}a${START}b${END}c${END}d`, [whole("a\uFFFD[200~b"), "cd"]);
});

Deno.test("an incomplete end marker is text, and one outside a paste is dropped", () => {
  assertSplits(`${START}a${ESC}[201${END}`, [whole("a\uFFFD[201")]);
  assertSplits(`a${END}b`, ["ab"]);
});

Deno.test("a paste of exactly the limit is whole, and a longer one is cut", () => {
  assertSplits(`${START}12345678${END}x`, [whole("12345678"), "x"], { maxBytes: 8 });
  assertSplits(`${START}123456789${END}x`, [cut("12345678"), "x"], { maxBytes: 8 });
  assertSplits(`${START}12345678${ESC}[20${END}x`, [cut("12345678"), "x"], { maxBytes: 8 });
});

Deno.test("the limit splits no character", () => {
  assertSplits(`${START}123456日${END}`, [cut("123456")], { maxBytes: 8 });
  assertSplits(`${START}12345😀6${END}`, [cut("12345")], { maxBytes: 8 });
  assertSplits(`${START}12345\uFFFD6${END}`, [cut("12345\uFFFD")], { maxBytes: 8 });
});

Deno.test("text that sanitizing makes longer stays within the limit", () => {
  assertSplits(`${START}a\t\t\t${END}`, [cut("a       ")], { maxBytes: 8 });
  assertSplits(`${START}ab\n\n\n${ESC}${ESC}${END}`, [cut("ab\n\n\n\uFFFD")], { maxBytes: 8 });
  assertSplits(`${START}a${ESC}${ESC}\n${ESC}${END}`, [cut("a\uFFFD\uFFFD")], { maxBytes: 8 });
});

Deno.test("a paste that never ends is kept up to the limit, and flush ends it", () => {
  const splitter = new PasteSplitter();
  assertEquals(splitter.push(START), []);
  const chunk = "0123456789abcdef".repeat(4096);
  for (let turn = 0; turn < 100; turn++) assertEquals(splitter.push(chunk), []);
  assertEquals(splitter.pending, "paste");
  const [given, ...others] = joinKeys(splitter.flush());
  assertEquals(given, cut(chunk.slice(0, MAX_PASTE_BYTES)));
  assertEquals(others, []);
  assertEquals(splitter.pending, "nothing");
  // A late end marker does no harm.
  assertEquals(joinKeys(splitter.push(`x${END}y`)), ["xy"]);
});

Deno.test("flush ends a paste with an incomplete marker", () => {
  const splitter = new PasteSplitter();
  splitter.push(`${START}a${ESC}[20`);
  assertEquals(joinKeys(splitter.flush()), [whole("a\uFFFD[20")]);
});

/** Text with many markers, parts of markers and characters that matter in a paste. */
const texts = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(ESC, "[", "2", "0", "1", "~") },
    { weight: 2, arbitrary: fc.constantFrom(`${ESC}[20`, "\r", "\n", "\t", "日", "😀", "\u0301") },
    { weight: 1, arbitrary: fc.constantFrom(START, `${ESC}[200`, `${ESC}[201`) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
  ),
  { maxLength: 20 },
).map((parts) => parts.join("").toWellFormed());
const chunkSizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });

testProperty(
  "any mix of typed and pasted text comes out unchanged, however it is split",
  { weight: 10 },
  (check) => {
    const typed = texts.filter((text) => !text.includes(START) && !text.includes(END));
    const pasted = texts.filter((text) => !text.includes(END));
    check(
      fc.property(fc.array(fc.record({ typed, pasted })), chunkSizes, (turns, sizes) => {
        const stream = turns.map(({ typed, pasted }) => typed + START + pasted + END).join("");
        const expected = turns.flatMap(({ typed, pasted }) => [
          ...(typed === "" ? [] : [typed]),
          // A BOM at the beginning is dropped.
          whole(sanitize(pasted.replace(/^\uFEFF/, ""), { newlines: true }).replace(/\n+$/, "")),
        ]);
        assertEquals(split(stream, sizes), expected);
      }),
    );
  },
);

testProperty(
  "any bytes give the same segments however they are split, and pastes are safe and within the limit",
  { weight: 40 },
  (check) => {
    const bytes = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: texts.map(bytesOf) },
        { weight: 1, arbitrary: fc.constantFrom(bytesOf(START), bytesOf(END)) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }) },
      ),
      { maxLength: 12 },
    ).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
    const limits = fc.integer({ min: 1, max: 40 });
    check(
      fc.property(bytes, chunkSizes, limits, (stream, sizes, maxBytes) => {
        const atOnce = split(stream, [stream.length || 1], { maxBytes });
        assertEquals(split(stream, sizes, { maxBytes }), atOnce);
        for (const each of piecesOf(stream, sizes, { maxBytes })) {
          if (each.kind === "typed") {
            // Bytes around a dropped marker may form another marker.
            assert(!each.keys.includes(END));
          } else {
            assertEquals(sanitize(each.text, { newlines: true }), each.text);
            assert(!each.text.endsWith("\n"));
            assert(bytesOf(each.text).length <= maxBytes);
          }
        }
      }),
    );
  },
);
