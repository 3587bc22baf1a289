import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decodeLine,
  LineSplitter,
  type SplitLimits,
} from "../../../../common/protocol/line_splitter.ts";
import { testProperty } from "../../../support/property.ts";

const LIMITS: SplitLimits = { maxLine: 16, maxUnended: 40 };
const utf8 = new TextEncoder();

/** The results if the bytes come in chunks of the given sizes, repeated as needed. */
function split(bytes: Uint8Array, sizes: readonly number[], limits = LIMITS): string[] {
  const splitter = new LineSplitter(limits);
  const found: string[] = [];
  const take = (result: ReturnType<LineSplitter["next"]>) => {
    if (!result) return;
    found.push(
      result.kind === "line"
        ? result.text
        : result.kind === "not_utf8"
        ? "not utf-8"
        : `<${result.kind} ${result.max}>`,
    );
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    splitter.push(bytes.slice(at, at + size));
    for (let result; (result = splitter.next());) take(result);
    at += size;
  }
  take(splitter.end());
  return found;
}

/** Checks the results at every chunk size. */
function assertSplits(text: string, expected: string[], rule: string): void {
  const bytes = utf8.encode(text);
  for (let size = 1; size <= bytes.length + 1; size++) {
    assertEquals(split(bytes, [size]), expected, `${rule}: in chunks of ${size}`);
  }
}

Deno.test("a stream is split by the rules at every chunk size, split UTF-8 included", () => {
  const [longest, over] = ["0123456789abcdef", "0123456789abcdefg"];
  const cases: [rule: string, stream: string, lines: string[]][] = [
    ["lines", "hola\nñandú 日本\n😀👨‍👩\n\nfin\n", ["hola", "ñandú 日本", "😀👨‍👩", "", "fin"]],
    ["no line", "", []],
    ["the end is as an LF", "hola\nfin", ["hola", "fin"]],
    ["one CR is dropped", "a\r\nb\r\r\nc\rd\n\r\n", ["a", "b\r", "c\rd", ""]],
    ["a BOM is dropped at the beginning", "\uFEFFhola\n\uFEFFotra\n", ["hola", "\uFEFFotra"]],
    ["even if the line is too long", `${over}\n\uFEFFa\n`, ["<too_long 16>", "\uFEFFa"]],
    ["a BOM does not count", `\uFEFF${longest}\r\n${longest}\n`, [longest, longest]],
    ["the limit", `${longest}\n${longest}\r\n0123456789ab😀\n`, [
      longest,
      longest,
      "0123456789ab😀",
    ]],
    ["a line over it", `${over}\n0123456789abcde😀\nfin\n`, [
      "<too_long 16>",
      "<too_long 16>",
      "fin",
    ]],
    ["is reported once", `${"x".repeat(40)}\nfin\n`, ["<too_long 16>", "fin"]],
  ];
  for (const [rule, stream, lines] of cases) assertSplits(stream, lines, rule);
  const endless = utf8.encode("x".repeat(41) + "\nfin\n");
  assertEquals(split(endless, [1]), ["<too_long 16>", "<overrun 40>"], "it is given up");
});

Deno.test("changed limits apply from the next line on, even within a chunk", () => {
  const splitter = new LineSplitter({ maxLine: 4, maxUnended: 100 });
  splitter.push(utf8.encode("hola\nlarga\nlarga\n"));
  const kinds = [splitter.next()!.kind, splitter.next()!.kind];
  splitter.limits = { maxLine: 10, maxUnended: 100 };
  assertEquals([...kinds, splitter.next()!.kind], ["line", "too_long", "line"]);
});

Deno.test("lower limits apply from the next line on, even if longer lines are buffered", () => {
  const splitter = new LineSplitter({ maxLine: 4096, maxUnended: 8192 });
  splitter.push(utf8.encode("uno\ndos\nñandú\ntres\n"));
  const found = [splitter.next(), splitter.next()];
  splitter.limits = { maxLine: 5, maxUnended: 8192 };
  found.push(splitter.next(), splitter.next());
  assertEquals(found, [
    { kind: "line", text: "uno" },
    { kind: "line", text: "dos" },
    { kind: "too_long", max: 5 }, // of seven bytes
    { kind: "line", text: "tres" },
  ]);
});

Deno.test("a line of invalid UTF-8 is given as bytes, and its neighbours as lines", () => {
  const splitter = new LineSplitter({ maxLine: 4096, maxUnended: 8192 });
  splitter.push(Uint8Array.from([0x61, 0x0a, 0x62, 0x0a, 0xff, 0x63, 0x0d, 0x0a, 0x64, 0x0a]));
  assertEquals([1, 2, 3, 4, 5].map(() => splitter.next()), [
    { kind: "line", text: "a" },
    { kind: "line", text: "b" },
    { kind: "not_utf8", bytes: Uint8Array.of(0xff, 0x63) },
    { kind: "line", text: "d" },
    undefined,
  ]);
});

Deno.test("a chunk is rejected until the previous one was read to its end", () => {
  const splitter = new LineSplitter(LIMITS);
  splitter.push(utf8.encode("a\nb\n"));
  splitter.next();
  assertThrows(() => splitter.push(utf8.encode("c\n")), RangeError);
});

