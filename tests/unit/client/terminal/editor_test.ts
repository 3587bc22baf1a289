import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { press } from "../../../../client/terminal/editor.ts";
import {
  type Editor,
  expand,
  insert,
  insertBlock,
  remember,
  startEditor,
} from "../../../../client/terminal/editor_state.ts";
import { KEY_TABLE } from "../../../../client/terminal/keys.ts";
import { testProperty } from "../../../support/property.ts";

/** The state after keys, separated by blanks; `'text` is typed, with `_` for a blank. */
function keys(script: string, from: Editor = startEditor()): Editor {
  return script.split(" ").reduce((state, each) => {
    const typed = each.startsWith("'") ? [...each.slice(1).replaceAll("_", " ")] : [each];
    return typed.reduce(press, state);
  }, from);
}

/** The line with `|` for the cursor. */
const show = ({ line, cursor }: Editor) => `${line.slice(0, cursor)}|${line.slice(cursor)}`;
const sent = (...lines: string[]) => lines.reduce(remember, startEditor());

function assertKeys(table: readonly (readonly [script: string, shown: string])[], from?: Editor) {
  for (const [script, shown] of table) assertEquals(show(keys(script, from)), shown, script);
}

Deno.test("a key moves over or deletes one grapheme", () => {
  for (const emoji of ["🇪🇸", "👨‍👩‍👧‍👦", "👍🏽", "e\u0301", "क्षि", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]) {
    assertKeys([
      [`'x${emoji} Left 'Z`, `xZ|${emoji}`],
      [`'x${emoji} Backspace`, "x|"],
      [`'${emoji}y Home Delete`, "|y"],
      [`'${emoji}ab Left Left Ctrl-T`, `a${emoji}|b`],
    ]);
  }
  // What joins its neighbours after an edit is one grapheme, and the cursor stands behind it.
  assertEquals(show(keys("'🇪x🇸 Left Backspace")), "🇪🇸|");
});

Deno.test("words have letters, marks and digits of every script", () => {
  assertKeys([
    ["'hola_señor_josé Alt-Backspace", "hola señor |"],
    ["'año Home Alt-F", "año|"],
    ["'naïve_café Alt-Left Alt-D", "naïve |"],
    ["'क्षि_日本語 Alt-B Alt-B", "|क्षि 日本語"],
    ["'می\u200cخواهم Ctrl-Left", "|می\u200cخواهم"],
    ["'user@example.org Ctrl-W", "|"],
    ["'a-b Alt-Ctrl-H", "a-|"],
  ]);
});

Deno.test("a block is one character of the line, which cannot be typed", () => {
  const from = insertBlock(keys("'a_"), "uno\ndos");
  assertEquals(expand(from), "a uno\ndos");
  assertEquals(expand(keys("'x Left Left Backspace", from)), "auno\ndosx");
  assertEquals(expand(keys("Ctrl-T", from)), "auno\ndos ");
  const { event } = keys("Ctrl-W Ctrl-W Ctrl-Y Enter", from);
  assertEquals([event?.kind, event?.text], ["submit", "a uno\ndos"]);
  // A block that was killed can be yanked into the next line.
  assertEquals(expand(keys("Ctrl-W Enter Ctrl-Y", from)), "uno\ndos");
  assertEquals(expand(keys("Backspace Ctrl-_", from), (text) => `[${text.length}]`), "a [7]");
  assertEquals(insert(startEditor(), "\ufdd0a\x1b\0b\nc\u2028").line, "\ufffdab\nc\ufffd");
  let full = startEditor();
  for (let count = 0; count < 33; count++) full = insertBlock(full, "b\n");
  assertEquals([full.line.length, expand(full)], [34, "b\n".repeat(33)]);
});

