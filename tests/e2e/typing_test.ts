/** Typing, key by key: at the ends of rows, after a stop, and in stalled terminals. */

import { assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import {
  count,
  history,
  join,
  joinWithNc,
  MIXED,
  narrow,
  type Piece,
  placed,
  testInPty,
  textOf,
  untilInput,
} from "./people.ts";

testInPty(
  "typing across the end of a row keeps the input right, even with a wide character",
  async () => {
    await using hub = await startHub();
    await using ana = await join(hub, "ana", { cols: 20 });
    const line: Piece[] = [];
    // Full rows, and one without room for a wide character.
    const keys = [
      ...narrow("0123456789abcd"),
      ["日", 2],
      ...narrow("0123456789abcdefghijk"),
    ] as const;
    for (const key of [...keys, ["本", 2], ...narrow("xy"), ["😀", 2]] as const) {
      ana.type(key[0]);
      line.push(key);
      await untilInput(ana, placed("ana", line, 20));
    }
    while (line.length > 10) {
      ana.press("backspace");
      line.pop();
      await untilInput(ana, placed("ana", line, 20));
    }
  },
);

testInPty("the editing keys work as in a shell", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana");
  ana.type("one two three");
  ana.press("ctrl-w");
  await untilInput(ana, placed("ana", narrow("one two "), 80));
  ana.type("three");
  ana.press("alt-b", "alt-b");
  await untilInput(ana, placed("ana", narrow("one two three"), 80, 4));
  ana.press("ctrl-k");
  await untilInput(ana, placed("ana", narrow("one "), 80));
  ana.press("ctrl-u", "ctrl-z");
  await untilInput(ana, placed("ana", [], 80));
});

for (const reflowCursorLine of [true, false]) {
  testInPty(
    `keys typed during a resize are not lost (reflow ${reflowCursorLine})`,
    async () => {
      await using hub = await startHub(["--rate", "0"]);
      await using bob = await joinWithNc(hub.port, "bob");
      await using ana = await join(hub, "ana", { reflowCursorLine });
      const line = [...MIXED, ...MIXED, ...MIXED];
      ana.type(textOf(line));
      await untilInput(ana, placed("ana", line, 80));
      for (const [step, columns] of [40, 20, 300, 20, 80].entries()) {
        ana.type("<");
        await ana.resize(columns, 24);
        bob.send(`nº ${step}\n`);
        ana.type("日");
        line.push(["<", 1], ["日", 2]);
        await untilInput(ana, placed("ana", line, columns), `nº ${step}`);
      }
      ana.press("enter");
      await bob.until(`ana: ${textOf(line)}`);
    },
  );
}

testInPty("a stalled terminal loses no output", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.type("draft");
  await untilInput(ana, placed("ana", narrow("draft"), 80));
  ana.pause();
  const messages = Array.from({ length: 2_000 }, (_, number) => `bob: message ${number}`);
  await bob.send(messages.map((message) => `${message.slice("bob: ".length)}\n`).join(""));
  bob.send("/who\n");
  await bob.until("* 2 here");
  ana.resume();
  await untilInput(ana, placed("ana", narrow("draft"), 80), messages.at(-1));
  assertEquals(history(ana).filter((row) => row.startsWith("bob: ")), messages);
});

testInPty("a stopped client continues where it was", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.type("draft");
  await untilInput(ana, placed("ana", narrow("draft"), 80));
  ana.signal("SIGSTOP");
  bob.send("hello\n/who\n");
  await bob.until("* 2 here");
  ana.signal("SIGCONT");
  await untilInput(ana, placed("ana", narrow("draft"), 80), "bob: hello");
  assertEquals(history(ana).slice(-1), ["bob: hello"]);
  assertEquals(count(ana.text(), "ana> "), 1);
  ana.type(" sent\r");
  await bob.until("ana: draft sent");
});
