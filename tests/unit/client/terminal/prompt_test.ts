import { assertEquals } from "@std/assert";
import { Prompt, type PromptOptions } from "../../../../client/terminal/prompt.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";
import { typeInto } from "./typing.ts";

/** A prompt, its events, and functions to type. */
function start(options: PromptOptions = { shouldRemember: () => true }, { isEnd = true } = {}) {
  const events: string[] = [];
  let changes = 0;
  const prompt: Prompt = new Prompt({
    onSubmit: (line) => events.push(`submit ${line}, then "${prompt.line}"`),
    onChange: () => changes++,
    onInterrupt: () => events.push(`interrupt "${prompt.line}"`),
    onEnd: () => {
      events.push("end");
      return isEnd;
    },
    onClear: () => events.push("clear"),
    onComplete: () => events.push(`complete "${prompt.line}"`),
    onSuspend: () => events.push("suspend"),
    onSwitchRoom: (room) => events.push(`room ${room}`),
  }, options);
  const type = typeInto(prompt);
  const press = (...keys: Key[]) => keys.forEach((key) => type(keyBytes(key)));
  /** The line with `|` for the cursor. */
  const shown = () => `${prompt.line.slice(0, prompt.cursor)}|${prompt.line.slice(prompt.cursor)}`;
  return { prompt, events, type, press, shown, changes: () => changes };
}

Deno.test("Enter submits the line and empties it", () => {
  const { type, press, shown, events } = start();
  type("hola");
  press("enter");
  assertEquals(events, ['submit hola, then ""']);
  assertEquals(shown(), "|");
  press("enter");
  assertEquals(events.slice(1), ['submit , then ""']);
});

Deno.test("several lines at once are submitted one by one, and the unfinished one stays", () => {
  const { type, shown, events } = start();
  type("uno\rdos\rtres");
  assertEquals(events, ['submit uno, then ""', 'submit dos, then ""']);
  assertEquals(shown(), "tres|");
});

Deno.test("CR and LF end one line, not two, even if they arrive apart", () => {
  const { type, events } = start();
  type("uno\r\ndos\r");
  type("\ntres\n");
  assertEquals(events.map((each) => each.split(",")[0]), [
    "submit uno",
    "submit dos",
    "submit tres",
  ]);
});

