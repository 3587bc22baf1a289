/** The client in scripts: --json, --send and --room. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { clientArgs, history, join, joinWithNc, testInPty } from "./people.ts";
import { ScriptedHub } from "./scripted_hub.ts";

type Object = Record<string, unknown>;

/** Parses NDJSON. */
function parse(output: string): Object[] {
  return output.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

function types(output: string): unknown[] {
  return parse(output).map(({ type }) => type);
}

// --json

Deno.test("with --json frames and text go in, and every frame comes out with the script's ref", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const { code, stdout, stderr } = await runChat(clientArgs(hub, "--json"), {
    stdin: [
      '{"type":"say","ref":"a","text":"uno\\ndos"}',
      "tres",
      '{"type":"say","text":"cuatro"}',
      '{"type":"say","ref":"a","text":"cinco"}',
      '{"type":"command","ref":"w","line":"/who"}',
      '{"type":"say","ref":"p","to":"bob","text":"seis"}',
      "/clear",
      "/me siete",
      "",
    ].join("\n"),
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const frames = parse(stdout);
  assertEquals(
    frames.map(({ type, ref }) => [type, ref]),
    [
      ["welcome", undefined],
      ["ack", "a"],
      ["ack", "2"],
      ["ack", "3"],
      ["ack", "a"],
      ["reply", "w"],
      ["ack", "p"],
      ["ack", "8"],
      ["bye", undefined],
    ],
  );
  assert(stdout.startsWith('{"type":"welcome",'), "the type comes first");
  assertEquals(frames[5]!["data"], { room: "general", members: ["bob", "ana"], count: 2 });
  await bob.until("* ana joined");
  const received: string[] = [];
  for (let line; (line = await bob.line()) !== "* ana left (1 here)";) received.push(line);
  assertEquals(received, [
    "ana: uno",
    "  | dos",
    "ana: tres",
    "ana: cuatro",
    "ana: cinco",
    "[private] ana: seis",
    "* ana siete",
  ]);
});

Deno.test("with --json a malformed line is named, the others are sent, and the code is 1", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const { code, stdout, stderr } = await runChat(clientArgs(hub, "--json"), {
    stdin: '{"type":"say"\n{"type":"hello","protocol":1}\n{"type":"say","text":1}\n{}\nhola\n' +
      `{"type":"say","text":"${"x".repeat(70_000)}"}\n`,
  });
  assertEquals(code, 1);
  assertEquals(
    stderr.replaceAll(" of standard input is not a valid frame and was not sent", ""),
    "! line 1: the line is not JSON\n" +
      '! line 2: "type" must be one of say, command, not "hello"\n' +
      '! line 3: say: "text" must be a string of at most 131072 characters\n' +
      '! line 4: "type" must be a string\n' +
      "! line 6 of standard input is too long (max 65536 bytes) and was not sent\n",
  );
  assertEquals(types(stdout), ["welcome", "ack", "bye"]);
  assertEquals(await bob.until("ana: "), "ana: hola");
});

Deno.test("with --json the hub's refusal is a frame, and the code is 1", async () => {
  await using hub = await startHub();
  const { code, stdout, stderr } = await runChat(clientArgs(hub, "--json"), {
    stdin: '{"type":"say","ref":"x","room":"nowhere","text":"hola"}\n',
  });
  assertEquals({ code, stderr }, { code: 1, stderr: "" });
  const error = parse(stdout).find(({ type }) => type === "error");
  assertEquals([error?.["ref"], error?.["code"]], ["x", "no_such_room"]);
});

Deno.test("with --json a broken connection is reported, and nothing is doubled", async () => {
  using hub = new ScriptedHub();
  await using bot = new Program(chat(...clientArgs(hub, "--json")));
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana");
  const message = { type: "message", room: "general", nick: "bob", ts: 0, kind: "say" };
  await hub.send({ ...message, id: 1, text: "uno" });
  bot.write('{"type":"say","ref":"a","text":"hola"}\n');
  const sent = await hub.frame();
  assertEquals(sent?.["text"], "hola");
  await bot.untilStdout("uno");
  hub.hangUp();
  await hub.accept();
  assertEquals((await hub.frame())?.["resume"], { token: "2", after: 1 });
  await hub.welcome("ana");
  await hub.send(
    { type: "notice", code: "resumed", params: { count: 1, missing: 0 }, text: "" },
    { ...message, id: 2, text: "dos" },
  );
  const again = await hub.frame();
  assertEquals(again, sent);
  await hub.ack(again?.["ref"]);
  await bot.untilStdout('"ack"');

  // The hub restarts: lines in flight are uncertain.
  bot.write('{"type":"say","ref":"a","text":"otra"}\n');
  await hub.frame();
  hub.hangUp();
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana", { epoch: "2", token: "3" });
  await bot.untilStdout("restarted");
  bot.endInput();
  assertEquals((await hub.frame())?.["line"], "/exit");
  await hub.send({ type: "bye", code: "quit", params: {}, text: "" });
  hub.hangUp();
  assertEquals(await bot.exit(), { code: 1, signal: null });
  assertEquals(bot.stderr(), "");
  const objects = parse(bot.stdout());
  assertEquals(objects.map(({ type }) => type), [
    "welcome",
    "message",
    "lost",
    "notice",
    "message",
    "ack",
    "lost",
    "restarted",
    "welcome",
    "bye",
  ]);
  assertEquals(objects[5]!["ref"], "a");
  assertEquals(objects[7], { type: "restarted", uncertain: ["a"] });
});

Deno.test("with --json a missing password gives a frame, an error on stderr, and code 3", async () => {
  using hub = new ScriptedHub();
  await using bot = new Program(chat(...clientArgs(hub, "--json")));
  await hub.accept();
  await hub.frame();
  await hub.send({ type: "error", code: "password_wanted", params: {}, text: "" });
  assertEquals(await bot.exit(), { code: 3, signal: null });
  assertEquals(types(bot.stdout()), ["error"]);
  assertMatch(bot.stderr(), /^chat: 127\.0\.0\.1:\d+ needs a password: .*\n$/);
});

Deno.test("a hostile hub cannot control a terminal through JSON", async () => {
  using hub = new ScriptedHub();
  await using bot = new Program(chat(...clientArgs(hub, "--json")));
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana");
  const text = "\x1b[2J \x9b2J \u202e olé \u2028";
  await hub.send(
    { type: "message", id: 1, room: "general", nick: "eve", text, ts: 0, kind: "say" },
  );
  await bot.untilStdout("eve");
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/.test(bot.stdout()));
  assertEquals(parse(bot.stdout())[1]!["text"], text);
});

