import { assertEquals, assertThrows } from "@std/assert";
import { CLIENT_COMMAND_LINE, readClientOptions } from "../../../../client/options.ts";
import { parseArguments } from "../../../../common/cli/command_line.ts";
import { unknownSubcommand } from "../../../../common/cli/habits.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import { SERVER_COMMAND_LINE } from "../../../../server/setup/options.ts";

/** The suggestion for an unknown subcommand and what follows it; undefined if there is none. */
function hintFor(line: string): string | undefined {
  const [name = "", ...rest] = line.split(" ");
  const { message } = unknownSubcommand(name, rest, ["server", "client", "doctor", "help"]);
  return /: did you mean (.*)\?$/.exec(message)?.[1];
}

/** What is wrong with arguments of the client or the server. */
function fault(line: typeof CLIENT_COMMAND_LINE, args: string): string {
  return assertThrows(
    () => readClientOptions(parseArguments(line, args.split(" ")), () => undefined),
    UsageError,
  ).message;
}

Deno.test("words for joining and for running a hub are hinted with the right words", () => {
  for (const word of ["join", "connect", "unirse", "Entrar", "conectar"]) {
    assertEquals(hintFor(word), "chat client", word);
  }
  for (const word of ["serve", "host", "hub", "start", "listen"]) {
    assertEquals(hintFor(word), "chat server", word);
  }
  assertEquals(hintFor("limits"), "chat help limits");
  assertEquals(hintFor("version"), "chat --version");
  assertEquals(hintFor("join 10.0.0.1 4000"), "chat client 10.0.0.1 4000");
  assertEquals(hintFor("unirse 10.0.0.1 4000 José"), "chat client 10.0.0.1 4000 --name José");
  assertEquals(hintFor("listen --port 4000 --tls"), "chat server 127.0.0.1 4000 --tls");
  assertEquals(hintFor("connect --nick=ana hub.lan"), "chat client --name=ana hub.lan");
});

Deno.test("an address without a subcommand is taken for a hub to join", () => {
  assertEquals(hintFor("127.0.0.1 3000"), "chat client 127.0.0.1 3000");
  assertEquals(hintFor(":4000"), "chat client 127.0.0.1 4000");
  assertEquals(hintFor("4000"), "chat client 127.0.0.1 4000");
  assertEquals(hintFor("hub.lan:4000"), "chat client hub.lan:4000");
  assertEquals(hintFor("[::1]:4000 --name ana"), "chat client [::1]:4000 --name ana");
  assertEquals(hintFor("localhost"), "chat client localhost");
  assertEquals(hintFor("localhost ana"), "chat client localhost --name ana");
  assertEquals(hintFor("4000 ana"), "chat client 127.0.0.1 4000 --name ana");
  assertEquals(hintFor("SERVER"), '"server"');
  assertEquals(hintFor("sever"), '"server"');
  assertEquals(hintFor("$(reboot)"), undefined);
  assertEquals(hintFor("hub.lan $(reboot)"), "chat client");
});

Deno.test("HOST and PORT as options are answered with the whole command", () => {
  const place = (line: typeof CLIENT_COMMAND_LINE, args: string) =>
    /^unknown option (\S+): the port goes after HOST, without an option: (.*)$/
      .exec(fault(line, args))?.slice(1);
  assertEquals(place(SERVER_COMMAND_LINE, "-p 4000"), ["-p", "chat server 127.0.0.1 4000"]);
  assertEquals(place(SERVER_COMMAND_LINE, "-p4000"), ["-p4000", "chat server 127.0.0.1 4000"]);
  assertEquals(place(SERVER_COMMAND_LINE, "-p"), ["-p", "chat server 127.0.0.1 3000"]);
  assertEquals(
    place(CLIENT_COMMAND_LINE, "--host=hub.lan --puerto 4000 --nombre ana"),
    ["--host", "chat client hub.lan 4000 --name ana"],
  );
  assertEquals(
    place(SERVER_COMMAND_LINE, "0.0.0.0 --port 4000 --tls"),
    ["--port", "chat server 0.0.0.0 4000 --tls"],
  );
});

Deno.test("likely names of options are hinted, and others only if they are near", () => {
  const hints: [args: string, hint: string][] = [
    ["--nick ana", ": did you mean --name?"],
    ["--nombre=ana", ": did you mean --name?"],
    ["-n ana", ": did you mean --name?"],
    ["--user ana", ": did you mean --name?"],
    ["--sala x", ": did you mean --room?"],
    ["--nmae ana", ": did you mean --name?"],
    ["--foo", ""],
    ["-x", ""],
  ];
  for (const [args, hint] of hints) {
    const [option] = args.split(/[ =]/);
    assertEquals(fault(CLIENT_COMMAND_LINE, args), `unknown option ${option}${hint}`);
  }
});

Deno.test("a nick after the address is answered with its option", () => {
  assertEquals(
    fault(CLIENT_COMMAND_LINE, "127.0.0.1 3000 José"),
    '"José" is one argument too many; if it is your nick: --name José',
  );
  for (const args of ["127.0.0.1 ana", "127.0.0.1:3000 ana", "a:1 b:2 c:3 ana"]) {
    assertEquals(
      fault(CLIENT_COMMAND_LINE, args),
      '"ana" is neither a port nor HOST:PORT; if it is your nick: --name ana',
    );
  }
  assertEquals(fault(CLIENT_COMMAND_LINE, "a 1 ana --name eva"), 'unexpected argument "ana"');
  assertEquals(fault(CLIENT_COMMAND_LINE, "127.0.0.1 3000 4000"), 'unexpected argument "4000"');
  assertEquals(
    fault(CLIENT_COMMAND_LINE, "127.0.0.1 99999"),
    '"99999" is not a port: use a number from 1 to 65535',
  );
});
