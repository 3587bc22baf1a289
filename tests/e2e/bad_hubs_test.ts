/** Hubs that are late, lost or hostile: every lost line is reported, and nothing harms the terminal. */

import { assert, assertEquals } from "@std/assert";
import { chat } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import { clientArgs, history, narrow, placed, testInPty, untilInput } from "./people.ts";
import { ScriptedHub } from "./scripted_hub.ts";

/** Opens a terminal with a client that has said hello. */
async function meet(hub: ScriptedHub, ...args: string[]): Promise<TestTerminal> {
  const terminal = TestTerminal.open(chat(...clientArgs(hub, ...args)));
  await hub.accept();
  assertEquals((await hub.frame())?.["type"], "hello");
  return terminal;
}

testInPty("input before the welcome is sent and shown after it", async () => {
  using hub = new ScriptedHub();
  await using ana = await meet(hub);
  // Before raw mode the terminal itself would echo the input.
  await untilRaw(ana);
  ana.type("early\rdraft");
  await hub.welcome("ana2");
  await untilInput(ana, placed("ana2", narrow("draft"), 80), "ana2: early");
  assertEquals(await hub.frame(), { type: "say", ref: "1", text: "early" });
  await hub.ack("1");
  await ana.until(/^\d\d:\d\d ana2: early$/m);
  assertEquals(history(ana).filter((row) => row.includes("early")), ["ana2: early"]);
});

testInPty("input before a welcome that never comes is reported as not sent", async () => {
  using hub = new ScriptedHub();
  await using ana = await meet(hub);
  await untilRaw(ana);
  ana.type("early\rdraft");
  ana.press("ctrl-l");
  await ana.until((it) => it.raw().includes("\x1b[2J"), "a redraw after all input was read");
  hub.hangUp();
  assertEquals((await ana.exit()).code, 1);
  assertEquals(history(ana), [
    `! 127.0.0.1:${hub.port} does not answer like a chat hub`,
    "! not sent: early",
    "! not sent: draft",
  ]);
});

testInPty("/exit before the welcome leaves at once", async () => {
  using hub = new ScriptedHub();
  await using ana = await meet(hub);
  await untilRaw(ana);
  ana.type("early\r/exit\r");
  assertEquals((await ana.exit()).code, 0);
  assertEquals(history(ana), ["! not sent: early"]);
});

testInPty("leaving an unresponsive hub reports the unanswered lines", async () => {
  using hub = new ScriptedHub();
  await using ana = await meet(hub);
  await hub.welcome("ana");
  await untilInput(ana, placed("ana", [], 80));
  ana.type("hello?\r");
  await untilInput(ana, placed("ana", [], 80), "ana: hello?");
  ana.press("ctrl-c");
  assertEquals((await ana.exit()).code, 0);
  assertEquals(history(ana).at(-1), "! may not have been sent: hello?");
  assertEquals((await hub.frame())?.["text"], "hello?");
  assertEquals((await hub.frame())?.["line"], "/exit");
});

testInPty("a hostile hub does not control the terminal", async () => {
  using hub = new ScriptedHub();
  await using ana = await meet(hub);
  const evil = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e";
  const room = "general";
  await hub.welcome(`ana${evil}`, { members: [evil], motd: `motd${evil}\n${evil}` });
  await hub.send(
    { type: "message", id: 1, room, nick: evil, text: `said${evil}`, ts: 0, kind: "say" },
    { type: "message", id: 2, room, nick: `x\n${evil}`, text: evil, ts: 0, kind: "action" },
    { type: "joined", room, nick: evil, count: 2 },
    { type: "left", room, nick: evil, count: 1, reason: evil },
    { type: "renamed", room, from: evil, nick: evil },
    {
      type: "presence",
      room,
      joined: { count: 9, nicks: [evil] },
      left: { count: 0, nicks: [] },
      count: 9,
    },
    { type: "reply", ref: "1", code: "who", data: { members: [evil], count: 1, room }, text: "" },
    { type: "reply", ref: "1", code: "new", data: {}, text: `new${evil}\n${evil}` },
    { type: "error", code: "unknown_command", params: { name: evil }, text: evil },
    { type: "notice", code: evil, params: {}, text: evil },
    { type: evil, text: evil },
    { type: "bye", code: "new", params: {}, text: `bye${evil}` },
  );
  hub.hangUp();
  assertEquals((await ana.exit()).code, 1);
  const shown = "�[2J�]0;owned��31m�";
  for (const part of ["motd", "said", "new", "bye"]) {
    assert(ana.text().includes(part + shown), part);
  }
  // deno-lint-ignore no-control-regex
  const own = /\x1b\[(\?(?:2026|2004|1004)[hl]|\d*[AC]|[JK]|6n|[\d;]*m)|[\r\n]/g;
  const rest = ana.raw().replace(own, "");
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.exec(rest), null);
});

/** Waits until the client has taken over the terminal. */
async function untilRaw(terminal: TestTerminal): Promise<void> {
  while (!/ -icanon\b/.test(await terminal.stty()));
}
