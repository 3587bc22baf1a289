import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeLine, LineSplitter, type SplitLimits } from "../../../protocol/line_splitter.ts";

const LIMITS: SplitLimits = { maxLine: 16, maxUnended: 40 };
const utf8 = new TextEncoder();

/** What comes out when the bytes come in chunks of the given sizes, the last size repeated. */
function split(bytes: Uint8Array, sizes: readonly number[], limits = LIMITS): string[] {
  const splitter = new LineSplitter(limits);
  const found: string[] = [];
  const take = (result: ReturnType<LineSplitter["next"]>) => {
    if (!result) return;
    found.push(
      result.kind === "line"
        ? decodeLine(result.bytes) ?? "not utf-8"
        : `<${result.kind} ${result.max}>`,
    );
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[Math.min(turn, sizes.length - 1)]!;
    splitter.push(bytes.slice(at, at + size));
    for (let result; (result = splitter.next());) take(result);
    at += size;
  }
  take(splitter.end());
  return found;
}

/** The same at every chunk size. */
function assertSplits(text: string | Uint8Array, expected: string[], limits = LIMITS): void {
  const bytes = typeof text === "string" ? utf8.encode(text) : text;
  for (let size = 1; size <= bytes.length + 1; size++) {
    assertEquals(split(bytes, [size], limits), expected, `in chunks of ${size}`);
  }
}

Deno.test("LineSplitter gives the same lines at every chunk size, split UTF-8 included", () => {
  assertSplits("hola\nñandú 日本\n😀👨‍👩\n\nfin\n", ["hola", "ñandú 日本", "😀👨‍👩", "", "fin"]);
});

Deno.test("LineSplitter drops one CR before the LF and keeps every other", () => {
  assertSplits("a\r\nb\r\r\nc\rd\n\r\n", ["a", "b\r", "c\rd", ""]);
});

Deno.test("LineSplitter drops a BOM at the beginning of the stream only", () => {
  assertSplits("\uFEFFhola\n\uFEFFotra\n", ["hola", "\uFEFFotra"]);
});

Deno.test("LineSplitter passes a line of exactly the limit, with and without CR", () => {
  assertSplits("0123456789abcdef\n0123456789abcdef\r\n", ["0123456789abcdef", "0123456789abcdef"]);
});

Deno.test("LineSplitter drops a line over the limit whole and goes on with the next", () => {
  assertSplits("0123456789abcdefg\nfin\n", ["<too_long 16>", "fin"]);
  assertSplits("0123456789abcde😀\nfin\n", ["<too_long 16>", "fin"]);
  assertSplits("0123456789ab😀\nfin\n", ["0123456789ab😀", "fin"]);
});

Deno.test("LineSplitter tells a line that is too long once, however long it is", () => {
  assertSplits("x".repeat(40) + "\nfin\n", ["<too_long 16>", "fin"]);
});

Deno.test("LineSplitter gives up a stream with too many bytes without an LF", () => {
  const found = split(utf8.encode("x".repeat(41) + "\nfin\n"), [1]);
  assertEquals(found, ["<too_long 16>", "<overrun 40>"]);
});

Deno.test("LineSplitter gives the last line without LF at the end of the stream", () => {
  assertSplits("hola\nfin", ["hola", "fin"]);
  assertSplits("hola\n", ["hola"]);
  assertSplits("", []);
});

Deno.test("LineSplitter holds changed limits from the next line on, also within a chunk", () => {
  const splitter = new LineSplitter({ maxLine: 4, maxUnended: 100 });
  splitter.push(utf8.encode("hola\nlarga\nlarga\n"));
  const kinds = [splitter.next()!.kind, splitter.next()!.kind];
  splitter.limits = { maxLine: 10, maxUnended: 100 };
  assertEquals([...kinds, splitter.next()!.kind], ["line", "too_long", "line"]);
});

Deno.test("LineSplitter refuses a chunk before the one before was pulled", () => {
  const splitter = new LineSplitter(LIMITS);
  splitter.push(utf8.encode("a\nb\n"));
  splitter.next();
  assertThrows(() => splitter.push(utf8.encode("c\n")), RangeError);
});

Deno.test("decodeLine tells invalid UTF-8 of every class", () => {
  const invalid = {
    "a lone continuation": [0x80],
    "an overlong slash": [0xc0, 0xaf],
    "an overlong three-byte form": [0xe0, 0x80, 0x80],
    "a surrogate": [0xed, 0xa0, 0x80],
    "a cut sequence": [0xe2, 0x82],
    "beyond U+10FFFF": [0xf4, 0x90, 0x80, 0x80],
    "a byte that never occurs": [0xff],
  };
  for (const [name, bytes] of Object.entries(invalid)) {
    assertEquals(decodeLine(Uint8Array.from(bytes)), undefined, name);
  }
  assertEquals(decodeLine(utf8.encode("José 日本 😀")), "José 日本 😀");
});

Deno.test("decodeLine takes exactly what is valid UTF-8, replacement characters too", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const expected = (bytes: Uint8Array) => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  };
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom("a", "é", "日", "😀", "\uFFFD", "\uFEFF").map((char) => utf8.encode(char)),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
    const bytes = Uint8Array.from(pieces.flatMap((each) => [...each]));
    assertEquals(decodeLine(bytes), expected(bytes));
  }));
});

Deno.test("LineSplitter finds in any bytes the same at any chunking, and lines within the limit", () => {
  const bytes = fc.uint8Array({ maxLength: 120 }).map((array) =>
    // Line ends are rare in random bytes: make them common.
    array.map((byte) => byte % 16 === 0 ? 0x0a : byte % 16 === 1 ? 0x0d : byte)
  );
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (stream, sizes) => {
        const atOnce = split(stream, [stream.length || 1]);
        assertEquals(split(stream, sizes), atOnce);
      },
    ),
  );
});
