/** What is pasted: one message, asked for where it is long, and never more than text. */

import { assert, assertEquals } from "@std/assert";
import { chat, startHub } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import { history, join, joinBare, narrow, placed, testInPty, untilInput } from "./people.ts";
import { ScriptedHub } from "./scripted_hub.ts";

const SIX_LINES = "uno\ndos\ntres\ncuatro\ncinco\nseis";
const QUESTION = 'send 6 lines? "uno" Enter: yes, Esc: no>';

/** A client in a terminal whom a hub that answers nothing has welcomed. */
async function joinScripted(hub: ScriptedHub): Promise<TestTerminal> {
  const joining = join(hub, "ana");
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana");
  return await joining;
}

/** Waits until it is asked whether to send. */
async function untilAsked(terminal: TestTerminal, question = QUESTION): Promise<void> {
  await terminal.until((it) => it.screen().at(it.cursor().y) === question, question);
}

testInPty("a line that is pasted goes into what is being typed, and is not sent", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("ab");
  ana.press("left");
  await untilInput(ana, placed("ana", narrow("ab"), 80, 1));
  ana.paste("/who José\n");
  await untilInput(ana, placed("ana", narrow("a/who Joséb"), 80, 10));
  ana.press("enter");
  assertEquals((await hub.frame())?.["text"], "a/who Joséb");
  ana.paste("/who\n\n");
  await untilInput(ana, placed("ana", narrow("/who"), 80));
  ana.press("enter");
  assertEquals(await hub.frame(), { type: "command", ref: "2", line: "/who" });
});

testInPty("some lines that are pasted are one message, with what was being typed", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("mira:!");
  ana.press("left");
  ana.paste("uno\n\tdos\r\n\ntres\n");
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
  // It is not called back.
  ana.press("up");
  await untilInput(ana, placed("ana", [], 80));
});

testInPty("everyone sees the lines under each other", async () => {
  await using hub = await startHub();
  await using carla = await joinBare(hub.port, "carla");
  await using ana = await join(hub, "ana");
  ana.paste("/exit\n* carla left\n\x1b]0;owned\x07\x1b[2Jend");
  assertEquals(await carla.until("ana: "), "ana: /exit");
  assertEquals(await carla.line(), "  | * carla left");
  assertEquals(await carla.line(), "  | �]0;owned��[2Jend");
  await untilInput(ana, placed("ana", [], 80), "�]0;owned��[2Jend");
});

testInPty("behind a command the lines belong to it, and do not go to everyone", async () => {
  await using hub = await startHub();
  await using carla = await joinBare(hub.port, "carla");
  await using bob = await joinBare(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.type("/msg bob ");
  ana.paste("uno\ndos");
  assertEquals(await bob.until("[private]"), "[private] ana: uno");
  assertEquals(await bob.line(), "  | dos");
  ana.type("hola\r");
  await carla.until("ana: hola");
  assert(!new TextDecoder().decode(carla.received()).includes("dos"));
});

testInPty("more lines are asked for: Enter sends, and nothing else does", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("draft ");
  ana.paste(SIX_LINES);
  await untilAsked(ana, 'send 6 lines? "draft uno" Enter: yes, Esc: no>');
  ana.type("y yes\t \x7f");
  ana.press("up", "left", "delete", "alt-enter", "ctrl-d", "ctrl-l");
  ana.paste("more\nlines");
  ana.paste("more");
  // What others say goes above it.
  await hub.send({
    type: "message",
    id: 1,
    room: "general",
    nick: "eva",
    text: "hola",
    ts: 0,
    kind: "say",
  });
  await ana.until("eva: hola");
  await untilAsked(ana, 'send 6 lines? "draft uno" Enter: yes, Esc: no>');
  ana.type("\rnext");
  assertEquals(await hub.frame(), { type: "say", ref: "1", text: `draft ${SIX_LINES}` });
  await hub.ack("1");
  await untilInput(ana, placed("ana", narrow("next"), 80), "seis");
  assertEquals(ana.text().includes("more"), false);
});

for (const key of ["escape", "ctrl-c"] as const) {
  testInPty(`more lines are asked for: ${key} goes back to what was being typed`, async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub);
    ana.type("draft");
    ana.press("left");
    await untilInput(ana, placed("ana", narrow("draft"), 80, 4));
    ana.paste(SIX_LINES);
    await untilAsked(ana, 'send 6 lines? "drafuno" Enter: yes, Esc: no>');
    ana.press(key);
    await untilInput(ana, placed("ana", narrow("draft"), 80, 4));
    ana.press("enter");
    assertEquals(await hub.frame(), { type: "say", ref: "1", text: "draft" });
  });
}

