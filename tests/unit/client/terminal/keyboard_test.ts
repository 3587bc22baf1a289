import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ESCAPE_TIMEOUT,
  extractCursorReport,
  Keyboard,
  PASTE_TIMEOUT,
} from "../../../../client/terminal/keyboard.ts";
import { testProperty } from "../../../support/property.ts";

/** A keyboard, what it told, and the timer that it waits for. */
function start() {
  const told: string[] = [];
  const typed: number[] = [];
  const timers: { milliseconds: number; call: () => void }[] = [];
  const keyboard = new Keyboard({
    onKeys: (bytes) => {
      typed.push(...bytes);
      told.push(`keys ${JSON.stringify(new TextDecoder().decode(bytes))}`);
    },
    onPaste: (text, isCut) => told.push(`paste ${JSON.stringify(text)}${isCut ? ", cut" : ""}`),
    onCursorReport: (column) => told.push(`column ${column}`),
  }, {
    after: (milliseconds, call) => {
      const timer = { milliseconds, call };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index !== -1) timers.splice(index, 1);
      };
    },
  });
  const take = (text: string) => keyboard.feed(new TextEncoder().encode(text));
  return { keyboard, told, typed, timers, take };
}

Deno.test("keys are told one line at a time", () => {
  const { told, take, timers } = start();
  take("uno\rdos\r\ntres\n\rx");
  assertEquals(told, [
    'keys "uno\\r"',
    'keys "dos\\r\\n"',
    'keys "tres\\n"',
    'keys "\\r"',
    'keys "x"',
  ]);
  assertEquals(timers, []);
});

Deno.test("keys before and behind a paste keep their order", () => {
  const { told, take } = start();
  take("uno\x1b[200~dos\rtres\x1b[201~\r\x1b[200~\x1b[201~");
  assertEquals(told, ['keys "uno"', 'paste "dos\\ntres"', 'keys "\\r"', 'paste ""']);
});

Deno.test("where the cursor is is told, and is no key; in a paste it is text", () => {
  const { told, take } = start();
  take("a\x1b[12;40Rb");
  assertEquals(told.splice(0), ["column 39", 'keys "ab"']);
  take("\x1b[12;7R");
  assertEquals(told.splice(0), ["column 6"]);
  take("\x1b[200~\x1b[12;40R\x1b[201~");
  assertEquals(told, ['paste "�[12;40R"']);
});

Deno.test("an ESC waits for what may follow, and is the key when nothing does", () => {
  const { told, take, timers } = start();
  take("\x1b");
  assertEquals([told, timers.map(({ milliseconds }) => milliseconds)], [[], [ESCAPE_TIMEOUT]]);
  take("[A");
  assertEquals([told.splice(0), timers], [['keys "\\u001b[A"'], []]);
  take("\x1b");
  timers[0]!.call();
  assertEquals(told, ['keys "\\u001b"']);
});

Deno.test("a paste whose end does not come is told after a long silence", () => {
  const { told, take, timers } = start();
  take("\x1b[200~uno");
  assertEquals(timers.map(({ milliseconds }) => milliseconds), [PASTE_TIMEOUT]);
  take("\rdos");
  assertEquals([told, timers.length], [[], 1]);
  timers[0]!.call();
  assertEquals(told, ['paste "uno\\ndos"']);
});

Deno.test("nothing is waited for after the end", () => {
  const { keyboard, take, timers } = start();
  take("\x1b[200~uno");
  keyboard.close();
  assertEquals(timers, []);
});

testProperty("the same is told of pieces of any size", { weight: 20 }, (check) => {
  const part = fc.constantFrom(
    "a",
    "José",
    "\r",
    "\x1b[A",
    "\x1b[200~",
    "\x1b[201~",
    "日",
    "\x1b[20",
  );
  check(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 7 }), (parts, size) => {
      const bytes = new TextEncoder().encode(parts.join("") + "\x1b[201~.");
      const run = (step: number) => {
        const { keyboard, told, typed } = start();
        for (let at = 0; at < bytes.length; at += step) keyboard.feed(bytes.slice(at, at + step));
        return { typed, pastes: told.filter((each) => each.startsWith("paste")) };
      };
      assertEquals(run(size), run(bytes.length));
    }),
  );
});

function extract(text: string): { column: number; rest: string } | undefined {
  const found = extractCursorReport(new TextEncoder().encode(text));
  return found && { column: found.column, rest: new TextDecoder().decode(found.rest) };
}

Deno.test("a cursor report is found, and its column counts from 0", () => {
  assertEquals(extract("\x1b[24;80R"), { column: 79, rest: "" });
  assertEquals(extract("\x1b[1;1R"), { column: 0, rest: "" });
});

Deno.test("what was typed before and after a cursor report stays, as it was", () => {
  assertEquals(extract("José\x1b[2;5R日本"), { column: 4, rest: "José日本" });
  assertEquals(extract("\x1b[A\x1b[2;5R\x1b[B"), { column: 4, rest: "\x1b[A\x1b[B" });
});

Deno.test("only the first of several cursor reports is taken", () => {
  assertEquals(extract("\x1b[2;5R\x1b[3;7R"), { column: 4, rest: "\x1b[3;7R" });
});

Deno.test("typing and other sequences are no cursor report", () => {
  for (const text of ["", "hola", "\x1b", "\x1b[", "\x1b[A", "\x1b[24;80", "\x1b[5R", "[24;80R"]) {
    assertEquals(extract(text), undefined, JSON.stringify(text));
  }
});