Deno.test("Up and Down move between the lines of a text before they go through the history", () => {
  const from = sent("old");
  assertKeys([
    ["'日本語 Alt-Enter 'abcdef Up", "日本語|\nabcdef"],
    ["'abc Alt-Enter '日本語 Left Up", "abc|\n日本語"],
    ["'abc Shift-Enter Shift-Enter 'x Up Up Down", "abc\n|\nx"],
    ["'abc Alt-Enter 'x Up Up", "old|"],
    ["'abc Alt-Enter 'x Up Up Down", "a|bc\nx"],
    ["'abc Alt-Enter 'x Ctrl-P", "old|"],
  ], from);
});

Deno.test("the search shows the line that it finds, and ends as in bash", () => {
  const from = sent("first one", "second two", "true third");
  const search = (script: string) => {
    const state = keys(script, from);
    const { text, isForward, isFailed } = state.search ?? {};
    return [show(state), state.search && [text, isForward ? "newer" : "older", isFailed]];
  };
  assertEquals(search("Ctrl-R 'o"), ["second tw|o", ["o", "older", false]]);
  assertEquals(search("Ctrl-R 'o Ctrl-R"), ["sec|ond two", ["o", "older", false]]);
  assertEquals(search("Ctrl-R 'o Ctrl-R Ctrl-S Ctrl-S"), ["second tw|o", ["o", "newer", false]]);
  assertEquals(search("'draft Ctrl-R 'zz"), ["draft|", ["zz", "older", true]]);
  assertEquals(search("Ctrl-R 'third Backspace Esc"), ["true |third", undefined]);
  assertEquals(search("'draft Left Ctrl-R 'one Ctrl-G"), ["draf|t", undefined]);
  assertEquals(search("Ctrl-R 'one Ctrl-J Down"), ["second two|", undefined]);
  assertEquals(search("Ctrl-R 'one Ctrl-J Enter Ctrl-R Ctrl-R Esc"), ["first |one", undefined]);
  assertEquals(search("Ctrl-R 'two Ctrl-A '#"), ["#|second two", undefined]);
  assertEquals(search("'draft Ctrl-R 'two Ctrl-C"), ["|", undefined]);
  assertEquals(keys("Ctrl-R 'two Enter", from).event?.text, "second two");
  assertEquals(
    search("'x Alt-P 'ir_x Backspace Backspace Enter"),
    ["|true third", undefined],
  );
  assertEquals(search("'x Alt-P 'nothing Enter"), ["x|", undefined]);
  assertEquals(search("Up Up Up Alt-N 'r Enter Alt-N Enter"), ["|true third", undefined]);
});

Deno.test("prefixes change the next key, and only that", () => {
  assertKeys([
    ["'one_two Esc 'b 'x", "one x|two"],
    ["'a Ctrl-V Tab Ctrl-V Enter Ctrl-V Ctrl-C Ctrl-V Up 'b", "a    \nb|"],
    ["'abcabc Home Ctrl-] 'c 'x", "abx|cabc"],
    ["'abcabc Alt-Ctrl-] 'b 'x", "abcax|bc"],
    ["'abc Ctrl-] Up 'x", "abcx|"],
    ["'a Ctrl-X 'q 'b", "ab|"],
  ]);
  assertEquals(keys("'hi Esc Enter").event?.kind, "submit");
  assertEquals(keys("'hi Ctrl-X Ctrl-C").event?.kind, "interrupt");
});

Deno.test("undo takes back 20 typed characters at once, and reverting can be taken back", () => {
  const typed = keys(`'${"x".repeat(50)}`);
  assertEquals(keys("Ctrl-_", typed).line.length, 40);
  assertEquals(keys("Ctrl-_ Ctrl-_ Ctrl-_", typed).line.length, 0);
  let long = insert(startEditor(), "x".repeat(64 * 1024));
  for (let count = 0; count < 100; count++) long = keys("Ctrl-T Backspace", long);
  assert(long.undo.reduce((sum, { line }) => sum + line.length, 0) < 1.2e6);
  assertKeys([
    ["'abc_ 'def Alt-R", "|"],
    ["\u0085 'abc Ctrl-_", "|"],
    ["'abc Alt-R Ctrl-_", "abc|"],
    ["Up '! Alt-R", "old|"],
  ], sent("old"));
});