testInPty("the question has room in a narrow window, in one's own language", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana", { cols: 60, args: ["--lang", "es"] });
  const lines = Array.from({ length: 12 }, (_, n) => `línea número ${n} de muchas que hay`);
  ana.paste(lines.join("\n"));
  await untilAsked(ana, '¿enviar 12 líneas? "línea número 0 d…" Intro: sí, Esc: no>');
  await ana.resize(30, 24);
  // A blank at the end of a row is not seen.
  const narrowed = /¿enviar 12 líneas\? "línea n…" ?Intro: sí, Esc: ?no>$/;
  await ana.until((it) => narrowed.test(it.text().replaceAll("\n", "")), "the question in rows");
});

testInPty("a paste may come in pieces of any size, its marks too", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  const bytes = new TextEncoder().encode("\x1b[200~José\r日本 \x1b[31m\x1b[20\r👋\x1b[201~");
  for (let at = 0; at < bytes.length; at++) {
    ana.type(bytes.subarray(at, at + 1));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals((await hub.frame())?.["text"], "José\n日本 �[31m�[20\n👋");
});

testInPty("a paste that is too long is not used, and told with how much may be", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("draft");
  ana.paste("palabra ".repeat(9000));
  await untilInput(
    ana,
    placed("ana", narrow("draft"), 80),
    "too long (more than 65536",
  );
  // Short enough to be pasted, and as a frame too long.
  ana.paste("\n".repeat(40_000) + "x");
  await untilAsked(ana, 'send 40001 lines? "draft" Enter: yes, Esc: no>');
  ana.press("enter");
  await untilInput(
    ana,
    placed("ana", narrow("draft"), 80),
    "too long to send (800",
  );
  ana.press("enter");
  assertEquals((await hub.frame())?.["text"], "draft");
});

testInPty("a paste goes into a password, up to its first line end, and is not seen", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("/mod\r");
  await ana.until((it) => it.screen().at(it.cursor().y) === "password:", "a prompt");
  ana.paste("hunter2\nsecond");
  ana.press("enter");
  assertEquals(await hub.frame(), { type: "command", ref: "1", line: "/mod hunter2" });
  assert(!/hunter|second/.test(ana.raw()));
});

testInPty(
  "what was pasted and did not reach the hub is told, at length where it is short",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub);
    ana.paste("uno\ndos");
    ana.paste(SIX_LINES);
    await untilAsked(ana);
    ana.press("enter");
    // What waits for its answer has few rows above the input.
    await untilInput(ana, placed("ana", [], 80), "cuatro");
    ana.paste(SIX_LINES.replaceAll("uno", "one"));
    await untilAsked(ana, QUESTION.replace("uno", "one"));
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

testInPty("what is pasted before the welcome is sent behind it", async () => {
  using hub = new ScriptedHub();
  await using ana = TestTerminal.open(chat("client", "127.0.0.1", String(hub.port)));
  await hub.accept();
  await ana.until((it) => it.modes.bracketedPasteMode, "the mode");
  ana.type("first\r");
  ana.paste("uno\ndos");
  ana.type("last\r");
  await hub.frame();
  await hub.welcome("ana");
  assertEquals((await hub.frame())?.["text"], "first");
  assertEquals((await hub.frame())?.["text"], "uno\ndos");
  assertEquals((await hub.frame())?.["text"], "last");
});

for (const way of ["SIGTERM", "SIGHUP", "SIGINT", "/exit", "the end of the hub"] as const) {
  testInPty(`pastes are marked no more after ${way}`, async () => {
    await using hub = await startHub();
    await using ana = await join(hub, "ana", { args: ["--retry", "0"] });
    assertEquals(ana.modes.bracketedPasteMode, true);
    if (way === "/exit") ana.type("/exit\r");
    else if (way === "the end of the hub") hub.kill("SIGKILL");
    else ana.signal(way);
    await ana.exit();
    assertEquals(ana.modes.bracketedPasteMode, false);
  });
}

testInPty("pastes are marked again when a stopped client goes on", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana");
  ana.signal("SIGSTOP");
  const before = ana.raw().length;
  ana.signal("SIGCONT");
  await ana.until((it) => it.raw().includes("\x1b[?2004h", before));
});