// --send

Deno.test("--send sends one message, even of several lines, and prints nothing", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  for (
    const [text, posted] of [
      ["hola", ["ana: hola"]],
      ["uno\ndos\r\ntres", ["ana: uno", "  | dos", "  | tres"]],
      ["uno\r\n\r\ndos\r\n", ["ana: uno", "  | ", "  | dos"]],
      ["//x", ["ana: /x"]],
      ["/me saluda", ["* ana saluda"]],
    ] as const
  ) {
    // What stands on its input is another's.
    const outcome = await runChat(clientArgs(hub, "--send", text), { stdin: "no\n" });
    assertEquals(outcome, { code: 0, signal: null, stdout: "", stderr: "" });
    await bob.until("* ana joined");
    for (const line of posted) assertEquals(await bob.line(), line);
    assertEquals(await bob.line(), "* ana left (1 here)");
  }
});

Deno.test("--send with a command prints the reply", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("uno\ndos\n/who\n");
  await bob.until("* 1 here");
  for (
    const [line, stdout] of [
      ["/who", "* 2 here: bob, ana\n"],
      ["/history 1", "bob: dos\n"],
      ["/msg bob hola", "* [private] to bob: hola\n"],
      [
        "/invite",
        `* to join from this machine: chat client 127.0.0.1 ${hub.port}; the hub's first lines say how others join\n`,
      ],
      ["/exit", ""],
    ] as const
  ) {
    assertEquals(await runChat(clientArgs(hub, "--send", line)), {
      code: 0,
      signal: null,
      stdout,
      stderr: "",
    });
  }
});

Deno.test("--send prints the error on stderr, and the code is 1", async () => {
  await using hub = await startHub();
  for (
    const [text, stderr] of [
      ["/msg nobody hola", '! nobody here is called "nobody"\n'],
      ["/topic " + "x".repeat(3000), /^! topic too long \(max \d+ characters\)/],
      ["x".repeat(70_000), /^! too long to send \(\d+ bytes, max 65536\)/],
    ] as const
  ) {
    const outcome = await runChat(clientArgs(hub, "--send", text));
    assertEquals([outcome.code, outcome.stdout], [1, ""]);
    if (typeof stderr === "string") assertEquals(outcome.stderr, stderr);
    else assertMatch(outcome.stderr, stderr);
  }
});

