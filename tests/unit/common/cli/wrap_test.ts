import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { NO_BREAK } from "../../../../common/i18n/mod.ts";
import { textWidth } from "../../../../common/cli/width.ts";
import { wrapText } from "../../../../common/cli/wrap.ts";
import { testProperty } from "../../../support/property.ts";

const FINGERPRINT = `sha256:${"0a".repeat(32)}`;

Deno.test("a sentence is wrapped at spaces, with a hanging indent", () => {
  assertEquals(
    wrapText("chat: cannot listen on 127.0.0.1:3000: the port is in use", 40).split("\n"),
    ["chat: cannot listen on 127.0.0.1:3000:", "  the port is in use"],
  );
  assertEquals(wrapText("one two three", 9, 0), "one two\nthree");
  assertEquals(wrapText("fits", 4), "fits");
});

Deno.test("text in columns goes on below its second column", () => {
  assertEquals(
    wrapText("   1  the hub in the kitchen, on this machine (encrypted)", 40).split("\n"),
    ["   1  the hub in the kitchen, on this", "      machine (encrypted)"],
  );
});

Deno.test("a wide letter counts as two columns", () => {
  assertEquals(wrapText("東京 大阪 京都", 9), "東京 大阪\n京都");
});

Deno.test("neither a command nor a fingerprint is broken", () => {
  for (const line of ["  chat client 192.168.1.20 3000 --tls", `  ${FINGERPRINT}`, FINGERPRINT]) {
    assertEquals(wrapText(line, 20), line);
  }
  const command = "chat client HOST PORT".replaceAll(" ", NO_BREAK);
  assertEquals(
    wrapText(`if you know its address: ${command} joins it`, 40).split("\n"),
    ["if you know its address:", "  chat client HOST PORT joins it"],
  );
});

testProperty(
  "no wrapped line is wider than the width unless it is one word, and no word is lost",
  { weight: 20 },
  (check) => {
    const word = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom("a", "é", "東", "👩‍🌾", "`") }),
      fc.constantFrom(FINGERPRINT, `chat${NO_BREAK}client${NO_BREAK}HOST`),
    );
    const words = fc.array(word, { maxLength: 30 });
    check(fc.property(words, fc.nat(120), fc.option(fc.nat(60)), (words, width, hang) => {
      const shown = wrapText(words.join(" "), width, hang ?? undefined);
      for (const line of shown.split("\n")) {
        const isOneWord = words.some((word) => word.replaceAll(NO_BREAK, " ") === line.trimStart());
        assert(textWidth(line) <= width || isOneWord, `${line} at ${width}`);
      }
      assertEquals(shown.replace(/\s+/g, " "), words.join(" ").replaceAll(NO_BREAK, " "));
    }));
  },
);
