import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../common/cli/command_line.ts";
import { UsageError } from "../../../common/cli/usage_error.ts";
import {
  CLIENT_COMMAND_LINE,
  type ClientOptions,
  readClientOptions,
  usesColor,
} from "../../../client/options.ts";

function read(args: string[], variables: Record<string, string> = {}): ClientOptions {
  return readClientOptions(parseArguments(CLIENT_COMMAND_LINE, args), (name) => variables[name]);
}

function fault(...args: string[]): string {
  return assertThrows(() => read(args), UsageError).message;
}

/** The defaults. */
const USUAL: ClientOptions = {
  addresses: [{ hostname: "127.0.0.1", port: 3000 }],
  lang: "en",
  color: "auto",
  theme: "default",
  time: "HH:MM",
  joins: "all",
  markup: "basic",
  isAscii: false,
  bell: "bell",
  showsTitle: false,
  wantsHistory: true,
  isPlain: false,
  inputHistory: true,
};

Deno.test("without options the client joins this machine's hub as a guest", () => {
  assertEquals(read([]), { ...USUAL, usesDefaultAddress: true });
});

Deno.test("the client's options and address are read in any order", () => {
  const expected: ClientOptions = {
    ...USUAL,
    addresses: [{ hostname: "chat.example", port: 4000 }],
    nick: "ana",
    lang: "es",
    color: "never",
  };
  const flags = ["--name", "ana", "--lang=es", "--color", "never"];
  assertEquals(read([...flags, "chat.example", "4000"]), expected);
  assertEquals(read(["chat.example:4000", ...flags]), expected);
});

Deno.test("without an address a hub may be searched for; a port alone is an address", () => {
  assertEquals(read(["--name", "ana"]).usesDefaultAddress, true);
  for (const address of ["3000", "127.0.0.1", "chat.example:4000"]) {
    assertEquals(read([address]).usesDefaultAddress, undefined);
  }
});

Deno.test("the client takes several hubs", () => {
  assertEquals(read(["a:1", "--name", "ana", "b:2"]).addresses, [
    { hostname: "a", port: 1 },
    { hostname: "b", port: 2 },
  ]);
});

Deno.test("the language comes from the environment unless it is given", () => {
  assertEquals(read([], { LANG: "es_ES.UTF-8" }).lang, "es");
  assertEquals(read(["--lang", "en"], { LANG: "es_ES.UTF-8" }).lang, "en");
});

Deno.test("a nick is read as typed, even if it is a number", () => {
  assertEquals(read(["--name", "007"]).nick, "007");
  assertEquals(read(["--name", "José Luis"]).nick, "José Luis");
});

Deno.test("a script may choose a room, and either --send or --json", () => {
  assertEquals(read(["--room", "ops"]).room, "ops");
  assertEquals(read(["--json"]).json, true);
  assertEquals(read(["--send", "uno\r\ndos"]).send, "uno\ndos");
  assertEquals(read(["--send=-x"]).send, "-x");
  assertEquals(fault("--send", "x", "--json"), "--json and --send cannot be used together");
  assertEquals(fault("--send", " \n"), "--send needs a value");
  assertEquals(fault("--send", "\u200b"), "--send needs a value");
});

Deno.test("--retry is a number of seconds, undefined unless given", () => {
  assertEquals(read(["--retry", "0"]).retry, 0);
  assertEquals(read(["--retry=90"]).retry, 90);
  assertEquals("retry" in read([]), false);
});

Deno.test("theme, time and joins take their choices", () => {
  const flags = ["--theme", "mono", "--time=relative", "--joins", "smart", "--ascii"];
  assertEquals(read([...flags, "--notify", "--no-history", "--plain"]), {
    ...USUAL,
    usesDefaultAddress: true,
    theme: "mono",
    time: "relative",
    joins: "smart",
    isAscii: true,
    bell: "notify",
    wantsHistory: false,
    isPlain: true,
  });
});

Deno.test("--no-bell excludes notifications too", () => {
  assertEquals(read(["--no-bell"]).bell, "none");
  assertEquals(read(["--notify", "--no-bell"]).bell, "none");
});

Deno.test("nothing is redrawn on a dumb terminal", () => {
  assertEquals(read([], { TERM: "dumb" }).isPlain, true);
  assertEquals(read([], { TERM: "xterm" }).isPlain, false);
});

Deno.test("the input history is kept unless switched off", () => {
  assertEquals(read(["--no-input-history"]).inputHistory, false);
});

Deno.test("the password comes from the environment, and the password file from the options", () => {
  assertEquals(read([], { CHAT_PASSWORD: "x y" }).password, "x y");
  assertEquals("password" in read([], { CHAT_PASSWORD: "" }), false);
  const both = read(["--password-file", "secret.txt"], { CHAT_PASSWORD: "x" });
  assertEquals([both.password, both.passwordFile], ["x", "secret.txt"]);
});

Deno.test("invalid values are named", () => {
  assertEquals(fault("--retry", "x"), '--retry must be a whole number from 0 to 1000000, not "x"');
  assertEquals(fault("--password-file="), "--password-file needs a value");
  assertEquals(fault("--lang", "fr"), '--lang must be one of en, es, not "fr"');
  assertEquals(fault("--color", "sure"), '--color must be one of auto, always, never, not "sure"');
  assertEquals(
    fault("--theme", "dark"),
    '--theme must be one of default, mono, high-contrast, not "dark"',
  );
  assertEquals(fault("--time", "now"), '--time must be one of HH:MM, relative, none, not "now"');
  assertEquals(fault("--joins", "some"), '--joins must be one of all, smart, none, not "some"');
  assertEquals(fault("--name="), "--name needs a value");
  assertEquals(fault("--nmae", "ana"), "unknown option --nmae: did you mean --name?");
});

Deno.test("port 0 is rejected", () => {
  assertEquals(fault("localhost", "0"), '"0" is not a port: use a number from 1 to 65535');
  assertEquals(fault("0"), '"0" is not a port: use a number from 1 to 65535');
});

Deno.test("usesColor follows --color, unless NO_COLOR is set", () => {
  const dumb = (name: string) => name === "TERM" ? "dumb" : undefined;
  assertEquals(usesColor("always", false, dumb), true);
  assertEquals(usesColor("never", true, () => undefined), false);
  assertEquals(usesColor("always", true, (name) => name === "NO_COLOR" ? "1" : undefined), false);
});

Deno.test("usesColor decides by the terminal, NO_COLOR and TERM by default", () => {
  const decide = (isTerminal: boolean, variables: Record<string, string> = {}) =>
    usesColor("auto", isTerminal, (name) => variables[name]);
  assertEquals(decide(true), true);
  assertEquals(decide(false), false);
  assertEquals(decide(true, { TERM: "xterm-256color" }), true);
  assertEquals(decide(true, { TERM: "dumb" }), false);
  assertEquals(decide(true, { NO_COLOR: "1" }), false);
  assertEquals(decide(true, { NO_COLOR: "0" }), false); // set
  assertEquals(decide(true, { NO_COLOR: "" }), true); // empty
});
