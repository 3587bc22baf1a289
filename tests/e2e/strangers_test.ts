/** The client's errors for an address without a hub, or with a full hub. */

import { assertEquals, assertMatch } from "@std/assert";
import { runChat } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import { chat } from "../support/program.ts";
import { StrangerService } from "../support/strangers.ts";
import { testInPty } from "./people.ts";
import { idlePort } from "../support/ports.ts";

Deno.test("a refused connection is one line of error", async () => {
  const port = idlePort();
  const outcome = await runChat(["client", "127.0.0.1", String(port)], { stdin: "hola\n" });
  assertEquals(outcome, {
    code: 1,
    signal: null,
    stdout: "",
    stderr: `chat: cannot connect to 127.0.0.1:${port}: connection refused; is the hub running?\n`,
  });
});

testInPty("a refused connection is one error in a terminal too, wrapped at a space", async () => {
  const port = idlePort();
  await using terminal = TestTerminal.open(
    chat("client", "127.0.0.1", String(port), "--lang", "es"),
  );
  assertEquals(await terminal.exit(), { code: 1, signal: null });
  assertEquals(
    terminal.text({ joinWrapped: true }),
    `chat: no se puede conectar con 127.0.0.1:${port}: conexión rechazada; ¿está en\n` +
      "  marcha el servidor?",
  );
});

const ANSWERS: readonly [
  name: string,
  answer: string,
  code: number,
  complaint: string,
][] = [
  ["an ssh server", "SSH-2.0-x\r\n", 1, "is not a chat hub; it answers: SSH-2.0-x"],
  [
    "a web server",
    "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
    1,
    "is not a chat hub; it answers: HTTP/1.1 400 Bad Request",
  ],
  [
    "a service that tries to control the terminal",
    "\x1b[2J\x9b31m\x1b]0;owned\x07\r\n",
    1,
    "is not a chat hub; it answers: \ufffd[2J\ufffd31m\ufffd]0;owned\ufffd",
  ],
  ["a service that sends nothing", "", 1, "does not answer like a chat hub"],
  ["a service that sends no newline", "x".repeat(100), 1, "does not answer like a chat hub"],
  [
    "a hub that is full",
    "* server full: try again later\n",
    3,
    "says: server full: try again later",
  ],
];

Deno.test("another service, or a full hub, is one line of error", async (t) => {
  for (const [name, answer, code, complaint] of ANSWERS) {
    await t.step(name, async () => {
      await using service = new StrangerService({ answer, closes: true });
      const outcome = await runChat(["client", `127.0.0.1:${service.port}`], { stdin: "hola\n" });
      assertEquals(outcome, {
        code,
        signal: null,
        stdout: "",
        stderr: `chat: 127.0.0.1:${service.port} ${complaint}\n`,
      });
    });
  }
});

testInPty("another service is one line of error in a terminal too", async () => {
  await using service = new StrangerService({ answer: "SSH-2.0-x\r\n", closes: true });
  await using terminal = TestTerminal.open(chat("client", `127.0.0.1:${service.port}`));
  assertEquals((await terminal.exit()).code, 1);
  assertMatch(
    terminal.text(),
    /^\d\d:\d\d ! 127\.0\.0\.1:\d+ is not a chat hub; it answers: SSH-2\.0-x$/,
  );
});