Deno.test("--send ends with 3 if the hub refuses, and with 1 if no hub answers", async () => {
  await using hub = await startHub([], { env: { CHAT_PASSWORD: "secret" } });
  const refused = await runChat(clientArgs(hub, "--send", "hola"));
  assertEquals([refused.code, refused.stdout], [3, ""]);
  assertMatch(refused.stderr, /^chat: \S+ needs a password: .*\n$/);
  const env = { CHAT_PASSWORD: "secret" };
  assertEquals((await runChat(clientArgs(hub, "--send", "hola"), { env })).code, 0);
  hub.kill("SIGTERM");
  await hub.exit();
  const none = await runChat(clientArgs(hub, "--send", "hola"));
  assertEquals([none.code, none.stdout], [1, ""]);
  assertMatch(none.stderr, /^chat: cannot connect to .*\n$/);
});

Deno.test("--send survives a broken connection, and reports an uncertain message", async () => {
  using hub = new ScriptedHub();
  for (
    const [welcome, code, complaint] of [
      [{}, 0, ""],
      [{ token: "3" }, 1, "! may not have been sent: hola\n"],
    ] as const
  ) {
    await using client = new Program(chat(...clientArgs(hub, "--send", "hola")));
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana");
    const sent = await hub.frame();
    assertEquals(sent?.["text"], "hola");
    hub.hangUp();
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana", welcome);
    if (code === 0) {
      assertEquals(await hub.frame(), sent);
      await hub.ack(sent?.["ref"]);
    }
    assertEquals((await hub.frame())?.["line"], "/exit");
    await hub.send({ type: "bye", code: "quit", params: {}, text: "" });
    hub.hangUp();
    assertEquals(await client.exit(), { code, signal: null });
    assertEquals(client.stdout(), "");
    assertEquals(
      client.stderr(),
      `* connection lost: trying again for 30 seconds\n${complaint}`,
    );
  }
});

// --room

Deno.test("--room joins that room in scripts", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("/join ops\n");
  await bob.until("* you are in #ops");
  const { code } = await runChat(clientArgs(hub, "--room", "#Ops", "--send", "hola"));
  assertEquals(code, 0);
  assertEquals(await bob.until("ana: "), "ana: hola");
  assertEquals((await runChat(clientArgs(hub, "--room", "ops"), { stdin: "dos\n" })).code, 0);
  assertEquals(await bob.until("ana: "), "ana: dos");
});

testInPty("--room joins that room in a terminal", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("/join ops\n");
  await bob.until("* you are in #ops");
  await using ana = await join(hub, "ana", { args: ["--room", "ops"] });
  assertEquals(history(ana)[0], "* welcome, ana (2 here: bob, ana)");
  ana.type("hola\r");
  assertEquals(await bob.until("ana: "), "ana: hola");
});

Deno.test("a script that is refused its room posts nothing in another", async () => {
  await using directory = await tempDirectory();
  const file = `${directory.path}/mod`;
  await Deno.writeTextFile(file, "secret\n", { mode: 0o600 });
  await using hub = await startHub(["--mod-password-file", file]);
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("/mod secret\n/join ops\n/lock\n");
  await bob.until("* #ops is locked");
  await using eve = await joinWithNc(hub.port, "eve");
  for (
    const [args, stdout] of [
      [["--send", "hola"], /^$/],
      [[], /^\* welcome, ana .*\n.*\n$/],
      [["--json"], /^\{"type":"welcome".*\n\{"type":"error".*"code":"room_locked".*\n/],
    ] as const
  ) {
    const outcome = await runChat(clientArgs(hub, "--room", "ops", ...args), { stdin: "hola\n" });
    assertEquals(outcome.code, 3);
    assertMatch(outcome.stdout, stdout);
    const locked = args[0] === "--json"
      ? ""
      : "! #ops is locked: only moderators, and users they invite, may join it\n";
    assertEquals(
      outcome.stderr,
      `${locked}chat: 127.0.0.1:${hub.port} put you into general instead of the room that you asked for, ` +
        "and nothing was sent there: choose another --room\n",
    );
    assertEquals(await eve.line(), "* ana joined (3 here)");
    assertEquals(await eve.line(), "* ana left (2 here)");
  }
});
