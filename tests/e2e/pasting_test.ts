/** A paste of several lines waits for Enter, is one message, and is never more than text. */

import { assert, assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import {
  history,
  join,
  joinScripted,
  joinWithNc,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";
import { said, ScriptedHub } from "./scripted_hub.ts";

const SIX_LINES = "uno\ndos\ntres\ncuatro\ncinco\nseis";
const LABEL = '[6 lines: "uno" …]';

testInPty("pasted lines wait, and are sent with the draft as one message", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("mira:!");
  ana.press("left");
  ana.paste("uno\n\tdos\r\n\ntres\n");
  const label = '[4 lines: "uno" …]';
  await untilInput(ana, placed("ana", narrow(`mira:${label}!`), 80, 5 + label.length));
  ana.press("enter");
  const text = "mira:uno\n    dos\n\ntres!";
  assertEquals(await hub.frame(), { type: "say", ref: "1", text });
  await hub.ack("1");
  await untilInput(ana, placed("ana", [], 80), "tres!");
  await ana.until(/\d ana: mira:uno/);
  const indent = " ".repeat("00:00 ana: ".length);
  assertEquals(history(ana).slice(-4), [
    "ana: mira:uno",
    `${indent}    dos`,
    "",
    `${indent}tres!`,
  ]);
});

testInPty("everyone sees the lines of a paste aligned", async () => {
  await using hub = await startHub();
  await using carla = await joinWithNc(hub.port, "carla");
  await using ana = await join(hub, "ana");
  ana.paste("/exit\n* carla left\n\x1b]0;owned\x07\x1b[2Jend");
  ana.press("enter");
  assertEquals(await carla.until("ana: "), "ana: /exit");
  assertEquals(await carla.line(), "  | * carla left");
  assertEquals(await carla.line(), "  | end");
  await untilInput(ana, placed("ana", [], 80), " end");
});

testInPty("lines pasted after a command are its argument, and do not go to the room", async () => {
  await using hub = await startHub();
  await using carla = await joinWithNc(hub.port, "carla");
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.type("/msg bob ");
  ana.paste("uno\ndos");
  ana.press("enter");
  assertEquals(await bob.until("[private]"), "[private] ana: uno");
  assertEquals(await bob.line(), "  | dos");
  ana.type("hola\r");
  await carla.until("ana: hola");
  assert(!new TextDecoder().decode(carla.received()).includes("dos"));
});

testInPty("a paste waits while others talk, and what is typed around it stays", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("draft ");
  ana.paste(SIX_LINES);
  ana.type(" typed words");
  ana.paste(" second paste");
  await hub.send(said("hola", { nick: "eva", ts: 0 }));
  await ana.until("eva: hola");
  await untilInput(ana, placed("ana", narrow(`draft ${LABEL} typed words second paste`), 80));
  ana.type("\rnext");
  const text = `draft ${SIX_LINES} typed words second paste`;
  assertEquals(await hub.frame(), { type: "say", ref: "1", text });
  await hub.ack("1");
  await untilInput(ana, placed("ana", narrow("next"), 80), "second paste");
});

testInPty("Backspace takes a paste away, and Ctrl-C everything", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("draft");
  ana.paste(SIX_LINES);
  ana.press("backspace");
  await untilInput(ana, placed("ana", narrow("draft"), 80));
  ana.paste(SIX_LINES);
  ana.press("ctrl-c");
  await untilInput(ana, placed("ana", [], 80));
  ana.type("x\r");
  assertEquals(await hub.frame(), { type: "say", ref: "1", text: "x" });
});

testInPty("a paste that is too long is discarded, with a notice of the limit", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("draft");
  ana.paste("palabra ".repeat(9000));
  await untilInput(
    ana,
    placed("ana", narrow("draft"), 80),
    "too long (more than 65536",
  );
  // Short enough for a paste, but too long for a frame.
  ana.paste(`x${"\n".repeat(40_000)}x`);
  ana.press("enter");
  const label = '[40001 lines: "x" …]';
  await untilInput(ana, placed("ana", narrow(`draft${label}`), 80), "too long to send (800");
  ana.press("backspace", "enter");
  assertEquals((await hub.frame())?.["text"], "draft");
});

testInPty(
  "a paste that did not reach the hub is shown, whole if it is short",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub);
    ana.paste("uno\ndos");
    ana.press("enter");
    ana.paste(SIX_LINES);
    ana.press("enter");
    // Unanswered input has only a few rows above the prompt.
    await untilInput(ana, placed("ana", [], 80), "cuatro");
    ana.paste(SIX_LINES.replaceAll("uno", "one"));
    await untilInput(ana, placed("ana", narrow(LABEL.replace("uno", "one")), 80));
    ana.signal("SIGTERM");
    hub.hangUp();
    await ana.exit();
    assertEquals(history(ana).slice(-4), [
      "! may not have been sent: uno",
      `${" ".repeat("00:00 ! ".length)}dos`,
      "! may not have been sent: uno (6 lines)",
      "! not sent: one (6 lines)",
    ]);
  },
);

for (const way of ["SIGTERM", "/exit", "the end of the hub"] as const) {
  testInPty(`bracketed paste and reports of the focus are off after ${way}`, async () => {
    await using hub = await startHub();
    await using ana = await join(hub, "ana", { args: ["--retry", "0"] });
    assertEquals([ana.modes.bracketedPasteMode, ana.modes.sendFocusMode], [true, true]);
    if (way === "/exit") ana.type("/exit\r");
    else if (way === "the end of the hub") hub.kill("SIGKILL");
    else ana.signal(way);
    await ana.exit();
    assertEquals([ana.modes.bracketedPasteMode, ana.modes.sendFocusMode], [false, false]);
  });
}

testInPty("a stopped client switches bracketed paste on again when it continues", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana");
  ana.signal("SIGSTOP");
  const before = ana.raw().length;
  ana.signal("SIGCONT");
  await ana.until((it) => it.raw().includes("\x1b[?2004h", before));
});
