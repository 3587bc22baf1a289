import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../common/cli/command_line.ts";
import { UsageError } from "../../../common/cli/usage_error.ts";
import { GREATEST_FRAME, type HelloFrame, MAX_HUB_FRAME } from "../../../common/protocol/frame.ts";
import { encodeFrame } from "../../../common/protocol/frame_codec.ts";
import { framesDialect } from "../../../server/dialect/json.ts";
import { textDialect } from "../../../server/dialect/text.ts";
import { DEFAULT_LIMITS, LIMITS, type Limits, splitLimits, UNITS } from "../../../server/limits.ts";
import { readServerOptions, SERVER_COMMAND_LINE } from "../../../server/setup/options.ts";

const KIB = 1024;
const NAMES = Object.keys(LIMITS) as (keyof Limits)[];

function read(...args: string[]): Limits {
  return readServerOptions(parseArguments(SERVER_COMMAND_LINE, args), () => undefined).limits;
}

Deno.test("the default limits", () => {
  assertEquals(read(), DEFAULT_LIMITS);
  assertEquals(DEFAULT_LIMITS, {
    line: 4 * KIB,
    frame: 64 * KIB,
    pending: KIB ** 2,
    pendingTotal: 256 * KIB ** 2,
    stall: 10_000,
    handshake: 30_000,
    silence: 90_000,
    connections: 10_000,
    perAddress: 256,
    acceptPause: 1000,
    drain: 5000,
  });
});

Deno.test("each limit has an option of its own, valid at both ends of its range", () => {
  for (const name of NAMES) {
    const { flag, unit, min, max, initial } = LIMITS[name];
    assert(min <= initial && initial <= max, flag);
    for (const value of [min, max]) {
      assertEquals(
        read(`--${flag}`, String(value)),
        { ...DEFAULT_LIMITS, [name]: value * UNITS[unit].factor },
        flag,
      );
    }
  }
});

Deno.test("a value out of range is reported in one line, with the range", () => {
  for (const name of NAMES) {
    const { flag, min, max } = LIMITS[name];
    for (const value of [min - 1, max + 1, "x", "-1"]) {
      const { message } = assertThrows(() => read(`--${flag}=${value}`), UsageError);
      assert(message.startsWith(`--${flag} must be a `) && message.includes(" from "), message);
      assert(message.endsWith(`, not "${value}"`), message);
    }
  }
  const fault = (arg: string) => assertThrows(() => read(arg), UsageError).message;
  assertEquals(
    fault("--max-frame=100"),
    '--max-frame must be a number of bytes from 4K to 128K, not "100"',
  );
  assertEquals(
    fault("--max-connections=0"),
    '--max-connections must be a whole number from 1 to 100000, not "0"',
  );
  assertEquals(
    fault("--silence=30"),
    '--silence must be a whole number from 45 to 86400, not "30"',
  );
});

Deno.test("bytes may be written with K, M and G", () => {
  const { frame, pending, pendingTotal } = read(
    ...["--max-frame=32K", "--max-pending", "2M", "--max-pending-total", "1g"],
  );
  assertEquals([frame, pending, pendingTotal], [32 * KIB, 2 * KIB ** 2, KIB ** 3]);
});

Deno.test("the options say whether a limit of connections was given", () => {
  const hasLimit = (...args: string[]) =>
    readServerOptions(parseArguments(SERVER_COMMAND_LINE, args), () => undefined)
      .hasConnectionLimit;
  assertEquals([hasLimit(), hasLimit("--max-connections", "10000")], [false, true]);
});

Deno.test("frames have their own limit; unended bytes may be twice the line, and at least 64 KiB", () => {
  const limits = { ...DEFAULT_LIMITS, line: 40 * KIB, frame: 8 * KIB };
  assertEquals(splitLimits(limits, textDialect), { maxLine: 40 * KIB, maxUnended: 80 * KIB });
  assertEquals(splitLimits(limits, framesDialect), { maxLine: 8 * KIB, maxUnended: 64 * KIB });
  assertEquals(splitLimits(DEFAULT_LIMITS, textDialect).maxUnended, 64 * KIB);
  assertEquals(splitLimits(DEFAULT_LIMITS, framesDialect).maxUnended, 128 * KIB);
});

Deno.test("the longest hello of the client fits into the shortest line that can be set", () => {
  const hello: HelloFrame = {
    type: "hello",
    protocol: 1,
    nick: "\u{10400}".repeat(16), // 64 bytes
    room: "\u{10428}".repeat(16),
    lang: "es",
    password: "€".repeat(1024),
    history: 1000,
    resume: { token: crypto.randomUUID(), after: Number.MAX_SAFE_INTEGER },
  };
  const bytes = new TextEncoder().encode(encodeFrame(hello)).length;
  assert(bytes <= LIMITS.line.min && bytes <= LIMITS.frame.min, `${bytes}`);
});

Deno.test("the longest message that is accepted fits, sanitized and with its fallback text, into a frame", () => {
  assert(2 * 3 * GREATEST_FRAME < MAX_HUB_FRAME);
  assertEquals([LIMITS.line.max, LIMITS.frame.max], [GREATEST_FRAME, GREATEST_FRAME]);
});
