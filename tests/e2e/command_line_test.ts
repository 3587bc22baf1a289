/** The command line: help, version, errors and addresses. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { hasIpv6 } from "../support/ipv6.ts";
import { tempDirectory } from "../support/temp.ts";
import { chat, Program, runChat, startHub } from "../support/program.ts";

const SPANISH = { LANG: "es_ES.UTF-8" };

Deno.test("help for the program and for each command goes to standard output", async (t) => {
  const cases: readonly [args: string[], parts: string[]][] = [
    [["--help"], ["Usage: chat server|client", "Commands:", "--version", "chat help COMMAND"]],
    [["-h"], ["Usage: chat server|client"]],
    [["help"], ["Usage: chat server|client"]],
    [["help", "server"], ["Usage: chat server [HOST] [PORT]", "--join", "chat server 0.0.0.0"]],
    [["ayuda", "servidor"], ["Usage: chat server [HOST] [PORT]"]],
    [["--help", "server"], ["Usage: chat server [HOST] [PORT]"]],
    [["server", "--help"], ["Usage: chat server [HOST] [PORT]", "--join", "chat help limits"]],
    [["servidor", "--help"], ["Usage: chat server [HOST] [PORT]"]],
    [["Servidor", "--help"], ["Usage: chat server [HOST] [PORT]"]],
    [["help", "limits"], ["Usage: chat server [HOST] [PORT]", "--rate N", "--max-line BYTES"]],
    [["help", "display"], ["Usage: chat client [HOST] [PORT]", "--color WHEN"]],
    [["help", "client"], ["Usage: chat client [HOST] [PORT]", "--name NAME", "chat client"]],
    [["client", "-h"], ["Usage: chat client [HOST] [PORT]", "--send TEXT", "Examples:"]],
    [["client", "nowhere", "--name", "ana", "--help"], ["Usage: chat client"]],
  ];
  for (const [args, parts] of cases) {
    await t.step(args.join(" "), async () => {
      const { code, stdout, stderr } = await runChat(args);
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      for (const part of parts) assert(stdout.includes(part), `${part} in:\n${stdout}`);
      assert(!/[^\S\n]\n/.test(stdout), "no trailing spaces");
    });
  }
});

Deno.test("the version is the one in deno.json", async () => {
  for (const option of ["--version", "-V", "-v"]) {
    const { code, stdout, stderr } = await runChat([option]);
    assertEquals(
      { code, stdout, stderr },
      { code: 0, stdout: `chat ${config.version}\n`, stderr: "" },
    );
  }
});

Deno.test("without arguments the usage goes to standard error, and the exit code is 2", async () => {
  const { code, stdout, stderr } = await runChat([], { env: SPANISH });
  assertEquals({ code, stdout }, { code: 2, stdout: "" });
  assertMatch(stderr, /^Uso: chat server\|client\|doctor \[HOST\] \[PUERTO\] \[OPCIONES\]$/m);
});

Deno.test("a usage error says how to get help, and the exit code is 2", async (t) => {
  const cases: readonly [args: string[], complaint: string, call?: string][] = [
    [["sever"], 'unknown command "sever": did you mean "server"?', ""],
    [["server", "--rat", "5"], "unknown option --rat: did you mean --rate?"],
    [["client", "--name"], "--name needs a value"],
    [["server", "--rate", "fast"], '--rate must be a whole number from 0 to 1000000, not "fast"'],
    [["client", "--color", "red"], '--color must be one of auto, always, never, not "red"'],
    [["client", "127.0.0.1", "70000"], '"70000" is not a port: use a number from 1 to 65535'],
    [["client", "--json", "--send", "x"], "--json and --send cannot be used together"],
    [
      ["client", "a:1", "b"],
      '"b" is neither a port nor HOST:PORT; if it is your nick: --name b',
    ],
    [["server", "a", "1", "b"], 'unexpected argument "b"'],
    [["man", "chat"], 'unexpected argument "chat"'],
  ];
  for (const [args, complaint, topic = ` ${args[0]}`] of cases) {
    await t.step(args.join(" "), async () => {
      const { code, stdout, stderr } = await runChat(args);
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      assertEquals(stderr, `chat: ${complaint}\nchat: Usage: chat help${topic}\n`);
    });
  }
});

Deno.test("messages are in the language of the environment, or of --lang", async () => {
  const wrong = await runChat(["clinte"], { env: SPANISH });
  assertEquals(
    wrong.stderr,
    'chat: no existe la orden "clinte": ¿querías decir "client"?\n' +
      "chat: Ayuda: chat help\n",
  );
  const help = await runChat(["help", "client"], { env: SPANISH });
  assertMatch(help.stdout, /^Uso: chat client \[HOST\] \[PUERTO\] \[OPCIONES\]$/m);
  const overridden = await runChat(["--help"], { env: { ...SPANISH, LC_ALL: "en_GB.UTF-8" } });
  assertMatch(overridden.stdout, /^Usage: /m);
  const asked = await runChat(["client", "--help", "--lang", "es"]);
  assertEquals(asked.stdout, help.stdout);
  const bad = await runChat(["server", "--lang", "es", "--rate", "x"]);
  assertMatch(bad.stderr, /^chat: Ayuda: chat help server$/m);
  await using hub = await startHub(["--lang", "es"]);
  assertMatch(hub.stdout(), /escuchando en 127\.0\.0\.1:\d+\npara unirse:\n/);
  const greeted = await runChat(["client", String(hub.port), "--lang", "es"]);
  assertMatch(greeted.stdout, /^\* te damos la bienvenida, guest1 \(1 aquí: guest1\)$/m);
  const other = await runChat(["client", String(hub.port), "--lang", "en"], { env: SPANISH });
  assertMatch(other.stdout, /^\* welcome, guest2 \(1 here: guest2\)$/m);
});

Deno.test("the log goes to a file that only its owner can read; a failure to write it is one line of error", async () => {
  await using directory = await tempDirectory();
  const path = `${directory.path}/hub.log`;
  for (let run = 1; run <= 2; run++) {
    await using hub = await startHub(["--log-file", path]);
    hub.kill("SIGTERM");
    assertEquals(await hub.exit(), { code: 0, signal: null });
    assertEquals(hub.stderr(), "");
    const log = await Deno.readTextFile(path);
    for (const event of [/ msg=listening /g, / msg=stopped\n/g]) {
      assertEquals(log.match(event)?.length, run, "it is appended to");
    }
  }
  if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  for (const wrong of [directory.path, `${directory.path}/nowhere/hub.log`]) {
    const { code, stdout, stderr } = await runChat(["server", "0", "--log-file", wrong]);
    assertEquals({ code, stdout, stderr }, {
      code: 1,
      stdout: "",
      stderr:
        `chat: cannot write the log to ${wrong}: check that its folder exists and that you may write there\n`,
    });
  }
});

Deno.test("a failure to listen is one line of error, in the user's language", async () => {
  await using hub = await startHub();
  const { port } = hub;
  assertEquals(await runChat(["server", "127.0.0.1", String(port)]), {
    code: 1,
    signal: null,
    stdout: "",
    stderr: `chat: cannot listen on 127.0.0.1:${port}: the port is in use; choose another one, ` +
      "or 0 for any free port\n",
  });
  const spanish = await runChat(["server", "192.0.2.1", "0", "--lang", "es"]); // RFC 5737
  assertEquals(
    spanish.stderr,
    "chat: no se puede escuchar en 192.0.2.1:0: esta máquina no tiene esa dirección\n",
  );
});

Deno.test("a host name that does not resolve is one line of error", async () => {
  const { code, stdout, stderr } = await runChat(["client", "chat.invalid", "--lang", "es"]);
  assertEquals({ code, stdout, stderr }, {
    code: 1,
    stdout: "",
    stderr: 'chat: no se encuentra la máquina "chat.invalid": revisa el nombre\n',
  });
});

/** Starts a hub and gives the lines that say how to join it. */
async function startWithInvitation(args: string[]) {
  const hub = new Program(chat("server", ...args));
  try {
    await hub.untilStderr("listening");
    const port = Number(/:(\d+)$/m.exec(hub.stdout())?.[1]);
    return { hub, port, lines: hub.stdout().trimEnd().split("\n") };
  } catch (error) {
    await hub[Symbol.asyncDispose]();
    throw error;
  }
}

