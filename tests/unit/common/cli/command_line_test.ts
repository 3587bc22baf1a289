import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Arguments,
  type CommandLine,
  formatBytes,
  HELP_OPTION,
  parseArguments,
  parseBytes,
  parseChoice,
  parseNumber,
} from "../../../../common/cli/command_line.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import { testProperty } from "../../../support/property.ts";

const TABLE: CommandLine = {
  name: "client",
  options: [
    { flag: "name", short: "n", value: "NAME", help: "option.name" },
    { flag: "port", value: "N", help: "option.rate" },
    { flag: "quiet", short: "q", help: "option.log" },
    { flag: "pin", value: "KEY", optional: /^key:/, help: "option.log" },
    HELP_OPTION,
  ],
  examples: [{ line: "chat client", help: "example.client" }],
};

const parse = (...args: string[]): Arguments => parseArguments(TABLE, args);

function fault(...args: string[]): string {
  return assertThrows(() => parse(...args), UsageError).message;
}

Deno.test("an option takes its value after = or from the next argument, by either name", () => {
  for (const args of [["--name=ana"], ["--name", "ana"], ["-n", "ana"], ["-n=ana"]]) {
    assertEquals(parse(...args).value("name"), "ana", args.join(" "));
  }
});

Deno.test("a value may begin with a dash if it does not look like an option", () => {
  for (const value of ["- one\n- two", "-5", "--- the log ---", "-rf is dangerous", "---", "-"]) {
    assertEquals(parse("--name", value, "uno").value("name"), value, value);
    assertEquals(parse("-n", value, "uno").value("name"), value, value);
    assertEquals(parse("--name", value, "uno").positionals, ["uno"], value);
  }
  assertEquals(fault("--name", "-q"), "--name needs a value");
  assertEquals(fault("--name", "--quiet=no"), "--name needs a value");
  assertEquals(fault("--name", "--nmae"), "unknown option --nmae: did you mean --name?");
  assertEquals(parse("--", "--name", "-5").positionals, ["--name", "-5"]);
});

Deno.test("an optional value is used only if it matches its pattern", () => {
  for (
    const args of [["--pin", "key:1", "uno"], ["--pin=key:1", "uno"], ["uno", "--pin", "key:1"]]
  ) {
    const given = parse(...args);
    assertEquals([given.value("pin"), given.isOn("pin")], ["key:1", true], args.join(" "));
    assertEquals(given.positionals, ["uno"], args.join(" "));
  }
  for (const args of [["--pin", "uno"], ["uno", "--pin"], ["--pin", "-q", "uno"]]) {
    const given = parse(...args);
    assertEquals([given.value("pin"), given.isOn("pin")], [undefined, true], args.join(" "));
    assertEquals(given.positionals, ["uno"], args.join(" "));
  }
  assertEquals(parse("uno").isOn("pin"), false);
  assertEquals(parse("--pin=other").value("pin"), "other");
});

Deno.test("an option that was not given has no value, and a switch is off", () => {
  const given = parse("uno");
  assertEquals(given.value("name"), undefined);
  assertEquals(given.isOn("quiet"), false);
  assertEquals(given.value("quiet"), undefined);
});

Deno.test("a switch is on by either name and takes no value", () => {
  const given = parse("--quiet", "uno", "-h");
  assertEquals([given.isOn("quiet"), given.isOn("help")], [true, true]);
  assertEquals(given.positionals, ["uno"]);
});

Deno.test("values and positional arguments remain strings, as typed", () => {
  const given = parse("--name", "007", "0x10", "1e3", "00");
  assertEquals(given.value("name"), "007");
  assertEquals(given.positionals, ["0x10", "1e3", "00"]);
});

Deno.test("if an option is given twice, the last value counts", () => {
  assertEquals(parse("--name", "ana", "--name=eva").value("name"), "eva");
});

Deno.test("after -- everything is positional", () => {
  const given = parse("--name", "ana", "--", "--name", "-x");
  assertEquals(given.value("name"), "ana");
  assertEquals(given.positionals, ["--name", "-x"]);
});

Deno.test("an error for a missing value names the option's long name", () => {
  assertEquals(fault("--name"), "--name needs a value");
  assertEquals(fault("--name="), "--name needs a value");
  assertEquals(fault("-n"), "--name needs a value");
  assertEquals(fault("--name", "--quiet"), "--name needs a value");
});

