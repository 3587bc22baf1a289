/** Options in the environment, as CHAT_<OPTION>. */

import { assertEquals, assertThrows } from "@std/assert";
import { type CommandLine, parseArguments } from "../../../../common/cli/command_line.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import { readClientOptions } from "../../../../client/options.ts";
import { program } from "../../../../main.ts";
import { readServerOptions, SERVER_COMMAND_LINE } from "../../../../server/setup/options.ts";

const { commands } = await program();
const CLIENT_COMMAND_LINE = commands.find(({ name }) => name === "client")!;

function environmentOf(variables: Record<string, string>) {
  return (name: string): string | undefined => variables[name];
}

function parse(line: CommandLine, variables: Record<string, string>, ...args: string[]) {
  return parseArguments(line, args, environmentOf(variables));
}

/** The options of a hub that is started with these variables and arguments; an error names its variable. */
function readServer(variables: Record<string, string>, ...args: string[]) {
  const given = parse(SERVER_COMMAND_LINE, variables, ...args);
  try {
    return readServerOptions(given, environmentOf(variables));
  } catch (error) {
    throw given.nameVariables(error);
  }
}

function faultOf(variables: Record<string, string>, ...args: string[]): string {
  return assertThrows(() => readServer(variables, ...args), UsageError).message;
}

Deno.test("every option of every subcommand but --help may be in the environment, and the command line wins", () => {
  for (const line of commands) {
    for (const { flag, value, optional, needs } of line.options) {
      const name = `CHAT_${flag.toUpperCase().replaceAll("-", "_")}`;
      const needed = needs?.slice(0, 1).map((each) => `--${each}`) ?? [];
      const isHelp = flag === "help";
      if (value === undefined || optional) {
        for (const on of ["1", "true", "yes", "on"]) {
          const given = parse(line, { [name]: on }, ...needed);
          assertEquals([given.isOn(flag), given.value(flag)], [!isHelp, undefined], name);
        }
        for (const off of ["0", "false", "no", "off", ""]) {
          assertEquals(parse(line, { [name]: off }).isOn(flag), false, name);
        }
      } else {
        const other = needed.map((each) => each === "--join" ? each : `${each}=x`);
        assertEquals(parse(line, { [name]: "one" }, ...other).value(flag), "one", name);
        const both = parse(line, { [name]: "one" }, ...other, `--${flag}=two`);
        assertEquals(both.value(flag), "two", name);
        assertEquals(parse(line, { [name]: "" }).isOn(flag), false, name);
      }
    }
  }
});

Deno.test("an error about an option in the environment names the variable", () => {
  assertEquals(
    faultOf({ CHAT_RATE: "x" }),
    'CHAT_RATE must be a whole number from 0 to 1000000, not "x"',
  );
  assertEquals(faultOf({ CHAT_MAX_LINE: "1" }).split(" ")[0], "CHAT_MAX_LINE");
  assertEquals(faultOf({ CHAT_TLS_CERT: "a.pem" }), "CHAT_TLS_CERT also needs --tls-key");
  assertEquals(faultOf({ CHAT_RATE: "1" }, "--burst", "x").split(" ")[0], "--burst");
  assertEquals(
    faultOf({ CHAT_JOIN: "maybe" }),
    'CHAT_JOIN must be one of 1, true, yes, on, 0, false, no, off, not "maybe"',
  );
  assertEquals(
    faultOf({ CHAT_NATS: "nats://n:1" }, "--db", "a.db"),
    "--db and CHAT_NATS cannot be used together: with CHAT_NATS, the NATS servers keep the history",
  );
});

Deno.test("a variable that only makes sense with another option is ignored without it", () => {
  const variables = {
    CHAT_NAME: "ana",
    CHAT_KEEP: "5",
    CHAT_NATS_CREDS: "a",
    CHAT_NATS_CA: "b",
    CHAT_CLUSTER: "c",
  };
  assertEquals(readServer(variables), readServer({}));
  assertEquals(readServer(variables, "--join").join, { nick: "ana" });
  assertEquals(readServer({ ...variables, CHAT_DB: "a.db" }).db, {
    path: "a.db",
    keep: { messages: 5 },
  });
  assertEquals(faultOf({}, "--keep", "5"), "--keep also needs --db / --nats"); // typed
});

Deno.test("a fingerprint or a switch may be in CHAT_TLS for a client", () => {
  const pin = `sha256:${"ab".repeat(32)}`;
  const tlsOf = (CHAT_TLS: string) =>
    readClientOptions(parse(CLIENT_COMMAND_LINE, { CHAT_TLS }), () => undefined).tls;
  assertEquals([tlsOf(pin), tlsOf("1"), tlsOf("no")], [{ pin }, {}, undefined]);
  assertThrows(() => tlsOf("sha256:x"), UsageError);
});
