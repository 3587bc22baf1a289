/** Users chat in terminals, and the draft of each stays intact while the others write. */

import { assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import {
  count,
  history,
  join,
  joinWithNc,
  MIXED,
  narrow,
  placed,
  testInPty,
  textOf,
  untilInput,
} from "./people.ts";

testInPty("a wrapped draft with wide characters stays in place while others write", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using ana = await join(hub, "ana", { cols: 40 });
  await using bob = await joinWithNc(hub.port, "bob");
  const line = [...MIXED, ...MIXED, ...MIXED, ...MIXED, ...narrow("end")];

  ana.type(textOf(line));
  await untilInput(ana, placed("ana", line, 40));
  bob.send("one\n");
  await untilInput(ana, placed("ana", line, 40), "bob: one");

  ana.press("left", "left");
  bob.send("two\n");
  await untilInput(ana, placed("ana", line, 40, line.length - 2), "bob: two");
  ana.type("日");
  line.splice(-2, 0, ["日", 2]);
  bob.send("three\n");
  await untilInput(ana, placed("ana", line, 40, line.length - 2), "bob: three");

  ana.press("home", "right", "right");
  bob.send("four, in more words than fit into a single row of that window\n");
  await untilInput(ana, placed("ana", line, 40, 2), "bob: four");
  ana.press("delete", "backspace");
  ana.type("😀");
  line.splice(1, 2, ["😀", 2]);
  bob.send("five\n");
  await untilInput(ana, placed("ana", line, 40, 2), "bob: five");

  ana.press("enter");
  assertEquals(await bob.until("ana: "), `ana: ${textOf(line)}`);
});

testInPty("two users in terminals read each other, and get no echo", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using ana = await join(hub, "ana");
  await using bob = await join(hub, "bob");
  const draft = narrow("I_was_about_to_say");
  bob.type(textOf(draft));
  await untilInput(bob, placed("bob", draft, 80));
  for (const text of ["¿qué tal, José?", "日本 👨‍👩‍👧", "  indented", "x"]) {
    ana.type(`${text}\r`);
    await untilInput(bob, placed("bob", draft, 80), `ana: ${text}`);
  }
  bob.press("enter");
  await ana.until("bob: I_was_about_to_say");
  // An echo would have come before the hub's answer.
  ana.type("/who\r");
  bob.type("/who\r");
  await ana.until("* 2 here: ana, bob");
  await bob.until("* 2 here: ana, bob");
  const said = ["ana: ¿qué tal, José?", "ana: 日本 👨‍👩‍👧", "ana:   indented", "ana: x"];
  for (const terminal of [ana, bob]) {
    assertEquals(
      history(terminal).filter((row) => /^(ana|bob): /.test(row)),
      [...said, "bob: I_was_about_to_say"],
    );
  }
});

testInPty("a burst of messages arrives complete, and leaves the draft alone", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using ana = await join(hub, "ana", { cols: 40 });
  await using bob = await joinWithNc(hub.port, "bob");
  const line = [...MIXED, ...MIXED, ...MIXED];
  const messages = Array.from({ length: 600 }, (_, number) => `message ${number}`);
  messages.forEach((message, number) => {
    bob.send(`${message}\n`);
    const piece = line[number / 10];
    if (piece) ana.type(piece[0]);
  });
  await untilInput(ana, placed("ana", line, 40), "bob: message 599");
  assertEquals(
    history(ana).filter((row) => row.startsWith("bob: ")),
    messages.map((message) => `bob: ${message}`),
  );
  ana.type("!");
  await untilInput(ana, placed("ana", [...line, ["!", 1]], 40));
});

testInPty("the arrow keys recall earlier lines, even while others write", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using ana = await join(hub, "ana");
  await using bob = await joinWithNc(hub.port, "bob");
  ana.type("first\rsecond\r");
  await bob.until("ana: second");
  const steps = [["up", "second"], ["up", "first"], ["down", "second"], ["down", ""]] as const;
  for (const [step, [key, line]] of steps.entries()) {
    ana.press(key);
    await untilInput(ana, placed("ana", narrow(line), 80));
    bob.send(`step ${step}\n`);
    await untilInput(ana, placed("ana", narrow(line), 80), `bob: step ${step}`);
  }
  ana.press("up", "up", "enter");
  await bob.until("ana: first");
});

testInPty("Ctrl-C empties the line, and leaves on an empty line", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { cols: 40 });
  ana.type(textOf([...MIXED, ...MIXED, ...MIXED]));
  await untilInput(ana, placed("ana", [...MIXED, ...MIXED, ...MIXED], 40));
  ana.press("home", "ctrl-c");
  await untilInput(ana, placed("ana", [], 40));
  ana.type("new");
  await untilInput(ana, placed("ana", narrow("new"), 40));
  ana.press("ctrl-c", "ctrl-c");
  assertEquals(await ana.exit(), { code: 0, signal: null });
  await bob.until("* ana left (1 here)");
  assertEquals(bob.pending().filter((line) => line.startsWith("ana:")), []);
  const rows = ana.text().split("\n");
  assertEquals(rows.filter((row) => row.startsWith("ana>")), []);
  assertEquals(ana.cursor(), { x: 0, y: rows.length, absoluteY: rows.length });
});

testInPty("Ctrl-D leaves on an empty line only", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.type("text");
  ana.press("ctrl-d", "home", "ctrl-d");
  await untilInput(ana, placed("ana", narrow("ext"), 80, 0));
  ana.press("ctrl-k", "ctrl-d");
  assertEquals(await ana.exit(), { code: 0, signal: null });
  await bob.until("* ana left (1 here)");
});

testInPty("Ctrl-L clears the screen except the input", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { cols: 40 });
  const line = [...MIXED, ...MIXED, ...MIXED];
  ana.type(textOf(line));
  await untilInput(ana, placed("ana", line, 40));
  ana.press("home", "ctrl-l");
  await ana.until((it) => it.find("ana> ")?.y === 0 && it.cursor().x === 5, "an empty screen");
  await untilInput(ana, placed("ana", line, 40, 0));
  bob.send("hello\n");
  await untilInput(ana, placed("ana", line, 40, 0), "bob: hello");
  assertEquals(ana.find("bob: hello"), { x: 6, y: 0 });
});

testInPty("a join, a leave and a new nick are each shown once", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana");
  const draft = narrow("draft");
  ana.type("draft");
  {
    await using bob = await join(hub, "bob");
    await untilInput(ana, placed("ana", draft, 80), "* bob joined (2 here)");
    bob.type("/name roberto\r");
    await untilInput(bob, placed("roberto", [], 80), "* you are now roberto");
    await untilInput(ana, placed("ana", draft, 80), "* bob is now roberto");
    bob.type("/exit\r");
    assertEquals((await bob.exit()).code, 0);
  }
  await untilInput(ana, placed("ana", draft, 80), "* roberto left (1 here)");
  for (const event of ["joined", "is now", "left"]) assertEquals(count(ana.text(), event), 1);
});
