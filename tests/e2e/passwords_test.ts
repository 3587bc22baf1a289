/** Passwords are asked for, sent to the hub and never shown; and the client's local commands. */

import { assert, assertEquals } from "@std/assert";
import { chat, Program, runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { type TerminalOptions, TestTerminal } from "../support/terminal.ts";
import {
  clientArgs,
  history,
  joinScripted,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";
import { ScriptedHub } from "./scripted_hub.ts";

const SECRET = "hunter2-日本";

const wanted = { type: "error", code: "password_wanted", params: {}, text: "" };
const later = { type: "error", code: "try_later", params: { seconds: 12 }, text: "" };
const wrong = { type: "error", code: "wrong_password", params: { left: 2 }, text: "" };

/** A client in a terminal that the hub has just asked for a password. */
async function askPassword(hub: ScriptedHub, options: TerminalOptions = {}): Promise<TestTerminal> {
  const ana = TestTerminal.open(chat(...clientArgs(hub)), options);
  await hub.accept();
  assertEquals("password" in (await hub.frame())!, false);
  await hub.send(wanted);
  await ana.until((it) => it.screen().at(it.cursor().y) === "password:", "a prompt");
  return ana;
}

/** Asserts that no part of the password was ever written to the terminal. */
function assertHidden(terminal: TestTerminal): void {
  for (const part of ["hunter", "hun", "日", "***"]) assert(!terminal.raw().includes(part), part);
}

testInPty(
  "a password is asked for until it is right, and never shown or put into the history",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await askPassword(hub);
    assertEquals(history(ana).at(-2), "! this hub needs a password: type it and press Enter");
    ana.type("nonsense\r");
    const second = await hub.frame();
    assertEquals([second?.["type"], second?.["password"]], ["hello", "nonsense"]);
    await hub.send(wrong);
    await ana.until("! wrong password: 2 tries left");
    ana.type("too soon\r");
    assertEquals((await hub.frame())?.["password"], "too soon");
    await hub.send(later);
    await ana.until("from your address: wait 12 seconds");
    // The cursor does not reveal the length.
    ana.type(SECRET);
    ana.press("ctrl-l");
    await ana.until((it) => it.find("password:")?.y === 0 && it.cursor().x === 10);
    ana.type("\r");
    assertEquals((await hub.frame())?.["password"], SECRET);
    await hub.welcome("ana");
    await untilInput(ana, placed("ana", [], 80), "* welcome, ana");
    ana.press("up", "up", "ctrl-y");
    ana.type("draft");
    await untilInput(ana, placed("ana", narrow("draft"), 80));
    ana.press("ctrl-c", "ctrl-c");
    await ana.exit();
    assertHidden(ana);
    assert(!ana.raw().includes("nonsense"));
  },
);

testInPty(
  "a reconnect reuses the password, and asks again if it is refused",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await askPassword(hub);
    ana.type(`${SECRET}\r`);
    await hub.frame();
    await hub.welcome("ana");
    await untilInput(ana, placed("ana", [], 80));
    ana.type("draft");
    await untilInput(ana, placed("ana", narrow("draft"), 80));
    hub.hangUp();
    await hub.accept();
    assertEquals((await hub.frame())?.["password"], SECRET);
    await hub.send(wrong);
    await ana.until((it) => it.screen().at(it.cursor().y) === "password:", "a prompt");
    ana.type("new one\r");
    assertEquals((await hub.frame())?.["password"], "new one");
    await hub.welcome("ana");
    // The draft is still there.
    await untilInput(ana, placed("ana", narrow("draft"), 80));
    assertHidden(ana);
  },
);

testInPty("Ctrl-C at the password prompt leaves", async () => {
  using hub = new ScriptedHub();
  await using ana = await askPassword(hub);
  ana.type("half");
  ana.press("ctrl-c");
  assertEquals(await ana.exit(), { code: 0, signal: null });
  assertEquals(ana.text().includes("not sent"), false);
});

Deno.test("without a terminal the password comes from the environment or from a file", async () => {
  await using directory = await tempDirectory();
  const file = `${directory.path}/password`;
  await Deno.writeTextFile(file, `${SECRET}\r\nnot this\n`);
  for (
    const [args, env] of [
      [[], { CHAT_PASSWORD: SECRET }],
      [["--password-file", file], { CHAT_PASSWORD: "not this" }],
    ] as const
  ) {
    using hub = new ScriptedHub();
    await using _ana = new Program(chat(...clientArgs(hub, ...args)), { env });
    await hub.accept();
    assertEquals((await hub.frame())?.["password"], SECRET);
  }
});

