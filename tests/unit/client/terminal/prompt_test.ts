import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Prompt, type PromptOptions } from "../../../../client/terminal/prompt.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";
import { testProperty } from "../../../support/property.ts";

const utf8 = new TextEncoder();

/** A prompt, what it told, and hands to type with. */
function start(options: PromptOptions = { shouldRemember: () => true }, { isEnd = true } = {}) {
  const told: string[] = [];
  let changes = 0;
  const prompt: Prompt = new Prompt({
    onSubmit: (line) => told.push(`submit ${line}, then "${prompt.line}"`),
    onChange: () => changes++,
    onInterrupt: () => told.push(`interrupt "${prompt.line}"`),
    onEnd: () => {
      told.push("end");
      return isEnd;
    },
    onClear: () => told.push("clear"),
    onComplete: () => told.push(`complete "${prompt.line}"`),
  }, options);
  const type = (text: string) => prompt.feed(utf8.encode(text));
  const press = (...keys: Key[]) => keys.forEach((key) => type(keyBytes(key)));
  /** The line with `|` for the cursor. */
  const shown = () => `${prompt.line.slice(0, prompt.cursor)}|${prompt.line.slice(prompt.cursor)}`;
  return { prompt, told, type, press, shown, changes: () => changes };
}

Deno.test("what is typed is in the line, and the cursor behind it", () => {
  const { type, shown, told } = start();
  assertEquals(shown(), "|");
  type("hola José 日本");
  assertEquals(shown(), "hola José 日本|");
  assertEquals(told, []);
});

Deno.test("Enter gives the line, which is empty then", () => {
  const { type, press, shown, told } = start();
  type("hola");
  press("enter");
  assertEquals(told, ['submit hola, then ""']);
  assertEquals(shown(), "|");
  press("enter");
  assertEquals(told.slice(1), ['submit , then ""']);
});

Deno.test("several lines that come at once are given one after another, the last one stays", () => {
  const { type, shown, told } = start();
  type("uno\rdos\rtres");
  assertEquals(told, ['submit uno, then ""', 'submit dos, then ""']);
  assertEquals(shown(), "tres|");
});

Deno.test("a carriage return and a line feed end one line and not two, also when they come apart", () => {
  const { type, told } = start();
  type("uno\r\ndos\r");
  type("\ntres\n");
  assertEquals(told.map((each) => each.split(",")[0]), ["submit uno", "submit dos", "submit tres"]);
});

Deno.test("the cursor keys move in the line, and what is typed goes in where the cursor is", () => {
  const { type, press, shown } = start();
  type("hola");
  press("left", "left");
  assertEquals(shown(), "ho|la");
  type("x");
  assertEquals(shown(), "hox|la");
  press("home");
  assertEquals(shown(), "|hoxla");
  press("right");
  assertEquals(shown(), "h|oxla");
  press("end", "right");
  assertEquals(shown(), "hoxla|");
  press("ctrl-a");
  assertEquals(shown(), "|hoxla");
  press("ctrl-e");
  assertEquals(shown(), "hoxla|");
});

Deno.test("keys delete characters, words and the rest of the line", () => {
  const { type, press, shown } = start();
  type("uno dos tres");
  press("backspace");
  assertEquals(shown(), "uno dos tre|");
  press("ctrl-w");
  assertEquals(shown(), "uno dos |");
  press("home", "delete");
  assertEquals(shown(), "|no dos ");
  press("ctrl-d");
  assertEquals(shown(), "|o dos ");
  press("ctrl-right", "ctrl-k");
  assertEquals(shown().endsWith("|"), true);
  press("ctrl-u");
  assertEquals(shown(), "|");
  press("backspace", "delete", "left");
  assertEquals(shown(), "|");
});

Deno.test("what was cut can be put back", () => {
  const { type, press, shown } = start();
  type("hola mundo");
  press("ctrl-w", "ctrl-y");
  assertEquals(shown(), "hola mundo|");
});

