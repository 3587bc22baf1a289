import { assertEquals } from "@std/assert";
import { Composer, type Submission } from "../../../../client/ui/composer.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";

const SIX_LINES = "1\n2\n3\n4\n5\n6";

/** A composer, what it told, and hands to type and to paste with. */
function start({ max = Infinity } = {}) {
  const told: string[] = [];
  const entries: Submission[] = [];
  const timers: (() => void)[] = [];
  const composer: Composer = new Composer({
    onSubmit: (entry) => {
      if (entry.text.length <= max) entries.push(entry);
      return entry.text.length <= max;
    },
    onEmptyLine: () => told.push("nothing"),
    onPassword: (password, line) => told.push(`password ${password} for ${line ?? "the hub"}`),
    onPasswordCancel: (line) => told.push(`no password for ${line ?? "the hub"}`),
    onChange: () => {},
    onEnd: () => told.push("end") > 0,
    onClear: () => told.push("clear"),
    onChoices: (choices) => told.push(choices.join(" ")),
    onPasteTooLong: () => told.push("too long"),
    onCursorReport: (column) => told.push(`column ${column}`),
  }, {
    completionNames: () => ({ commands: ["nombre", "name"], nicks: ["José", "Joseba"], rooms: [] }),
    history: ["before"],
    after: (_milliseconds, call) => {
      timers.push(call);
      return () => timers.splice(timers.indexOf(call), 1);
    },
  });
  const type = (text: string) => composer.feed(new TextEncoder().encode(text));
  const press = (...keys: Key[]) => keys.forEach((key) => type(keyBytes(key)));
  const paste = (text: string) => type(`\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`);
  const shown = () =>
    `${composer.line.slice(0, composer.cursor)}|${composer.line.slice(composer.cursor)}`;
  return { composer, told, entries, timers, type, press, paste, shown };
}

Deno.test("a line is entered with Enter, and one of blanks is nothing", () => {
  const { type, entries, told } = start();
  type("hola\r  \r/who\r");
  assertEquals(entries, [{ text: "hola", isMultiline: false }, {
    text: "/who",
    isMultiline: false,
  }]);
  assertEquals(told, ["nothing"]);
});

Deno.test("a line that is too long stays, but for a password in it", () => {
  const { type, shown, press } = start({ max: 8 });
  type("hola a todos\r");
  assertEquals(shown(), "hola a todos|");
  press("ctrl-c");
  type("/mod password\r");
  assertEquals(shown(), "/mod|");
});

Deno.test("a pasted line is typed, several are a block with what stands around them", () => {
  const { type, press, paste, shown, entries, composer } = start();
  paste("/who");
  assertEquals([shown(), entries], ["/who|", []]);
  press("ctrl-c");
  type("ab");
  press("left");
  paste("1\n2");
  assertEquals([shown(), entries.splice(0)], ["|", [{ text: "a1\n2b", isMultiline: true }]]);
  paste("/who\n//2");
  assertEquals(entries.splice(0), [{ text: "/who\n//2", isMultiline: true }]);
  type("/msg ana ");
  paste("1\n2");
  assertEquals(entries, [{ text: "/msg ana 1\n2", isMultiline: false }]);
  assertEquals(composer.draft, "");
});

Deno.test("of many lines it is asked first, and they are the draft until then", () => {
  const { type, paste, entries, composer, shown, told } = start();
  type("a");
  paste(SIX_LINES);
  assertEquals([composer.unconfirmed, composer.draft, entries], [
    `a${SIX_LINES}`,
    `a${SIX_LINES}`,
    [],
  ]);
  type("yes\t\x04\x0c");
  paste("x");
  paste(SIX_LINES);
  paste("x".repeat(70_000));
  assertEquals([composer.unconfirmed, entries, told], [`a${SIX_LINES}`, [], []]);
  type("\rnext");
  assertEquals(entries, [{ text: `a${SIX_LINES}`, isMultiline: true }]);
  assertEquals([composer.unconfirmed, shown()], [undefined, "next|"]);
});

Deno.test("who does not want to send them has the draft as it was", () => {
  for (const key of ["escape", "ctrl-c"] as const) {
    const { type, press, paste, entries, composer, shown, timers } = start();
    type("ab");
    press("left");
    paste(SIX_LINES);
    press(key);
    timers.at(-1)?.(); // an ESC is the key when nothing follows
    assertEquals([composer.unconfirmed, shown(), entries], [undefined, "a|b", []]);
  }
});

Deno.test("a block that is too long leaves the draft as it was", () => {
  const { type, press, paste, entries, shown } = start({ max: 5 });
  type("ab");
  press("left");
  paste("123\n456");
  assertEquals([shown(), entries], ["a|b", []]);
  paste(SIX_LINES);
  type("\r");
  assertEquals([shown(), entries], ["a|b", []]);
});

Deno.test("a paste that was cut is not used", () => {
  const { paste, told, shown, entries, composer } = start();
  paste("x".repeat(70_000));
  paste("x\n".repeat(40_000));
  assertEquals([told, shown(), entries, composer.unconfirmed], [
    ["too long", "too long"],
    "|",
    [],
    undefined,
  ]);
});

Deno.test("a password goes before the question, and of a paste it is the first line", () => {
  const { type, paste, told, composer, entries } = start();
  paste(SIX_LINES);
  composer.password.open();
  assertEquals(composer.unconfirmed, undefined);
  paste("s3cret\nother");
  type("\t\r");
  assertEquals([told, composer.unconfirmed, entries], [
    ["password s3cret for the hub"],
    SIX_LINES,
    [],
  ]);
  composer.password.open("/mod");
  type("\x03");
  assertEquals(told.slice(1), ["no password for /mod"]);
});

Deno.test("Tab completes, and gives several choices once", () => {
  const { type, told, shown } = start();
  type("/no\t");
  assertEquals(shown(), "/nombre |");
  type("\x15j\t");
  assertEquals([shown(), told], ["José|", []]);
  type("\t\t");
  assertEquals(told, ["José Joseba"]);
  type("b\t");
  assertEquals(shown(), "Joseba: |");
});

Deno.test("Ctrl-C empties the line, and is the end where it is empty", () => {
  const { type, press, told, shown } = start();
  type("hola");
  press("ctrl-c");
  assertEquals([shown(), told], ["|", []]);
  press("ctrl-c");
  assertEquals(told, ["end"]);
  press("up");
  assertEquals(shown(), "before|");
});