const anyKey = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...KEY_TABLE.flatMap(([keys]) => keys.split(", "))),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("a", "é", " ", "-", "日", "🇪", "\u0301", "\u200d", "👩", "\0"),
  },
  { weight: 1, arbitrary: fc.constantFrom("Esc", "F1", "block", "paste") },
);

function pressAny(state: Editor, key: string): Editor {
  if (key === "block") return insertBlock(state, "uno\ndos");
  return key === "paste" ? insert(state, "x\u0301\n🇪🇸\x1b") : press(state, key);
}

/** The places between the graphemes of a line. */
function boundaries(line: string): number[] {
  const segments = new Intl.Segmenter("und", { granularity: "grapheme" }).segment(line);
  return [...[...segments].map(({ index }) => index), line.length];
}

testProperty("after any keys the cursor stands between graphemes, and the line is safe", {
  weight: 20,
}, (check) => {
  check(fc.property(fc.array(anyKey, { maxLength: 60 }), (pressed) => {
    let state = sent("hola 👩‍👩‍👧 señor", "x\u0301y");
    for (const key of pressed) {
      state = pressAny(state, key);
      assert(boundaries(state.line).includes(state.cursor), `${state.cursor} in ${state.line}`);
      assert(!/(?!\n)\p{Cc}/u.test(expand(state)) && state.line.isWellFormed());
    }
  }));
});

testProperty("undo returns to each earlier line", { weight: 20 }, (check) => {
  // Keys that edit one line without merging changes.
  const edits = fc.constantFrom(
    ...[
      "Left",
      "Ctrl-W",
      "Alt-D",
      "Ctrl-U",
      "Ctrl-K",
      "Ctrl-Y",
      "Ctrl-T",
      "Alt-T",
      "Alt-C",
      "Alt-\\",
    ],
    ...["Backspace", "Delete", "Alt-Enter", "Home", "Alt-B", "Alt-R", "block", "paste"],
  );
  check(fc.property(fc.array(edits, { maxLength: 40 }), (pressed) => {
    let state = insert(startEditor(), "uno dos-tres 🇪🇸");
    const lines = [""];
    for (const key of pressed) {
      const before = state.line;
      state = pressAny(state, key);
      if (state.line !== before) lines.push(before);
    }
    while (state.undo.length > 0) {
      state = press(state, "Ctrl-_");
      assertEquals(state.line, lines.pop());
    }
    assertEquals([state.line, lines], ["", []]);
  }));
});

testProperty("what is killed can be yanked", { weight: 20 }, (check) => {
  const killing = [
    "Ctrl-W",
    "Alt-D",
    "Ctrl-U",
    "Ctrl-K",
    "Alt-Backspace",
    "Ctrl-Delete",
    "Ctrl-X Backspace",
  ];
  const text = fc.string({ unit: "grapheme" });
  const others = fc.array(fc.constantFrom("Left", "Alt-B", "Ctrl-A", "Ctrl-E"), { maxLength: 4 });
  check(fc.property(text, others, fc.array(fc.constantFrom(...killing)), (line, moves, kills) => {
    const before = keys(["Left", ...moves].join(" "), insert(startEditor(), line));
    const killed = kills.reduce((state, each) => {
      const next = keys(each, state);
      return next.line === state.line ? state : next; // a kill of nothing ends the row
    }, before);
    const removed = before.line.length - killed.line.length;
    assertEquals(killed.kills.join("").length, removed);
    // Kills in a row are one.
    assert(killed.kills.length <= 1);
    if (removed > 0) assertEquals(press(killed, "Ctrl-Y").line, before.line);
  }));
});