Deno.test("an error for an unknown option leaves out its value and suggests a similar option", () => {
  assertEquals(fault("--nmae", "ana"), "unknown option --nmae: did you mean --name?");
  assertEquals(fault("--prot=80"), "unknown option --prot: did you mean --port?");
  assertEquals(fault("--xyzzy"), "unknown option --xyzzy");
  assertEquals(fault("--toString"), "unknown option --toString");
  assertEquals(fault("-x"), "unknown option -x");
  assertEquals(fault("uno", "--first", "--second"), "unknown option --first");
});

Deno.test("the error for an unknown option is in Spanish too", () => {
  const error = assertThrows(() => parse("--nmae"), UsageError);
  assertEquals(error.in("es"), "no existe la opción --nmae: ¿querías decir --name?");
});

Deno.test("parseNumber accepts whole numbers from 0 to the maximum", () => {
  assertEquals([parseNumber("n", "0", 9), parseNumber("n", "9", 9)], [0, 9]);
  for (const value of ["10", "-1", "1.5", "", "1e0", "x", "9".repeat(400)]) {
    const error = assertThrows(() => parseNumber("rate", value, 9), UsageError);
    assertEquals(error.message, `--rate must be a whole number from 0 to 9, not "${value}"`);
  }
});

Deno.test("parseNumber rejects numbers below the minimum", () => {
  assertEquals(parseNumber("n", "2", 9, { min: 2 }), 2);
  const error = assertThrows(() => parseNumber("rate", "1", 9, { min: 2 }), UsageError);
  assertEquals(error.message, '--rate must be a whole number from 2 to 9, not "1"');
});

Deno.test("parseBytes accepts K, M and G in either case, as powers of 1024", () => {
  const max = Number.MAX_SAFE_INTEGER;
  const cases: [string, number][] = [
    ["0", 0],
    ["4096", 4096],
    ["4K", 4096],
    ["4k", 4096],
    ["0064K", 65_536],
    ["1M", 1_048_576],
    ["2g", 2_147_483_648],
  ];
  for (const [value, bytes] of cases) assertEquals(parseBytes("n", value, max), bytes, value);
});

Deno.test("parseBytes rejects invalid sizes and says the range in the same units", () => {
  const given = ["", "K", "4 K", "4KB", "4KiB", "-4K", "4.5K", "1T", "4095", "129K", "1G", "0x10K"];
  for (const value of [...given, "9".repeat(400)]) {
    const error = assertThrows(() => parseBytes("max-line", value, 128 * 1024, { min: 4096 }));
    assert(error instanceof UsageError);
    assertEquals(
      error.message,
      `--max-line must be a number of bytes from 4K to 128K, not "${value}"`,
    );
  }
});

testProperty(
  "parseBytes reads what formatBytes writes, and formatBytes uses the largest unit that divides it",
  { weight: 10 },
  (check) => {
    const bytes = fc.oneof(
      fc.maxSafeNat(),
      fc.tuple(fc.nat(4096), fc.constantFrom(1, 1024, 1024 ** 2, 1024 ** 3)).map(([n, unit]) =>
        n * unit
      ),
    );
    check(fc.property(bytes, (size) => {
      const written = formatBytes(size);
      assertEquals(parseBytes("n", written, size, { min: size }), size);
      assert(size === 0 || parseInt(written) % 1024 !== 0 || written.endsWith("G"), written);
    }));
    assertEquals([0, 1000, 4096, 65_536, 1_048_576].map(formatBytes), [
      "0",
      "1000",
      "4K",
      "64K",
      "1M",
    ]);
  },
);

testProperty("parseBytes returns a size in the range or throws UsageError", {
  weight: 10,
}, (check) => {
  const written = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,20}[KMGTkmgt]?$/));
  check(fc.property(written, fc.nat(), fc.nat(), (value, a, b) => {
    const [min, max] = [Math.min(a, b), Math.max(a, b)];
    let bytes;
    try {
      bytes = parseBytes("n", value, max, { min });
    } catch (error) {
      assert(error instanceof UsageError);
      return;
    }
    assert(Number.isInteger(bytes) && bytes >= min && bytes <= max, `${value}: ${bytes}`);
  }));
});

Deno.test("parseChoice accepts one of the words, and lists them in its error", () => {
  assertEquals(parseChoice("color", "never", ["always", "never"]), "never");
  const error = assertThrows(() => parseChoice("color", "Never", ["always", "never"]), UsageError);
  assertEquals(error.message, '--color must be one of always, never, not "Never"');
});
