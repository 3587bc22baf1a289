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

type Case = [what: string, args: string[], flags: Record<string, unknown>];

const CASES: Case[] = [
  ["no arguments", [], {}],
  ["a value after =", ["--nick=ana"], { nick: "ana", n: "ana" }],
  ["a value in the next argument", ["--nick", "ana"], { nick: "ana", n: "ana" }],
  ["a short flag", ["-n", "ana"], { nick: "ana", n: "ana" }],
  ["a short flag with =", ["-n=ana"], { nick: "ana", n: "ana" }],
  ["a value with =", ["--nick=a=b"], { nick: "a=b", n: "a=b" }],
  ["digits stay text", ["127.0.0.1", "3000", "--port", "0080"], {
    _: ["127.0.0.1", "3000"],
    port: "0080",
  }],
  ["the last of several values", ["--nick", "ana", "-n", "bea", "--nick=eva"], {
    nick: "eva",
    n: "eva",
  }],
  ["a flag without its value", ["--nick"], { nick: "", n: "" }],
  ["an empty value", ["--nick="], { nick: "", n: "" }],
  ["a short flag without its value", ["-n"], { nick: "", n: "" }],
  ["a flag in place of a value", ["--nick", "--help"], { nick: "", n: "", help: true, h: true }],
  ["a switch takes no value", ["--help", "server"], { _: ["server"], help: true, h: true }],
  ["nor does a short one", ["-h", "server"], { _: ["server"], help: true, h: true }],
  ["a switch that is off", ["--help=false"], {}],
  ["no- is part of the name", ["--no-color"], { "no-color": true }],
  ["unknown flags", ["--nik", "--no-help", "--toString", "-x", "--bogus=1"], {
    unknown: ["--nik", "--no-help", "--toString", "-x", "--bogus=1"],
  }],
  ["everything after -- is positional", ["--", "--nick", "-h", "3000"], {
    _: ["--nick", "-h", "3000"],
  }],
];

Deno.test("parseArgs reads flags, values, switches and positional arguments", () => {
  const absent = { _: [], unknown: [], help: false, h: false, "no-color": false };
  for (const [what, args, flags] of CASES) {
    assertEquals(parse(...args), { ...absent, ...flags }, what);
  }
});

/** NO_COLOR turns all styles off. */
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

Deno.test("assertThrows and assertRejects return the error, which must have the class and text given", async () => {
  const error = new TypeError("no such room");
  const fn = () => {
    throw error;
  };
  const reject = () => Promise.reject(error);
  assertStrictEquals(assertThrows(fn), error);
  assertStrictEquals(assertThrows(fn, TypeError, "room"), error);
  assertStrictEquals(await assertRejects(reject), error);
  assertStrictEquals(await assertRejects(reject, TypeError, "room"), error);
  assertThrows(() => assertThrows(fn, RangeError), AssertionError);
  assertThrows(() => assertThrows(fn, TypeError, "hall"), AssertionError);
  assertThrows(() => assertThrows(() => throwText("room"), Error), AssertionError);
  await assertRejects(() => assertRejects(reject, RangeError), AssertionError);
  await assertRejects(() => assertRejects(reject, TypeError, "hall"), AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
  await assertRejects(() => assertRejects(fn as () => Promise<never>), AssertionError);
});
