/** Holds the parts of @std in use to known values: in the packages, or in the stand-ins where JSR cannot be reached. */

import {
  assert,
  assertEquals,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import * as colors from "@std/fmt/colors";

const ESC = "\x1b";

/** Parses with a few flags of each kind, and lists unknown flags apart. */
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

Deno.test("parseArgs returns absent switches as false and leaves other absent flags out", () => {
  assertEquals(parse(), NOTHING);
});

Deno.test("parseArgs reads a value after = or from the next argument", () => {
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

Deno.test("parseArgs keeps the last of several values", () => {
  assertEquals(parse("--nick", "ana", "-n", "bea", "--nick=eva"), {
    ...NOTHING,
    nick: "eva",
    n: "eva",
  });
});

Deno.test("a flag without its value has an empty one", () => {
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

Deno.test("a switch takes no value, except true and false", () => {
  assertEquals(parse("--help", "server"), { ...NOTHING, _: ["server"], help: true, h: true });
  assertEquals(parse("-h", "server"), { ...NOTHING, _: ["server"], help: true, h: true });
  assertEquals(parse("--help=false"), NOTHING);
});

Deno.test("parseArgs reads no- as part of the name", () => {
  assertEquals(parse("--no-color"), { ...NOTHING, "no-color": true });
  assertEquals(parse("--no-help"), { ...NOTHING, unknown: ["--no-help"] });
});

Deno.test("parseArgs reports unknown flags as they were written", () => {
  assertEquals(parse("--nik", "--toString", "-x", "--bogus=1"), {
    ...NOTHING,
    unknown: ["--nik", "--toString", "-x", "--bogus=1"],
  });
});

Deno.test("everything after -- is positional", () => {
  assertEquals(parse("--", "--nick", "-h", "3000"), {
    ...NOTHING,
    _: ["--nick", "-h", "3000"],
  });
});

/** With NO_COLOR there are no styles. */
function colorTest(name: string, fn: () => void): void {
  Deno.test({ name, ignore: Deno.noColor, fn });
}

colorTest("each style is begun by its escape code and ended by the one that undoes it", () => {
  const codes: [(text: string) => string, number, number][] = [
    [colors.bold, 1, 22],
    [colors.dim, 2, 22],
    [colors.underline, 4, 24],
    [colors.inverse, 7, 27],
  ];
  for (const [style, open, close] of codes) {
    assertEquals(style("hola"), `${ESC}[${open}mhola${ESC}[${close}m`);
  }
  assertEquals(colors.rgb8("hola", 166), `${ESC}[38;5;166mhola${ESC}[39m`);
});

colorTest("a style continues after another one within it", () => {
  assertEquals(
    colors.rgb8(`a${colors.rgb8("b", 34)}c`, 31),
    `${ESC}[38;5;31ma${ESC}[38;5;34mb${ESC}[38;5;31mc${ESC}[39m`,
  );
  assertEquals(colors.bold(`a${colors.dim("b")}c`), `${ESC}[1ma${ESC}[2mb${ESC}[1mc${ESC}[22m`);
});

Deno.test("stripAnsiCode takes styles out", () => {
  assertEquals(colors.stripAnsiCode(`a${ESC}[1m${ESC}[38;5;166mñ${ESC}[39m${ESC}[22m`), "añ");
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
  assertMatch("hola", /^h/);
  assertStringIncludes("hola", "ol");
  assertThrows(() => throwText("anything"));
  await assertRejects(() => Promise.reject("anything"));
});

Deno.test("assertions that do not hold throw an AssertionError with the message given", () => {
  const failing: ((msg: string) => void)[] = [
    (msg) => assert(0, msg),
    (msg) => assertEquals({ a: 1 }, { a: 2 }, msg),
    (msg) => assertNotEquals([1], [1], msg),
    (msg) => assertStrictEquals<unknown>({}, {}, msg),
    (msg) => assertMatch("hola", /z/, msg),
    (msg) => assertStringIncludes("hola", "z", msg),
    (msg) => assertThrows(() => {}, msg),
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

Deno.test("assertThrows returns the error, which must have the class and text given", () => {
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

Deno.test("assertRejects returns the error, which must have the class and text given", async () => {
  const error = new TypeError("no such room");
  const fn = () => Promise.reject(error);
  assertStrictEquals(await assertRejects(fn), error);
  assertStrictEquals(await assertRejects(fn, TypeError, "room"), error);
  await assertRejects(() => assertRejects(fn, RangeError), AssertionError);
  await assertRejects(() => assertRejects(fn, TypeError, "hall"), AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
});

Deno.test("assertRejects does not accept an error thrown at once", async () => {
  const fn = () => {
    throw new Error();
  };
  await assertRejects(() => assertRejects(fn), AssertionError);
});