Deno.test("a hub at port 0 prints its real port, and the printed commands work", async () => {
  const { hub, port, lines } = await startWithInvitation(["127.0.0.1", "0"]);
  await using _ = hub;
  assert(port > 0);
  assertEquals(lines, [
    `chat ${config.version} listening on 127.0.0.1:${port}`,
    "join with:",
    `  chat client 127.0.0.1 ${port}`,
    `  nc 127.0.0.1 ${port}`,
    `  http://127.0.0.1:${port}/`,
    `from this machine only; for the whole network: chat server 0.0.0.0 ${port}`,
  ]);
  const words = lines[2]!.trim().split(" ").slice(1);
  assertEquals((await runChat(words, { stdin: "hola\n" })).code, 0);
});

Deno.test("a hub on all interfaces prints a command for each, and this machine's command works", async () => {
  const { hub, port, lines } = await startWithInvitation(["0.0.0.0", "0"]);
  await using _ = hub;
  assertEquals(lines[0], `chat ${config.version} listening on 0.0.0.0:${port}`);
  const calls = lines.filter((line) => line.startsWith("  chat client "));
  assertEquals(calls.at(-1), `  chat client 127.0.0.1 ${port}`);
  assertEquals(calls.length, lines.filter((line) => line.startsWith("  nc ")).length);
  assertEquals((await runChat(calls.at(-1)!.trim().split(" ").slice(1))).code, 0);
});

Deno.test({
  name: "IPv6 addresses work with and without brackets",
  ignore: !hasIpv6(),
  fn: async (t) => {
    for (const args of [["::1", "0"], ["[::1]", "0"], ["[::1]:0"]]) {
      await t.step(`server ${args.join(" ")}`, async () => {
        const { hub, port, lines } = await startWithInvitation(args);
        await using _ = hub;
        assertEquals(lines[0], `chat ${config.version} listening on [::1]:${port}`);
        assertEquals(lines[2], `  chat client ::1 ${port}`);
        for (const target of [["::1", String(port)], ["[::1]", String(port)], [`[::1]:${port}`]]) {
          const { code, stderr } = await runChat(["client", ...target], { stdin: "hola\n" });
          assertEquals({ code, stderr }, { code: 0, stderr: "" });
        }
      });
    }
  },
});

Deno.test("a hub can be joined by name, by HOST:PORT and by port alone", async (t) => {
  await using hub = await startHub();
  const { port } = hub;
  const targets = [["localhost", `${port}`], [`localhost:${port}`], [`127.0.0.1:${port}`], [
    `${port}`,
  ]];
  for (const target of targets) {
    await t.step(target.join(" ").replace(String(port), "PORT"), async () => {
      const { code, stderr } = await runChat(["client", ...target], { stdin: "hola\n" });
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
    });
  }
});
