import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_PASTE_BYTES, pastedText } from "../../../../client/terminal/paste.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { testProperty } from "../../../support/property.ts";

function textOf(input: string | Uint8Array): string | undefined {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return pastedText(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

Deno.test("line ends become LF, a BOM is dropped, and a tab is spaces", () => {
  assertEquals(textOf("\ufeffuno\r\ndos\rtres\n\tx"), "uno\ndos\ntres\n    x");
});

Deno.test("empty lines at the start and the end are dropped, and those inside stay", () => {
  assertEquals(textOf("\r\n\n  foo\n\nbar\n\n"), "  foo\n\nbar");
  assertEquals(textOf("\n\n\n"), "");
});

Deno.test("escape sequences are dropped whole", () => {
  for (
    const sequence of [
      "\x1b[31m",
      "\x1b[1;38;5;200m",
      "\x9b0m",
      "\x1b]0;owned\x07",
      "\x1b]8;;https://example.org\x1b\\",
      "\x1bP1+r544e=\x1b\\",
      "\x1b_Ga=T;AAAA\x1b\\",
      "\x1b(B",
      "\x1bc",
      "\x1b[2J\x1b[H",
    ]
  ) assertEquals(textOf(`red${sequence}dish`), "reddish", JSON.stringify(sequence));
});

Deno.test("what is not a whole sequence keeps its text", () => {
  assertEquals(textOf("a\x1b]0;and the text goes on"), "a;and the text goes on".replace(";", "0;"));
  assertEquals(textOf("a\x1b[1\nb"), "a1\nb");
  assertEquals(textOf("a\x1b"), "a\ufffd");
});

Deno.test("invalid UTF-8 is replaced", () => {
  assertEquals(textOf(Uint8Array.of(0x61, 0xff, 0x62, 0xe2, 0x82)), "a\ufffdb\ufffd");
});

Deno.test("a paste of exactly the limit is whole, and a longer one is none", () => {
  const most = "x".repeat(MAX_PASTE_BYTES);
  assertEquals(textOf(most), most);
  assertEquals(textOf(`${most}x`), undefined);
  assertEquals(textOf("日".repeat(MAX_PASTE_BYTES / 3 + 1)), undefined);
  // Sanitizing makes it longer.
  assertEquals(textOf("a\t".repeat(MAX_PASTE_BYTES / 2)), undefined);
});

Deno.test("a paste of newlines or escapes takes linear time", () => {
  const half = MAX_PASTE_BYTES / 2;
  assertEquals(textOf("\n".repeat(MAX_PASTE_BYTES - 1) + "x"), "x");
  assertEquals(textOf("\x1b]".repeat(half / 3))?.includes("\x1b"), false);
  assertEquals(textOf("\x1b[".repeat(half / 3))?.includes("\x1b"), false);
});

testProperty("a paste is safe", { weight: 20 }, (check) => {
  const part = fc.oneof(
    fc.constantFrom(
      "\x1b[",
      "\x1b]",
      "\x1b\\",
      "\x07",
      "\r",
      "\n",
      "\t",
      "日",
      "😀",
      "\u0301",
      "m",
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  check(fc.property(fc.array(part), (parts) => {
    const text = textOf(parts.join(""))!;
    assertEquals(sanitize(text, { newlines: true }), text);
    assert(!/^\n|\n$/.test(text));
  }));
});
