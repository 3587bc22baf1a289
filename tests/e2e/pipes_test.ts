/** The client without a terminal: in pipes and scripts. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import { clientArgs, joinWithNc, testInPty } from "./people.ts";

/** Asserts that a text has no escape sequences or carriage returns. */
function assertPlain(text: string): void {
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f]/.test(text), JSON.stringify(text));
}

/** The lines that a peer receives from `* ana joined` to `* ana left`. */
async function linesWhileAnaIsHere(
  peer: Awaited<ReturnType<typeof joinWithNc>>,
): Promise<string[]> {
  await peer.until("* ana joined");
  const lines: string[] = [];
  for (let line; (line = await peer.line()) !== "* ana left (1 here)";) lines.push(line);
  return lines;
}

Deno.test("a piped line is sent, and the client ends with 0 once it is accepted", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const { code, stdout, stderr } = await runChat(clientArgs(hub), { stdin: "hola\n" });
  assertEquals(code, 0);
  assertEquals(stderr, "");
  assertEquals(stdout.split("\n")[0], "* welcome, ana (2 here: bob, ana)");
  assertPlain(stdout);
  assert(!stdout.includes("hola"), "no echo");
  assertEquals(await linesWhileAnaIsHere(bob), ["ana: hola"]);
});

Deno.test({
  name: "an input that cannot be read, as under nohup, is named",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub();
    for (const redirection of ["0>/dev/null", "</"]) {
      const script = `exec "$@" ${redirection}`;
      await using client = new Program(["sh", "-c", script, "sh", ...chat(...clientArgs(hub))]);
      assertEquals((await client.exit()).code, 1);
      assertMatch(client.stderr(), /^chat: cannot read standard input, as under nohup: .*\n$/m);
    }
  },
});

const INPUTS: readonly [name: string, stdin: string, posted: string[]][] = [
  ["several lines", "uno\ndos\n\n  tres\n", ["uno", "dos", "  tres"]],
  ["a last line without a newline", "uno\ndos", ["uno", "dos"]],
  ["Windows lines", "\ufeffuno\r\ndos\r\n", ["uno", "dos"]],
  ["lines that begin with a slash", "//uno\n", ["/uno"]],
  ["a long line", "x".repeat(60_000) + "\n", ["x".repeat(60_000)]],
  ["an empty input", "", []],
];

Deno.test("piped input arrives line by line", async (t) => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  for (const [name, stdin, posted] of INPUTS) {
    await t.step(name, async () => {
      const { code, stderr } = await runChat(clientArgs(hub), { stdin });
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      assertEquals(await linesWhileAnaIsHere(bob), posted.map((text) => `ana: ${text}`));
    });
  }
});

Deno.test("a line that cannot be sent is named, the others are sent, and the code is 1", async (t) => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const start = "uno\n".split("").map((char) => char.charCodeAt(0));
  const notUtf8 = Uint8Array.of(...start, 0xff, 0xfe, 0x0a, ...start);
  const cases: readonly [string, string | Uint8Array, string, string[]][] = [
    [
      "invalid UTF-8",
      notUtf8,
      "! line 2 of standard input is not valid UTF-8 and was not sent\n",
      ["uno", "uno"],
    ],
    [
      "too long",
      `uno\n${"x".repeat(70_000)}\ntres\n`,
      "! line 2 of standard input is too long (max 65536 bytes) and was not sent\n",
      ["uno", "tres"],
    ],
    [
      "too long as a frame only",
      `${"\\".repeat(40_000)}\ntres\n`,
      "! line 1 of standard input is too long (max 65536 bytes) and was not sent\n",
      ["tres"],
    ],
    [
      "unknown command",
      "/hepl\ntres\n",
      "! unknown command /hepl: did you mean /help? /help lists the commands, and // sends a line that begins with /\n",
      ["tres"],
    ],
  ];
  for (const [name, stdin, complaint, posted] of cases) {
    await t.step(name, async () => {
      const { code, stderr } = await runChat(clientArgs(hub), { stdin });
      assertEquals({ code, stderr }, { code: 1, stderr: complaint });
      assertEquals(await linesWhileAnaIsHere(bob), posted.map((text) => `ana: ${text}`));
    });
  }
});

