/** docs/protocol.md: replays its examples against a real hub, compares its tables with the code, and runs its client. */

import { assert, assertEquals } from "@std/assert";
import { RECONNECT_CODES } from "../../client/session/bye.ts";
import { translate } from "../../common/i18n/mod.ts";
import { listedNames } from "../../common/protocol/command_names.ts";
import { BYE_CODES, ERROR_CODES, NOTICE_CODES, REPLY_SHAPES } from "../../common/protocol/codes.ts";
import type { Field } from "../../common/protocol/fields.ts";
import { CLIENT_SHAPES, HUB_SHAPES, MAX_MESSAGE_LINES } from "../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../common/protocol/frame_codec.ts";
import { parseArguments } from "../../common/cli/command_line.ts";
import { MAX_ANSWERS } from "../../server/model/reply_cache.ts";
import { COMMANDS } from "../../server/commands/mod.ts";
import { TLS_HANDSHAKE } from "../../server/net/connection.ts";
import { framesDialect } from "../../server/dialect/json.ts";
import { textDialect } from "../../server/dialect/text.ts";
import { MEMORY_LIMITS } from "../../server/history/memory.ts";
import { MAX_IGNORED } from "../../server/model/ignore_list.ts";
import { DEFAULT_LIMITS, splitLimits } from "../../server/limits.ts";
import { readServerOptions, SERVER_COMMAND_LINE } from "../../server/setup/options.ts";
import { FREE_TRIES, MAX_DELAY, MAX_TRIES } from "../../server/model/password.ts";
import { MAX_TOPIC } from "../../server/model/room.ts";
import { MAX_ROOMS, MAX_ROOMS_OF_ADDRESS, MAX_ROOMS_OF_SESSION } from "../../server/chat/rooms.ts";
import { CONNECTS_A_SECOND } from "../../server/net/address_limits.ts";
import { sendLimits, sharedLimits } from "../../server/net/send_budget.ts";
import { assertNames } from "../support/assert_names.ts";
import { works } from "../support/confined.ts";
import { CuttingProxy } from "../support/cutting_proxy.ts";
import { LiveHub } from "../support/live_hub.ts";
import { findBlocks, section, tables } from "../support/markdown.ts";
import { play } from "../support/playing.ts";
import { Program } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { findTranscripts } from "../support/transcript.ts";

const DOCUMENT = await Deno.readTextFile(new URL("../../docs/protocol.md", import.meta.url));
const CODES = await Deno.readTextFile(new URL("../../common/protocol/codes.ts", import.meta.url));

/** The rows of the one table under a heading. */
function rowsUnder(heading: string): (readonly string[])[] {
  const part = section(DOCUMENT, heading);
  assert(part !== undefined, `there is a heading ${heading}`);
  const [table, another] = tables(part);
  assert(table && !another, `there is one table under ${heading}`);
  return [...table.rows];
}

/** The code spans of a cell. */
const quoted = (cell = "") => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name]) => name!);

// The examples.

for (const transcript of findTranscripts(DOCUMENT)) {
  Deno.test(`the example at line ${transcript.line} of docs/protocol.md is what happens`, async () => {
    await play(transcript);
  });
}

Deno.test("each frame that docs/protocol.md shows alone is a valid frame of the hub", () => {
  const shown = findBlocks(DOCUMENT).filter(({ language }) => language === "json");
  assert(shown.length > 0);
  for (const { text, line } of shown) {
    const decoded = decodeHubFrame(text);
    assert(decoded.kind === "frame", `line ${line}: ${JSON.stringify(decoded)}`);
    assertEquals(decoded.frame, JSON.parse(text)); // nothing was ignored as unknown
  }
});

// The frames.

type Shapes = Readonly<Record<string, Readonly<Record<string, Field<unknown>>>>>;

/** The rows that the fields of a shape need; those of an object's fields follow the object. */
function fieldRows(shape: Shapes[string], within = ""): string[][] {
  return Object.entries(shape).flatMap(([name, { wanted, optional, shape: inner }]) => [
    [
      `\`${within}${name}\``,
      wanted.replace(` to ${Number.MAX_SAFE_INTEGER}`, " on"),
      optional ? "no" : "yes",
    ],
    ...(inner ? fieldRows(inner, `${within}${name}.`) : []),
  ]);
}

