import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ESCAPE_TIMEOUT, Keyboard, PASTE_TIMEOUT } from "../../../../client/terminal/keyboard.ts";
import { testProperty } from "../../../support/property.ts";

/** A keyboard, its events and its timers. */
function start() {
  const events: string[] = [];
  let typed = "";
  const timers: { milliseconds: number; call: () => void }[] = [];
  const keyboard = new Keyboard({
    onKeys: (keys) => {
      typed += keys;
      events.push(`keys ${JSON.stringify(keys)}`);
    },
    onPaste: (text, isCut) => events.push(`paste ${JSON.stringify(text)}${isCut ? ", cut" : ""}`),
    onCursorReport: (column) => events.push(`column ${column}`),
  }, (milliseconds, call) => {
    const timer = { milliseconds, call };
    timers.push(timer);
    return () => {
      const index = timers.indexOf(timer);
      if (index !== -1) timers.splice(index, 1);
    };
  });
  const feed = (text: string) => keyboard.feed(new TextEncoder().encode(text));
  return { keyboard, events, typed: () => typed, timers, feed };
}

Deno.test("keys are passed on one line at a time", () => {
  const { events, feed, timers } = start();
  feed("uno\rdos\r\ntres\n\rx");
  assertEquals(events, [
    'keys "uno\\r"',
    'keys "dos\\r\\n"',
    'keys "tres\\n"',
    'keys "\\r"',
    'keys "x"',
  ]);
  assertEquals(timers, []);
});

Deno.test("keys before and after a paste keep their order", () => {
  const { events, feed } = start();
  feed("uno\x1b[200~dos\rtres\x1b[201~\r\x1b[200~\x1b[201~");
  assertEquals(events, ['keys "uno"', 'paste "dos\\ntres"', 'keys "\\r"', 'paste ""']);
});

Deno.test("a cursor report is passed on, and is no key; in a paste it is text", () => {
  const { events, feed } = start();
  feed("a\x1b[12;40Rb");
  assertEquals(events.splice(0), ["column 39", 'keys "ab"']);
  feed("\x1b[12;7R");
  assertEquals(events.splice(0), ["column 6"]);
  feed("\x1b[200~\x1b[12;40R\x1b[201~");
  assertEquals(events, ['paste "�[12;40R"']);
});

Deno.test("an ESC waits for the rest of a sequence, and is the key if nothing follows", () => {
  const { events, feed, timers } = start();
  feed("\x1b");
  assertEquals([events, timers.map(({ milliseconds }) => milliseconds)], [[], [ESCAPE_TIMEOUT]]);
  feed("[A");
  assertEquals([events.splice(0), timers], [['keys "\\u001b[A"'], []]);
  feed("\x1b");
  timers[0]!.call();
  assertEquals(events, ['keys "\\u001b"']);
});

Deno.test("a paste without its end is passed on after a timeout", () => {
  const { events, feed, timers } = start();
  feed("\x1b[200~uno");
  assertEquals(timers.map(({ milliseconds }) => milliseconds), [PASTE_TIMEOUT]);
  feed("\rdos");
  assertEquals([events, timers.length], [[], 1]);
  timers[0]!.call();
  assertEquals(events, ['paste "uno\\ndos"']);
});

Deno.test("close stops the timer", () => {
  const { keyboard, feed, timers } = start();
  feed("\x1b[200~uno");
  keyboard.close();
  assertEquals(timers, []);
});

testProperty("the result does not depend on how the bytes are split", { weight: 20 }, (check) => {
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
        const { keyboard, events, typed } = start();
        for (let at = 0; at < bytes.length; at += step) keyboard.feed(bytes.slice(at, at + step));
        return { typed: typed(), pastes: events.filter((each) => each.startsWith("paste")) };
      };
      assertEquals(run(size), run(bytes.length));
    }),
  );
});

Deno.test("a cursor report is found between any keys, and its column counts from 0", () => {
  for (
    const [received, column, typed] of [
      ["\x1b[24;80R", 79, ""],
      ["\x1b[1;1R", 0, ""],
      ["José\x1b[2;5R日本", 4, "José日本"],
      ["\x1b[A\x1b[2;5R\x1b[B", 4, "\x1b[A\x1b[B"],
    ] as const
  ) {
    const keyboard = start();
    keyboard.feed(received);
    assertEquals([keyboard.events[0], keyboard.typed()], [`column ${column}`, typed]);
  }
});

Deno.test("only the first of several cursor reports is taken out", () => {
  const { feed, events } = start();
  feed("\x1b[2;5R\x1b[3;7R");
  assertEquals(events, ["column 4", 'keys "\\u001b[3;7R"']);
});

Deno.test("keys and other sequences are no cursor report", () => {
  for (const text of ["", "hola", "\x1b", "\x1b[", "\x1b[A", "\x1b[24;80", "\x1b[5R", "[24;80R"]) {
    const { feed, events } = start();
    feed(text);
    assertEquals(events.filter((each) => each.startsWith("column")), [], JSON.stringify(text));
  }
});