Deno.test("the cursor never stops inside of a character made of two units", () => {
  const { type, press, shown } = start();
  type("a😀b");
  press("left", "left");
  assertEquals(shown(), "a|😀b");
  press("right", "backspace");
  assertEquals(shown(), "a|b");
});

Deno.test("the arrow keys call earlier lines back, each once, and at the end the empty one", () => {
  const { type, press, shown } = start();
  type("uno\rdos\runo\r");
  press("up");
  assertEquals(shown(), "uno|");
  press("up");
  assertEquals(shown(), "dos|");
  press("down");
  assertEquals(shown(), "uno|");
  press("down");
  assertEquals(shown(), "|");
});

Deno.test("with the beginning of a line only the lines that begin so are called back", () => {
  const { type, press, shown } = start();
  type("hola\radiós\rho");
  press("up");
  assertEquals(shown().replace("|", ""), "hola");
});

Deno.test("a line that is not to be remembered is given, and cannot be called back", () => {
  const { type, press, shown, told } = start({ shouldRemember: (line) => line !== "secret" });
  type("uno\rsecret\rdos\rsecret\r");
  assertEquals(told.length, 4);
  press("up");
  assertEquals(shown(), "dos|");
  press("up");
  assertEquals(shown(), "uno|");
  press("up");
  assertEquals(shown().includes("secret"), false);
});

Deno.test("Ctrl-C is told and changes nothing by itself", () => {
  const { type, press, shown, told } = start();
  type("hola");
  press("ctrl-c");
  assertEquals(told, ['interrupt "hola"']);
  assertEquals(shown(), "hola|");
  type("!");
  assertEquals(shown(), "hola!|");
});

Deno.test("Ctrl-D ends it on an empty line only", () => {
  const { type, press, shown, told } = start();
  type("x");
  press("ctrl-d");
  assertEquals([told, shown()], [[], "x|"]);
  press("backspace", "ctrl-d");
  assertEquals(told, ["end"]);
});

Deno.test("after the end nothing more is told, whatever is typed", () => {
  const { prompt, type, press, told } = start();
  press("ctrl-d", "ctrl-d", "ctrl-c", "tab");
  type("hola\r");
  prompt.insert("x");
  prompt.setLine("x");
  assertEquals(told, ["end"]);
});

Deno.test("Ctrl-D that is not the end leaves all as it was", () => {
  const { type, press, told } = start(undefined, { isEnd: false });
  press("ctrl-d", "ctrl-d");
  type("hola\r");
  assertEquals(told, ["end", "end", 'submit hola, then ""']);
});

Deno.test("Ctrl-L asks for a clear screen and leaves the line", () => {
  const { type, press, shown, told } = start();
  type("hola");
  press("ctrl-l");
  assertEquals([told, shown()], [["clear"], "hola|"]);
});

Deno.test("lines of before can be called back, the latest first", () => {
  const { type, press, shown } = start({ shouldRemember: () => true, history: ["dos", "uno"] });
  press("up");
  assertEquals(shown(), "dos|");
  press("ctrl-u");
  type("tres\r");
  for (const line of ["tres", "dos", "uno"]) {
    press("up");
    assertEquals(shown(), `${line}|`);
  }
});

Deno.test("Tab asks for a completion and changes nothing, also between other keys", () => {
  const { type, press, shown, told } = start();
  type("ho");
  press("tab");
  type("la\t\tx\t\r\t");
  assertEquals(told, [
    'complete "ho"',
    'complete "hola"',
    'complete "hola"',
    'complete "holax"',
    'submit holax, then ""',
    'complete ""',
  ]);
  assertEquals(shown(), "|");
});

