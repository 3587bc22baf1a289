/** Colours and names in the terminal. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import type { TestTerminal } from "../support/terminal.ts";
import { join, type JoinOptions, joinWithNc, placed, testInPty, untilInput } from "./people.ts";

testInPty("a nick has the same colour for everyone, including its owner", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana");
  await using luis = await join(hub, "luis", { cols: 60 });
  ana.type("hello\r");
  luis.type("hi\r");
  for (const terminal of [ana, luis]) {
    // Until its time is shown, the user's own line is pending.
    await terminal.until(/\d ana: hello/);
    await terminal.until(/\d luis: hi/);
  }
  for (const [nick, said] of [["ana", "ana: hello"], ["luis", "luis: hi"]] as const) {
    const [one, other] = [ana.cellOf(said), luis.cellOf(said)];
    assertNotEquals(one.fg, "default", nick);
    assertEquals({ fg: one.fg, bold: one.bold }, { fg: other.fg, bold: other.bold });
    // The text has the terminal's own colour.
    const { x, y } = one;
    assertEquals(ana.cell(x + said.length - 1, y).fg, "default");
  }
  assertNotEquals(ana.cellOf("ana: hello").fg, ana.cellOf("luis: hi").fg);
});

/** Whether the client shows colours with this environment and these options. */
async function isColored(hub: { port: number }, options: JoinOptions): Promise<boolean> {
  await using ana = await join(hub, "ana", options);
  ana.type("hello\r/nonsense\r");
  await ana.until("! unknown command");
  const styles = ["ana: hello", "! unknown command", "* welcome"].map((text) => ana.cellOf(text));
  const colored = styles.filter(({ fg, bold, dim }) => fg !== "default" || bold || dim);
  assert(colored.length === 0 || colored.length === styles.length, "all or none");
  // deno-lint-ignore no-control-regex
  assertEquals(/\x1b\[[\d;]*m/.test(ana.raw()), colored.length > 0);
  ana.type("/exit\r");
  await ana.exit();
  return colored.length > 0;
}

testInPty("--color and NO_COLOR decide about colours", async () => {
  await using hub = await startHub();
  const NO_COLOR = { NO_COLOR: "1" };
  const cases: readonly [colored: boolean, JoinOptions][] = [
    [true, {}],
    [true, { args: ["--color", "auto"] }],
    [true, { args: ["--color=always"] }],
    [false, { args: ["--color", "never"] }],
    [false, { env: NO_COLOR }],
    [true, { env: { NO_COLOR: "" } }],
    [false, { env: NO_COLOR, args: ["--color", "auto"] }],
  ];
  for (const [colored, options] of cases) {
    assertEquals(await isColored(hub, options), colored, JSON.stringify(options));
  }
});

async function noticeOf(terminal: TestTerminal, given: string): Promise<string> {
  await untilInput(terminal, placed(given, [], 120), "cannot be used");
  return terminal.text().split("\n").find((row) => row.includes("cannot"))!.slice("00:00 ".length);
}

testInPty("an unavailable name becomes a free one, and a notice says why", async () => {
  await using hub = await startHub();
  await using _bob = await joinWithNc(hub.port, "José");
  const cases = [
    ["JOSÉ", "JOSÉ2", "it is in use"],
    ["root", "guest2", "it is reserved"],
    ["a b?", "guest3", "only letters, digits, _, - and . are allowed (no spaces)"],
    ["José Luis", "José_Luis", "a nick has no spaces"],
    ["раураl", "guest4", "all letters must be of one alphabet"],
  ] as const;
  for (const [name, given, fault] of cases) {
    await using terminal = await join(hub, name, { given, cols: 120 });
    const said = (await noticeOf(terminal, given)).replace(/, and( \/name .*)?$/, "");
    assertEquals(said, `* the nick "${name}" cannot be used: ${fault}; you are ${given}`);
  }
});