Deno.test("docs/protocol.md has each field of each frame in one row, with what it may be", () => {
  const shapes: Shapes = { ...CLIENT_SHAPES, ...HUB_SHAPES };
  for (const [type, shape] of Object.entries(shapes)) {
    const wanted = fieldRows(shape).sort();
    if (wanted.length === 0) {
      assertEquals(tables(section(DOCUMENT, `#### \`${type}\``) ?? "?").length, 0, type);
      continue;
    }
    const rows = rowsUnder(`#### \`${type}\``).map((cells) => cells.slice(0, 3));
    const names = (rows: readonly (readonly string[])[]) => rows.map(([name]) => name!);
    assertNames(`docs/protocol.md, ${type}`, names(rows), names(wanted));
    assertEquals(rows.sort(), wanted, type);
  }
  const headings = Array.from(DOCUMENT.matchAll(/^#### `(\w+)`$/gm), ([, type]) => type!);
  assertEquals(headings.sort(), Object.keys(shapes).sort());
});

// The codes.

/** The params that the comment of a code in that list of common/protocol/codes.ts names. */
function paramsInCode(list: string, code: string): string[] {
  const [, codes = ""] = new RegExp(`export const ${list} = \\[([^\\]]*)\\]`).exec(CODES) ?? [];
  const above = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*"${code}",`).exec(codes)?.[1];
  const comment = above ?? new RegExp(`"${code}", // (.*)`).exec(codes)?.[1] ?? "";
  const params = /params: ([^]*)/.exec(comment)?.[1] ?? "";
  const withoutRemarks = params.replace(/\([^)]*\)/g, "");
  return withoutRemarks.split(/[,\s*]+/).filter(Boolean);
}

for (
  const [heading, list, codes] of [
    ["### Errors", "ERROR_CODES", ERROR_CODES],
    ["### Notices", "NOTICE_CODES", NOTICE_CODES],
    ["### Byes", "BYE_CODES", BYE_CODES],
  ] as const
) {
  Deno.test(`docs/protocol.md has each code of ${list} in one row, with its params`, () => {
    const rows = rowsUnder(heading).map(([code = "", params = ""]) => [
      code,
      params.replaceAll(/[`,]/g, ""),
    ]);
    const wanted = codes.map((code) => [`\`${code}\``, paramsInCode(list, code).join(" ")]);
    const names = rows.map(([code = ""]) => code);
    assertNames("docs/protocol.md", names, codes.map((code) => `\`${code}\``));
    assertEquals(rows, wanted);
  });
}

Deno.test("docs/protocol.md has each reply in one row, with the fields of its data", () => {
  const rows = rowsUnder("### Replies").map(([code, data]) => [code, quoted(data)]);
  const wanted = Object.entries(REPLY_SHAPES)
    .map(([code, shape]) => [`\`${code}\``, Object.keys(shape)]);
  const codes = rows.map(([code]) => code as string);
  assertNames("docs/protocol.md", codes, Object.keys(REPLY_SHAPES).map((code) => `\`${code}\``));
  assertEquals(rows, wanted);
});

Deno.test("docs/protocol.md says after which byes to come back, as our own client does", () => {
  const back = rowsUnder("### Byes").filter(([, , then]) => then === "back");
  assertEquals(back.flatMap(([code]) => quoted(code)).sort(), [...RECONNECT_CODES].sort());
  const away = rowsUnder("### Byes").filter(([, , then]) => then === "away");
  assertEquals(back.length + away.length, BYE_CODES.length);
});

// The commands.

Deno.test("docs/protocol.md has each command in one row, with all its names and its argument", () => {
  const rows = rowsUnder("## Commands and what they answer")
    .map(([names, takes]) => [quoted(names), quoted(takes).join(" ")] as const);
  const wanted = COMMANDS.map(({ names, argument }) => {
    const taken = argument ? translate("en", `argument.${argument.key}`) : "";
    return [listedNames(names, "en").map((name) => `/${name}`), taken] as const;
  });
  const names = COMMANDS.flatMap(({ names }) => listedNames(names, "en"));
  assertNames(
    "docs/protocol.md",
    rows.flatMap(([names]) => names),
    names.map((name) => `/${name}`),
  );
  assertEquals(rows, wanted);
});

Deno.test("docs/protocol.md names every reply as the answer to a command", () => {
  const answers = rowsUnder("## Commands and what they answer").flatMap(([, , cell = ""]) =>
    /^(an|the) /.test(cell) ? [] : quoted(cell)
  );
  assertEquals([...new Set(answers)].sort(), [...Object.keys(REPLY_SHAPES)].sort());
});

// The limits.

Deno.test("the limits in docs/protocol.md are the defaults", () => {
  const { line, frame, handshake, silence, pending, stall, connections, perAddress } =
    DEFAULT_LIMITS;
  const { rateLimit, grace } = readServerOptions(parseArguments(SERVER_COMMAND_LINE, []), () => "");
  const send = sendLimits(rateLimit, DEFAULT_LIMITS);
  const shared = sharedLimits(send);
  const kib = (bytes: number) => `${bytes / 1024} KiB`;
  const [text, frames] = [
    splitLimits(DEFAULT_LIMITS, textDialect),
    splitLimits(DEFAULT_LIMITS, framesDialect),
  ];
  const wanted = [
    `${line} bytes`,
    `${kib(frame)}; \`limits\` of \`welcome\``,
    `${kib(text.maxUnended)}, with frames ${kib(frames.maxUnended)}`,
    `${MAX_MESSAGE_LINES} lines; \`limits\` of \`welcome\``,
    `${rateLimit.burst} at once, ${rateLimit.rate} in the long run`,
    `${kib(send.bytes.burst)} at once, ${kib(send.bytes.rate)} in the long run`,
    `${shared.lines.burst / rateLimit.burst} times as much at once, and ` +
    `${shared.lines.rate / rateLimit.rate} times in the long run`,
    `${handshake / 1000} s`,
    `${TLS_HANDSHAKE / 1000} s`,
    `${FREE_TRIES}, then one in up to ${MAX_DELAY / 1000} s`,
    `${MAX_TRIES}`,
    `${silence / 1000} s`,
    `${pending / 1024 ** 2} MiB, or ${stall / 1000} s without taking`,
    `${connections.toLocaleString("en")}, and ${perAddress} of an address`,
    `${perAddress} at once, ${CONNECTS_A_SECOND} a second in the long run`,
    `${grace / 1000} s; ${perAddress} sessions of an address`,
    `${MAX_ANSWERS}, and 256 KiB of them`,
    "100, and 256 KiB of them",
    `${MEMORY_LIMITS.messages}, and ${MEMORY_LIMITS.bytes / 1024 ** 2} MiB of all rooms`,
    `${MAX_ROOMS}, and ${MAX_ROOMS_OF_SESSION} of one person`,
    `${MAX_ROOMS_OF_ADDRESS}`,
    `${MAX_TOPIC} characters`,
    `${MAX_IGNORED}`,
  ];
  assertEquals(rowsUnder("### Limits").map(([, limit]) => limit), wanted);
});

// The client.

Deno.test({
  name: "the client of docs/protocol.md survives a broken connection, and loses nothing",
  ignore: !works("the client of docs/protocol.md in Python", ["python3", "--version"]),
  fn: async () => {
    const [program, another] = findBlocks(DOCUMENT).filter(({ language }) => language === "python");
    assert(program && !another, "there is one program in Python");
    await using directory = await tempDirectory();
    const file = `${directory.path}/client.py`;
    await Deno.writeTextFile(file, program.text);
    await using hub = new LiveHub({ history: 50 });
    await using eva = await hub.textMember("eva");
    await using proxy = new CuttingProxy(hub.port, { down: 200 });
    await using ana = new Program(["python3", file, "127.0.0.1", String(proxy.port), "ana"]);
    await eva.until("ana joined");

    const texts = Array.from({ length: 5 }, (_, number) => `line ${number} ñ`);
    for (const text of texts) {
      ana.write(`${text}\n`);
      eva.send(`eva ${text}\n`);
    }
    const heard = [];
    while (heard.length < texts.length) heard.push(await eva.line());
    assertEquals(heard, texts.map((text) => `ana: ${text}`));
    await ana.untilStdout("eva: eva line 4 ñ");
    assertEquals(proxy.connections, 2);
    ana.write("/who\n");
    await ana.untilStdout("* 2 here: eva, ana");

    ana.endInput();
    assertEquals(await ana.exit(), { code: 0, signal: null }, ana.stderr());
    const said = ana.stdout().split("\n").filter((line) => line.startsWith("eva:"));
    assertEquals(said, texts.map((text) => `eva: eva ${text}`));
    assertEquals(await eva.line(), "* ana left (1 here)");
  },
});
