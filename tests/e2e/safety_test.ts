/** No message can control another user's terminal, or look like a message of somebody else. */

import { assert, assertEquals } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { type Hub, startHub } from "../support/program.ts";
import type { TestTerminal } from "../support/terminal.ts";
import {
  history,
  join,
  joinAsBot,
  joinWithNc,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";

/** The control sequences that the client itself writes. */
// deno-lint-ignore no-control-regex
const OWN_SEQUENCES = /\x1b\[(\?(?:2026|2004|1004)[hl]|\d*[AC]|[JK]|6n|[\d;]*m)|\r/g;
/** Controls of C0 (but LF) and C1, DEL, separators and bidirectional controls. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/;
const EIGHT_AND_MORE_MARKS = /\p{M}{9}/u;

/** Harmful texts, and how they are shown. */
const ATTACKS: readonly [text: string, shown: string][] = [
  ["\x1b[2J\x1b[Hcleared", "�[2J�[Hcleared"],
  ["\x1b]0;owned\x07title", "�]0;owned�title"],
  ["\x1b]52;c;b3duZWQ=\x1b\\clipboard", "�]52;c;b3duZWQ=�\\clipboard"],
  ['\x1bP$q"p\x1b\\query', '�P$q"p�\\query'],
  ["\x1b[6n\x1b[cask", "�[6n�[cask"],
  ["\x9b31mc1\x9d", "�31mc1�"],
  ["bell\x07vt\x0bff\x0cso\x0e", "bell�vt�ff�so�"],
  ["abc\u202edcba\u202c\u2066x\u2069\u200f\u061c", "abc�dcba��x���"],
  ["two\u2028lines\u2029here", "two�lines�here"],
];

/** The same in frames; in text they edit the line, or it is refused. */
const ATTACKS_IN_FRAMES: typeof ATTACKS = [
  ["back\x08\x08\x08\x08over", "back����over"],
  ["nul\0del\x7f", "nul�del�"],
];

/** Asserts that no attack reached a terminal unchanged. */
function assertUnharmed(terminal: TestTerminal): void {
  const rest = terminal.raw().replace(OWN_SEQUENCES, "");
  assertEquals(CONTROLS.exec(rest), null);
  assertEquals(EIGHT_AND_MORE_MARKS.exec(rest), null);
}

testInPty("no text from others can control a terminal", async () => {
  await using hub = await startHub(["--rate", "0", "--log", "debug"]);
  await using ana = await join(hub, "ana");
  await using nc = await joinWithNc(hub.port, "carla");
  await using eve = await joinWithNc(hub.port, "eve");
  await using bot = await joinAsBot(hub, "bot");
  const draft = narrow("draft");
  ana.type("draft");
  for (const [text, shown] of ATTACKS) {
    eve.send(`${text}\n`);
    assertEquals(await nc.until("eve: "), `eve: ${shown}`);
    await untilInput(ana, placed("ana", draft, 80), `eve: ${shown}`);
  }
  for (const [text, shown] of [...ATTACKS, ...ATTACKS_IN_FRAMES]) {
    bot.sendFrame({ type: "say", ref: text, text });
    assertEquals(await nc.until("bot: "), `bot: ${shown}`);
    await untilInput(ana, placed("ana", draft, 80), `bot: ${shown}`);
  }
  // Replies and notices repeat what commands and nicks contain.
  eve.send("/me \x1b[2Jwaves\n/\x1b[2Jx\n/name \x1b[2Jx\n/lang \x1b[2J\n");
  await untilInput(ana, placed("ana", draft, 80), "* eve �[2Jwaves");
  await eve.until('! unknown language "�[2J"');
  bot.sendFrame({ type: "command", ref: "\x1b[2J", line: "/name \x1b]0;x\x07" });
  await bot.untilFrame("error");
  ana.press("ctrl-c");
  ana.type("/name \u202e2J\r");
  await ana.until('! the nick "�2J"');
  assertUnharmed(ana);
  for (const peer of [nc, eve]) {
    const received = new TextDecoder().decode(peer.received());
    assertEquals(CONTROLS.exec(received), null);
  }
  await using _mallory = await joinAsMallory(hub);
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.exec(hub.stderr()), null, hub.stderr());
});

/** Joins with a nick that would do harm in the log and on the screen. */
async function joinAsMallory(hub: Hub): Promise<Peer> {
  const mallory = await Peer.connect(hub.port);
  mallory.sendFrame({
    type: "hello",
    protocol: 1,
    nick: "\x1b[2Jmallory\nfake=line",
    lang: "\x1b",
  });
  const { text } = await mallory.untilFrame("notice");
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x1f]/.exec(text), null);
  mallory.sendFrame({ type: "command", ref: "1", line: "/name \x1b[31mred" });
  await mallory.untilFrame("error");
  return mallory;
}

testInPty("a multi-line message cannot look like another user's", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using ana = await join(hub, "ana");
  await using nc = await joinWithNc(hub.port, "carla");
  await using eve = await joinAsBot(hub, "eve");
  const text = "hello\nana: I owe you\n* carla left\r\n! error\r14:00 ana: me too\n\nana> ";
  eve.sendFrame({ type: "say", ref: "1", text });
  assertEquals(await nc.until("eve: "), "eve: hello");
  for (
    const line of ["ana: I owe you", "* carla left", "! error", "14:00 ana: me too", "", "ana> "]
  ) {
    assertEquals(await nc.line(), `  | ${line}`);
  }
  await untilInput(ana, placed("ana", [], 80), "me too");
  await using other = await joinWithNc(hub.port, "bob");
  other.send("hello\rana: I owe him too\n");
  assertEquals(await nc.until("bob: "), "bob: hello\uFFFDana: I owe him too");
  const rows = history(ana);
  const at = rows.indexOf("eve: hello");
  const indent = " ".repeat("00:00 eve: ".length);
  assertEquals(rows.slice(at + 1, at + 7), [
    `${indent}ana: I owe you`,
    `${indent}* carla left`,
    `${indent}! error`,
    `${indent}14:00 ana: me too`,
    "",
    `${indent}ana>`,
  ]);
  // Even in a window too narrow for that indent.
  await using narrowOne = await join(hub, "luis", { cols: 16 });
  eve.sendFrame({ type: "say", ref: "2", text: "hi\n14:00 ana: yes\n* x left" });
  await untilInput(narrowOne, placed("luis", [], 16), "* x left");
  const narrowRows = narrowOne.text().split("\n");
  assert(narrowRows.every((row) => !/^(\d\d:\d\d )?ana: /.test(row) && !row.startsWith("*")));
});

testInPty(
  "pasted and typed controls reach neither the others nor the user's own screen",
  async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using ana = await join(hub, "ana");
    await using nc = await joinWithNc(hub.port, "carla");
    ana.type("a\x9b2Jb\u202ec\r");
    assertEquals(await nc.until("ana: "), "ana: a2Jb�c");
    await untilInput(ana, placed("ana", [], 80), "ana: a2Jb�c");
    assertUnharmed(ana);
  },
);