Deno.test("/exit in the middle of the input ends the client with 0", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const { code, stdout, stderr } = await runChat(clientArgs(hub), {
    stdin: "uno\n/exit\ndos\n",
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /^\* goodbye$/m);
  assertEquals(await linesWhileAnaIsHere(bob), ["ana: uno"]);
});

Deno.test("a long input is throttled by the rate limit, and loses nothing", async () => {
  await using hub = await startHub(["--rate", "100", "--burst", "5"]);
  await using bob = await joinWithNc(hub.port, "bob");
  const posted = Array.from({ length: 60 }, (_, number) => `nº ${number}`);
  const { code, stdout } = await runChat(clientArgs(hub), { stdin: posted.join("\n") });
  assertEquals(code, 0);
  assertEquals(stdout.match(/^\* slowing you down: .*$/gm)?.length, 1);
  assertEquals(await linesWhileAnaIsHere(bob), posted.map((text) => `ana: ${text}`));
});

Deno.test("a bot receives messages until its input ends", async () => {
  await using hub = await startHub();
  await using bot = new Program(chat(...clientArgs(hub, "--color", "always")));
  await bot.untilStdout("* welcome, ana");
  await using bob = await joinWithNc(hub.port, "bob");
  await bot.untilStdout(/^\* guest1 is now bob$/m);
  bob.send("hola\n/me saluda\n");
  await bot.untilStdout("bob: hola\n* bob saluda\n");
  bot.write("¿quién va?\n");
  assertEquals(await bob.until("ana: "), "ana: ¿quién va?");
  bob.send("yo\n");
  await bot.untilStdout("bob: yo\n");
  bot.endInput();
  assertEquals(await bot.exit(), { code: 0, signal: null });
  assertEquals(bot.stderr(), "");
  assertPlain(bot.stdout());
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `a bot that gets ${signal} leaves, and its nick is free at once`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using hub = await startHub();
      await using bob = await joinWithNc(hub.port, "bob");
      await using bot = new Program(chat(...clientArgs(hub)));
      await bot.untilStdout("* welcome, ana");
      bot.write("hola\n");
      await bob.until("ana: hola");
      bot.kill(signal);
      assertEquals(await bot.exit(), { code: 1, signal: null });
      await bob.until("* ana left (1 here)");
      assertEquals(bot.stderr(), "");
    },
  });
}

Deno.test({
  name: "a bot started with nohup outlives its terminal",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using bot = new Program(["nohup", ...chat(...clientArgs(hub))]);
    await bot.untilStdout("* welcome, ana");
    bot.kill("SIGHUP");
    bot.write("hola\n");
    bot.endInput();
    assertEquals(await bot.exit(), { code: 0, signal: null });
    assertEquals(await linesWhileAnaIsHere(bob), ["ana: hola"]);
  },
});

Deno.test("with --retry 0 a bot ends with 1 when the hub stops or is lost, and says which", async () => {
  for (
    const [signal, complaint] of [
      ["SIGTERM", () => "* disconnected: the hub is stopping\n"],
      ["SIGKILL", (port: number) => `chat: the connection to 127.0.0.1:${port} was lost\n`],
    ] as const
  ) {
    await using hub = await startHub();
    await using bot = new Program(chat(...clientArgs(hub, "--retry", "0")));
    await bot.untilStdout("* welcome, ana");
    hub.kill(signal);
    assertEquals(await bot.exit(), { code: 1, signal: null });
    assertEquals(bot.stderr(), complaint(hub.port));
  }
});