Deno.test("without a terminal a missing or wrong password is an error that says how to give it", async () => {
  for (
    const [answer, says] of [
      [
        wanted,
        (address: string) =>
          `chat: ${address} needs a password: set CHAT_PASSWORD, or name a file with --password-file\n`,
      ],
      [
        wrong,
        (address: string) =>
          `chat: ${address} rejects the password: check CHAT_PASSWORD or --password-file\n`,
      ],
      [
        later,
        (address: string) =>
          `chat: ${address} says: too many wrong passwords from your address: wait 12 seconds ` +
          "before the next try\n",
      ],
    ] as const
  ) {
    using hub = new ScriptedHub();
    await using ana = new Program(chat(...clientArgs(hub)));
    ana.write("hola\n");
    await hub.accept();
    await hub.frame();
    await hub.send(answer);
    assertEquals(await ana.exit(), { code: 3, signal: null });
    assertEquals([ana.stdout(), ana.stderr()], ["", says(`127.0.0.1:${hub.port}`)]);
  }
});

Deno.test("a password file that cannot be read or is empty is named", async () => {
  await using directory = await tempDirectory();
  const empty = `${directory.path}/empty`;
  await Deno.writeTextFile(empty, "\nsecond line\n");
  const cases = [
    [
      empty,
      `no password in ${empty}: write it on the first line, with at most 1024 characters`,
    ],
    [`${empty}2`, `cannot read ${empty}2: the file does not exist; check its name`],
  ] as const;
  for (const [file, complaint] of cases) {
    const { code, stdout, stderr } = await runChat(["client", "--password-file", file]);
    assertEquals({ code, stdout, stderr }, { code: 1, stdout: "", stderr: `chat: ${complaint}\n` });
  }
});

testInPty("/mod asks for its password, which is never shown or put into the history", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  // All at once, as if pasted.
  ana.type(`/mod\r${SECRET}\rdraft`);
  assertEquals(await hub.frame(), { type: "command", ref: "1", line: `/mod ${SECRET}` });
  await untilInput(ana, placed("ana", narrow("draft"), 80), "› /mod");
  ana.press("ctrl-u", "up");
  await untilInput(ana, placed("ana", narrow("/mod"), 80));
  ana.press("up");
  await untilInput(ana, placed("ana", narrow("/mod"), 80));
  ana.press("ctrl-u");
  await untilInput(ana, placed("ana", [], 80));
  ana.press("ctrl-d");
  await ana.exit();
  assertHidden(ana);
  assertEquals(history(ana).at(-1), "! may not have been sent: /mod");
});

testInPty("/mod is dropped if the user gives no password", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  for (const answer of ["ctrl-c", "ctrl-d", "enter"] as const) {
    ana.type("/moderar\r");
    await ana.until((it) => it.screen().at(it.cursor().y) === "password:", "a prompt");
    ana.press(answer);
    await untilInput(ana, placed("ana", [], 80));
  }
  ana.type("still here\r");
  assertEquals((await hub.frame())?.["text"], "still here");
});

testInPty(
  "/mod with its password shows only the command, and stays out of the history",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub);
    ana.type("before\r/mod hunter2\r");
    assertEquals((await hub.frame())?.["text"], "before");
    assertEquals((await hub.frame())?.["line"], "/mod hunter2");
    await untilInput(ana, placed("ana", [], 80), "› /mod");
    ana.press("up");
    await untilInput(ana, placed("ana", narrow("before"), 80));
    ana.press("ctrl-c");
    ana.type("/mod hunter2");
    await untilInput(ana, placed("ana", narrow("/mod hunter2"), 80));
    ana.signal("SIGTERM");
    await ana.exit();
    assertEquals(history(ana).slice(-3), [
      "! may not have been sent: before",
      "! may not have been sent: /mod",
      "! not sent: /mod",
    ]);
  },
);

testInPty("/clear clears the screen, is never sent, and works offline", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  const isEmpty = (prompt: string) => (it: TestTerminal) =>
    it.screen().filter((row) => row !== "").every((row) => row.endsWith(prompt)) &&
    it.find(prompt)?.y === 0;
  ana.type("/clear\rhello\r");
  assertEquals(await hub.frame(), { type: "say", ref: "1", text: "hello" });
  await hub.ack("1");
  await untilInput(ana, placed("ana", [], 80), "ana: hello");
  ana.type("/LIMPIAR\r");
  await ana.until(isEmpty("ana>"), "an empty screen");
  hub.hangUp();
  await ana.until("connection lost");
  ana.type("/clear\r");
  await ana.until(isEmpty("ana>"), "an empty screen");
  ana.press("ctrl-d");
  assertEquals(await ana.exit(), { code: 0, signal: null });
  assertEquals(ana.text().includes("not sent"), false);
});
