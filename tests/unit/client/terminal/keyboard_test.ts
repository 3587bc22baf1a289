import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ESCAPE_TIMEOUT,
  Keyboard,
  PASTE_TIMEOUT,
  STRING_TIMEOUT,
} from "../../../../client/terminal/keyboard.ts";
import { testProperty } from "../../../support/property.ts";

/** A keyboard, its events and its timers. Typed characters that follow each other are one event. */
function start() {
  const events: string[] = [];
  const timers: { milliseconds: number; call: () => void }[] = [];
  const keyboard = new Keyboard({
    onKey: (key) => {
      if ([...key].length > 1) events.push(`<${key}>`);
      else if (events.at(-1)?.startsWith("text ")) events.push(events.pop() + key);
      else events.push(`text ${key}`);
    },
    onPaste: (text) => events.push(`paste ${JSON.stringify(text)}`),
    onCursorReport: (row, column) => events.push(`cursor ${row} ${column}`),
    onTerminalId: (id) => events.push(`terminal ${id}`),
    onFocus: (isFocused) => events.push(`focus ${isFocused}`),
  }, (milliseconds, call) => {
    const timer = { milliseconds, call };
    timers.push(timer);
    return () => {
      const index = timers.indexOf(timer);
      if (index !== -1) timers.splice(index, 1);
    };
  });
  const feed = (input: string | Uint8Array) =>
    keyboard.feed(typeof input === "string" ? new TextEncoder().encode(input) : input);
  return { keyboard, events, timers, feed };
}

/** The events of some bytes, which must be the same in chunks of any size. */
function eventsOf(input: string | Uint8Array): string[] {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const whole = start();
  whole.feed(bytes);
  for (let size = 1; size < bytes.length; size++) {
    const { events, feed } = start();
    for (let at = 0; at < bytes.length; at += size) feed(bytes.slice(at, at + size));
    assertEquals(events, whole.events, `in chunks of ${size}`);
  }
  return whole.events;
}

Deno.test("every encoding of a key gives its name", () => {
  const keys: Record<string, string[]> = {
    "Alt-Left": ["\x1b[1;3D", "\x1b\x1b[D", "\x1b\x1bOD", "\x1b[1;3:1D", "\x1b[1;9D"],
    "Ctrl-Left": ["\x1b[1;5D", "\x1bO5D", "\x1bOd"],
    "Left": ["\x1b[D", "\x1bOD", "\x1b[1D"],
    "Home": ["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"],
    "End": ["\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"],
    "Delete": ["\x1b[3~"],
    "Ctrl-Delete": ["\x1b[3;5~", "\x1b[3^"],
    "Alt-Delete": ["\x1b[3;3~", "\x1b\x1b[3~"],
    "Shift-Enter": ["\x1b[13;2u", "\x1b[27;2;13~"],
    "Alt-Enter": ["\x1b\r", "\x1b[13;3u", "\x1b[27;3;13~"],
    "Ctrl-A": ["\x01", "\x1b[97;5u", "\x1b[27;5;97~"],
    "Alt-B": ["\x1bb", "\x1bB", "\x1b[98;3u"],
    "Alt-Ctrl-H": ["\x1b\x08", "\x1b[104;7u"],
    "Alt-Backspace": ["\x1b\x7f", "\x1b[127;3u"],
    "Ctrl-@": ["\0", "\x1b[32;5u"],
    "Enter": ["\r", "\r\n", "\x1bOM", "\x1b[13u"],
    "Tab": ["\t"],
    "Ctrl-]": ["\x1d"],
    "Ctrl-_": ["\x1f"],
  };
  for (const [name, encodings] of Object.entries(keys)) {
    for (const bytes of encodings) assertEquals(eventsOf(bytes), [`<${name}>`], bytes);
  }
  assertEquals(eventsOf("\x1b[233;1u\x1b[97;2u"), ["text éA"]);
});

Deno.test("answers of the terminal, mouse reports and unknown sequences are dropped whole", () => {
  for (
    const sequence of [
      "\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
      "\x1b]0;título\x07",
      "\x1b[?62;c",
      "\x1b[?2026;1$y",
      "\x1bP1+r544e=\x1b\\",
      "\x1b_Gi=1;OK\x1b\\",
      "\x1b^x\x1b\\\x1bXx\x1b\\",
      "\x1b[<0;10;5M\x1b[<0;10;5m\x1b[32;10;5M",
      "\x1b[15~\x1b[[A\x1bOP\x1b[Z\x1b[7$\x1b[57358u\x1b[97;1:3u\x1b[1;1:3A",
      `\x1b[${"1;".repeat(50_000)}H\x1b]${"x".repeat(100_000)}\x07`.replace("H", "z"),
      "\x1bé\x1b日\x1b😀",
    ]
  ) {
    const { events, feed } = start();
    feed(`a${sequence}b`);
    assertEquals(events, ["text ab"], sequence.slice(0, 40));
    if (sequence.length < 100) assertEquals(eventsOf(`a${sequence}b`), ["text ab"]);
  }
  // The bytes of old mouse reports need not be UTF-8.
  const report = Uint8Array.of(0x61, 0x1b, 0x5b, 0x4d, 0x20, 0xc3, 0xff, 0x62);
  assertEquals(eventsOf(report), ["text ab"]);
});

