import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  exceedsLines,
  findBareCommand,
  findSlip,
  splitRoom,
} from "../../../../common/protocol/input.ts";
import { isBlank } from "../../../../common/protocol/visible.ts";
import { testProperty } from "../../../support/property.ts";

const BEFORE = [
  "",
  " ",
  "\t",
  "\n",
  "\u00a0",
  "\u200b",
  "\ufeff",
  "\u2060",
  "\u00ad",
  "\0",
  "\u3164",
];
const SLASHES = ["/", "／", "⁄", "∕", "⧸", "╱"];
const NAMES = [
  ...["mod", "MOD", "moderar", "Móderar", "ｍｏｄ", "m\u200bod"].map((name) => [name, "password"]),
  ...["msg", "privado", "w", "dm", "tell", "Whisper", "query", "susurrar"].map((
    name,
  ) => [name, "nick_text"]),
  ...["r", "reply", "responder"].map((name) => [name, "text"]),
] as const;

testProperty("a secret command is found behind anything unseen, and with any slash", {
  weight: 1,
}, (check) =>
  check(fc.property(
    fc.array(fc.constantFrom(...BEFORE), { maxLength: 5 }),
    fc.constantFrom(...SLASHES),
    fc.constantFrom(...NAMES),
    fc.constantFrom(" chalk", "\tchalk", "\u00a0chalk", "\nchalk", "  chalk and more"),
    (before, slash, [name, argument], rest) => {
      assertEquals(findSlip(before.join("") + slash + name + rest)?.argument, argument);
    },
  )));

Deno.test("a secret command is named as it is typed, in lower case and without accents", () => {
  assertEquals(findSlip(" /Móderar x"), { name: "moderar", argument: "password" });
  assertEquals(findSlip("／msg bob x"), { name: "msg", argument: "nick_text" });
  assertEquals(findSlip(" / mod x"), { name: "mod", argument: "password" });
  assertEquals(findSlip(" /mod"), { name: "mod", argument: "password" });
});

Deno.test("other messages are not secret commands", () => {
  for (
    const text of [
      "",
      "hola",
      "/",
      "/mod", // names it
      " /model x",
      " /modx y",
      "mod chalk",
      "type /mod chalk",
      " /r/programming",
      " //mod x",
      " /who",
      "/etc/hosts",
      "1 / r 2",
    ]
  ) {
    assertEquals(findSlip(text), undefined, text);
  }
});

Deno.test("a password is found on any line of a paste, and a private message only on its first", () => {
  for (const line of ["/mod chalk", "\t/MODERAR chalk", "\u200b／mod chalk", "  ∕mod  chalk"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      assertEquals(findSlip(`uno${end}${end}${line}${end}dos`)?.argument, "password", line);
    }
  }
  for (const text of ["uno\n/mod\ndos", "uno\n/msg ana x", "uno\n/model x", "uno\n//mod x"]) {
    assertEquals(findSlip(text), undefined, text);
  }
});

Deno.test("a word alone that is the name of a command is found, as typed in a shell, in vi and in Python", () => {
  const found: Record<string, string[]> = {
    exit: [
      "exit",
      "Quit",
      " salir ",
      ":q",
      ":q!",
      ":wq",
      ":qa!",
      "\\q",
      ".exit",
      "exit()",
      "quit()",
      "adiós",
      "bye!",
    ],
    help: ["help", "AYUDA", "?", "help()", "órdenes"],
  };
  for (const [name, words] of Object.entries(found)) {
    for (const word of words) assertEquals(findBareCommand(word), name, word);
  }
  for (const text of ["", "who", "exit now", "no exit", "??", "quién", "/exit", "help me", "q:"]) {
    assertEquals(findBareCommand(text), undefined, text);
  }
  assertEquals(findBareCommand(" ".repeat(100_000) + "exit"), undefined);
});

Deno.test("lines that end in LF, CRLF and CR are counted, up to the limit", () => {
  for (const end of ["\n", "\r", "\r\n"]) {
    assertEquals(exceedsLines(Array(200).fill("x").join(end), 200), false);
    assertEquals(exceedsLines(Array(201).fill("x").join(end), 200), true);
  }
  assertEquals(exceedsLines("\n".repeat(1_000_000), Infinity), false);
  assertEquals(exceedsLines("", 1), false);
});

testProperty(
  "a text that begins with the name of a room is split there, with anything unseen before it",
  {
    weight: 1,
  },
  (check) =>
    check(fc.property(
      fc.array(fc.constantFrom(...BEFORE), { maxLength: 5 }),
      fc.constantFrom("#dev", "#DEV:", "＃Dev"),
      fc.constantFrom(" ", "\n", "\t  "),
      fc.string({ minLength: 1 }).filter((text) => /^[^\s]/u.test(text) && !isBlank(text)),
      (before, room, blank, text) => {
        assertEquals(splitRoom(before.join("") + room + blank + text), { room: "dev", text });
      },
    )),
);

Deno.test("other texts name no room", () => {
  for (
    const text of [
      "",
      "#",
      "#dev",
      "#dev ",
      "#dev \u200b",
      "# dev x",
      "##dev x",
      "#-x y",
      "#dev#x y",
    ]
      .concat(
        "hola #dev x",
        "/#dev x",
        "#a,b c",
        `#${"x".repeat(100_000)} y`,
        `#${"x".repeat(300)}`,
      )
  ) {
    assertEquals(splitRoom(text), undefined, text);
  }
});

Deno.test("a secret command is found behind the name of a room", () => {
  assertEquals(findSlip("#dev /mod chalk"), { name: "mod", argument: "password" });
});
