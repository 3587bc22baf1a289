/**
 * Holds what @std gives us to known values: the packages where JSR can be reached, the stand-ins elsewhere. It does not
 * know which of them it has got, and asks only for what this project uses.
 */

import {
  assert,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import * as colors from "@std/fmt/colors";

const ESC = "\x1b";

/** Parses with a few flags of each kind; what is unknown is kept out of the result and listed. */
function parse(...args: string[]): Record<string, unknown> {
  const unknown: string[] = [];
  const strings: string[] = ["_", "nick", "port"];
  const booleans: string[] = ["help", "no-color"];
  const alias: Record<string, string> = { nick: "n", help: "h" };
  const { _, ...flags } = parseArgs(args, {
    string: strings,
    boolean: booleans,
    alias,
    unknown: (arg: string) => {
      if (!arg.startsWith("-")) return true;
      unknown.push(arg);
      return false;
    },
  });
  const values: Record<string, unknown> = flags;
  return { _, unknown, ...values };
}

const NOTHING = { _: [], unknown: [], help: false, h: false, "no-color": false };

Deno.test("parseArgs gives switches that were not given as false and leaves out other flags", () => {
  assertEquals(parse(), NOTHING);
});

Deno.test("parseArgs takes a value from behind = or from the next argument", () => {
  const expected = { ...NOTHING, nick: "ana", n: "ana" };
  for (const args of [["--nick=ana"], ["--nick", "ana"], ["-n", "ana"], ["-n=ana"]]) {
    assertEquals(parse(...args), expected);
  }
  assertEquals(parse("--nick=a=b"), { ...NOTHING, nick: "a=b", n: "a=b" });
});

Deno.test("parseArgs keeps digits as text, in positional arguments too", () => {
  assertEquals(parse("127.0.0.1", "3000", "--port", "0080"), {
    ...NOTHING,
    _: ["127.0.0.1", "3000"],
    port: "0080",
  });
});

Deno.test("parseArgs lets the last of several values count", () => {
  assertEquals(parse("--nick", "ana", "-n", "bea", "--nick=eva"), {
    ...NOTHING,
    nick: "eva",
    n: "eva",
  });
});

Deno.test("parseArgs gives a flag without its value an empty one", () => {
  for (const args of [["--nick"], ["--nick="], ["-n"]]) {
    assertEquals(parse(...args), { ...NOTHING, nick: "", n: "" });
  }
  assertEquals(parse("--nick", "--help"), {
    ...NOTHING,
    nick: "",
    n: "",
    help: true,
    h: true,
  });
});

Deno.test("parseArgs takes no value for a switch, except true and false", () => {
  assertEquals(parse("--help", "server"), { ...NOTHING, _: ["server"], help: true, h: true });
  assertEquals(parse("-h", "server"), { ...NOTHING, _: ["server"], help: true, h: true });
  assertEquals(parse("--help=false"), NOTHING);
});

Deno.test("parseArgs takes no- for a part of the name", () => {
  assertEquals(parse("--no-color"), { ...NOTHING, "no-color": true });
  assertEquals(parse("--no-help"), { ...NOTHING, unknown: ["--no-help"] });
});

Deno.test("parseArgs reports flags that it does not know, as they were written", () => {
  assertEquals(parse("--nik", "--toString", "-x", "--bogus=1"), {
    ...NOTHING,
    unknown: ["--nik", "--toString", "-x", "--bogus=1"],
  });
});

Deno.test("parseArgs takes everything behind -- as positional", () => {
  assertEquals(parse("--", "--nick", "-h", "3000"), {
    ...NOTHING,
    _: ["--nick", "-h", "3000"],
  });
});

/** Runs with colour on; where NO_COLOR is set it cannot be. */
function colorTest(name: string, fn: () => void): void {
  Deno.test({
    name,
    ignore: Deno.noColor,
    fn() {
      const before = colors.getColorEnabled();
      colors.setColorEnabled(true);
      try {
        fn();
      } finally {
        colors.setColorEnabled(before);
      }
    },
  });
}

colorTest("each style is begun by its escape code and ended by the one that undoes it", () => {
  const codes: [(text: string) => string, number, number][] = [
    [colors.bold, 1, 22],
    [colors.dim, 2, 22],
    [colors.italic, 3, 23],
    [colors.underline, 4, 24],
    [colors.inverse, 7, 27],
    [colors.red, 31, 39],
    [colors.green, 32, 39],
    [colors.yellow, 33, 39],
    [colors.blue, 34, 39],
    [colors.magenta, 35, 39],
    [colors.cyan, 36, 39],
    [colors.white, 37, 39],
    [colors.gray, 90, 39],
    [colors.brightRed, 91, 39],
    [colors.brightGreen, 92, 39],
    [colors.brightYellow, 93, 39],
    [colors.brightBlue, 94, 39],
    [colors.brightMagenta, 95, 39],
    [colors.brightCyan, 96, 39],
  ];
  for (const [style, open, close] of codes) {
    assertEquals(style("hola"), `${ESC}[${open}mhola${ESC}[${close}m`);
  }
  assertEquals(colors.rgb8("hola", 166), `${ESC}[38;5;166mhola${ESC}[39m`);
});

colorTest("a style goes on behind another one within it", () => {
  assertEquals(
    colors.red(`a${colors.blue("b")}c`),
    `${ESC}[31ma${ESC}[34mb${ESC}[31mc${ESC}[39m`,
  );
  assertEquals(
    colors.bold(`a${colors.dim("b")}c`),
    `${ESC}[1ma${ESC}[2mb${ESC}[1mc${ESC}[22m`,
  );
});

colorTest("with colour switched off the text stays as it is", () => {
  colors.setColorEnabled(false);
  assertEquals(colors.getColorEnabled(), false);
  assertEquals(colors.bold(colors.red("hola")), "hola");
  assertEquals(colors.rgb8("hola", 166), "hola");
});

colorTest("stripAnsiCode takes styles out", () => {
  assertEquals(colors.stripAnsiCode(colors.bold(`a${colors.brightCyan("ñ")}`)), "añ");
});

function throwText(text: string): never {
  throw text;
}

Deno.test("assertions that hold pass", async () => {
  assert(1);
  assertEquals({ a: [1, { b: NaN }] }, { a: [1, { b: NaN }] });
  assertEquals(new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1));
  assertEquals(new Map([["a", new Set([1])]]), new Map([["a", new Set([1])]]));
  assertNotEquals<unknown>({ a: undefined }, {});
  assertNotEquals<unknown>([1], ["1"]);
  assertStrictEquals("a", "a");
  assertExists(0);
  assertMatch("hola", /^h/);
  assertNotMatch("hola", /z/);
  assertStringIncludes("hola", "ol");
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertLess(1, 2);
  assertLessOrEqual(2, 2);
  assertInstanceOf(new TypeError(), Error);
  assertThrows(() => throwText("anything"));
  await assertRejects(() => Promise.reject("anything"));
});