Deno.test("a cursor report is passed on between any keys; in a paste it is dropped", () => {
  assertEquals(eventsOf("José\x1b[12;40R日\x1b[1;1R"), [
    "text José",
    "cursor 11 39",
    "text 日",
    "cursor 0 0",
  ]);
  assertEquals(eventsOf("\x1b[5R\x1b[?1;2R[24;80R"), ["text [24;80R"]);
  assertEquals(eventsOf("\x1b[200~a\x1b[12;40Rb\x1b[201~"), ['paste "ab"']);
});

Deno.test("the name of the terminal is passed on, and presses no key", () => {
  assertEquals(eventsOf("a\x1b[>1;10;0cb\x1b[?62;c"), ["text a", "terminal >1;10;0", "text b"]);
});

Deno.test("a report of the focus is passed on, and presses no key; in a paste it is dropped", () => {
  assertEquals(eventsOf("a\x1b[Ob\x1b[I"), ["text a", "focus false", "text b", "focus true"]);
  assertEquals(eventsOf("\x1b[200~a\x1b[Ib\x1b[201~"), ['paste "ab"']);
});

Deno.test("keys before and after a paste keep their order", () => {
  assertEquals(eventsOf("uno\x1b[200~dos\rtres\x1b[201~\r\x1b[200~\x1b[201~x"), [
    "text uno",
    'paste "dos\\ntres"',
    "<Enter>",
    'paste ""',
    "text x",
  ]);
  // Only the first end marker counts, and one outside a paste is nothing.
  assertEquals(eventsOf("\x1b[200~a\x1b[200~b\x1b[201~c\x1b[201~d"), ['paste "ab"', "text cd"]);
});

Deno.test("an ESC waits for the rest of a sequence, and is the key if nothing follows", () => {
  const { events, feed, timers } = start();
  feed("\x1b");
  assertEquals([events, timers.map(({ milliseconds }) => milliseconds)], [[], [ESCAPE_TIMEOUT]]);
  feed("[A");
  assertEquals([events.splice(0), timers], [["<Up>"], []]);
  feed("\x1b");
  timers.pop()!.call();
  feed("b");
  assertEquals(events, ["<Esc>", "text b"]);
});

Deno.test("Alt with the beginning of a control string is a key if nothing follows", () => {
  assertEquals(eventsOf("\x1b_\x1b_\x1b."), ["<Alt-_>", "<Alt-_>", "<Alt-.>"]);
  const { events, feed, timers } = start();
  feed("\x1b_");
  assertEquals(timers[0]!.milliseconds, ESCAPE_TIMEOUT);
  timers.pop()!.call();
  feed("x");
  assertEquals(events, ["<Alt-_>", "text x"]);
});

Deno.test("a sequence without an end swallows no later keys", () => {
  for (
    const [begin, timeout] of [["\x1b]11;rgb:", STRING_TIMEOUT], [
      "\x1b[1;",
      ESCAPE_TIMEOUT,
    ]] as const
  ) {
    const { events, feed, timers } = start();
    feed(begin);
    assertEquals(timers[0]!.milliseconds, timeout);
    timers.pop()!.call();
    feed("hola\r");
    assertEquals(events, ["text hola", "<Enter>"]);
  }
  assertEquals(eventsOf("\x1b]11;rgb:\x1b[Ax\x1b[1;\rx"), ["<Up>", "text x", "<Enter>", "text x"]);
});

Deno.test("a paste without its end is passed on after a timeout", () => {
  const { events, feed, timers } = start();
  feed("\x1b[200~uno");
  assertEquals(timers.map(({ milliseconds }) => milliseconds), [PASTE_TIMEOUT]);
  feed("\rdos\x1b[20");
  assertEquals([events, timers.length], [[], 1]);
  timers[0]!.call();
  assertEquals(events, ['paste "uno\\ndos20"']);
});

Deno.test("close stops the timer", () => {
  const { keyboard, feed, timers } = start();
  feed("\x1b[200~uno");
  keyboard.close();
  assertEquals(timers, []);
});

testProperty("any bytes in any chunks are the same keys", { weight: 20 }, (check) => {
  const parts = fc.array(
    fc.oneof(
      fc.constantFrom("a", "José", "日", "\r", "\n", "\x1b", "\x1b[", "\x1b[A", "\x1bO", "\x1b]0;"),
      fc.constantFrom(
        "\x1b\\",
        "\x07",
        "\x1b[200~",
        "\x1b[201~",
        "\x1b[20",
        "\x1b[M",
        "1;5",
        "\x1b[3;4R",
      ),
    ).map((text) => [...new TextEncoder().encode(text)]).chain((bytes) =>
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(bytes) },
        { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 5 }) },
      )
    ),
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  check(fc.property(parts, sizes, (input, steps) => {
    const bytes = Uint8Array.from(input.flat());
    const [whole, chunked] = [start(), start()];
    whole.feed(bytes);
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = steps[turn % steps.length]!;
      chunked.feed(bytes.slice(at, at += size));
    }
    for (const { timers } of [whole, chunked]) timers.at(-1)?.call();
    assertEquals(chunked.events, whole.events);
  }));
});