Deno.test("the cursor keys move in the line, and text is inserted at the cursor", () => {
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

Deno.test("killed text can be yanked", () => {
  const { type, press, shown } = start();
  type("hola mundo");
  press("ctrl-w", "ctrl-y");
  assertEquals(shown(), "hola mundo|");
});

Deno.test("the cursor never stops inside a surrogate pair", () => {
  const { type, press, shown } = start();
  type("a😀b");
  press("left", "left");
  assertEquals(shown(), "a|😀b");
  press("right", "backspace");
  assertEquals(shown(), "a|b");
});

Deno.test("the arrow keys recall earlier lines, each once, down to the empty line", () => {
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

Deno.test("Up and Down keep the draft with its cursor", () => {
  const { type, press, shown } = start();
  type("true third\rtwo words");
  press("left", "left", "left", "up");
  assertEquals(shown(), "true third|");
  press("up", "up", "down");
  assertEquals(shown(), "two wo|rds");
});

Deno.test("edits of recalled lines last until a line is sent, and Ctrl-C goes to the end of the history", () => {
  const { prompt, type, press, shown } = start();
  type("uno\rdos\rtres\r");
  press("up", "up");
  type("!");
  press("up", "down");
  assertEquals(shown(), "dos!|");
  prompt.reset();
  press("up");
  assertEquals(shown(), "tres|");
  press("up");
  assertEquals(shown(), "dos|");
});

Deno.test("a line that must not be remembered is submitted, and cannot be recalled", () => {
  const { type, press, shown, events } = start({ shouldRemember: (line) => line !== "secret" });
  type("uno\rsecret\rdos\rsecret\r");
  assertEquals(events.length, 4);
  press("up");
  assertEquals(shown(), "dos|");
  press("up");
  assertEquals(shown(), "uno|");
  press("up");
  assertEquals(shown().includes("secret"), false);
});

Deno.test("Ctrl-C is reported, and changes nothing by itself", () => {
  const { type, press, shown, events } = start();
  type("hola");
  press("ctrl-c");
  assertEquals(events, ['interrupt "hola"']);
  assertEquals(shown(), "hola|");
  type("!");
  assertEquals(shown(), "hola!|");
});

Deno.test("Ctrl-D ends the input only on an empty line", () => {
  const { type, press, shown, events } = start();
  type("x");
  press("ctrl-d");
  assertEquals([events, shown()], [[], "x|"]);
  press("backspace", "ctrl-d");
  assertEquals(events, ["end"]);
});

Deno.test("after the end no event follows", () => {
  const { prompt, type, press, events } = start();
  press("ctrl-d", "ctrl-d", "ctrl-c", "tab");
  type("hola\r");
  prompt.insert("x");
  prompt.setLine("x");
  assertEquals(events, ["end"]);
});

Deno.test("a Ctrl-D that does not end the input changes nothing", () => {
  const { type, press, events } = start(undefined, { isEnd: false });
  press("ctrl-d", "ctrl-d");
  type("hola\r");
  assertEquals(events, ["end", "end", 'submit hola, then ""']);
});

Deno.test("Ctrl-L is reported, and leaves the line", () => {
  const { type, press, shown, events } = start();
  type("hola");
  press("ctrl-l");
  assertEquals([events, shown()], [["clear"], "hola|"]);
});

Deno.test("the initial history can be recalled, the latest line first", () => {
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

Deno.test("Tab asks for a completion and changes nothing, even between other keys", () => {
  const { type, press, shown, events } = start();
  type("ho");
  press("tab");
  type("la\t\tx\t\r\t");
  assertEquals(events, [
    'complete "ho"',
    'complete "hola"',
    'complete "hola"',
    'complete "holax"',
    'submit holax, then ""',
    'complete ""',
  ]);
  assertEquals(shown(), "|");
});

Deno.test("without completion, Tab does nothing", () => {
  let line = "";
  const prompt = new Prompt({
    onSubmit: (submitted) => line = submitted,
    onChange: () => {},
    onInterrupt: () => {},
    onEnd: () => true,
    onClear: () => {},
  }, { shouldRemember: () => false });
  typeInto(prompt)("\tho\tla\t\r");
  assertEquals(line, "hola");
});

Deno.test("insert adds text at the cursor", () => {
  const { prompt, type, press, shown } = start();
  type("hola");
  press("left", "left");
  prompt.insert("José 日本 ");
  assertEquals(shown(), "hoJosé 日本 |la");
  prompt.insert("");
  assertEquals(shown(), "hoJosé 日本 |la");
});

Deno.test("unknown keys and sequences change nothing", () => {
  const { type, press, shown, events } = start();
  type("hola");
  press("shift-tab", "page-up", "insert", "ctrl-g", "ctrl-\\", "alt-x");
  type("\x1b[I\x1b[O\x1b[15~\x1b[19;5~\x1b[[A\x1bOP\x1bé");
  assertEquals([events, shown()], [[], "hola|"]);
});

Deno.test("Ctrl-Z and Alt with a digit are reported", () => {
  const { press, type, events } = start();
  press("ctrl-z");
  type("\x1b7\x1b2");
  assertEquals(events, ["suspend", "room 7", "room 2"]);
});

Deno.test("every key is reported as a possible change", () => {
  const { type, press, changes } = start();
  type("hola");
  assertEquals(changes(), 4);
  press("left", "backspace");
  assertEquals(changes(), 6);
});

Deno.test("setLine replaces the line, wherever the cursor was", () => {
  const { prompt, type, press, shown, events } = start();
  type("hola mundo");
  press("left", "left");
  prompt.setLine("adiós");
  assertEquals(shown(), "adiós|");
  press("enter");
  assertEquals(events, ['submit adiós, then ""']);
  type("x");
  prompt.setLine("");
  assertEquals(shown(), "|");
  prompt.setLine("");
  assertEquals(shown(), "|");
});

Deno.test("setLine can put the cursor anywhere in the line", () => {
  const { prompt, type, shown } = start();
  type("uno");
  for (const cursor of [0, 3, 5]) {
    prompt.setLine("José!", cursor);
    assertEquals(shown(), `${"José!".slice(0, cursor)}|${"José!".slice(cursor)}`);
  }
});

Deno.test("setLine accepts a very long line", () => {
  const { prompt } = start();
  const line = "palabra ".repeat(5000);
  prompt.setLine(line);
  assertEquals(prompt.line, line);
});