Deno.test("decodeLine rejects invalid UTF-8 of every class", () => {
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

testProperty(
  "decodeLine accepts exactly the valid UTF-8, replacement characters included",
  { weight: 20 },
  (check) => {
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
    check(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const bytes = Uint8Array.from(pieces.flatMap((each) => [...each]));
      assertEquals(decodeLine(bytes), expected(bytes));
    }));
  },
);

/** The expected results for the bytes, without regard to chunks or memory. */
function splitByRule(stream: Uint8Array, { maxLine, maxUnended }: SplitLimits): string[] {
  const found: string[] = [];
  let rest = [...stream];
  for (let isFirst = true; rest.length > 0; isFirst = false) {
    const end = rest.indexOf(0x0a);
    let line = end === -1 ? rest : rest.slice(0, end);
    rest = end === -1 ? [] : rest.slice(end + 1);
    if (line.length > maxUnended) return [...found, `<overrun ${maxUnended}>`];
    if (line.at(-1) === 0x0d) line = line.slice(0, -1);
    if (isFirst && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.slice(3);
    found.push(
      line.length > maxLine
        ? `<too_long ${maxLine}>`
        : decodeLine(Uint8Array.from(line)) ?? "not utf-8",
    );
  }
  return found;
}

/** Bytes with many line ends, UTF-8 lead bytes, and lines near the limits. */
function streams({ maxLine, maxUnended }: SplitLimits): fc.Arbitrary<Uint8Array> {
  const around = (length: number) => fc.integer({ min: Math.max(0, length - 4), max: length + 4 });
  const run = fc.oneof(around(maxLine), around(maxUnended), fc.nat(3))
    .map((length) => Array<number>(length).fill(0x78));
  const few = fc.constantFrom(
    [0x0a],
    [0x0a],
    [0x0d, 0x0a],
    [0x0d],
    [0xef, 0xbb, 0xbf],
    [0xef, 0xbb],
    [0xf0, 0x9f, 0x98, 0x80],
    [0xf0, 0x9f],
    [0xc3, 0xb1],
    [0xff],
    [0x00],
  );
  const byte = fc.nat(255).map((each) => [each]);
  return fc.array(fc.oneof({ weight: 3, arbitrary: few }, run, byte), {
    maxLength: 16,
    size: "max",
  })
    .map((pieces) => Uint8Array.from(pieces.flat()));
}

const limits = fc.record({ maxLine: fc.integer({ min: 1, max: 24 }), more: fc.nat(24) })
  .map(({ maxLine, more }) => ({ maxLine, maxUnended: maxLine + more }));
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

testProperty(
  "any bytes are split by the rules, at any chunking and any limits",
  { weight: 150 },
  (check) => {
    const situation = limits.chain((each) => fc.tuple(fc.constant(each), streams(each), sizes));
    check(
      fc.property(situation, ([limits, stream, sizes]) => {
        const found = split(stream, sizes, limits);
        const wanted = splitByRule(stream, limits);
        // Whether an overrun line was reported as too long first depends on the chunks.
        const isOver = wanted.at(-1) === `<overrun ${limits.maxUnended}>`;
        if (isOver && found.length > wanted.length) {
          wanted.splice(-1, 0, `<too_long ${limits.maxLine}>`);
        }
        assertEquals(found, wanted);
      }),
      { numRuns: 1000 },
    );
  },
);

testProperty(
  "long streams of short and long lines are split by the rules",
  { weight: 20 },
  (check) => {
    const limits = fc.integer({ min: 1020, max: 1030 })
      .map((maxLine) => ({ maxLine, maxUnended: 2 * maxLine }));
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 });
    const short = fc.constantFrom("hola\n", "\n", "ñandú 😀\r\n", "\uFFFD\n", "\uFEFF\n", "a\rb\n");
    const lines = fc.tuple(short, fc.integer({ min: 1, max: 300 }))
      .map(([line, count]) => utf8.encode(line.repeat(count)));
    const situation = limits.chain((each) =>
      fc.tuple(fc.constant(each), fc.array(fc.oneof(lines, streams(each)), { maxLength: 6 }), sizes)
    );
    check(fc.property(situation, ([limits, pieces, sizes]) => {
      const stream = Uint8Array.from(pieces.flatMap((each) => [...each]));
      const found = split(stream, sizes, limits).filter((line) => !line.startsWith("<too_long"));
      const wanted = splitByRule(stream, limits).filter((line) => !line.startsWith("<too_long"));
      assertEquals(found, wanted);
    }));
  },
);

testProperty(
  "a line that is too long is reported before more than the limit is buffered",
  { weight: 20 },
  (check) => {
    check(fc.property(limits, sizes, fc.nat(3), ({ maxLine, maxUnended }, sizes, lines) => {
      const splitter = new LineSplitter({ maxLine, maxUnended });
      for (let line = 0; line < lines + 1; line++) {
        splitter.push(utf8.encode("\n"));
        splitter.next();
      }
      // The byte after the limit may be a CR before an LF.
      const max = Math.min(maxLine + 1, maxUnended);
      for (let turn = 0, held = 0; held < max; turn++) {
        const size = Math.min(sizes[turn % sizes.length]!, max - held);
        splitter.push(new Uint8Array(size).fill(0x0d));
        assertEquals(splitter.next(), undefined);
        held += size;
      }
      splitter.push(Uint8Array.of(0x78));
      assertEquals(splitter.next()?.kind, max === maxUnended ? "overrun" : "too_long");
    }));
  },
);