/** Runs a shell script in which "$@" is the client. */
async function runInShell(script: string, port: number) {
  await using program = new Program(["sh", "-c", script, "sh", ...chat(...clientArgs({ port }))]);
  program.endInput();
  const { code } = await program.exit();
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

Deno.test({
  name: "a missing reader of the output is not an error",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    const first = "* welcome, ana (2 here: bob, ana)\n";
    assertEquals(await runInShell('"$@" | head -1', hub.port), {
      code: 0,
      stdout: first,
      stderr: "",
    });
    await bob.until("* ana left");

    const cut = await runInShell('{ echo hola | "$@"; echo "code $?" >&2; } | head -1', hub.port);
    // 1 if the reader left before the line was accepted.
    assertMatch(cut.stderr, /^code [01]\n$/);
    assertEquals(cut.stdout, first);
    await bob.until("* ana left");

    const closed = await runInShell('echo hola | "$@" >&-', hub.port);
    assertEquals(closed, { code: 0, stdout: "", stderr: "" });
    assertEquals(await linesWhileAnaIsHere(bob), ["ana: hola"]);
  },
});

const CLOSED: readonly [name: string, script: string, stdout: RegExp, received: string[]][] = [
  ["its input", '"$@" <&-', /^\* welcome/, []],
  ["its input, with --json", '"$@" --json <&-', /^\{"type":"welcome"/, []],
  ["its input, with --send", '"$@" --send hola <&-', /^$/, ["hola"]],
  ["its errors", 'echo hola | "$@" 2>&-', /^\* welcome/, ["hola"]],
  ["everything, with --send", '"$@" --send hola <&- >&- 2>&-', /^$/, ["hola"]],
  ["its output, with an answer", '"$@" --send /who >&-', /^$/, []],
  ["its output, with --json", 'echo hola | "$@" --json >&-', /^$/, ["hola"]],
];

Deno.test({
  name: "closed standard streams are not an error",
  ignore: Deno.build.os === "windows",
  fn: async (t) => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    for (const [name, script, stdout, posted] of CLOSED) {
      await t.step(name, async () => {
        const outcome = await runInShell(script, hub.port);
        assertEquals([outcome.code, outcome.stderr], [0, ""]);
        assertMatch(outcome.stdout, stdout);
        assertEquals(await linesWhileAnaIsHere(bob), posted.map((text) => `ana: ${text}`));
      });
    }
  },
});

Deno.test({
  name: "a pipe that ends early, on either side, is not an error",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using bob = await joinWithNc(hub.port, "bob");
    const yes = await runInShell('yes | head -3 | "$@"', hub.port);
    assertEquals([yes.code, yes.stderr], [0, ""]);
    assertEquals(await linesWhileAnaIsHere(bob), ["ana: y", "ana: y", "ana: y"]);

    const json = await runInShell('{ "$@" --json; echo "code $?" >&2; } | head -1', hub.port);
    assertMatch(json.stdout, /^\{"type":"welcome".*\}\n$/);
    assertEquals(json.stderr, "code 0\n");
    await bob.until("* ana left");

    const answer = await runInShell('{ "$@" --send /help; echo "code $?" >&2; } | :', hub.port);
    assertEquals([answer.stdout, answer.stderr], ["", "code 0\n"]);
    await bob.until("* ana left");
  },
});

testInPty("a dumb terminal gets lines without escape codes", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const command = ["env", "TERM=dumb", ...chat(...clientArgs(hub))];
  await using terminal = TestTerminal.open(command);
  await terminal.until("* welcome, ana");
  terminal.type("hola\r");
  assertEquals(await bob.until("ana: "), "ana: hola");
  bob.send("qué tal\n");
  await terminal.until("bob: qué tal");
  terminal.press("ctrl-d");
  assertEquals(await terminal.exit(), { code: 0, signal: null });
  assertPlain(terminal.raw().replaceAll("\r\n", "\n"));
});
