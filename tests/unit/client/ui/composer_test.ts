import { assertEquals } from "@std/assert";
import { Composer } from "../../../../client/ui/composer.ts";
import { UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";

/** A composer, its events and submissions, and functions to type and paste. */
function start({ max = Infinity } = {}) {
  const events: string[] = [];
  const submissions: { text: string; isPasted: boolean }[] = [];
  const timers: (() => void)[] = [];
  const composer: Composer = new Composer({
    onSubmit: (text, isPasted) => {
      const isAccepted = text.length <= max;
      if (isAccepted) submissions.push({ text, isPasted });
      return isAccepted;
    },
    onEmptyLine: () => events.push("nothing"),
    onPassword: (password, line) => events.push(`password ${password} for ${line ?? "the hub"}`),
    onPasswordCancel: (line) => events.push(`no password for ${line ?? "the hub"}`),
    onChange: () => {},
    onEnd: () => events.push("end") > 0,
    onClear: () => events.push("clear"),
    onChoices: (choices) => events.push(choices.join(" ")),
    onPasteTooLong: () => events.push("too long"),
    onCursorReport: (row, column) => events.push(`cursor ${row} ${column}`),
  }, {
    completionNames: () => ({
      commands: ["nombre", "name"],
      otherCommands: [],
      nicks: ["José", "Joseba"],
      rooms: [],
    }),
    history: ["before"],
    after: (_milliseconds, call) => {
      timers.push(call);
      return () => timers.splice(timers.indexOf(call), 1);
    },
  });
  const type = (text: string) => composer.keyboard.feed(new TextEncoder().encode(text));
  const press = (...keys: Key[]) => keys.forEach((key) => type(keyBytes(key)));
  const paste = (text: string) => type(`\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`);
  const shown = () => {
    const { line, cursor } = composer.show("en", UNICODE_GLYPHS);
    return `${line.slice(0, cursor)}|${line.slice(cursor)}`;
  };
  return { composer, events, submissions, timers, type, press, paste, shown };
}

Deno.test("Enter submits a line, and a blank line is empty", () => {
  const { type, submissions, events } = start();
  type("hola\r  \r/who\r");
  assertEquals(submissions, [
    { text: "hola", isPasted: false },
    { text: "/who", isPasted: false },
  ]);
  assertEquals(events, ["nothing"]);
});

Deno.test("a line that is too long stays in the prompt, without its password", () => {
  const { type, shown, press } = start({ max: 8 });
  type("hola a todos\r");
  assertEquals(shown(), "hola a todos|");
  press("ctrl-c");
  type("/mod password\r");
  assertEquals(shown(), "/mod|");
});

Deno.test("a pasted line is inserted as if it were typed", () => {
  const { type, paste, shown, submissions } = start();
  type("say ");
  paste("/who");
  assertEquals([shown(), submissions], ["say /who|", []]);
});

Deno.test("several pasted lines stand in the input as one character until Enter", () => {
  const { type, press, paste, shown, submissions, composer } = start();
  type("ab");
  press("left");
  paste("SECRET=abc\nTOKEN=def");
  const label = '[2 lines: "SECRET=abc" …]';
  assertEquals([shown(), submissions], [`a${label}|b`, []]);
  assertEquals(composer.draft, "aSECRET=abc\nTOKEN=defb");
  press("left");
  type("x");
  assertEquals(shown(), `ax|${label}b`);
  press("right");
  press("backspace");
  assertEquals(shown(), "ax|b");
  press("ctrl-_");
  assertEquals(shown(), `ax${label}|b`);
  type("\rnext");
  assertEquals(submissions, [{ text: "axSECRET=abc\nTOKEN=defb", isPasted: false }]);
  assertEquals(shown(), "next|");
});

Deno.test("pasted lines at the start are a message, and behind a command its argument", () => {
  const { type, paste, submissions } = start();
  paste("/who\n//2");
  type("\r/msg ana ");
  paste("1\n2");
  type("\r");
  assertEquals(submissions, [
    { text: "/who\n//2", isPasted: true },
    { text: "/msg ana 1\n2", isPasted: false },
  ]);
});

Deno.test("a refused text stays in the prompt with its pasted lines", () => {
  const { type, press, paste, submissions, shown } = start({ max: 5 });
  type("ab");
  press("left");
  paste("123\n456");
  const before = shown();
  type("\r");
  assertEquals([shown(), submissions], [before, []]);
  press("backspace");
  type("\r");
  assertEquals(submissions, [{ text: "ab", isPasted: false }]);
});

Deno.test("a paste that is too long is discarded, and the draft stays", () => {
  const { type, paste, events, shown } = start();
  type("draft");
  paste("x".repeat(70_000));
  paste("x\n".repeat(40_000));
  assertEquals([events, shown()], [["too long", "too long"], "draft|"]);
});

Deno.test("a paste during a search through the history goes to the line that was found", () => {
  const { type, press, paste, shown } = start();
  press("ctrl-r");
  type("ore");
  paste("1\n2");
  assertEquals(shown(), 'bef[2 lines: "1" …]|ore');
});

Deno.test("a pasted line is the password, and several lines wait until it is answered", () => {
  const { type, paste, events, composer, shown } = start();
  composer.password.open();
  paste("1\n2");
  paste("s3cret");
  type("\t\r");
  assertEquals([events, shown()], [["password s3cret for the hub"], '[2 lines: "1" …]|']);
  composer.password.open("/mod");
  type("\x03");
  assertEquals(events.slice(1), ["no password for /mod"]);
});

Deno.test("Tab completes, and lists choices once", () => {
  const { type, events, shown } = start();
  type("/no\t");
  assertEquals(shown(), "/nombre |");
  type("\x15j\t");
  assertEquals([shown(), events], ["José|", []]);
  type("\t\t");
  assertEquals(events, ["José Joseba"]);
  type("b\t");
  assertEquals(shown(), "Joseba: |");
});

Deno.test("Ctrl-C empties the line, and ends the input on an empty line", () => {
  const { type, press, events, shown } = start();
  type("hola");
  press("ctrl-c");
  assertEquals([shown(), events], ["|", []]);
  press("ctrl-c");
  assertEquals(events, ["end"]);
  press("up");
  assertEquals(shown(), "before|");
});