Deno.test("assertions that do not hold throw an AssertionError with the message given", () => {
  const failing: ((msg: string) => void)[] = [
    (msg) => assert(0, msg),
    (msg) => assertEquals({ a: 1 }, { a: 2 }, msg),
    (msg) => assertNotEquals([1], [1], msg),
    (msg) => assertStrictEquals<unknown>({}, {}, msg),
    (msg) => assertExists(null, msg),
    (msg) => assertMatch("hola", /z/, msg),
    (msg) => assertNotMatch("hola", /h/, msg),
    (msg) => assertStringIncludes("hola", "z", msg),
    (msg) => assertGreater(1, 1, msg),
    (msg) => assertGreaterOrEqual(0, 1, msg),
    (msg) => assertLess(1, 1, msg),
    (msg) => assertLessOrEqual(1, 0, msg),
    (msg) => assertInstanceOf(new Error(), TypeError, msg),
    (msg) => assertThrows(() => {}, msg),
    (msg) => fail(msg),
  ];
  for (const assertion of failing) {
    let thrown: unknown;
    try {
      assertion("the reason");
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof AssertionError)) throw new Error(`not thrown by ${assertion}`);
    if (!thrown.message.includes("the reason")) throw new Error(`not said by ${assertion}`);
  }
});

Deno.test("assertThrows gives the error, and wants the class and text that it was told", () => {
  const error = new TypeError("no such room");
  const fn = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(fn), error);
  assertStrictEquals(assertThrows(fn, TypeError, "room"), error);
  assertThrows(() => assertThrows(fn, RangeError), AssertionError);
  assertThrows(() => assertThrows(fn, TypeError, "hall"), AssertionError);
  assertThrows(() => assertThrows(() => throwText("room"), Error), AssertionError);
});

Deno.test("assertRejects gives the error, and wants the class and text that it was told", async () => {
  const error = new TypeError("no such room");
  const fn = () => Promise.reject(error);
  assertStrictEquals(await assertRejects(fn), error);
  assertStrictEquals(await assertRejects(fn, TypeError, "room"), error);
  await assertRejects(() => assertRejects(fn, RangeError), AssertionError);
  await assertRejects(() => assertRejects(fn, TypeError, "hall"), AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
});

Deno.test("assertRejects does not take an error thrown at once for a rejection", async () => {
  const fn = () => {
    throw new Error();
  };
  await assertRejects(() => assertRejects(fn), AssertionError);
});