Deno.test("where nothing is completed, Tab does nothing", () => {
  let line = "";
  const prompt = new Prompt({
    onSubmit: (submitted) => line = submitted,
    onChange: () => {},
    onInterrupt: () => {},
    onEnd: () => true,
    onClear: () => {},
  }, { shouldRemember: () => false });
  prompt.feed(utf8.encode("\tho\tla\t\r"));
  assertEquals(line, "hola");
});

Deno.test("insert puts text in where the cursor is", () => {
  const { prompt, type, press, shown } = start();
  type("hola");
  press("left", "left");
  prompt.insert("José 日本 ");
  assertEquals(shown(), "hoJosé 日本 |la");
  prompt.insert("");
  assertEquals(shown(), "hoJosé 日本 |la");
});

Deno.test("Ctrl-Z and sequences that mean nothing leave the line as it is", () => {
  const { type, press, shown, told } = start();
  type("hola");
  press("shift-tab", "ctrl-z", "page-up", "insert");
  type("\x1b[I\x1b[O\x1b[15~\x1b[19;5~");
  assertEquals([told, shown()], [[], "hola|"]);
});

Deno.test("each key may have changed the line, and is told so", () => {
  const { type, press, changes } = start();
  type("hola");
  assertEquals(changes(), 4);
  press("left", "backspace");
  assertEquals(changes(), 6);
});

Deno.test("characters and keys may come in pieces of any size", () => {
  const text = "José 日本 😀 x\x1b[D\x1b[D\x7f\r";
  const bytes = utf8.encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const { prompt, told } = start();
    prompt.feed(utf8.encode("a"));
    for (let at = 0; at < bytes.length; at += size) prompt.feed(bytes.slice(at, at + size));
    assertEquals(told, ['submit aJosé 日本  x, then ""'], `in pieces of ${size}`);
  }
});

Deno.test("replace puts another line in, wherever the cursor was, and Enter gives that", () => {
  const { prompt, type, press, shown, told } = start();
  type("hola mundo");
  press("left", "left");
  prompt.setLine("adiós");
  assertEquals(shown(), "adiós|");
  press("enter");
  assertEquals(told, ['submit adiós, then ""']);
  type("x");
  prompt.setLine("");
  assertEquals(shown(), "|");
  prompt.setLine("");
  assertEquals(shown(), "|");
});

Deno.test("replace can leave the cursor anywhere in the line", () => {
  const { prompt, type, shown } = start();
  type("uno");
  for (const cursor of [0, 3, 5]) {
    prompt.setLine("José!", cursor);
    assertEquals(shown(), `${"José!".slice(0, cursor)}|${"José!".slice(cursor)}`);
  }
});

Deno.test("replace with a very long line gives the same line", () => {
  const { prompt } = start();
  const line = "palabra ".repeat(5000);
  prompt.setLine(line);
  assertEquals(prompt.line, line);
});

Deno.test("separators of lines and paragraphs end no line, in whichever pieces they come", () => {
  for (const size of [1, 2, 3, 100]) {
    const { prompt, told } = start();
    const bytes = utf8.encode("a\u2028b\u2029…\u2027ñ\r");
    for (let at = 0; at < bytes.length; at += size) prompt.feed(bytes.slice(at, at + size));
    assertEquals(told, ['submit a\ufffdb\ufffd…\u2027ñ, then ""']);
  }
});

testProperty(
  "any text without controls is given as it was typed, in pieces of any size",
  { weight: 1 },
  (check) => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 }).filter((each) =>
      !/\p{Cc}/u.test(each) && each.isWellFormed()
    );
    check(
      fc.property(text, fc.integer({ min: 1, max: 8 }), (typed, size) => {
        const { prompt, told } = start();
        const bytes = utf8.encode(typed + "\r");
        for (let at = 0; at < bytes.length; at += size) prompt.feed(bytes.slice(at, at + size));
        const line = typed.replace(/[\u2028\u2029]/g, "\ufffd");
        assertEquals(told, [`submit ${line}, then ""`]);
      }),
      { numRuns: 50 },
    );
  },
);
