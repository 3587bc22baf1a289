import { assertEquals } from "@std/assert";
import { Composer, type Submission } from "../../../../client/ui/composer.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";

const SIX_LINES = "1\n2\n3\n4\n5\n6";

/** A composer, its events and submissions, and functions to type and paste. */
function start({ max = Infinity } = {}) {
  const events: string[] = [];
  const submissions: Submission[] = [];
  const timers: (() => void)[] = [];
  const composer: Composer = new Composer({
    onSubmit: (submission) => {
      const isAccepted = submission.text.length <= max;
      if (isAccepted) submissions.push(submission);
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
    onCursorReport: (column) => events.push(`column ${column}`),
  }, {
    completionNames: () => ({
      commands: ["nombre", "name"],
      otherCommands: [],
      nicks: ["José", "Joseba"],
      rooms: [],
    }),
    maxLines: () => 200,
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
  return { composer, events, submissions, timers, type, press, paste, shown };
}

Deno.test("Enter submits a line, and a blank line is empty", () => {
  const { type, submissions, events } = start();
  type("hola\r  \r/who\r");
  assertEquals(submissions, [{ text: "hola", isMultiline: false }, {
    text: "/who",
    isMultiline: false,
  }]);
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

Deno.test("a pasted line is inserted, and several lines are submitted with the text around them", () => {
  const { type, press, paste, shown, submissions, composer } = start();
  paste("/who");
  assertEquals([shown(), submissions], ["/who|", []]);
  press("ctrl-c");
  type("ab");
  press("left");
  paste("1\n2");
  assertEquals([shown(), submissions.splice(0)], ["|", [{ text: "a1\n2b", isMultiline: true }]]);
  paste("/who\n//2");
  assertEquals(submissions.splice(0), [{ text: "/who\n//2", isMultiline: true }]);
  type("/msg ana ");
  paste("1\n2");
  assertEquals(submissions, [{ text: "/msg ana 1\n2", isMultiline: false }]);
  assertEquals(composer.draft, "");
});

Deno.test("a long paste awaits confirmation, and is the draft until then", () => {
  const { type, paste, submissions, composer, shown, events } = start();
  type("a");
  paste(SIX_LINES);
  assertEquals([composer.unconfirmed, composer.draft, submissions], [
    `a${SIX_LINES}`,
    `a${SIX_LINES}`,
    [],
  ]);
  type("yes日\t\x04\x0c\x1b[A\x1bOH\x1b[1;5C\x1b[3~\x1b\r\x1b\x7f\x1bb");
  paste("x");
  paste(SIX_LINES);
  paste("x".repeat(70_000));
  assertEquals([composer.unconfirmed, submissions, events], [`a${SIX_LINES}`, [], []]);
  type("\rnext");
  assertEquals(submissions, [{ text: `a${SIX_LINES}`, isMultiline: true }]);
  assertEquals([composer.unconfirmed, shown()], [undefined, "next|"]);
});

Deno.test("a rejected paste leaves the draft unchanged", () => {
  for (const key of ["escape", "ctrl-c"] as const) {
    const { type, press, paste, submissions, composer, shown, timers } = start();
    type("ab");
    press("left");
    paste(SIX_LINES);
    press(key);
    timers.at(-1)?.(); // an ESC is the key if nothing follows
    assertEquals([composer.unconfirmed, shown(), submissions], [undefined, "a|b", []]);
  }
});

Deno.test("a paste that is too long to send leaves the draft unchanged", () => {
  const { type, press, paste, submissions, shown } = start({ max: 5 });
  type("ab");
  press("left");
  paste("123\n456");
  assertEquals([shown(), submissions], ["a|b", []]);
  paste(SIX_LINES);
  type("\r");
  assertEquals([shown(), submissions], ["a|b", []]);
});

Deno.test("a paste that was cut is discarded", () => {
  const { paste, events, shown, submissions, composer } = start();
  paste("x".repeat(70_000));
  paste("x\n".repeat(40_000));
  assertEquals([events, shown(), submissions, composer.unconfirmed], [
    ["too long", "too long"],
    "|",
    [],
    undefined,
  ]);
});

Deno.test("a paste with more lines than a message may have is refused without a question", () => {
  const { composer, paste, type, shown } = start({ max: 100 });
  type("mira");
  paste(Array(201).fill("x").join("\n"));
  assertEquals([composer.unconfirmed, shown()], [undefined, "mira|"]);
  paste(Array(200).fill("x").join("\n"));
  assertEquals(composer.unconfirmed?.split("\n").length, 200);
});

Deno.test("a password is asked for before the confirmation, and takes the first line of a paste", () => {
  const { type, paste, events, composer, submissions } = start();
  paste(SIX_LINES);
  composer.password.open();
  assertEquals(composer.unconfirmed, undefined);
  paste("s3cret\nother");
  type("\t\r");
  assertEquals([events, composer.unconfirmed, submissions], [
    ["password s3cret for the hub"],
    SIX_LINES,
    [],
  ]);
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
